"""A proxy between the bot and its homeserver that does harm when it is told to, and counts what passes."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from tests.chaos.faults import HTML, LATE, STALL, Fault, Step, Trap, step_of

#: Headers that belong to one connection.
OWN = {"host", "content-length", "transfer-encoding", "connection", "content-encoding", "accept-encoding"}
LIMITED = b'{"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests"}'
LIMITED_SECOND = b'{"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": 1000}'


@dataclass(frozen=True, slots=True)
class Answer:
    """What the homeserver said, or what is said in its place."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


@dataclass(kw_only=True)
class Proxy:
    """`traps` strike once each; `outage` strikes everything; `before` and `after` are told of each step passed on."""

    target: str
    http: aiohttp.ClientSession
    traps: list[Trap] = field(default_factory=list)
    outage: Fault | None = None
    sprung: list[Trap] = field(default_factory=list)
    asked: list[tuple[float, Step]] = field(default_factory=list)
    before: Callable[[Step], Awaitable[None]] | None = None
    after: Callable[[Step], Awaitable[None]] | None = None
    port: int = 0
    _met: Counter[Step] = field(default_factory=Counter)
    _last_sync: Answer | None = None

    @property
    def url(self) -> str:
        """Where the bot finds its homeserver."""
        return f"http://127.0.0.1:{self.port}"

    def set(self, *traps: Trap) -> None:
        """Lay these traps, in place of any before."""
        self.traps, self.sprung = list(traps), []
        self._met.clear()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Pass a request on, or not."""
        step = step_of(request.method, request.path)
        self.asked.append((time.monotonic(), step))
        body = await request.read()
        if self.before is not None:
            await self.before(step)
        fault = self.outage or (None if step is Step.SYNC else self._sprung(step))
        if fault is not None and fault not in LATE:
            return await self._instead(request, fault, lambda: self._forward(request, body))
        answer = await self._forward(request, body)
        if step is Step.SYNC:
            fault = fault or self._on_sync(answer)
        if self.after is not None:
            await self.after(step)
        if fault is None:
            return whole(answer)
        return await self._late(request, fault, answer, lambda: self._forward(request, body))

    def _sprung(self, step: Step) -> Fault | None:
        self._met[step] += 1
        for trap in self.traps:
            if trap.step is step and trap.nth == self._met[step]:
                self.traps.remove(trap)
                self.sprung.append(trap)
                return trap.fault
        return None

    def _on_sync(self, answer: Answer) -> Fault | None:
        """Only answers that bring something are worth losing."""
        return self._sprung(Step.SYNC) if b'"timeline"' in answer.body else None

    async def _forward(self, request: web.Request, body: bytes) -> Answer:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in OWN}
        try:
            async with self.http.request(
                request.method, self.target + request.raw_path, data=body, headers=headers, allow_redirects=False
            ) as got:
                said = {name: value for name, value in got.headers.items() if name.lower() not in OWN}
                return Answer(got.status, await got.read(), said)
        except aiohttp.ClientError:
            return Answer(502, HTML, {"Content-Type": "text/html"})

    async def _instead(
        self, request: web.Request, fault: Fault, forward: Callable[[], Awaitable[Answer]]
    ) -> web.StreamResponse:
        match fault:
            case Fault.RESET:
                return abort(request)
            case Fault.BAD_GATEWAY:
                return whole(Answer(502, HTML, {"Content-Type": "text/html"}))
            case Fault.BROKEN:
                return whole(Answer(500, b'{"errcode": "M_UNKNOWN", "error": "Internal server error"}'))
            case Fault.LIMITED_HEADER:
                return whole(Answer(429, LIMITED, {"Retry-After": "1"}))
            case Fault.LIMITED_BODY:
                return whole(Answer(429, LIMITED_SECOND))
            case Fault.LIMITED_BARE:
                return whole(Answer(429, LIMITED))
            case Fault.SOFT_LOGOUT | Fault.HARD_LOGOUT:
                soft = "true" if fault is Fault.SOFT_LOGOUT else "false"
                said = f'{{"errcode": "M_UNKNOWN_TOKEN", "error": "logged out", "soft_logout": {soft}}}'
                return whole(Answer(401, said.encode()))
            case Fault.STALLED:
                await asyncio.sleep(STALL)
                return whole(await forward())
            case _:
                raise AssertionError(fault)

    async def _late(
        self, request: web.Request, fault: Fault, answer: Answer, forward: Callable[[], Awaitable[Answer]]
    ) -> web.StreamResponse:
        match fault:
            case Fault.LOST:
                return abort(request)
            case Fault.TRUNCATED:
                return await half(request, answer)
            case Fault.GARBAGE:
                return whole(Answer(200, b"\xff\xfe" + answer.body[: len(answer.body) // 2]))
            case Fault.EMPTY:
                return whole(Answer(200, b""))
            case Fault.BAD_GATEWAY_LATE:
                return whole(Answer(502, HTML, {"Content-Type": "text/html"}))
            case Fault.TIMED_OUT_LATE:
                return whole(Answer(504, HTML, {"Content-Type": "text/html"}))
            case Fault.DUPLICATED:
                return whole(await forward())
            case Fault.STALLED_LATE:
                await asyncio.sleep(STALL)
                return whole(answer)
            case _:
                return await self._instead(request, fault, forward)


def whole(answer: Answer) -> web.Response:
    """An answer as it is."""
    return web.Response(status=answer.status, body=answer.body, headers=answer.headers)


def abort(request: web.Request) -> web.Response:
    """Cut the connection without a word."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


async def half(request: web.Request, answer: Answer) -> web.StreamResponse:
    """The first half of an answer, and then the end of the connection."""
    response = web.StreamResponse(status=answer.status, headers={"Content-Length": str(len(answer.body))})
    with contextlib.suppress(ConnectionError):
        await response.prepare(request)
        await response.write(answer.body[: len(answer.body) // 2])
    return abort(request)


@asynccontextmanager
async def proxy_to(target: str) -> AsyncIterator[Proxy]:
    """A proxy for as long as the block lasts."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=120)) as http:
        proxy = Proxy(target=target, http=http)
        app = web.Application(client_max_size=1 << 30)
        app.router.add_route("*", "/{rest:.*}", proxy.handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        proxy.port = runner.addresses[0][1]
        try:
            yield proxy
        finally:
            await runner.cleanup()
