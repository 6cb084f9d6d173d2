"""Pages: made seldom however many ask, the same for everybody, fenced, and never in the way of a hook."""

import asyncio
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request
from sqlalchemy import text
from structlog.testing import capture_logs
from yarl import URL

from bot.errors import StorageError
from bot.handler import Page, Shown, Visit
from bot.readers import Memory
from bot.readiness import Readiness
from bot.running import Running
from bot.web.pages import AT_ONCE, FRESH, KEPT, Pages, Visits
from tests.support.house import on_any_database

HOOK = {"name": "kuma", "bearer": "secret"}


@dataclass
class Handler:
    """Shows pages, and keeps the visits."""

    visits: list[Visit] = field(default_factory=list)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    body: str = "<h1>All is well</h1>"
    trouble: Exception | None = None

    @property
    def pages(self) -> tuple[Page, ...]:
        return (
            Page(path="/", show=self.front),
            Page(path="/incidents/{id}", show=self.front),
            Page(path="/slow/{id}", show=self.slow),
            Page(path="/404", show=self.missing),
        )

    async def front(self, visit: Visit) -> Shown:
        self.visits.append(visit)
        if self.trouble is not None:
            raise self.trouble
        return Shown(body=self.body)

    async def slow(self, visit: Visit) -> Shown:
        await self.go_on.wait()
        return await self.front(visit)

    async def missing(self, visit: Visit) -> Shown:
        self.visits.append(visit)
        return Shown(body="There is no such page", status=404)


@pytest.fixture
def handler() -> Handler:
    return Handler()


async def until(true):
    while not true():  # noqa: ASYNC110 - a counter tells nobody that it counts
        await asyncio.sleep(0)


async def get(site, path, **headers):
    async with site.http.get(URL(site.url + path, encoded=True), headers=headers) as answer:
        return answer, await answer.text()


@on_any_database
async def test_a_page_says_who_may_do_what_with_it(serve, handler):
    answer, body = await get(await serve(pages=handler.pages), "/")
    assert (answer.status, body) == (200, "<h1>All is well</h1>")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=10"
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "style-src 'self'", "img-src 'self'", "base-uri 'none'"} <= set(policy)
    assert {"form-action 'none'", "frame-ancestors 'none'"} <= set(policy)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "camera=()" in answer.headers["Permissions-Policy"]


@on_any_database
async def test_a_page_is_made_once_in_five_seconds(serve, handler, clock):
    site = await serve(pages=handler.pages)
    await asyncio.gather(*(get(site, "/") for _ in range(10)))
    clock.forward(FRESH - 0.1)
    await get(site, "/?again")
    assert len(handler.visits) == 1
    clock.forward(0.1)
    await get(site, "/")
    assert len(handler.visits) == 2


@on_any_database
async def test_whoever_has_it_already_is_told_so(serve, handler, clock):
    site = await serve(pages=handler.pages)
    first, _ = await get(site, "/")
    again, body = await get(site, "/", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status, body, again.headers["ETag"]) == (304, "", first.headers["ETag"])
    clock.forward(FRESH)
    handler.body = "<h1>Nothing is</h1>"
    changed, _ = await get(site, "/", **{"If-None-Match": first.headers["ETag"]})
    assert changed.status == 200


@on_any_database
async def test_a_page_can_be_asked_for_without_its_text_and_takes_nothing(serve, handler):
    site = await serve(pages=handler.pages)
    async with site.http.head(f"{site.url}/") as answer:
        assert (answer.status, await answer.text()) == (200, "")
        assert answer.headers["Content-Length"] == str(len(handler.body))
    async with site.http.post(f"{site.url}/") as answer:
        assert (answer.status, await answer.text()) == (405, "This address takes GET and HEAD alone.\n")


@on_any_database
async def test_the_visit_tells_how_the_bot_is(serve, handler, clock):
    site = await serve(pages=handler.pages)
    await get(site, "/")
    clock.forward(FRESH)
    site.running.last_sync = clock.now
    await get(site, "/incidents/7")
    before, after = handler.visits
    assert (before.ready, before.last_sync) == (False, None)
    assert before.unready == ("The homeserver hasn't been reached yet.",)
    assert (after.ready, after.unready, after.last_sync) == (True, (), clock.now())
    assert (after.args, after.now, after.exported) == ({"id": "7"}, clock.now(), False)
    assert len(await after.memory.rows(text("SELECT 1"))) == 1


