"""Join floods: how one is known, and for how long it lasts.

People are counted in all rooms together, so that those who spread out are noticed too; each of the rooms that they came
to then has a flood of its own, until it has been calm there for a while.
"""

from collections.abc import Iterable, Sequence
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
    """A flood in a room: since when, and when somebody last came in it shortly after another."""

    room: str
    since: datetime
    latest: datetime

    def lasts(self, now: datetime, calm: timedelta) -> bool:
        """Whether it isn't over yet."""
        return now - self.latest < calm


def prolonged(flood: Flood, came: Iterable[datetime], rules: Rules) -> Flood:
    """The flood, with those who came at these times, in order.

    Who comes alone doesn't prolong it: in a busy room it would never be over.
    """
    before = flood.latest
    for at in came:
        flood, before = _and(flood, before, at, rules), at
    return flood


def _and(flood: Flood, before: datetime, at: datetime, rules: Rules) -> Flood:
    """The flood, with somebody who came at this time, and the one `before` them."""
    shortly = at - before < rules.calm / rules.joins
    return replace(flood, latest=max(flood.latest, at)) if shortly else flood


def crowd(newcomers: Sequence[Newcomer], rules: Rules) -> tuple[Newcomer, ...]:
    """Those who came together with so many others that it is a flood. They are given in the order of their coming."""
    found: set[int] = set()
    for start, last in enumerate(newcomers[rules.joins - 1 :]):
        if last.at - newcomers[start].at < rules.within:
            found.update(range(start, start + rules.joins))
    return tuple(newcomers[number] for number in sorted(found))


def swept(flood: Flood, waiting: Sequence[Newcomer], rules: Rules) -> tuple[Flood, tuple[Newcomer, ...]]:
    """The flood with those who came in it, and who they are. Who came after it was over isn't among them."""
    caught: list[Newcomer] = []
    before = flood.latest
    for one in waiting:
        if not flood.lasts(one.at, rules.calm):
            break
        caught.append(one)
        flood, before = _and(flood, before, one.at, rules), one.at
    return flood, tuple(caught)


async def flood_in(memory: Memory, room: str, rules: Rules) -> Flood | None:
    """The flood in this room, with all who came in it."""
    rows = await memory.rows(select(floods).where(floods.c.room == room))
    return await _flood(memory, rows[0], rules) if rows else None


async def under_way(memory: Memory, rules: Rules) -> tuple[Flood, ...]:
    """All floods that aren't known to be over, each with all who came in it."""
    rows = await memory.rows(select(floods).order_by(floods.c.room))
    return tuple([await _flood(memory, row, rules) for row in rows])


async def _flood(memory: Memory, row: Any, rules: Rules) -> Flood:
    flood = Flood(room=row.room, since=records.moment(row.since), latest=records.moment(row.latest))
    return prolonged(flood, await records.passed(memory, flood.room, flood.latest), rules)


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
