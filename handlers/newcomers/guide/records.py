"""Where people are on their walk: one row for each person, for as long as the walk lasts."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, insert, or_, select, update

from bot.actions import Remember
from bot.ports import Memory
from handlers.newcomers.tables import walks

#: So many walks are worked on at a time.
AT_ONCE = 50
#: What becomes of the hello is told after a day or so. Should that ever be lost, nobody is kept for good.
UNBEGUN = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Somebody's walk. `room` is the private chat, None until it is there; `step` is the name of the one shown last.

    `touched`: when they or we last said something in it; `remind`: when they want to be reminded. `asked_room` and
    `asked` are where, and in which message (none: it was a reaction), they asked for it, until the chat is there.
    `shown` is the key of what we said last on the walk: a step, a hello, an offer; None where it didn't arrive.
    `finished`: they have seen the last step.
    """

    person: str
    room: str | None
    step: str
    lang: str
    begun: datetime
    touched: datetime
    remind: datetime | None = None
    asked_room: str | None = None
    asked: str | None = None
    shown: str | None = None
    finished: bool = False
    version: int = 1


async def walk_of(memory: Memory, person: str) -> Walk | None:
    """This person's walk."""
    return await _one(memory, select(walks).where(walks.c.person == person))


async def walk_here(memory: Memory, person: str, room: str) -> Walk | None:
    """This person's walk, if it is in this room."""
    found = await walk_of(memory, person)
    return found if found is not None and found.room == room else None


async def walk_shown(memory: Memory, key: str) -> Walk | None:
    """The walk whose step, or hello, is our message with this key."""
    return await _one(memory, select(walks).where(walks.c.shown == key))


async def walks_silent(memory: Memory, since: datetime, *, asked_too: bool) -> tuple[Walk, ...]:
    """The walks in which nobody has said anything since then; so many at a time.

    Those whose chat isn't there yet only after `UNBEGUN` more. Those whose people asked for a reminder that is to come
    only `asked_too`.
    """
    still = or_(walks.c.room.is_not(None), walks.c.touched <= (since - UNBEGUN).timestamp())
    unasked = () if asked_too else (walks.c.remind.is_(None),)
    query = select(walks).where(walks.c.touched <= since.timestamp(), still, *unasked)
    return await _some(memory, query.order_by(walks.c.touched).limit(AT_ONCE))


async def walks_to_remind(memory: Memory, now: datetime) -> tuple[Walk, ...]:
    """The walks whose people wanted to be reminded by now; so many at a time."""
    return await _some(
        memory, select(walks).where(walks.c.remind <= now.timestamp()).order_by(walks.c.remind).limit(AT_ONCE)
    )


async def _some(memory: Memory, query: Select[Any]) -> tuple[Walk, ...]:
    return tuple(_walk(row) for row in await memory.rows(query))


async def _one(memory: Memory, query: Select[Any]) -> Walk | None:
    rows = await memory.rows(query)
    return _walk(rows[0]) if rows else None


def begin(walk: Walk) -> Remember:
    """It begins. Somebody who has one already collides, and it is decided again."""
    return Remember(insert(walks).values(**_values(walk)))


def move(before: Walk, after: Walk) -> Remember:
    """It is as in `after` from now on, if nothing has changed since `before`."""
    values = {**_values(after), "version": before.version + 1}
    return Remember(update(walks).where(*_as(before)).values(**values), must_change=True)


def end(walk: Walk) -> Remember:
    """It is over, if nothing has changed since."""
    return Remember(delete(walks).where(*_as(walk)), must_change=True)


def _as(walk: Walk) -> tuple[Any, ...]:
    return (walks.c.person == walk.person, walks.c.version == walk.version)


def _values(walk: Walk) -> dict[str, Any]:
    return {
        "person": walk.person,
        "room": walk.room,
        "step": walk.step,
        "lang": walk.lang,
        "begun": walk.begun.timestamp(),
        "touched": walk.touched.timestamp(),
        "remind": walk.remind.timestamp() if walk.remind else None,
        "asked_room": walk.asked_room,
        "asked": walk.asked,
        "shown": walk.shown,
        "finished": walk.finished,
        "version": walk.version,
    }


def _walk(row: Any) -> Walk:
    return Walk(
        person=row.person,
        room=row.room,
        step=row.step,
        lang=row.lang,
        begun=datetime.fromtimestamp(row.begun, UTC),
        touched=datetime.fromtimestamp(row.touched, UTC),
        remind=datetime.fromtimestamp(row.remind, UTC) if row.remind else None,
        asked_room=row.asked_room,
        asked=row.asked,
        shown=row.shown,
        finished=row.finished,
        version=row.version,
    )
