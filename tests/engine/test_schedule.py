"""The schedule: what was put off comes back once, whatever happens in between."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import inbox
from bot.actions import Ask, Later
from bot.errors import StorageError
from bot.events import Tick
from bot.handler import Recurring
from bot.schedule import LONGEST_SLEEP, Schedule
from bot.storage import jobs, journal, outbox, schema
from bot.storage.engine import Storage
from bot.storage.jobs import Job
from bot.storage.journal import DONE, UNREADABLE
from tests.support.fakes import START, Crash, FakeClock, FakeReader
from tests.support.house import ANA, ROOM, entry


@pytest.fixture
def woken() -> list[str]:
    return []


@pytest.fixture
def schedule(storage: Storage, clock: FakeClock, woken: list[str]) -> Schedule:
    return Schedule(storage=storage, clock=clock, wake=woken.append)


async def put_off(storage: Storage, *laters: Later, handler: str = "faq") -> None:
    async with storage.begin() as tx:
        for later in laters:
            await jobs.add_job(tx, handler, later)


def later(seconds: float, key: str = "k", room: str = ROOM, **memo: object) -> Later:
    return Later(at=START + timedelta(seconds=seconds), key=key, room=room, memo=memo)


async def ticks(storage: Storage, room: str = ROOM) -> list[Tick]:
    """What waits for a room as ticks."""
    read = inbox.reader(FakeReader())
    found = [await read(one) for one in await journal.waiting(storage, room)]
    return [one for one in found if isinstance(one, Tick)]


async def test_what_is_due_comes_back_once_as_a_tick_with_what_was_given(
    storage: Storage, schedule: Schedule, clock: FakeClock, woken: list[str]
) -> None:
    await put_off(storage, later(10, n=1))
    assert await schedule.turn() == 10.0
    assert await ticks(storage) == []

    clock.forward(10)
    assert await schedule.turn() == LONGEST_SLEEP
    (tick,) = await ticks(storage)
    assert (tick.key, tick.room, tick.memo, tick.at) == ("faq:k", ROOM, {"n": 1}, clock.now())
    assert woken == [ROOM]

    await schedule.turn()
    assert len(await ticks(storage)) == 1
    assert woken == [ROOM]


async def test_what_is_overdue_comes_in_the_order_in_which_it_was_due(
    storage: Storage, schedule: Schedule, clock: FakeClock, woken: list[str]
) -> None:
    await put_off(
        storage, later(30, "c"), later(10, "a"), later(20, "b"), later(5, "x", "!other"), later(99, "not yet")
    )
    clock.forward(60)
    assert await schedule.turn() == 39.0
    assert [tick.key for tick in await ticks(storage)] == ["faq:a", "faq:b", "faq:c"]
    assert [tick.key for tick in await ticks(storage, "!other")] == ["faq:x"]
    assert set(woken) == {ROOM, "!other"}


async def test_more_than_a_hundred_are_handed_on_in_one_turn(
    storage: Storage, schedule: Schedule, clock: FakeClock
) -> None:
    await put_off(storage, *(later(1, str(number)) for number in range(120)))
    clock.forward(1)
    await schedule.turn()
    assert await journal.depth(storage) == 120
    assert await jobs.next_due(storage) is None


async def test_the_same_key_again_replaces_what_was_put_off(
    storage: Storage, schedule: Schedule, clock: FakeClock
) -> None:
    await put_off(storage, later(10, n=1))
    await put_off(storage, later(20, room="!other", n=2))
    clock.forward(10)
    assert await schedule.turn() == 10.0
    clock.forward(10)
    await schedule.turn()
    assert await ticks(storage) == []
    (tick,) = await ticks(storage, "!other")
    assert tick.memo == {"n": 2}


async def test_the_same_key_of_another_handler_is_another_job(
    storage: Storage, schedule: Schedule, clock: FakeClock
) -> None:
    await put_off(storage, later(10))
    await put_off(storage, later(10), handler="status")
    clock.forward(10)
    await schedule.turn()
    assert sorted(tick.key for tick in await ticks(storage)) == ["faq:k", "status:k"]


async def test_what_is_put_off_again_later_comes_again(storage: Storage, schedule: Schedule, clock: FakeClock) -> None:
    for seconds in (10, 20):
        await put_off(storage, later(seconds))
        clock.forward(10)
        await schedule.turn()
    assert [tick.key for tick in await ticks(storage)] == ["faq:k", "faq:k"]


async def test_a_crash_before_the_commit_leaves_the_job(
    storage: Storage, schedule: Schedule, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(_tx: AsyncConnection, _job: Job) -> None:
        raise Crash

    await put_off(storage, later(10))
    clock.forward(10)
    with monkeypatch.context() as patched:
        patched.setattr(jobs, "take_job", die)
        with pytest.raises(Crash):
            await schedule.turn()
    assert await ticks(storage) == []
    await schedule.turn()
    assert len(await ticks(storage)) == 1


async def test_a_crash_after_the_commit_brings_it_no_second_time(storage: Storage, clock: FakeClock) -> None:
    def die(_room: str) -> None:
        raise Crash

    await put_off(storage, later(10))
    clock.forward(10)
    with pytest.raises(Crash):
        await Schedule(storage=storage, clock=clock, wake=die).turn()
    await Schedule(storage=storage, clock=clock, wake=lambda _room: None).turn()
    assert len(await ticks(storage)) == 1


async def test_old_things_are_forgotten_in_time(storage: Storage, schedule: Schedule, clock: FakeClock) -> None:
    now = START.timestamp()
    async with storage.begin() as tx:
        await journal.write(tx, [entry(key, received=now) for key in ("$handled", "$unreadable", "$waiting")])
        await outbox.add(tx, [outbox.Row(room=ROOM, kind="send", created=now)])
        ask = {"to": "$q", "text": "?", "mention": ANA, "options": ("a",), "key": "k"}
        await jobs.open_ask(tx, "faq", Ask(room=ROOM, until=START + timedelta(minutes=5), **ask))  # type: ignore[arg-type]
    handled, unreadable, _ = await journal.waiting(storage, ROOM)
    (row,) = await outbox.waiting(storage, ROOM)
    async with storage.begin() as tx:
        await journal.finish(tx, handled, DONE, "")
        await journal.finish(tx, unreadable, UNREADABLE, "")
        await outbox.mark_sent(tx, row, "$ours", now)

    async def left() -> dict[str, int]:
        found = {}
        for table in (schema.asks, schema.journal, schema.outbox, schema.sent):
            found[table.name] = (await storage.rows(select(func.count()).select_from(table)))[0][0]
        return found

    await schedule.forget()
    assert await left() == {"asks": 1, "journal": 3, "outbox": 1, "sent": 1}
    clock.forward(3601)
    await schedule.forget()
    assert await left() == {"asks": 0, "journal": 3, "outbox": 1, "sent": 1}
    async with storage.begin() as tx:
        assert await journal.retry_unreadable(tx) == []
    clock.forward(7 * 86400)
    await schedule.forget()
    assert await left() == {"asks": 0, "journal": 1, "outbox": 1, "sent": 1}
    clock.forward(24 * 86400)
    await schedule.forget()
    assert await left() == {"asks": 0, "journal": 1, "outbox": 0, "sent": 0}
    assert [one.key for one in await journal.waiting(storage, ROOM)] == ["$waiting"]


class Troubled(Storage):
    """A database that refuses some writes."""

    refusals = 0
    refused: asyncio.Event

    @contextlib.asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        if self.refusals:
            self.refusals -= 1
            self.refused.set()
            raise StorageError("disk full")
        async with super().begin() as tx:
            yield tx


@pytest.fixture
async def troubled(storage: Storage) -> AsyncIterator[Troubled]:
    troubled = Troubled(storage.url)
    troubled.refused = asyncio.Event()
    yield troubled
    await troubled.close()


@contextlib.asynccontextmanager
async def running(schedule: Schedule) -> AsyncIterator[None]:
    """The schedule at work, and afterwards not."""
    task = asyncio.create_task(schedule.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_it_sleeps_until_something_is_due_and_a_nudge_wakes_it(storage: Storage, clock: FakeClock) -> None:
    came = asyncio.Event()
    schedule = Schedule(storage=storage, clock=clock, wake=lambda _room: came.set())
    async with running(schedule), asyncio.timeout(10):
        await put_off(storage, later(0.0))
        schedule.nudge()
        await came.wait()
    assert len(await ticks(storage)) == 1


async def test_a_database_that_fails_does_not_end_it(troubled: Troubled, clock: FakeClock) -> None:
    came = asyncio.Event()
    schedule = Schedule(storage=troubled, clock=clock, wake=lambda _room: came.set())
    await put_off(troubled, later(0.0))
    troubled.refusals = 1
    async with running(schedule), asyncio.timeout(10):
        await troubled.refused.wait()
        schedule.nudge()
        await came.wait()
    assert len(await ticks(troubled)) == 1


async def test_what_recurs_comes_back_again_and_again(storage: Storage, clock: FakeClock, woken: list[str]) -> None:
    job = Recurring(key="links", every=timedelta(hours=1), after=timedelta(minutes=1))
    schedule = Schedule(storage=storage, clock=clock, wake=woken.append, recurring={"faq": (job,)})
    await schedule.begin()
    assert await schedule.turn() == 60.0
    for times in (1, 2):
        clock.forward(60 if times == 1 else 3600)
        await schedule.turn()
        assert [tick.key for tick in await ticks(storage, "jobs:faq")] == ["faq:links"] * times
    assert woken == ["jobs:faq"] * 2


async def test_what_is_due_after_each_start_is_put_in_anew(
    storage: Storage, clock: FakeClock, woken: list[str]
) -> None:
    job = Recurring(key="bank", every=timedelta(hours=1), after=timedelta(minutes=1), each_start=True)
    schedule = Schedule(storage=storage, clock=clock, wake=woken.append, recurring={"faq": (job,)})
    await schedule.begin()
    clock.forward(60)
    await schedule.turn()
    await schedule.begin()
    assert await jobs.next_due(storage) == (START + timedelta(minutes=2)).timestamp()


async def test_a_start_does_not_put_off_what_recurs(storage: Storage, clock: FakeClock, woken: list[str]) -> None:
    job = Recurring(key="links", every=timedelta(hours=1), after=timedelta(minutes=1))
    for _ in range(2):
        await Schedule(storage=storage, clock=clock, wake=woken.append, recurring={"faq": (job,)}).begin()
        clock.forward(50)
    assert await jobs.next_due(storage) == (START + timedelta(minutes=1)).timestamp()
