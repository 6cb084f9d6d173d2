"""Once a minute the kept history is put in step with what is known, also where no signal came."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from bot.actions import Done
from bot.effects import remember
from bot.events import Tick
from bot.readers import Memory
from bot.storage.engine import Storage
from handlers.status import records, tables
from handlers.status.board import Board, Look
from handlers.status.history.alive import Pulse, on_alive
from handlers.status.history.spans import SELF
from handlers.status.states import State
from tests.support.fakes import PORTS, START
from tests.unit.status.scenes import look, watch

#: Which database it is, doesn't matter here.
pytestmark = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)

PROBES = ({"service": "mastodon"},)


class Minutes:
    """A process that notes each minute that it lives, and the board that its probes write to."""

    def __init__(self, storage: Storage) -> None:
        self.storage, self.board, self.pulse, self.minute = storage, Board(), Pulse(), 0

    def restarts(self) -> None:
        self.board, self.pulse = Board(), Pulse()

    def sees(self, state: State, since: float | None = None) -> None:
        """A probe has just looked, and come to this."""
        begun = after(self.minute if since is None else since)
        self.board.looks["mastodon"] = look(state, since=begun, looked=after(self.minute))

    async def minute_passes(self, *sights: Look) -> None:
        self.minute += 1
        for one in sights:
            self.board.looks[one.probe] = one
        now = after(self.minute)
        ports = replace(PORTS, now=now, memory=Memory(self.storage))
        tick = Tick(id="$tick", room="jobs:status", sender="", at=now, key="alive")
        decided = await on_alive(watch(board=self.board, probes=PROBES), self.pulse, tick, ports)
        assert isinstance(decided, Done)
        async with self.storage.begin() as tx:
            for action in decided.actions:
                await remember(tx, action)  # type: ignore[arg-type]

    async def minutes_pass(self, count: int, state: State | None = None) -> None:
        for _ in range(count):
            if state is not None:
                self.minute += 1
                self.sees(state, 0)
                self.minute -= 1
            await self.minute_passes()

    async def spans(self, service: str = "mastodon") -> list[tuple[str, float, float | None]]:
        found = [one for one in await records.spans(Memory(self.storage), START) if one.service == service]
        return [(str(one.state), minutes(one.begun) or 0.0, minutes(one.ended)) for one in found]


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def minutes(at: datetime | None) -> float | None:
    return None if at is None else (at - START) / timedelta(minutes=1)


@pytest.fixture
def life(storage: Storage) -> Minutes:
    return Minutes(storage)


async def test_a_short_restart_interrupts_nothing(life: Minutes) -> None:
    await life.minutes_pass(5, State.UP)
    life.restarts()
    await life.minutes_pass(2)
    life.sees(State.UP)
    await life.minutes_pass(5, State.UP)
    assert await life.spans() == [("up", 0, None)]


async def test_what_nobody_measures_any_more_is_not_known(life: Minutes) -> None:
    await life.minutes_pass(5, State.UP)
    life.restarts()
    await life.minutes_pass(5)
    assert await life.spans() == [("up", 0, 10)]


async def test_what_is_measured_counts_before_what_is_reported(life: Minutes) -> None:
    async with life.storage.begin() as tx:
        down = {"key": "k", "service": "mastodon", "source": "grafana", "by": "g", "state": "down"}
        texts = {"severity": "critical", "summary": "", "details": "", "url": ""}
        times = {"since": START.timestamp(), "heard": START.timestamp()}
        await tx.execute(insert(tables.conditions).values(**down, **texts, **times))
    await life.minutes_pass(2, State.UP)
    assert await life.spans() == [("up", 0, None)]


async def test_maintenance_is_kept_and_what_was_before_it_is_not_put_in_its_place(life: Minutes) -> None:
    await life.minutes_pass(5, State.UP)
    async with life.storage.begin() as tx:
        times = {"begins": after(6).timestamp(), "ends": after(9).timestamp()}
        window = {"id": "w", "service": "mastodon", "why": "", "who": "", "phase": "begun"}
        await tx.execute(insert(tables.windows).values(**window, **times))
    await life.minutes_pass(6, State.UP)
    assert await life.spans() == [("up", 0, 6), ("maintenance", 6, 9), ("up", 9, None)]


async def test_a_bot_that_sees_nothing_leaves_what_it_has_seen_as_it_was(life: Minutes) -> None:
    await life.minutes_pass(5, State.UP)
    life.board.blind = after(5)
    await life.minutes_pass(10)
    assert await life.spans() == [("up", 0, None)]


async def test_a_bot_that_was_killed_while_it_saw_nothing_sees_again(life: Minutes) -> None:
    async with life.storage.begin() as tx:
        row = {"service": SELF, "state": "unknown", "begun": START.timestamp(), "ended": None}
        await tx.execute(insert(tables.spans).values(**row))
    await life.minutes_pass(4)
    assert await life.spans(SELF) == [("unknown", 0, None)], "probes have time to come to a verdict"
    await life.minutes_pass(2)
    assert await life.spans(SELF) == [("unknown", 0, 6)]


async def test_when_sight_comes_back_it_is_told_by_who_sees(life: Minutes) -> None:
    await life.minutes_pass(5, State.UP)
    async with life.storage.begin() as tx:
        row = {"service": SELF, "state": "unknown", "begun": after(5).timestamp(), "ended": None}
        await tx.execute(insert(tables.spans).values(**row))
    life.board.blind = after(5)
    await life.minutes_pass(5)
    life.board.blind = None
    await life.minutes_pass(1)
    assert await life.spans(SELF) == [("unknown", 5, None)]
