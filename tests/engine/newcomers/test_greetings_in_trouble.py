"""Rooms of which nothing can be told, decisions that keep colliding, ticks that are lost: all are greeted, once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import delete, update

from bot.dispatch import TRIES, Verdict
from bot.errors import TryLater, Unreachable
from bot.storage import schema
from bot.storage.journal import FAILED, Entry
from handlers.newcomers import tables
from tests.engine.newcomers.arrivals import CHAT, LETTERS, TECH, WAIT, MakeArrivals
from tests.support.fakes import PORTS, FakeRooms
from tests.support.house import on_any_database

ANA, BEN, CLEO = "@ana:example.org", "@ben:example.org", "@cleo:example.org"
QUARTER = 15 * 60


@dataclass
class Failing(FakeRooms):
    """Who is in the `broken` room can't be told; with `down`, nothing can be asked right after that."""

    broken: str = CHAT
    down: bool = False
    failed: int = 0

    async def members(self, room: str) -> frozenset[str]:
        if room == self.broken:
            self.failed += 1
            raise TryLater("the homeserver failed (500)")
        if self.down and self.failed:
            raise Unreachable("the homeserver can't be reached; it is tried again soon", 1.0)
        return await super().members(room)


def failing(hall, **how):
    """The same rooms, one of which fails."""
    rooms = Failing(known=hall.rooms.known, control_room=hall.control, inside=hall.inside, **how)
    hall.rooms = hall.house.rooms = rooms
    return rooms


@on_any_database
@pytest.mark.parametrize("down", [False, True])
async def test_a_room_that_can_not_be_asked_about_holds_up_no_other(arrivals: MakeArrivals, *, down: bool) -> None:
    hall = arrivals()
    rooms = failing(hall, down=down)
    await hall.joins(ANA)
    await hall.joins(BEN, TECH)
    hall.clock.forward(WAIT)
    for _ in range(3):
        rooms.failed = 0
        await hall.schedule.turn()
        try:
            await hall.house.works("jobs:newcomers")
        except Unreachable:
            continue
    await hall.settles()
    assert (hall.mentioned(), len(hall.heard(TECH))) == ([BEN], 1)
    assert set(await hall.due_in()) == {60.0}
    rooms.broken = ""
    await hall.passes(60)
    assert hall.mentioned() == [BEN, ANA]


@on_any_database
async def test_while_nothing_can_be_asked_the_lane_rests(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    failing(hall, broken="", down=True, failed=1)
    await hall.joins(ANA)
    hall.clock.forward(WAIT)
    await hall.schedule.turn()
    with pytest.raises(Unreachable):
        await hall.house.works("jobs:newcomers")
    assert await hall.state_of(ANA) == "waiting"


async def test_a_tick_that_was_lost_leaves_nobody_waiting(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await hall.schedule.begin()
    await hall.joins(ANA)
    async with hall.storage.begin() as tx:
        await tx.execute(delete(schema.jobs).where(schema.jobs.c.key.like("welcome:%")))
    await hall.passes(QUARTER)
    assert hall.mentioned() == [ANA]


@on_any_database
async def test_a_decision_that_keeps_colliding_is_made_again_later(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await hall.schedule.begin()
    crowd = [f"@person{number}:example.org" for number in range(TRIES + 1)]
    for person in (ANA, *crowd):
        await hall.joins(person)
    removed_before(hall, crowd)
    hall.clock.forward(WAIT)
    await hall.schedule.turn()
    await hall.house.works("jobs:newcomers")
    states = await hall.storage.rows(schema.journal.select().where(schema.journal.c.state == FAILED))
    assert len(states) == 1, "the tick collided so often that it was given up"
    async with hall.storage.begin() as tx:
        await tx.execute(delete(schema.journal).where(schema.journal.c.state == FAILED))
    await hall.passes(QUARTER)
    assert hall.mentioned() == [ANA]


def removed_before(hall, people: list[str]) -> None:
    """Before each commit of a decision, moderators have removed another of these people."""
    dispatch = hall.house.dispatch
    commit: Callable[[Entry, Verdict], Awaitable[None]] = dispatch._commit  # noqa: SLF001 - the moment before it

    async def late(entry: Entry, verdict: Verdict) -> None:
        if people and entry.kind == "timer":
            gone = tables.people.c.pseudonym == PORTS.pseudonym(people.pop())
            async with hall.storage.begin() as tx:
                await tx.execute(update(tables.people).where(gone).values(state="spared", person=None))
        await commit(entry, verdict)

    object.__setattr__(dispatch, "_commit", late)


async def test_many_who_come_to_three_rooms_at_the_same_moment_are_each_greeted_once(arrivals: MakeArrivals) -> None:
    hall = arrivals(welcome={"flood": {"joins": 1000}})
    people = [f"@person{number}:example.org" for number in range(40)]
    for person in people:
        for room in (CHAT, TECH, LETTERS):
            await hall.joins(person, room, works=False)
    await asyncio.gather(*(hall.house.works(room) for room in (CHAT, TECH, LETTERS)))
    hall.clock.forward(WAIT)
    late = f"@person{len(people)}:example.org"
    for room in (CHAT, TECH, LETTERS):
        await hall.joins(late, room, works=False)
    await hall.schedule.turn()
    await asyncio.gather(*(hall.house.works(room) for room in ("jobs:newcomers", CHAT, TECH, LETTERS)))
    await hall.passes(WAIT)
    await hall.passes(WAIT)
    written = [one for one in (*people, late) if hall.told(one)]
    assert sorted(hall.mentioned() + written) == sorted([*people, late])
    assert await hall.counted() == len(people) + 1
