"""The client-server API over HTTP. Every answer's status is looked at before its body is believed.

nio's own client hides the status of an answer, retries without end and ignores `Retry-After`, so requests are made
here, and nio is used for encryption alone (see `docs/decisions/0002-own-http-nio-for-encryption.md`).
"""

import contextlib
import email.utils
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot import nesting
from bot.errors import Permanent, SlowDown, StewardError, TryLater, Unreachable
from bot.matrix import wire
from bot.matrix.line import Line

#: How long a request may take, and a connection to be made, in seconds; long polls add their own.
TIMEOUT, CONNECT = 60.0, 10.0
#: The most that is read of one answer, in bytes: a first sync of thousands of rooms stays well below.
LARGEST = 256 * 1024 * 1024
#: Nobody is waited for longer than this in one go, whatever they ask, in seconds.
LONGEST_WAIT = 3600.0
#: And at least so long, also where they say that it is over already, in seconds.
LEAST_WAIT = 1.0
#: Whole numbers in Matrix have at most 16 digits.
LONGEST_NUMBER = 20
#: The most that is kept of what a homeserver says is wrong, in characters.
LONGEST_WHY = 500
PREFIX = "/_matrix/client/v3"


class Denied(Permanent):
    """The homeserver understood and refused. `errcode` is Matrix's, `status` HTTP's."""

    def __init__(self, status: int, errcode: str, why: str) -> None:
        super().__init__(f"{errcode}: {why}" if why else errcode)
        self.status = status
        self.errcode = errcode


class Failing(TryLater):
    """The homeserver couldn't be reached, failed, or something in between answered in its place.

    `said`: the homeserver itself has said so, in Matrix's words.
    """

    def __init__(self, why: str, *, said: bool = False) -> None:
        super().__init__(why)
        self.said = said


class LoggedOut(TryLater):
    """The access token is not accepted. Whoever sees this waits; the sync loop logs in again, or ends the program.

    `soft`: the device is kept, and logging in again as it is in order.
    """

    def __init__(self, why: str, *, soft: bool) -> None:
        super().__init__(why)
        self.soft = soft


class NeedsProof(Permanent):
    """The homeserver wants proof of who we are for this call ("user-interactive authentication")."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        super().__init__("the homeserver asks for the password once more")
        self.session = str(body.get("session", ""))
        self.stages = {str(stage) for flow in wire.objects(body, "flows") for stage in wire.listed(flow, "stages")}


def path(*parts: str) -> str:
    """A path below the client API, each part escaped."""
    return PREFIX + "".join(f"/{quote(part, safe='')}" for part in parts)


class Api:
    """One account's calls to one homeserver."""

    def __init__(self, homeserver: str, session: aiohttp.ClientSession) -> None:
        self._base = homeserver.rstrip("/")
        self._session = session
        # aiohttp asks a second time at once where a connection was closed: then a failing homeserver gets two for one.
        session._retry_connection = False  # noqa: SLF001 - it has no other switch for this
        self.token: str | None = None
        self.line = Line()
        #: Is told the homeserver's time with every answer, in seconds since 1970.
        self.told_time: Callable[[float], None] = lambda _at: None

    async def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str | list[str]] | None = None,
        timeout: float = TIMEOUT,  # noqa: ASYNC109 - aiohttp's own, which also covers reading the body
        elsewhere: bool = False,
    ) -> dict[str, Any]:
        """The JSON object of a successful answer. Raises `TryLater`, `Denied` or `LoggedOut`.

        `elsewhere`: it also takes other homeservers, whose failure isn't ours.
        """
        data = None if body is None else json.dumps(body)
        request = {"params": _pairs(query), "data": data, "headers": self._headers()}
        return await self._answer(method, path, request, timeout, elsewhere=elsewhere)

    async def upload(self, data: bytes, content_type: str) -> str:
        """Put a file into the homeserver's media; its `mxc://` address."""
        headers = self._headers() | {"Content-Type": content_type}
        request = {"data": data, "headers": headers}
        answer = await self._answer("POST", "/_matrix/media/v3/upload", request, TIMEOUT)
        address = wire.text(answer.get("content_uri"), LONGEST_WHY)
        if not address:
            raise TryLater("the homeserver doesn't say where it has put the file")
        return address

    async def _answer(
        self, method: str, path: str, request: dict[str, Any], limit: float, *, elsewhere: bool = False
    ) -> dict[str, Any]:
        """Make a request when the line allows it, and take note of how the line is."""
        was_down = self.line.down
        self.line.enter()
        try:
            answer = await self._attempt(method, path, request, limit)
        except Failing as error:
            if error.said and elsewhere:
                self.line.answered()
                raise
            self.line.failed()
            if was_down:
                raise Unreachable(str(error), self.line.wait()) from error
            raise
        except StewardError:
            self.line.answered()
            raise
        self.line.answered()
        return answer

    async def _attempt(self, method: str, path: str, request: dict[str, Any], limit: float) -> dict[str, Any]:
        url, limits = URL(self._base + path, encoded=True), aiohttp.ClientTimeout(total=limit, sock_connect=CONNECT)
        try:
            async with self._session.request(method, url, **request, timeout=limits, allow_redirects=False) as response:
                answer = understood(response.status, response.headers, await _read(response))
                # Only now: what stands in between, and answers in its place, may have a time of its own.
                if (date := date_of(response.headers)) is not None:
                    self.told_time(date)
                return answer
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Failing(f"{self._base} can't be reached ({type(error).__name__}: {error})") from error

    def _headers(self) -> dict[str, str]:
        authorization = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"Content-Type": "application/json", **authorization}


