"""Settling in: what may pass on the way is waited for, and what waits is taken up, whoever failed to tell."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import steward
from bot.actions import Done, Reply
from bot.errors import RoomsMissing, StorageError, TryLater, Unacceptable
from bot.events import Message
from bot.handler import Opened
from bot.lanes import Lanes
from bot.ports import Ports
from bot.steward import Steward, persistently
from bot.storage import journal, outbox
from bot.storage.engine import Storage
from bot.storage.outbox import Row
from tests.support.house import ROOM, MakeHouse, entry, on_any_database, said

OTHER = "!other:example.org"


class Worked:
    """Lanes that note which rooms they were given."""

    def __init__(self) -> None:
        self.rooms: asyncio.Queue[str] = asyncio.Queue()
        self.lanes = Lanes("test", self.rooms.put)


@dataclass
class FakeHome:
    """A bot's rooms: one, which it is in, or nothing more to be hoped for."""

    lost: bool = False
    wanted: tuple[str, ...] = (ROOM,)
    missing: dict[str, str] = field(default_factory=dict)

    async def enter(self) -> None:
        if self.lost:
            self.missing = {ROOM: "gone"}

    def hopeless(self) -> bool:
        return self.lost

    def passing(self) -> bool:
        return False


class Parts:
    """The engine's parts that settling in has to do with."""

    def __init__(self, storage: Storage, *, lost: bool = False) -> None:
        self.dispatch, self.outbox = Worked(), Worked()
        self.home, ready = FakeHome(lost=lost), asyncio.Event()
        ready.set()
        engine: Any = SimpleNamespace(
            sync=SimpleNamespace(ready=ready),
            home=self.home,
            lanes=(self.dispatch.lanes, self.outbox.lanes),
            dispatch_lanes=self.dispatch.lanes,
            outbox_lanes=self.outbox.lanes,
            authority=SimpleNamespace(in_control_room=self._nobody),
            storage=storage,
            settings=SimpleNamespace(profile=SimpleNamespace(name="Steward", avatar=None)),
            api=SimpleNamespace(call=self._trouble),
            us="@steward:example.org",
        )
        self.steward = Steward(engine)

    async def _nobody(self) -> frozenset[str]:
        return frozenset()

    async def _trouble(self, *_: Any) -> dict[str, Any]:
        raise TryLater("502")


@contextlib.asynccontextmanager
async def at_work(*work: Coroutine[Any, Any, None]) -> AsyncIterator[list[asyncio.Task[None]]]:
    """These at work, and afterwards not."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        async with asyncio.timeout(10):
            yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steward, "REST", 0.001)
    monkeypatch.setattr(steward, "REMINDED", 0.001)


def failing(times: int, error: Exception) -> tuple[Callable[..., Any], list[Exception]]:
    """Something that fails so often, and what is left of that."""
    left = [error] * times

    async def step(*_: Any) -> None:
        if left:
            raise left.pop()

    return step, left


@pytest.mark.parametrize("error", [StorageError("locked"), TryLater("502")])
async def test_what_may_pass_is_tried_until_it_has_passed(error: Exception) -> None:
    step, left = failing(3, error)
    await persistently(step)
    assert left == []


@pytest.mark.parametrize("error", [Unacceptable("no such table"), RoomsMissing("gone"), ValueError("a bug")])
async def test_what_will_not_pass_is_raised_at_once(error: Exception) -> None:
    step, left = failing(2, error)
    with pytest.raises(type(error)):
        await persistently(step)
    assert len(left) == 1


@on_any_database
async def test_what_waits_from_before_is_taken_up_also_when_the_database_fails_at_first(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with storage.begin() as tx:
        await journal.write(tx, [entry("$1")])
        await outbox.add(tx, [Row(room=OTHER, kind="send")])
    parts, reading, left = Parts(storage), storage.rows, [StorageError("gone")] * 3

    async def rows(query: Any) -> Any:
        if left:
            raise left.pop()
        return await reading(query)

    monkeypatch.setattr(storage, "rows", rows)
    async with at_work(parts.steward.settle_in(), parts.steward.remind()) as tasks:
        assert await parts.dispatch.rooms.get() == ROOM
        assert await parts.outbox.rooms.get() == OTHER
        assert left == []
        assert not any(task.done() for task in tasks)


@on_any_database
async def test_without_any_room_it_ends_and_nothing_is_taken_up(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, left = failing(1, TryLater("too early"))
    monkeypatch.setattr(storage, "rows", looked)
    parts = Parts(storage, lost=True)
    async with at_work(parts.steward.remind()):
        await asyncio.sleep(0)
        with pytest.raises(RoomsMissing, match="gone"):
            await parts.steward.settle_in()
    assert len(left) == 1, "nobody has looked what waits"


@on_any_database
async def test_an_answer_whose_commit_was_not_confirmed_is_sent_for_all_that(
    storage: Storage, house: MakeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answers(message: Message, _ports: Ports) -> Done:
        return Done((Reply(to=message.id, room=message.room, text="here", mention=message.sender),), "asked")

    home = house(faq=Opened(on={Message: answers}))
    await home.arrives(said("where?"))
    committing = storage.begin

    @contextlib.asynccontextmanager
    async def begin() -> AsyncIterator[AsyncConnection]:
        async with committing() as tx:
            yield tx
        raise StorageError("the connection was lost")

    with monkeypatch.context() as patched:
        patched.setattr(storage, "begin", begin)
        with pytest.raises(StorageError):
            await home.works()
    await home.works()  # as the lane does after its rest
    assert (await home.queued(), home.committed) == (["here"], [])

    parts = Parts(storage)
    async with at_work(parts.steward.settle_in(), parts.steward.remind()):
        assert await parts.outbox.rooms.get() == ROOM


@on_any_database
async def test_whatever_is_written_without_a_word_is_found_later(storage: Storage) -> None:
    parts = Parts(storage)
    async with at_work(parts.steward.settle_in(), parts.steward.remind()):
        await parts.steward.released.wait()
        async with storage.begin() as tx:
            await journal.write(tx, [entry("$1")])
        assert await parts.dispatch.rooms.get() == ROOM
