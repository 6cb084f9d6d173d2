"""Where people are on their walk: one row for each person, for as long as the walk lasts."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, delete, insert, select, update

from bot.actions import Remember
from bot.ports import Memory
from handlers.newcomers.tables import walks


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Somebody's walk. `room` is the private chat, None until it is there; `step` is the name of the one shown last.

    `touched`: when they or we last said something in it; `remind`: when they want to be reminded. `asked_room` and
    `asked` are where, and in which message or reaction, they asked for it, until the chat is there.
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
    version: int = 1


async def walk_of(memory: Memory, person: str) -> Walk | None:
    """This person's walk."""
    return await _one(memory, select(walks).where(walks.c.person == person))


async def walk_here(memory: Memory, person: str, room: str) -> Walk | None:
    """This person's walk, if it is in this room."""
    found = await walk_of(memory, person)
    return found if found is not None and found.room == room else None


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
        version=row.version,
    )
