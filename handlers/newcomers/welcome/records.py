"""Who came, and what became of their welcome: a row for each person, by their pseudonym.

Of those who were welcomed, pseudonym and state stay for good, and nothing else: neither room nor time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, insert, select, update

from bot.actions import Remember
from bot.ports import Memory
from handlers.newcomers.tables import people


class State(StrEnum):
    """How far somebody's welcome is."""

    WAITING = "waiting"
    #: As waiting; but when they came isn't known so well that it tells of a flood.
    LATE = "late"
    #: The private message is on its way.
    WRITING = "writing"
    WELCOMED = "welcomed"
    #: Gone before they were greeted; if they come back, they are.
    MISSED = "missed"
    #: Came in a flood.
    PASSED = "passed"
    #: Isn't new here, or wants no greeting.
    SPARED = "spared"


#: Those who are to be greeted.
DUE = (State.WAITING, State.LATE)
#: Those who count for a flood.
COUNTED = (State.WAITING, State.WRITING, State.WELCOMED, State.PASSED)
#: How long it is remembered who went before they were greeted.
MISSED_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody who came. `at`: when we saw it; `how`: where they are greeted, "room" or "private".

    `person` is their Matrix id for as long as the welcome is on its way.
    """

    pseudonym: str
    state: State
    at: datetime
    room: str
    how: str
    person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Since when somebody waits in a room: the first, and the last to come."""

    first: datetime
    latest: datetime


async def newcomer(memory: Memory, pseudonym: str) -> Newcomer | None:
    """Who has this pseudonym, if they came before."""
    found = await _newcomers(memory, select(people).where(people.c.pseudonym == pseudonym))
    return found[0] if found else None


async def due(memory: Memory) -> tuple[Newcomer, ...]:
    """All who are to be greeted, in all rooms, in the order in which they came."""
    return await _newcomers(memory, select(people).where(people.c.state.in_(DUE)))


async def lately(memory: Memory, since: datetime) -> tuple[Newcomer, ...]:
    """All after `since` who count for a flood, in all rooms, in the order in which they came."""
    return await _newcomers(memory, select(people).where(*_counted(since)))


async def how_many_lately(memory: Memory, since: datetime) -> int:
    """How many those are."""
    counted = select(func.count()).select_from(people).where(*_counted(since))
    return int((await memory.rows(counted))[0][0])


async def waiting(memory: Memory, room: str) -> Waiting | None:
    """Since when somebody waits in this room; None where nobody does."""
    query = select(func.min(people.c.at), func.max(people.c.at)).where(people.c.room == room, people.c.state.in_(DUE))
    first, latest = (await memory.rows(query) or [(None, None)])[0]
    return None if first is None else Waiting(first=moment(first), latest=moment(latest))


async def passed(memory: Memory, room: str, since: datetime) -> tuple[datetime, ...]:
    """When people came into this room in a flood, after `since`, in order."""
    there = (people.c.room == room, people.c.state == State.PASSED, people.c.at > since.timestamp())
    return tuple(moment(row.at) for row in await memory.rows(select(people.c.at).where(*there).order_by(people.c.at)))


def note(new: Newcomer) -> Remember:
    """They came. Somebody who was noted in another room meanwhile collides, and it is decided again."""
    return Remember(insert(people).values(pseudonym=new.pseudonym, **_values(new)))


def change(before: Newcomer, after: Newcomer) -> Remember:
    """They are as in `after` from now on, if nobody has seen to them since."""
    as_before = (people.c.pseudonym == before.pseudonym, people.c.state == before.state)
    return Remember(update(people).where(*as_before).values(**_values(after)), must_change=True)


def become(before: Newcomer, state: State) -> Remember:
    """They are in this state from now on; where nothing more is on its way, without their id."""
    return change(before, replace(before, state=state, person=before.person if state == State.WRITING else None))


def forgotten(now: datetime, kept: timedelta) -> tuple[Remember, ...]:
    """What has been kept for its term is deleted or erased. `kept` is that of whoever wasn't greeted.

    A private message may be on its way for longer than that. That it arrived is told in any case, so its row stays.
    """
    old = people.c.at < (now - kept).timestamp()
    gone = (State.PASSED, State.SPARED, *DUE)
    missed = people.c.at < (now - MISSED_KEPT).timestamp()
    welcomed = (people.c.state == State.WELCOMED, people.c.room != "")
    return (
        Remember(delete(people).where(people.c.state.in_(gone), old)),
        Remember(delete(people).where(people.c.state == State.MISSED, missed)),
        Remember(update(people).where(people.c.state == State.WRITING, old).values(person=None)),
        Remember(update(people).where(*welcomed, old).values(at=0.0, room="", how="")),
    )


def moment(seconds: float) -> datetime:
    """A time as it is kept."""
    return datetime.fromtimestamp(seconds, UTC)


def _counted(since: datetime) -> Iterable[ColumnElement[bool]]:
    return people.c.state.in_(COUNTED), people.c.at > since.timestamp()


async def _newcomers(memory: Memory, query: Select[Any]) -> tuple[Newcomer, ...]:
    return tuple(_newcomer(row) for row in await memory.rows(query.order_by(people.c.at, people.c.pseudonym)))


def _values(one: Newcomer) -> dict[str, Any]:
    return {"state": one.state, "at": one.at.timestamp(), "room": one.room, "how": one.how, "person": one.person}


def _newcomer(row: Any) -> Newcomer:
    return Newcomer(
        pseudonym=row.pseudonym,
        state=State(row.state),
        at=moment(row.at),
        room=row.room,
        how=row.how,
        person=row.person,
    )
