"""DNS records as texts, asked of the machine's resolver or of one name server."""

import dns.asyncresolver
import dns.exception
import dns.rdata
import dns.rdatatype
import dns.resolver
from dns.rdtypes.txtbase import TXTBase

from bot.errors import Permanent, TryLater


async def records(name: str, kind: str, seconds: float, server: tuple[str, int] | None = None) -> tuple[str, ...]:
    """The records, sorted; none where the name has none of this kind. `server` is an address and a port.

    Names are in lower case and without a dot at the end. Raises `Permanent` where the name or the kind can't be asked
    for, `TryLater` where nobody answers for it, or it doesn't exist.
    """
    try:
        answer = await _resolver(server).resolve(name, kind, search=False, lifetime=seconds, raise_on_no_answer=False)
    except dns.resolver.NXDOMAIN:
        raise TryLater(f"{name} doesn't exist") from None
    except dns.exception.Timeout:
        raise TryLater(f"no name server answers for {name} within {seconds:g} seconds") from None
    except (dns.resolver.NoNameservers, dns.resolver.NoResolverConfiguration, dns.resolver.YXDOMAIN, OSError):
        raise TryLater(f"no name server has an answer for {name}") from None
    except (dns.exception.DNSException, ValueError):
        raise Permanent(f"{name} can't be asked for") from None
    return tuple(sorted(map(_text, answer.rrset or ())))


def _resolver(server: tuple[str, int] | None) -> dns.asyncresolver.Resolver:
    """Made anew each time, since the machine's network may be another one by now. Nothing is cached."""
    if server is None:
        return dns.asyncresolver.Resolver()
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [server[0]], server[1]
    return resolver


def _text(record: dns.rdata.Rdata) -> str:
    if isinstance(record, TXTBase):
        return b"".join(record.strings).decode("utf-8", errors="replace")
    text = record.to_text()
    return text if record.rdtype == dns.rdatatype.CAA else text.lower().removesuffix(".")