def understood(status: int, headers: Mapping[str, str], raw: bytes) -> dict[str, Any]:
    """What an answer says. Whatever isn't Matrix's JSON comes from something in between, and passes."""
    body = _object(raw)
    if status == 200 and body is not None:  # noqa: PLR2004 - the one status of success in Matrix
        return body
    if status == 429:  # noqa: PLR2004 - Too Many Requests
        raise SlowDown("the homeserver asks us to slow down", retry_after(headers, body or {}))
    if status == 401 and body is not None and "flows" in body:  # noqa: PLR2004 - Unauthorized
        raise NeedsProof(body)
    if body is None or "errcode" not in body:
        raise Failing(f"the homeserver answered {status} with something that isn't Matrix's JSON")
    if status >= 500:  # noqa: PLR2004 - the server's own fault
        raise Failing(f"the homeserver failed ({status}): {_said(body.get('error', ''))}"[:300], said=True)
    errcode, why = _said(body["errcode"]), _said(body.get("error", ""))
    if errcode in {"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"}:
        raise LoggedOut(f"{errcode}: {why}", soft=bool(body.get("soft_logout")))
    raise Denied(status, errcode, why)


def _said(value: Any) -> str:
    """What a homeserver says is wrong, without what no database takes: it is noted beside what it is about."""
    return wire.text(value if isinstance(value, str) else repr(value)[:LONGEST_WHY], LONGEST_WHY) or ""


def retry_after(headers: Mapping[str, str], body: Mapping[str, Any]) -> float | None:
    """How many seconds we are asked to wait: the header, in seconds or as a date, else the older body's field."""
    header = headers.get("Retry-After", "")[:100]
    wait = float(header) if header.isascii() and header.isdecimal() else _until(header)
    if wait is None:
        wait = wire.seconds(body.get("retry_after_ms"))
    return None if wait is None else min(max(wait, LEAST_WAIT), LONGEST_WAIT)


def date_of(headers: Mapping[str, str]) -> float | None:
    """When the answer was given, by the clock of who gave it, in seconds since 1970."""
    parsed = email.utils.parsedate_tz(headers.get("Date", "")[:100])
    with contextlib.suppress(ValueError, OverflowError):
        return None if parsed is None else float(email.utils.mktime_tz(parsed))
    return None


def _until(date: str) -> float | None:
    try:
        parsed = email.utils.parsedate_tz(date) if date else None
        return None if parsed is None else max(0.0, email.utils.mktime_tz(parsed) - time.time())
    except (ValueError, OverflowError):
        return None


def _object(raw: bytes) -> dict[str, Any] | None:
    try:
        try:
            body = json.loads(raw, parse_int=_number)
        except RecursionError:
            # One person's message may be nested so deep. The rest of the answer must not be lost with it.
            body = json.loads(nesting.cut(raw), parse_int=_number)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _number(digits: str) -> float:
    """A whole number as one where it may mean something: Python refuses to read those of thousands of digits."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else float(digits)


def _pairs(query: Mapping[str, str | list[str]] | None) -> list[tuple[str, str]]:
    pairs = []
    for name, value in (query or {}).items():
        pairs += [(name, one) for one in ([value] if isinstance(value, str) else value)]
    return pairs


async def _read(response: aiohttp.ClientResponse) -> bytes:
    parts, size = [], 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > LARGEST:
            raise Failing("the homeserver's answer is too large to be one")
        parts.append(part)
    return b"".join(parts)
