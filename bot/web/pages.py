"""Pages for everybody: what handlers show, made anew every few seconds at most, however many ask."""

import asyncio
import functools
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field

import structlog
from aiohttp import web

from bot.clock import Clock
from bot.handler import Page, Visit
from bot.ports import Memory
from bot.readers import Threads
from bot.readiness import Readiness
from bot.running import Running
from bot.web.tally import Tally

log = structlog.get_logger()

#: How old a page may be when it is shown, in seconds; and how long making one may take.
FRESH, PATIENCE = 5.0, 10.0
#: So many are asked for at once; hooks must not have to wait for readers.
AT_ONCE = 16
#: So many are kept, the oldest goes first; and how long a part of a path may be that varies.
KEPT, LONGEST = 256, 64
#: What is shown where there is no page, and how deep in folders its links still lead back.
MISSING, DEEPEST = "/404", 16
#: The same for everybody and without a secret, they may be read by any site's script, and framed by none.
HEADERS = {
    "Cache-Control": "public, max-age=10",
    "Access-Control-Allow-Origin": "*",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

Answer = Callable[[web.Request], Awaitable[web.Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """Makes visits: what a page is given to show itself with."""

    memory: Memory
    clock: Clock
    running: Running
    look: Callable[[], Awaitable[Readiness]]

    async def visit(self, args: Mapping[str, str], *, exported: bool = False) -> Visit:
        """One at this moment."""
        found = await self.look()
        return Visit(
            now=self.clock.now(),
            memory=self.memory,
            compute=Threads(),
            args=args,
            ready=found.ok,
            unready=tuple(check.says for check in found.checks if not check.ok),
            last_sync=self.running.last_sync(),
            exported=exported,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A page as it is sent. `etag` is the same for the same content."""

    body: bytes
    type: str
    status: int
    etag: str = ""


FAILED = Made(body=b"Something went wrong here.\n", type="text/plain; charset=utf-8", status=500)


@dataclass(kw_only=True)
class Pages:
    """Answers with pages. `busy` is how many are being asked for at the moment."""

    pages: tuple[Page, ...]
    visits: Visits
    clock: Clock
    busy: int = field(default=0, init=False)
    _kept: "OrderedDict[object, tuple[float, asyncio.Task[Made]]]" = field(default_factory=OrderedDict, init=False)
    _failed: dict[str, Tally] = field(default_factory=dict, init=False)

    def routes(self) -> Iterator[tuple[str, Answer]]:
        """Each page's path, and who answers there."""
        for page in self.pages:
            if page.path != MISSING:
                yield page.path, functools.partial(self._answer, page)

    async def missing(self, request: web.Request) -> web.Response:
        """What is shown in the place of a page that there isn't. Raises aiohttp's 404 where nobody has such a page."""
        page = next((one for one in self.pages if one.path == MISSING), None)
        if page is None:
            raise web.HTTPNotFound(text="There is nothing at this address.\n")
        depth = min(request.rel_url.raw_path.count("/") - 1, DEEPEST)
        return await self._in_turn(page, {"depth": str(depth)}, request)

    async def _answer(self, page: Page, request: web.Request) -> web.Response:
        args = dict(request.match_info)
        if not all(len(part) <= LONGEST and part.isprintable() for part in args.values()):
            return await self.missing(request)
        return await self._in_turn(page, args, request)

    async def _in_turn(self, page: Page, args: Mapping[str, str], request: web.Request) -> web.Response:
        if self.busy >= AT_ONCE:
            headers = {**HEADERS, "Cache-Control": "no-store", "Retry-After": "5"}
            return web.Response(status=503, text="Too many at once; try again.\n", headers=headers)
        self.busy += 1
        try:
            made = await self._fresh(page, args)
        finally:
            self.busy -= 1
        return _response(made, request)

    async def _fresh(self, page: Page, args: Mapping[str, str]) -> Made:
        """All who come within some seconds get the same one; the first has it made."""
        key, now = (page.path, *sorted(args.items())), self.clock.steady()
        at, making = self._kept.get(key, (float("-inf"), None))
        if making is None or now - at >= FRESH:
            making = asyncio.create_task(self._make(page, args))
            self._kept[key] = now, making
            self._kept.move_to_end(key)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        # Whoever doesn't wait any longer, as at the end, takes it from nobody else.
        return await asyncio.shield(making)

    async def _make(self, page: Page, args: Mapping[str, str]) -> Made:
        try:
            async with asyncio.timeout(PATIENCE):
                return await made(page, await self.visits.visit(args))
        except Exception:
            times = self._failed.setdefault(page.path, Tally()).count(self.clock.steady())
            if times:
                log.exception("page_failed", path=page.path, times=times)
            return FAILED


async def made(page: Page, visit: Visit) -> Made:
    """The page, shown to this visit."""
    shown = await page.show(visit)
    body = shown.body.encode() if isinstance(shown.body, str) else shown.body
    return Made(body=body, type=shown.type, status=shown.status, etag=hashlib.sha256(body).hexdigest()[:32])


def _response(made: Made, request: web.Request) -> web.Response:
    headers = HEADERS if made is not FAILED else {**HEADERS, "Cache-Control": "no-store"}
    known = request.if_none_match or ()
    if made.status == web.HTTPOk.status_code and any(tag.value in (made.etag, "*") for tag in known):
        answer = web.Response(status=304, headers=headers)
    else:
        answer = web.Response(body=made.body, status=made.status, headers={**headers, "Content-Type": made.type})
    if made.status == web.HTTPOk.status_code:
        answer.etag = made.etag
    return answer