@on_any_database
@pytest.mark.parametrize(
    "path",
    [
        *("/nothing", "/incidents/", "/incidents/a/b", "/incidents/%00", "/incidents/%0a", "/incidents/" + "x" * 65),
        *("/" + "x" * 6000, "/%ff%fe", "/..%2f..%2fetc%2fpasswd", "/style.css%00", "//"),
    ],
)
async def test_where_there_is_no_page_one_helps(serve, handler, path):
    site = await serve(pages=handler.pages)
    answer, body = await get(site, path)
    assert (answer.status, body) == (404, "There is no such page")
    assert "Content-Security-Policy" in answer.headers
    assert handler.visits[0].args == {"depth": str(path.count("/") - 1)}


@on_any_database
async def test_an_address_without_end_ends_nothing(serve, handler):
    site = await serve(pages=handler.pages)
    answer, _ = await get(site, "/incidents/" + "x" * 20_000)
    assert 400 <= answer.status < 500
    assert (await get(site, "/"))[0].status == 200


@on_any_database
async def test_of_paths_that_vary_so_many_are_kept_and_no_more(serve, handler):
    site = await serve(pages=handler.pages)
    for number in range(KEPT + 10):
        await get(site, f"/incidents/{number}")
    assert len(handler.visits) == KEPT + 10
    await get(site, f"/incidents/{KEPT}")
    assert len(handler.visits) == KEPT + 10, "this one is still there"
    await get(site, "/incidents/0")
    assert len(handler.visits) == KEPT + 11, "this one had to go"


@on_any_database
async def test_a_page_that_fails_is_a_sentence_and_a_line_in_the_log(serve, handler, clock):
    handler.trouble = ValueError("secret inside")
    site = await serve(pages=handler.pages)
    with capture_logs() as logs:
        answer, body = await get(site, "/")
        await get(site, "/")
    assert (answer.status, body) == (500, "Something went wrong here.\n")
    assert answer.headers["Cache-Control"] == "no-store"
    assert [(line["event"], line["path"]) for line in logs] == [("page_failed", "/")]
    handler.trouble = None
    clock.forward(FRESH)
    assert (await get(site, "/"))[0].status == 200


@on_any_database
async def test_a_database_that_fails_is_the_same(serve, handler):
    handler.trouble = StorageError("The database could not be read.")
    answer, body = await get(await serve(pages=handler.pages), "/")
    assert (answer.status, body) == (500, "Something went wrong here.\n")


@on_any_database
async def test_readers_are_many_and_hooks_go_first(serve, handler):
    site = await serve(HOOK, pages=handler.pages)
    asked = [asyncio.create_task(get(site, f"/slow/{number}")) for number in range(AT_ONCE)]
    await until(lambda: site.web.busy == AT_ONCE)

    answer, _ = await get(site, "/slow/more")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert await site.post("/hooks/kuma", Authorization="Bearer secret") == 202

    handler.go_on.set()
    assert {answer.status for answer, _ in await asyncio.gather(*asked)} == {200}
    assert (await get(site, "/"))[0].status == 200


@on_any_database
async def test_a_reader_who_goes_away_takes_the_page_from_nobody(serve, handler):
    site = await serve(pages=handler.pages)
    async with aiohttp.ClientSession() as other:
        impatient = asyncio.create_task(other.get(f"{site.url}/slow/1"))
        await until(lambda: site.web.busy == 1)
        patient = asyncio.create_task(get(site, "/slow/1"))
        await until(lambda: site.web.busy == 2)
        impatient.cancel()
    handler.go_on.set()
    answer, _ = await patient
    assert answer.status == 200
    assert len(handler.visits) == 1


@on_any_database
async def test_pages_leave_hooks_and_health_what_they_were(serve, handler):
    site = await serve(HOOK, pages=handler.pages)
    assert (await get(site, "/healthz"))[1] == "ok\n"
    assert (await get(site, "/readyz"))[0].status == 503
    answer, body = await get(site, "/hooks/kuma")
    assert (answer.status, body) == (405, "This address takes POST alone.\n")
    assert handler.visits == []


@on_any_database
async def test_without_pages_there_is_a_sentence(serve):
    answer, body = await get(await serve(), "/")
    assert (answer.status, body) == (404, "There is nothing at this address.\n")


@on_any_database
async def test_a_request_that_is_cut_off_takes_the_page_from_nobody(handler, storage, clock):
    async def look() -> Readiness:
        return Readiness(())

    visits = Visits(memory=Memory(storage), clock=clock, running=Running(), look=look)
    slow = dict(Pages(pages=handler.pages, visits=visits, clock=clock).routes())["/slow/{id}"]
    request = make_mocked_request("GET", "/slow/1", match_info={"id": "1"})
    first, second = (asyncio.ensure_future(slow(request)) for _ in range(2))
    for _ in range(5):
        await asyncio.sleep(0)
    first.cancel()
    handler.go_on.set()
    assert (await second).status == 200
    assert len(handler.visits) == 1
