"""The internet below HTTP: connections, certificates, names. As with `bot.net`, nothing of the inside is called.

A name is looked up once, all its addresses are checked, and the connection goes to those addresses.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from socket import AF_UNSPEC
from typing import TypeVar

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509

from bot import records, unreached
from bot.connecting import connected
from bot.errors import Permanent, TryLater
from bot.net import SECONDS, Checked
from bot.ports import Certificate

Result = TypeVar("Result")

#: An issuer's name is somebody else's text.
LONGEST_NAME = 60
DNS_PORT = 53


class Direct:
    """Reaches what is public; of private networks only what `allowed_private` lists, by host name or address.

    Certificates are trusted as `trusted` has it; None: as the machine does. `seconds` is for each call as a whole.
    """

    def __init__(
        self,
        *,
        allowed_private: frozenset[str] = frozenset(),
        resolver: AbstractResolver | None = None,
        trusted: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._resolver = Checked(resolver or aiohttp.ThreadedResolver(), allowed_private)
        self._trusted = trusted or ssl.create_default_context()
        self._any = anybody()
        self._seconds = seconds

    async def tcp(self, host: str, port: int) -> float:
        """Open a connection and close it; how many seconds that took."""
        began = _time()

        async def open_and_close() -> float:
            sock = await connected(await self._addresses(host, port))
            sock.close()
            return _time() - began

        return await self._called(host, open_and_close)

    async def tls(self, host: str, port: int) -> Certificate:
        """The certificate that is shown to whoever asks for this host."""

        async def greet() -> Certificate:
            began = _time()
            try:
                shown = await self._greeted(host, port, self._trusted)
            except ssl.SSLCertVerificationError as error:
                # Once more, and whoever it is: Python doesn't hand out what it doesn't trust.
                shown = await self._greeted(host, port, self._any)
                return _certificate(shown, _time() - began, error)
            return _certificate(shown, _time() - began)

        return await self._called(host, greet)

    async def dns(self, name: str, kind: str, server: str | None = None) -> tuple[str, ...]:
        """The records of this kind, sorted; none where the name has none. Names in them are in lower case.

        `server` is a name server's address or name, with a port ("9.9.9.9:5353") where that isn't 53. The machine's own
        resolver may be anywhere, also in a private network.
        """

        async def ask() -> tuple[str, ...]:
            where = None if server is None else await self._server(server)
            return await records.records(name, kind, self._seconds, where)

        return await self._called(name, ask)

    async def _server(self, written: str) -> tuple[str, int]:
        host, _, port = written.partition(":") if written.count(":") == 1 else (written, "", "")
        first, *_ = await self._addresses(host, int(port or DNS_PORT))
        return first["host"], first["port"]

    async def _called(self, host: str, work: Callable[[], Awaitable[Result]]) -> Result:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._named(host, work)
        except TimeoutError:
            raise TryLater(f"{host} took longer than {self._seconds:g} seconds") from None

    async def _named(self, host: str, work: Callable[[], Awaitable[Result]]) -> Result:
        try:
            return await work()
        except OSError as error:
            # Without the error's own words: some of them quote addresses.
            raise TryLater(f"{host} can't be reached ({unreached.why(error)})") from None
        except ValueError:
            raise Permanent(f"{host} is no address that can be called") from None

    async def _addresses(self, host: str, port: int) -> list[ResolveResult]:
        """All of them, and only if each may be called."""
        return await self._resolver.resolve(host, port, AF_UNSPEC)

    async def _greeted(self, host: str, port: int, context: ssl.SSLContext) -> bytes:
        """The certificate, in DER, of who answers."""
        sock = await connected(await self._addresses(host, port))
        _, writer = await asyncio.open_connection(sock=sock, ssl=context, server_hostname=host.rstrip("."))
        found: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        # Not closed politely: there is nothing to lose, and some servers never answer the farewell.
        writer.transport.abort()
        return found


def anybody() -> ssl.SSLContext:
    """Trusts whoever answers. Nothing is said to them, and nothing they say is believed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _certificate(shown: bytes, elapsed: float, error: ssl.SSLCertVerificationError | None = None) -> Certificate:
    read = x509.load_der_x509_certificate(shown)
    ends, trouble = read.not_valid_after_utc, ""
    if error is not None:
        trouble = unreached.distrust(error)
        if error.verify_code == unreached.EXPIRED and ends > datetime.now(UTC):
            trouble = "one that it rests on has expired"
    return Certificate(ends=ends, issuer=_issuer(read), trouble=trouble, elapsed=elapsed)


def _issuer(read: x509.Certificate) -> str:
    for kind in (x509.NameOID.ORGANIZATION_NAME, x509.NameOID.COMMON_NAME):
        for found in read.issuer.get_attributes_for_oid(kind):
            text = "".join(sign for sign in str(found.value) if sign.isprintable())
            return text[:LONGEST_NAME]
    return ""


def _time() -> float:
    return asyncio.get_running_loop().time()
