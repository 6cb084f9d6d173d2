"""What rooms have been told, and the messages that they were told in: as values, and how they are kept."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Table, and_

from bot.actions import Remember
from handlers.status import tables

#: In the place of a room: those who hear of it elsewhere; that the operators know that rooms aren't told; and that
#: there is nothing more to tell.
ELSEWHERE, SILENCED, DONE = "*", "-", ""
#: As long as the columns are, in characters.
LONGEST_KEY = 255


class Kind(StrEnum):
    """What a message of ours is for."""

    NOTICE = "notice"
    FRESH = "fresh"
    AGAIN = "again"
    REMINDER = "reminder"
    EDIT = "edit"
    DETAIL = "detail"
    ASIDE = "aside"


#: Messages that everybody in the room sees. While one of them waits, there is nothing more to say to the room.
SEEN = frozenset({Kind.NOTICE, Kind.FRESH, Kind.AGAIN, Kind.REMINDER, Kind.ASIDE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a room knows of an incident: up to which `version` and which `entry` of its timeline.

    `key` is the message that speaks of it, `at` when it was first told there that something is wrong, the last time
    that it began. `reminded` counts the distances that have passed, `closed`: the end was told too.
    """

    incident: str
    room: str
    key: str
    version: int
    entry: int
    at: datetime
    reminded: int = 0
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message of ours. `gone` is when it went out, or was given up (`ok` tells which); None while it waits."""

    key: str
    room: str
    kind: Kind
    at: datetime
    gone: datetime | None = None
    ok: bool = True
    digest: str = ""

    @property
    def waits(self) -> bool:
        """Whether it is still on its way."""
        return self.gone is None

    @property
    def failed(self) -> bool:
        """Whether it was refused for good."""
        return not self.waits and not self.ok


def key_of(kind: str, incident: str, room: str, more: str = "") -> str:
    """The key of a message on an incident in a room."""
    return ":".join(part for part in (kind, incident, room, more) if part)[:LONGEST_KEY]


def keep_told(new: Told) -> tuple[Remember, ...]:
    """Write what a room knows."""
    table = tables.told
    return _kept(table, and_(table.c.incident == new.incident, table.c.room == new.room), new)


def keep_said(new: Said) -> tuple[Remember, ...]:
    """Write what became of a message, or that there is one."""
    return _kept(tables.said, tables.said.c.key == new.key, new)


def _kept(table: Table, same: ColumnElement[bool], new: Told | Said) -> tuple[Remember, ...]:
    return Remember(table.delete().where(same)), Remember(table.insert().values(**_values(new)))


def _values(record: Told | Said) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in record.__slots__}
    return {name: value.timestamp() if isinstance(value, datetime) else value for name, value in values.items()}


def told_of(row: Any) -> Told:
    """A row as it was read."""
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented way to a row's columns by name
    return Told(**{**values, "at": _time(values["at"])})


def said_of(row: Any) -> Said:
    """A row as it was read."""
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented way to a row's columns by name
    gone = None if values["gone"] is None else _time(values["gone"])
    return Said(**{**values, "kind": Kind(values["kind"]), "at": _time(values["at"]), "gone": gone})


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
