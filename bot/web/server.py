"""The HTTP server: its addresses, and what holds for all of them."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from aiohttp import web, web_response

from bot import config
from bot.clock import Clock
from bot.errors import Permanent
from bot.handler import Page
from bot.readers import Memory
from bot.running import Running
from bot.storage.engine import Storage
from bot.vitals import Vitals
from bot.web.bodies import Limits
from bot.web.health import HealthPages
from bot.web.hooks import RETRY_AFTER, Hooks
from bot.web.pages import Pages, Visits

log = structlog.get_logger()

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: How long a connection without a request is kept; how long the rest of a refused body is read, so that the refusal
#: arrives; and how long requests under way are waited for at the end. In seconds.
IDLE, LINGERING, ENDING = 75.0, 2.0, 3.0
#: Answered always: it costs nothing, and what watches over us restarts us without an answer.
ALWAYS = "/healthz"
# aiohttp names itself and its version in every answer, and offers no other way to change that for all of them.
web_response.SERVER_SOFTWARE = "Steward"  # type: ignore[attr-defined]
#: Below this there are no pages: whoever calls a hook by another method is told so.
HOOKS = "/hooks/"
#: aiohttp's own log would hold paths, which may hold secrets, and a traceback for each broken request.
_SILENT = logging.getLogger("bot.web.silent")
_SILENT.disabled = True


@dataclass(kw_only=True)
class Web:
    """The server. It listens between `start` and `stop`; `port` is the one that it then has.

    `busy` is how many requests there are at the moment.
    """

    settings: config.Web
    storage: Storage
    clock: Clock
    running: Running
    limits: Limits = field(default_factory=Limits)
    pages: tuple[Page, ...] = ()
    port: int = field(default=0, init=False)
    busy: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.hooks = Hooks(
            hooks={hook.name: hook for hook in self.settings.hooks},
            storage=self.storage,
            clock=self.clock,
            limits=self.limits,
            running=self.running,
        )
        health = HealthPages(vitals=Vitals(storage=self.storage), clock=self.clock, running=self.running)
        visits = Visits(memory=Memory(self.storage), clock=self.clock, running=self.running, look=health.look)
        self._pages = Pages(pages=self.pages, visits=visits, clock=self.clock)
        app = web.Application(middlewares=[self._in_turn])
        app.add_routes(
            [
                web.get("/healthz", health.healthz, expect_handler=expected),
                web.get("/readyz", health.readyz, expect_handler=expected),
                web.post("/hooks/{name}", self.hooks.take, expect_handler=expected),
                web.post("/hooks/{name}/{secret}", self.hooks.take, expect_handler=expected),
                *(web.get(path, answer, expect_handler=expected) for path, answer in self._pages.routes()),
            ]
        )
        self._runner = web.AppRunner(
            app,
            access_log=None,
            logger=_SILENT,
            auto_decompress=False,
            keepalive_timeout=IDLE,
            lingering_time=LINGERING,
            shutdown_timeout=ENDING,
        )

    async def start(self) -> None:
        """Listen. Raises `Permanent` where that can't be done."""
        host, _, port = self.settings.listen.rpartition(":")
        await self._runner.setup()
        try:
            site = web.TCPSite(self._runner, host.strip("[]"), int(port))
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            raise Permanent(f"{self.settings.listen} can't be listened on: {error.strerror or error}.") from error
        self.port = site.port
        log.info("web_listening", host=host, port=self.port)

    async def stop(self) -> None:
        """Listen no longer. What has come whole is still kept and acknowledged; a body still on its way is not."""
        await self._runner.cleanup()

    @web.middleware
    async def _in_turn(self, request: web.Request, handler: Answer) -> web.StreamResponse:
        """So many at once and no more."""
        if request.path == ALWAYS:
            return await answered(request, handler)
        if self.busy >= self.limits.at_once:
            return web.Response(status=503, text="Too many at once; try again.\n", headers={"Retry-After": RETRY_AFTER})
        self.busy += 1
        try:
            return await answered(request, handler, self._pages.missing)
        finally:
            self.busy -= 1


async def expected(request: web.Request) -> None:
    """Tell who waits for it to go on. All else that is expected is passed over: aiohttp fails to refuse odd bytes."""
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # as aiohttp does: the answer hasn't begun yet


async def answered(request: web.Request, answer: Answer, missing: Answer | None = None) -> web.StreamResponse:
    """The answer; what goes wrong on the way becomes one. `missing` answers where nobody does."""
    try:
        return await answer(request)
    except web.HTTPNotFound:
        if missing is None or request.method not in {"GET", "HEAD"} or request.path.startswith(HOOKS):
            raise
        return await missing(request)
    except web.HTTPMethodNotAllowed as refusal:
        refusal.text = f"This address takes {' and '.join(sorted(refusal.allowed_methods))} alone.\n"
        raise
    except web.HTTPException:
        raise
    except Exception:
        log.exception("request_failed")
        return web.Response(status=500, text="Something went wrong here.\n")
