"""Probes at work: in their own time, none twice at once, and what they tell is kept whatever happens."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import inbox, probing
from bot.actions import Nothing
from bot.errors import StorageError, Unacceptable
from bot.events import Signal
from bot.handler import Looked, Opened, Probe, Sight
from bot.ports import Fetched, Http
from bot.probing import AT_ONCE, LANE, NOT_KEPT, RAISED, SPREAD, Probing
from bot.reach import Direct
from bot.steward import Steward
from bot.storage import journal, schema
from bot.storage.engine import Storage
from handlers.status.probes.watching import probes_of
from handlers.status.settings import ProbeSettings
from tests.engine.test_steward import Parts, at_work
from tests.support.fakes import START, FakeClock, FakeHttp, FakeReader
from tests.support.house import MakeHouse, on_any_database
from tests.unit.status.scenes import watch

HALF_A_MINUTE = timedelta(seconds=30)


@dataclass
class Time:
    """Time passes only when everybody waits, and then to the next moment that somebody waits for."""

    clock: FakeClock
    waiting: list[tuple[float, asyncio.Event]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        done = asyncio.Event()
        self.waiting.append((self.clock.passed + seconds, done))
        await done.wait()

    async def until(self, held: Callable[[], bool]) -> None:
        """Let time pass until this holds."""
        async with asyncio.timeout(20):
            while not held():
                await asyncio.sleep(0)
                if self.waiting:
                    await self._go_on()

    async def _go_on(self) -> None:
        for _ in range(20):  # whoever can go on does so first
            await asyncio.sleep(0)
        self.waiting.sort(key=lambda one: one[0])
        at, done = self.waiting.pop(0)
        self.clock.forward(at - self.clock.passed)
        done.set()


class Recorded:
    """A probe of somebody's. `looks` are the moments, in seconds, at which it looked."""

    def __init__(self, clock: FakeClock, *come: Looked | Exception, again: timedelta = HALF_A_MINUTE) -> None:
        self.clock = clock
        self.come = list(come)
        self.again = again
        self.looks: list[float] = []

    async def look(self, sight: Sight) -> Looked:
        assert sight.now == self.clock.now()
        self.looks.append(self.clock.passed)
        found = self.come.pop(0) if self.come else Looked(again=self.again)
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
def time(clock: FakeClock) -> Time:
    return Time(clock)


@pytest.fixture
def probed(storage: Storage, clock: FakeClock, time: Time) -> Callable[..., Probing]:
    def make(*probes: Probe, chance: Callable[[], float] = lambda: 0.5, **changes: Any) -> Probing:
        changes = {"http": FakeHttp(), "wake": lambda _: None, **changes}
        return Probing(
            probes={"status": probes},
            storage=storage,
            clock=clock,
            reach=Direct(),
            sleep=time.sleep,
            chance=chance,
            **changes,
        )

    return make


@contextlib.asynccontextmanager
async def running(probing: Probing) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.create_task(probing.run())
    yield task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def kept(storage: Storage) -> list[Any]:
    return [json.loads(row.body) for row in await storage.rows(select(schema.journal).order_by(schema.journal.c.id))]


def tells(**body: Any) -> Looked:
    return Looked(again=HALF_A_MINUTE, tell=body)


def probe(recorded: Recorded, key: str = "wiki", **changes: Any) -> Probe:
    return Probe(key=key, look=recorded.look, **changes)


@on_any_database
async def test_a_probe_looks_again_when_it_wants_to_a_tenth_sooner_or_later(probed, clock, time):
    chances = [0.0, 0.0, 1.0, 0.5]
    one = Recorded(clock)
    async with running(probed(probe(one), chance=lambda: chances.pop(0) if chances else 0.5)):
        await time.until(lambda: len(one.looks) == 4)
    assert one.looks == [0, 27, 60, 90]


@on_any_database
async def test_the_first_looks_are_spread_and_none_comes_before_its_time(probed, clock, time):
    soon, late = Recorded(clock), Recorded(clock)
    chances = [0.25, 1.0]
    running_ = probed(
        probe(soon), probe(late, "late", after=HALF_A_MINUTE), chance=lambda: chances.pop(0) if chances else 0.5
    )
    async with running(running_):
        await time.until(lambda: bool(late.looks))
    assert soon.looks[0] == 0.25 * SPREAD
    assert late.looks[0] == 30 + SPREAD


