"""Calls over a real connection: what a failing homeserver gets of them, and what each answer says of the line."""

import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web

from bot.errors import SlowDown, TryLater, Unreachable
from bot.matrix.api import Api, Denied, Failing, LoggedOut
from bot.matrix.line import Line
from tests.support.fakes import Watch


@dataclass
class Server:
    """Answers as it is told, over and over; counts what it was asked."""

    answer: Callable[[web.Request], web.StreamResponse]
    asked: int = 0
    url: str = field(default="", init=False)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        return self.answer(request)


def of(status: int, **body: object) -> Callable[[web.Request], web.StreamResponse]:
    return lambda _request: web.json_response(body, status=status)


def cut(request: web.Request) -> web.StreamResponse:
    """Close the connection without a word."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    served = Server(of(200, fine=True))
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", served.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    served.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield served
    await runner.cleanup()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def api(server: Server, watch: Watch) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as session:
        api = Api(server.url, session)
        api.line = Line(now=watch)
        yield api


@pytest.mark.parametrize(
    "answer", [lambda _: web.Response(status=502, text="<html>"), cut, of(500, errcode="M_UNKNOWN")]
)
async def test_after_a_failure_nothing_is_asked_until_its_time_has_come(api, server, watch, answer) -> None:
    await api.call("GET", "/before")
    server.answer = answer
    with pytest.raises(Failing):
        await api.call("PUT", "/a")
    asked = server.asked
    for _ in range(20):
        with pytest.raises(Unreachable):
            await api.call("PUT", "/b")
    assert server.asked == asked == 2, "a closed connection isn't asked a second time behind our back"

    watch.at += 2
    with pytest.raises(Unreachable):
        await api.call("PUT", "/c")
    assert server.asked == 3
    server.answer = of(200)
    watch.at += 4
    await api.call("PUT", "/c")
    await api.call("PUT", "/d")
    assert server.asked == 5


async def test_a_homeserver_that_is_not_there_is_a_failure() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        async with aiohttp.ClientSession() as session:
            api = Api(f"http://127.0.0.1:{taken.getsockname()[1]}", session)
            with pytest.raises(Failing, match="can't be reached"):
                await api.call("GET", "/")
            assert api.line.down


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (of(403, errcode="M_FORBIDDEN"), Denied),
        (of(429, errcode="M_LIMIT_EXCEEDED"), SlowDown),
        (of(401, errcode="M_UNKNOWN_TOKEN"), LoggedOut),
    ],
)
async def test_what_the_homeserver_itself_says_is_no_failure(api, server, answer, error) -> None:
    server.answer = answer
    with pytest.raises(error):
        await api.call("GET", "/")
    assert not api.line.down
    server.answer = of(200, well=True)
    assert await api.call("GET", "/") == {"well": True}


async def test_that_another_homeserver_fails_is_not_ours_failing(api, server) -> None:
    server.answer = of(502, errcode="M_UNKNOWN", error="Failed to make_join via any server")
    with pytest.raises(Failing, match="make_join"):
        await api.call("POST", "/join/!far:away.example", {}, elsewhere=True)
    assert not api.line.down
    with pytest.raises(Failing):
        await api.call("POST", "/sync", {})
    assert api.line.down


async def test_an_upload_asks_as_politely_as_a_call(api, server) -> None:
    api.line.failed()
    with pytest.raises(Unreachable):
        await api.upload(b"picture", "image/png")
    assert server.asked == 0


@pytest.mark.parametrize("answer", [of(200), of(200, content_uri=None), of(200, content_uri="")])
async def test_an_upload_without_an_address_may_be_tried_again(api, server, answer) -> None:
    server.answer = answer
    with pytest.raises(TryLater, match="where it has put the file"):
        await api.upload(b"picture", "image/png")


async def test_the_time_is_told_with_each_answer_of_the_homeservers_own(api, server) -> None:
    told: list[float] = []
    api.told_time = told.append
    stamp = {"Date": "Tue, 24 Nov 2026 10:00:00 GMT"}
    server.answer = lambda _: web.json_response({}, headers=stamp)
    await api.call("GET", "/")
    server.answer = lambda _: web.json_response({}, headers={"Date": "yesterday"})
    await api.call("GET", "/")
    server.answer = lambda _: web.Response(status=502, headers={"Date": "Tue, 24 Nov 2099 10:00:00 GMT"})
    with pytest.raises(Failing):
        await api.call("GET", "/")
    assert told == [1_795_514_400.0]


async def test_redirects_are_not_followed(api, server) -> None:
    server.answer = lambda _: web.Response(status=302, headers={"Location": f"{server.url}/elsewhere"})
    with pytest.raises(TryLater):
        await api.call("GET", "/")
    assert server.asked == 1
