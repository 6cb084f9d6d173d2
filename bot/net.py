"""The HTTP client for the outside: what somebody names in a config or a feed is fetched, but nothing of the inside.

A name is looked up once, all its addresses are checked, and the connection goes to those addresses, so that a name
can't lead elsewhere afterwards ("DNS rebinding"). Redirects are followed here, each checked like the first address.
"""

import asyncio
from collections.abc import Mapping
from socket import AF_INET, AddressFamily
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot import addresses, unreached
from bot.errors import OutOfSight, Permanent, TooLarge, TryLater
from bot.ports import Fetched
from bot.version import VERSION

#: Of an answer's body, in bytes.
LARGEST = 2 * 1024 * 1024
#: For everything together, redirects included, in seconds.
SECONDS = 20.0
REDIRECTS = 5
_REDIRECTING = frozenset({301, 302, 303, 307, 308})


class Outside:
    """Fetches from the internet; from private networks only what `allowed_private` lists, by host name or address."""

    def __init__(
        self,
        *,
        allowed_private: frozenset[str] = frozenset(),
        resolver: AbstractResolver | None = None,
        largest: int = LARGEST,
        seconds: float = SECONDS,
    ) -> None:
        self._allowed = frozenset(map(_plain, allowed_private))
        self._largest = largest
        self._seconds = seconds
        checked = Checked(resolver or aiohttp.ThreadedResolver(), self._allowed)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=checked, use_dns_cache=False, force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": f"Steward/{VERSION}"},
            timeout=aiohttp.ClientTimeout(total=None),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()

    async def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        """GET this. Raises `Permanent` where it may not be fetched or is too large, `TryLater` where it failed.

        `headers` go to the first host alone, since they may be credentials. Errors name the host and no more.
        """
        started = asyncio.get_running_loop().time()
        here = _parsed(url)
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(here, dict(headers or {}), started)
        except TimeoutError:
            raise TryLater(f"{here.host} took longer than {self._seconds:g} seconds") from None

    async def _follow(self, here: URL, headers: dict[str, str], started: float) -> Fetched:
        for _ in range(REDIRECTS + 1):
            self._check(here)
            found = await self._get(here, headers, started)
            if found.status not in _REDIRECTING or "Location" not in found.headers:
                return found
            following = _parsed(found.headers["Location"], here)
            if self._is_allowed(following) and not self._is_allowed(here):
                raise OutOfSight(f"{here.host} leads into a private network")
            if following.origin() != here.origin():
                headers = {}
            here = following
        raise Permanent(f"{here.host} redirects more than {REDIRECTS} times")

    def _is_allowed(self, url: URL) -> bool:
        return _plain(url.host or "") in self._allowed

    def _check(self, url: URL) -> None:
        """An address in place of a name is never looked up, so it is checked here."""
        host = _plain(url.host or "")
        try:
            found = addresses.kind(host)
        except ValueError:
            return
        refuse(host, [found], allowed=host in self._allowed)

    async def _get(self, url: URL, headers: Mapping[str, str], started: float) -> Fetched:
        try:
            async with self._session.get(url, headers=headers, allow_redirects=False) as response:
                body = await self._body(response, url)
                elapsed = asyncio.get_running_loop().time() - started
                return Fetched(
                    status=response.status, headers=response.headers, body=body, url=str(url), elapsed=elapsed
                )
        except aiohttp.InvalidURL:
            raise Permanent(f"{url.host} is no address that can be called") from None
        except (aiohttp.ClientError, OSError) as error:
            if isinstance(error, TimeoutError):
                raise
            # Without the error's own words: some of them quote the whole address.
            raise TryLater(f"{url.host} can't be reached ({unreached.why(error)})") from None

    async def _body(self, response: aiohttp.ClientResponse, url: URL) -> bytes:
        body = bytearray()
        async for part in response.content.iter_any():
            body += part
            if len(body) > self._largest:
                raise TooLarge(f"{url.host} answers with more than {self._largest} bytes")
        return bytes(body)


class Checked(AbstractResolver):
    """Looks names up, and gives addresses out only if all of them may be called. What it gives out is connected to."""

    def __init__(self, inner: AbstractResolver, allowed: frozenset[str]) -> None:
        self._inner = inner
        self._allowed = frozenset(map(_plain, allowed))

    async def resolve(self, host: str, port: int = 0, family: AddressFamily = AF_INET) -> list[ResolveResult]:
        """As aiohttp wants it. Raises `Permanent` where an address may not be called."""
        found = await self._inner.resolve(host, port, family)
        kinds = [addresses.kind(one["host"]) for one in found]
        refuse(host, kinds, allowed=_plain(host) in self._allowed)
        return found

    async def close(self) -> None:
        """Close what looks up."""
        await self._inner.close()


def refuse(host: str, kinds: list[addresses.Kind], *, allowed: bool) -> None:
    """Raise `OutOfSight` unless all of a host's addresses may be called."""
    if "never" in kinds or ("private" in kinds and not allowed):
        raise OutOfSight(f"{host} is in a private network, and the configuration doesn't allow to call it")


def _parsed(written: str, base: URL | None = None) -> URL:
    try:
        url = URL(written) if base is None else base.join(URL(written))
        proper = url.scheme in {"http", "https"} and bool(url.host) and url.port is not None
    except ValueError:
        proper = False
    if not proper:
        raise Permanent("only addresses that begin with http:// or https:// are fetched")
    return url


def _plain(host: str) -> str:
    return host.lower().rstrip(".").strip("[]")
