"""The bot was away: what it knows of that time, whom it tells, and once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.ports import RoomInfo
from bot.readers import Memory
from bot.schedule import Schedule
from bot.storage.engine import Storage
from handlers.status import HANDLER, records, tables
from handlers.status.records import Condition, Incident, Kind
from handlers.status.settings import Settings
from handlers.status.states import State
from handlers.status.watch import LANE
from tests.support.fakes import START, FakeClock, FakeRooms
from tests.support.house import House
from tests.unit.status.scenes import PLACE, condition, incident

OPERATORS, CHAT = "!operators:example.org", "!chat:example.org"
ROOMS = FakeRooms(
    known={CHAT: RoomInfo(id=CHAT, name="tech-chat", notices=True)}, operators_room=OPERATORS, control_room=OPERATORS
)


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


class Life:
    """One bot on one database: it starts, time goes by, it is killed."""

    def __init__(self, storage: Storage, clock: FakeClock) -> None:
        self.storage, self.clock = storage, clock

    async def start(self) -> None:
        """A new process."""
        opened = HANDLER.open(Settings(stale=timedelta(minutes=20)), PLACE)
        self.house = House(storage=self.storage, handlers={"status": opened}, clock=self.clock, rooms=ROOMS)
        self.schedule = Schedule(
            storage=self.storage, clock=self.clock, wake=lambda _room: None, recurring={"status": opened.jobs}
        )
        await self.schedule.begin()

    async def passes(self, minutes: float) -> None:
        """Time goes by, and what comes due is done."""
        end = self.clock.at + timedelta(minutes=minutes)
        while True:
            wait = await self.schedule.turn()
            await self.house.works(LANE)
            left = (end - self.clock.at).total_seconds()
            if left <= 0:
                return
            self.clock.forward(min(wait, left))

    async def restarts_after(self, minutes: float) -> None:
        """It is killed, and comes back."""
        self.clock.forward(minutes * 60)
        await self.start()

    async def keeps(self, *kept: Condition | Incident) -> None:
        """These are remembered."""
        async with self.storage.begin() as tx:
            for one in kept:
                table = tables.conditions if isinstance(one, Condition) else tables.incidents
                columns = {column.name for column in table.columns}
                values = {name: _written(getattr(one, name)) for name in one.__slots__ if name in columns}
                live = {"live": one.service} if isinstance(one, Incident) else {}
                await tx.execute(insert(table).values(**values, **live))

    async def said(self, room: str) -> list[str]:
        """What it says of its absences; notices are another story."""
        return [text for text in await self.house.queued(room) if text.startswith("I was offline")]

    async def spans(self) -> list[tuple[str, str, float, float | None]]:
        """What is kept, in minutes after the start."""
        found = await records.spans(Memory(self.storage), START - timedelta(days=900))
        return [
            (one.service, str(one.state), _minutes(one.begun), _minutes(one.ended) if one.ended else None)
            for one in found
        ]


def _written(value: Any) -> Any:
    return value.timestamp() if isinstance(value, datetime) else value


def _minutes(at: datetime) -> float:
    return round((at - START) / timedelta(minutes=1), 2)


@pytest.fixture
async def life(storage: Storage, clock: FakeClock) -> Life:
    life = Life(storage, clock)
    await life.start()
    return life


async def test_a_bot_that_was_always_there_says_nothing(life: Life) -> None:
    await life.passes(30)
    await life.restarts_after(1)
    await life.passes(30)
    assert await life.said(OPERATORS) == await life.said(CHAT) == []
    assert await life.spans() == []


async def test_operators_are_told_of_a_short_absence_and_rooms_are_not(life: Life) -> None:
    await life.keeps(incident())
    await life.passes(5.1)
    await life.restarts_after(8)
    await life.passes(5)
    (told,) = await life.said(OPERATORS)
    assert told.startswith("I was offline from 12:05 to 12:13 UTC (8 minutes) and can't say how things were.")
    assert await life.said(CHAT) == []


async def test_rooms_are_told_of_a_long_absence_in_which_something_came_in(life: Life) -> None:
    await life.passes(5.1)
    await life.restarts_after(20)
    await life.passes(0.5)
    assert await life.said(CHAT) == [], "what was sent meanwhile has time to come in"
    await life.keeps(
        condition(since=after(10), heard=after(25.2)),
        condition(key="k2", since=after(11), heard=after(25.3)),
        condition(key="k3", service="wiki", since=after(2), heard=after(25.4)),
        condition(key="k4", service="wiki", since=after(5.09), heard=after(5.1)),
    )
    await life.passes(1)
    expected = (
        "I was offline from 12:05 to 12:25 UTC (20 minutes) and can't say how things were. "
        "Reports about that time: 2 about Mastodon. Now Mastodon is unreachable."
    )
    assert await life.said(CHAT) == await life.said(OPERATORS) == [expected]


async def test_rooms_are_told_of_a_long_absence_that_began_during_an_incident(life: Life) -> None:
    await life.keeps(incident())
    await life.passes(5)
    await life.restarts_after(20)
    await life.passes(5)
    (told,) = await life.said(CHAT)
    assert told.endswith("No reports about that time have come in. Now Mastodon isn't known to work or not.")


@pytest.mark.parametrize(("kind", "count"), [(Kind.OPENED, 1), (Kind.RESOLVED, 1), (Kind.STALE, 0), (Kind.SAID, 0)])
async def test_what_has_changed_again_since_still_counts_by_the_timeline(life: Life, kind: Kind, count: int) -> None:
    await life.passes(5.1)
    await life.restarts_after(20)
    await life.passes(0.5)
    await life.keeps(incident(opened=after(10)), condition(State.UP, since=after(25.3), heard=after(25.3)))
    async with life.storage.begin() as tx:
        entry = {"at": after(10).timestamp(), "kind": str(kind), "text": "…", "who": "", "public": True}
        await tx.execute(insert(tables.timeline).values(incident=incident().id, **entry))
    await life.passes(1)
    (told,) = await life.said(OPERATORS)
    assert told.count("Reports about that time: 1 about Mastodon.") == count


async def test_what_comes_in_after_the_start_and_is_about_then_is_no_report_of_the_absence(life: Life) -> None:
    await life.passes(5.1)
    await life.restarts_after(20)
    now = after(25.1) + timedelta(seconds=2)
    await life.keeps(condition(since=now, heard=now))
    await life.passes(2)
    (told,) = await life.said(OPERATORS)
    assert "No reports about that time have come in." in told


async def test_rooms_are_not_told_of_a_long_absence_that_concerns_nobody(life: Life) -> None:
    await life.passes(5)
    await life.restarts_after(30)
    await life.passes(5)
    assert await life.said(CHAT) == []
    assert len(await life.said(OPERATORS)) == 1


@pytest.mark.parametrize("minutes", [0.0, 0.1, 0.5, 1.1, 1.5])
async def test_an_absence_is_told_once_however_often_it_is_killed_meanwhile(life: Life, minutes: float) -> None:
    await life.keeps(incident())
    await life.passes(5)
    await life.restarts_after(20)
    await life.passes(minutes)
    await life.restarts_after(0.1)
    await life.passes(minutes)
    await life.restarts_after(0.1)
    await life.passes(5)
    assert len(await life.said(CHAT)) == len(await life.said(OPERATORS)) == 1


async def test_two_absences_are_told_each(life: Life) -> None:
    await life.passes(5.1)
    await life.restarts_after(10)
    await life.passes(0.5)
    await life.restarts_after(10)
    await life.passes(5)
    assert [told.partition(" UTC")[0] for told in await life.said(OPERATORS)] == [
        "I was offline from 12:05 to 12:15",
        "I was offline from 12:15 to 12:25",
    ]


async def test_what_happened_meanwhile_is_not_known(life: Life) -> None:
    await life.keeps(condition(State.UP, since=START, heard=after(20)))
    await life.passes(5)
    await life.restarts_after(20)
    await life.passes(5)
    last = round(4 + 5 / 60, 2)
    assert await life.spans() == [
        ("mastodon", "up", 0.0, last),
        ("", "unknown", last, 25.0),
        ("mastodon", "up", last, None),
    ]


async def test_a_tick_that_waited_for_its_turn_is_no_absence(life: Life) -> None:
    await life.passes(1)
    for _ in range(10):
        life.clock.forward(60)
        await life.schedule.turn()
    await life.house.works(LANE)
    await life.passes(3)
    assert await life.said(OPERATORS) == []


async def test_a_clock_that_jumps_back_breaks_nothing(life: Life) -> None:
    await life.keeps(condition(State.UP, since=START, heard=START))
    await life.passes(5)
    life.clock.step(-3600)
    await life.restarts_after(0)
    await life.passes(5)
    life.clock.step(3600)
    assert await life.said(OPERATORS) == []
    assert [(service, state, ended) for service, state, _, ended in await life.spans()] == [("mastodon", "up", None)]


async def test_a_word_that_gets_stale_ends_what_is_known(life: Life) -> None:
    await life.keeps(condition(State.UP, since=START, heard=START))
    await life.passes(25)
    ((_, _, _, ended),) = await life.spans()
    assert ended == pytest.approx(20, abs=2)


async def test_a_service_that_is_not_listed_any_more_has_no_state(life: Life) -> None:
    async with life.storage.begin() as tx:
        old = {"service": "gone", "state": "up", "begun": START.timestamp(), "ended": None}
        await tx.execute(insert(tables.spans).values(**old))
    await life.passes(2)
    ((service, _, _, ended),) = await life.spans()
    assert (service, ended is None) == ("gone", False)


async def test_what_is_old_is_forgotten_and_what_is_not_is_kept(life: Life) -> None:
    old, young = START - timedelta(days=401), START - timedelta(days=399)
    await life.keeps(condition(heard=START - timedelta(days=31)), condition(key="k2", heard=START - timedelta(days=29)))
    await life.keeps(incident(id="live", opened=old))
    async with life.storage.begin() as tx:
        for name, at in (("old", old), ("young", young)):
            over = {"live": None, "id": name, "opened": at.timestamp()}
            columns = {column.name for column in tables.incidents.columns}
            plain = {key: _written(getattr(incident(), key)) for key in Incident.__slots__ if key in columns}
            await tx.execute(insert(tables.incidents).values(**{**plain, **over}))
            entry = {"at": at.timestamp(), "kind": "opened", "text": "…", "who": "", "public": True}
            await tx.execute(insert(tables.timeline).values(incident=name, **entry))
            ends = {"service": "wiki", "state": "up", "begun": at.timestamp() - 9, "ended": at.timestamp()}
            await tx.execute(insert(tables.spans).values(**ends))
    await life.passes(3)
    memory = Memory(life.storage)
    assert [one.id for one in await records.past_incidents(memory, old)] == ["young", "live"]
    assert [row.incident for row in await memory.rows(select(tables.timeline.c.incident))] == ["young"]
    assert [one.key for one in await records.conditions(memory)] == ["k2"]
    assert len([one for one in await records.spans(memory, old - timedelta(days=1)) if one.begun < young]) == 1
