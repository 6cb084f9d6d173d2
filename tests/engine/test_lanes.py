"""Lanes: order within one, work in parallel, and no end of a lane but an orderly one."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable

import pytest

from bot import lanes
from bot.errors import TryLater
from bot.lanes import Lanes

Work = Callable[[str], Awaitable[float | None]]


def released(work: Work, width: int = 16) -> Lanes:
    """Lanes that begin at once."""
    at_work = Lanes("test", work, width)
    at_work.release()
    return at_work


class Gate:
    """Work that begins when it is called and ends when it is let."""

    def __init__(self) -> None:
        self.begun: dict[str, int] = defaultdict(int)
        self.ended: dict[str, int] = defaultdict(int)
        self.cancelled: list[str] = []
        self._changed = asyncio.Condition()
        self._open: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(0))

    async def work(self, key: str) -> None:
        await self._count(self.begun, key)
        try:
            await self._open[key].acquire()
        except asyncio.CancelledError:
            self.cancelled.append(key)
            raise
        await self._count(self.ended, key)

    def let(self, key: str) -> None:
        self._open[key].release()

    async def until(self, key: str, *, begun: int = 0, ended: int = 0) -> None:
        async with asyncio.timeout(5), self._changed:
            await self._changed.wait_for(lambda: self.begun[key] >= begun and self.ended[key] >= ended)

    async def _count(self, what: dict[str, int], key: str) -> None:
        async with self._changed:
            what[key] += 1
            self._changed.notify_all()


@pytest.fixture
def gate() -> Gate:
    return Gate()


async def test_a_lane_does_one_thing_after_the_other_and_others_go_on_meanwhile(gate: Gate) -> None:
    at_work = released(gate.work)
    at_work.wake("a")
    await gate.until("a", begun=1)
    at_work.wake("a")
    at_work.wake("b")
    await gate.until("b", begun=1)
    assert gate.begun["a"] == 1
    gate.let("b")
    await gate.until("b", ended=1)
    gate.let("a")
    await gate.until("a", begun=2, ended=1)
    gate.let("a")
    await at_work.idle()
    assert gate.ended == {"a": 2, "b": 1}


async def test_what_is_woken_often_while_working_works_once_more(gate: Gate) -> None:
    at_work = released(gate.work)
    at_work.wake("a")
    await gate.until("a", begun=1)
    for _ in range(10):
        at_work.wake("a")
    gate.let("a")
    gate.let("a")
    await at_work.idle()
    assert gate.ended["a"] == 2


async def test_what_is_woken_before_it_began_works_once(gate: Gate) -> None:
    at_work = released(gate.work)
    at_work.wake("a")
    at_work.wake("a")
    gate.let("a")
    await at_work.idle()
    assert gate.begun["a"] == 1


async def test_no_more_lanes_work_at_once_than_there_is_room_for(gate: Gate) -> None:
    at_work = released(gate.work, width=2)
    for key in "abc":
        at_work.wake(key)
    await gate.until("a", begun=1)
    await gate.until("b", begun=1)
    assert gate.begun["c"] == 0
    gate.let("a")
    await gate.until("c", begun=1)
    gate.let("b")
    gate.let("c")
    await at_work.idle()


async def test_who_wants_to_come_back_is_woken_in_time() -> None:
    again: list[float | None] = [0.001, 0.001, None]
    done = asyncio.Event()

    async def work(_key: str) -> float | None:
        wait = again.pop(0)
        if not again:
            done.set()
        return wait

    at_work = released(work)
    at_work.wake("a")
    async with asyncio.timeout(5):
        await done.wait()
    await at_work.idle()
    assert again == []


async def test_who_wants_to_come_back_later_is_woken_earlier_when_there_is_work() -> None:
    times = 0

    async def work(_key: str) -> float | None:
        nonlocal times
        times += 1
        return 3600.0

    at_work = released(work)
    at_work.wake("a")
    await at_work.idle()
    at_work.wake("a")
    await at_work.idle()
    assert times == 2
    await at_work.close()


async def test_after_an_error_a_lane_rests_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "REST", 0.001)
    errors = [OSError("disk full"), TryLater("502")]
    tries: list[str] = []
    done = asyncio.Event()

    async def work(key: str) -> None:
        tries.append(key)
        if errors:
            raise errors.pop()
        done.set()

    at_work = released(work)
    at_work.wake("a")
    async with asyncio.timeout(5):
        await done.wait()
    await at_work.idle()
    assert tries == ["a", "a", "a"]


async def test_an_error_in_one_lane_does_not_touch_another(gate: Gate) -> None:
    async def work(key: str) -> None:
        if key == "bad":
            raise ValueError(key)
        await gate.work(key)

    at_work = released(work)
    at_work.wake("good")
    at_work.wake("bad")
    await gate.until("good", begun=1)
    gate.let("good")
    await at_work.idle()
    assert gate.ended["good"] == 1
    await at_work.close()


async def test_closing_waits_for_what_is_under_way_and_takes_no_more(gate: Gate) -> None:
    at_work = released(gate.work)
    at_work.wake("a")
    await gate.until("a", begun=1)
    at_work.wake("a")
    closing = asyncio.create_task(at_work.close())
    await asyncio.sleep(0)
    assert not closing.done()
    at_work.wake("b")
    gate.let("a")
    await closing
    assert gate.ended == {"a": 1}
    assert gate.begun["b"] == 0
    assert gate.cancelled == []


async def test_closing_takes_away_what_was_to_come_later() -> None:
    times = 0

    async def work(_key: str) -> float | None:
        nonlocal times
        times += 1
        return 0.0

    at_work = released(work)
    at_work.wake("a")
    await asyncio.sleep(0)
    await at_work.close()
    before = times
    for _ in range(5):
        await asyncio.sleep(0)
    assert times == before


async def test_nothing_is_done_before_the_release_and_then_all_that_was_woken(gate: Gate) -> None:
    at_work = Lanes("test", gate.work)
    at_work.wake("a")
    at_work.wake("b")
    for _ in range(5):
        await asyncio.sleep(0)
    assert gate.begun == {}
    at_work.release()
    gate.let("a")
    gate.let("b")
    await at_work.idle()
    assert gate.ended == {"a": 1, "b": 1}


async def test_closing_before_the_release_does_nothing_and_ends(gate: Gate) -> None:
    at_work = Lanes("test", gate.work)
    at_work.wake("a")
    async with asyncio.timeout(5):
        await at_work.close()
    assert gate.begun == {}


async def test_closing_when_nothing_works_is_fine(gate: Gate) -> None:
    at_work = released(gate.work)
    await at_work.close()
    at_work.wake("a")
    await at_work.idle()
    assert gate.begun == {}


async def test_a_reminder_wakes_who_sleeps_and_nobody_who_works_or_will_by_itself(gate: Gate) -> None:
    async def work(key: str) -> float | None:
        await gate.work(key)
        return 3600.0 if key == "rests" else None

    at_work = released(work)
    for key in ("works", "rests"):
        at_work.wake(key)
        await gate.until(key, begun=1)
    gate.let("rests")
    await gate.until("rests", ended=1)
    for key in ("works", "rests", "sleeps"):
        gate.let(key)
        at_work.remind(key)
    await at_work.idle()
    assert gate.begun == {"works": 1, "rests": 1, "sleeps": 1}
    await at_work.close()


async def test_work_can_see_that_it_is_to_stop() -> None:
    begun = asyncio.Event()
    steps = 0

    async def work(_key: str) -> None:
        nonlocal steps
        while at_work.open:
            steps += 1
            begun.set()
            await asyncio.sleep(0)

    at_work = released(work)
    at_work.wake("a")
    async with asyncio.timeout(5):
        await begun.wait()
        await at_work.close()
    assert steps > 0