async def test_what_a_probe_tells_is_journalled_and_comes_as_a_signal(probed, clock, time, storage, house: MakeHouse):
    woken: list[str] = []
    one = Recorded(clock, tells(state="down"), Looked(again=HALF_A_MINUTE), tells(state="up"))
    async with running(probed(probe(one), wake=woken.append)):
        await time.until(lambda: len(woken) == 2)
    entries = await journal.waiting(storage, LANE)
    read = [await inbox.reader(FakeReader())(entry) for entry in entries]
    assert [(one.source, one.body, one.room) for one in read if isinstance(one, Signal)] == [
        ("probe", {"state": "down"}, LANE),
        ("probe", {"state": "up"}, LANE),
    ]
    assert woken == [LANE, LANE]
    assert [entry.received for entry in entries] == [(START + timedelta(seconds=at)).timestamp() for at in (5, 65)]
    assert len({entry.key for entry in entries}) == 2

    heard: list[dict[str, Any]] = []

    async def on_signal(signal: Signal, _ports: object) -> Nothing:
        heard.append(dict(signal.body))
        return Nothing("heard")

    await house(status=Opened(on={Signal: on_signal})).works(LANE)
    assert heard == [{"state": "down"}, {"state": "up"}]


@on_any_database
async def test_a_probe_that_fails_by_itself_goes_on_in_a_minute_and_the_others_meanwhile(probed, clock, time, storage):
    bad, good = Recorded(clock, ValueError("a bug"), RuntimeError("another"), tells(n=1)), Recorded(clock)
    at_work_ = probed(probe(bad, "bad"), probe(good, "good"))
    async with running(at_work_):
        await time.until(lambda: len(bad.looks) == 3)
        assert bad.looks == [5, 5 + RAISED, 5 + 2 * RAISED]
        assert len(good.looks) >= 4
        assert at_work_.raised == {"status:bad": 2}
        await time.until(lambda: len(bad.looks) == 4)
    assert await kept(storage) == [{"n": 1}]


def failing(monkeypatch: pytest.MonkeyPatch, *errors: Exception) -> list[Exception]:
    left, writing = list(errors), journal.write

    async def write(tx: AsyncConnection, entries: Sequence[journal.Entry]) -> None:
        if left:
            raise left.pop(0)
        await writing(tx, entries)

    monkeypatch.setattr(journal, "write", write)
    return left


async def test_what_cant_be_kept_is_tried_until_it_is_and_in_order(probed, clock, time, storage, monkeypatch):
    left = failing(monkeypatch, *[StorageError("locked")] * 5)
    one = Recorded(clock, tells(n=1), tells(n=2))
    async with running(probed(probe(one))):
        await time.until(lambda: len(one.looks) == 3)
    assert left == []
    assert await kept(storage) == [{"n": 1}, {"n": 2}]
    # It looks again only once it has told.
    assert one.looks[:2] == [5, 5 + 5 * NOT_KEPT + 30]


async def test_what_was_kept_although_it_failed_is_kept_once(probed, clock, time, storage, monkeypatch):
    """A commit may succeed without our hearing of it."""
    begin, lost = storage.begin, [StorageError("the connection broke off")]

    @contextlib.asynccontextmanager
    async def deaf() -> AsyncIterator[AsyncConnection]:
        async with begin() as tx:
            yield tx
        if lost:
            raise lost.pop()

    monkeypatch.setattr(storage, "begin", deaf)
    one = Recorded(clock, tells(n=1))
    async with running(probed(probe(one))):
        await time.until(lambda: len(one.looks) == 2)
    assert lost == []
    assert await kept(storage) == [{"n": 1}]


@on_any_database
@pytest.mark.parametrize("error", [Unacceptable("too long"), TypeError("not JSON")])
async def test_what_can_never_be_kept_ends_no_probe(probed, time, storage, monkeypatch, error):
    failing(monkeypatch, error)
    one = Recorded(time.clock, tells(n=1), tells(n=2))
    at_work_ = probed(probe(one))
    async with running(at_work_) as task:
        await time.until(lambda: len(one.looks) == 3)
        assert not task.done()
    assert at_work_.raised == {"status:wiki": 1}
    assert await kept(storage) == [{"n": 2}]


