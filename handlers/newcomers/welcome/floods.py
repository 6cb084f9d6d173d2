"""Join floods: how one is known, and for how long it lasts.

People are counted in all rooms together, so that those who spread out are noticed too; each of the rooms that they came
to then has a flood of its own, until nobody has come there for a while.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.actions import Remember
from bot.ports import Memory
from handlers.newcomers.settings import Flood as Rules
from handlers.newcomers.tables import floods
from handlers.newcomers.welcome import records
from handlers.newcomers.welcome.records import Newcomer


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """A flood in a room: since when, and when somebody came last."""

    room: str
    since: datetime
    latest: datetime

    def lasts(self, now: datetime, calm: timedelta) -> bool:
        """Whether it isn't over yet."""
        return now - self.latest < calm


def crowd(newcomers: Sequence[Newcomer], rules: Rules) -> tuple[Newcomer, ...]:
    """Those who came together with so many others that it is a flood. They are given in the order of their coming."""
    found: set[int] = set()
    for start, last in enumerate(newcomers[rules.joins - 1 :]):
        if last.at - newcomers[start].at < rules.within:
            found.update(range(start, start + rules.joins))
    return tuple(newcomers[number] for number in sorted(found))


def swept(flood: Flood, waiting: Sequence[Newcomer], calm: timedelta) -> tuple[Flood, tuple[Newcomer, ...]]:
    """The flood with those who came in it, and who they are. Who came after it was over isn't among them."""
    caught: list[Newcomer] = []
    for one in waiting:
        if not flood.lasts(one.at, calm):
            break
        caught.append(one)
        flood = replace(flood, latest=max(flood.latest, one.at))
    return flood, tuple(caught)


async def flood_in(memory: Memory, room: str) -> Flood | None:
    """The flood in this room, with the last who came in it."""
    rows = await memory.rows(select(floods).where(floods.c.room == room))
    return await _flood(memory, rows[0]) if rows else None


async def under_way(memory: Memory) -> tuple[Flood, ...]:
    """All floods that aren't known to be over, each with the last who came in it."""
    return tuple([await _flood(memory, row) for row in await memory.rows(select(floods).order_by(floods.c.room))])


async def _flood(memory: Memory, row: Any) -> Flood:
    flood = Flood(room=row.room, since=records.moment(row.since), latest=records.moment(row.latest))
    latest = await records.last_passed(memory, flood.room)
    return flood if latest is None else replace(flood, latest=max(flood.latest, latest))


def begin(flood: Flood) -> Remember:
    """It begins."""
    times = {"since": flood.since.timestamp(), "latest": flood.latest.timestamp()}
    return Remember(insert(floods).values(room=flood.room, **times))


def go_on(flood: Flood) -> Remember:
    """More have come."""
    return Remember(update(floods).where(floods.c.room == flood.room).values(latest=flood.latest.timestamp()))


def end(flood: Flood) -> Remember:
    """It is over."""
    return Remember(delete(floods).where(floods.c.room == flood.room))