class Gate:
    """Looks that last until they are let go. `most` is how many there were at once."""

    def __init__(self) -> None:
        self.now = self.most = self.begun = 0
        self.open = asyncio.Event()

    async def look(self, _sight: Sight) -> Looked:
        self.now += 1
        self.begun += 1
        self.most = max(self.most, self.now)
        try:
            await self.open.wait()
        finally:
            self.now -= 1
        return Looked(again=timedelta(days=1))


@on_any_database
async def test_so_many_look_at_once_and_no_more(probed, time, monkeypatch):
    monkeypatch.setattr(probing, "BUSY", 60.0)
    gate = Gate()
    async with running(probed(*(Probe(key=str(number), look=gate.look) for number in range(100)))):
        await time.until(lambda: gate.begun >= AT_ONCE and not time.waiting)
        assert gate.now == AT_ONCE
        gate.open.set()
        await time.until(lambda: gate.begun == 100)
    assert gate.most <= AT_ONCE


@on_any_database
async def test_looks_that_only_wait_for_an_answer_hold_up_no_other(probed, time, monkeypatch):
    """A hundred services behind one machine that hangs must all be noticed in time."""
    monkeypatch.setattr(probing, "BUSY", 0.01)
    gate = Gate()
    async with running(probed(*(Probe(key=str(number), look=gate.look) for number in range(100)))):
        await time.until(lambda: gate.now == 100)


@on_any_database
async def test_a_probe_never_looks_twice_at_once_and_is_cut_short_at_the_end(probed, time):
    gate = Gate()
    async with running(probed(Probe(key="slow", look=gate.look))) as task:
        await time.until(lambda: gate.now == 1)
        for _ in range(100):
            await asyncio.sleep(0)
        assert gate.begun == 1
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert gate.now == 0


@on_any_database
async def test_without_probes_it_waits_to_be_ended(probed):
    async with running(probed()) as task:
        await asyncio.sleep(0)
        assert not task.done()


@on_any_database
async def test_probes_begin_once_the_bot_is_released(storage, probed, clock, time):
    parts, one = Parts(storage), Recorded(clock)
    steward: Steward = parts.steward
    steward.engine.probing = probed(probe(one))
    async with at_work(steward.look()):
        for _ in range(20):
            await asyncio.sleep(0)
        assert time.waiting == []
        steward.released.set()
        await time.until(lambda: bool(one.looks))


# The whole way, at default settings


@dataclass
class Service(Http):
    """A service that fails from a moment on in this way. Whoever hangs takes as long as he is waited for."""

    clock: FakeClock
    how: str
    down_at: float = float("inf")
    asked: int = 0

    async def fetch(self, url: str, headers: Any = None) -> Fetched:
        del headers
        self.asked += 1
        failing = self.clock.passed >= self.down_at
        if failing and self.how == "hangs" and "control" not in url:
            self.clock.forward(10)
            raise TimeoutError
        status = 503 if failing and "control" not in url else 200
        return Fetched(status=status, headers={}, body=b"", url=url, elapsed=0.2)


@on_any_database
@pytest.mark.parametrize("how", ["hangs", "fails"])
async def test_an_outage_is_noticed_within_90_seconds_and_its_end_too(probed, clock, time, storage, how):
    """In the worst case: it fails just after a look, and all waiting is as long as it can be."""
    service = Service(clock, how)
    watching = watch(probes=(ProbeSettings(service="mastodon"),), control=("https://control.example",))
    async with running(probed(*probes_of(watching)[:1], http=service, chance=lambda: 1.0)):
        await told(storage, time, 1)
        asked = service.asked
        await time.until(lambda: service.asked == asked + 2)
        service.down_at = clock.passed
        down = await told(storage, time, 2)
        assert down["state"] == "down"
        failed = (START + timedelta(seconds=service.down_at)).timestamp()
        assert 0 <= down["since"] - failed < 40
        assert down["at"] - failed <= 90
        service.down_at = float("inf")
        up = await told(storage, time, 3)
        assert up["state"] == "up"
        assert up["at"] - down["at"] <= 90


async def told(storage: Storage, time: Time, number: int) -> dict[str, Any]:
    """What was told as the number-th."""
    async with asyncio.timeout(20):
        while len(found := await kept(storage)) < number:
            before = len(time.slept)
            await time.until(lambda: len(time.slept) > before)  # noqa: B023 - it is over before the next round
    body: dict[str, Any] = found[number - 1]
    return body
