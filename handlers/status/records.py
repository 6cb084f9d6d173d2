"""What is remembered, as values, and how it is read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, select, true

from bot.ports import Memory
from handlers.status import tables
from handlers.status.states import Severity, State


class Phase(StrEnum):
    """Where an incident is in its life. While it is settling, all is well again, but that must last a little."""

    OPEN = "open"
    SETTLING = "settling"
    RESOLVED = "resolved"


class Stage(StrEnum):
    """Where a window of maintenance is in its life."""

    PLANNED = "planned"
    REMINDED = "reminded"
    UNDER_WAY = "under_way"
    OVER = "over"
    CANCELLED = "cancelled"


class Kind(StrEnum):
    """What a moment is: the machine's own, what persons did, and what is said beside."""

    OPENED = "opened"
    UPDATED = "updated"
    REOPENED = "reopened"
    UNSTABLE = "unstable"
    RESOLVED = "resolved"
    SILENT = "silent"  # a source has said nothing for too long
    STALE = "stale"  # it ended without a word
    SAID = "said"  # a person's words for everybody
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"  # a person ended it, while something still fails
    NOTE = "note"
    HINT = "hint"  # what the operators should set
    BLIND = "blind"
    SIGHT = "sight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """The last word of one source on one thing. `source` is the format ("probe", "grafana", …), `by` its name here.

    `muted`: a person has called it resolved all the same; it opens no incident until it changes. `gone`: it is the word
    of a probe that isn't in the config any more (which isn't kept, but found out).
    """

    key: str
    service: str
    source: str
    by: str
    state: State
    severity: Severity
    summary: str
    since: datetime
    heard: datetime
    details: str = ""
    url: str = ""
    muted: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something is, or was, wrong with a service. `resolved` is when all was well again.

    When it is resolved and its `state` is unknown, nobody has said that the service works again: it came to an end
    because nothing more was heard, or because a person said so.
    """

    id: str
    service: str
    phase: Phase
    state: State
    severity: Severity
    summary: str
    opened: datetime
    changed: datetime
    resolved: datetime | None = None
    acknowledged: datetime | None = None
    reopened: int = 0
    unstable: bool = False
    manual: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An entry of an incident's timeline. `kind` is one of those in `Kind`; `id` is 0 before it is kept."""

    incident: str
    at: datetime
    kind: str
    text: str
    who: str = ""
    public: bool = True
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Maintenance of a service. `phase` is one of those in `Stage`."""

    id: str
    service: str
    begins: datetime
    ends: datetime
    why: str
    who: str
    phase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A service that rooms aren't told of."""

    id: str
    service: str
    until: datetime
    why: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """How a service was from when to when; `ended` is None for what lasts."""

    service: str
    state: State
    begun: datetime
    ended: datetime | None = None


async def conditions(memory: Memory, service: str | None = None) -> list[Condition]:
    """The last words, of all services or of one."""
    return await conditions_where(memory, true() if service is None else tables.conditions.c.service == service)


async def conditions_where(memory: Memory, condition: ColumnElement[bool]) -> list[Condition]:
    """The last words that this holds for, in the order in which they came to be so."""
    query = select(tables.conditions).where(condition).order_by(tables.conditions.c.since)
    return [Condition(**_read(row)) for row in await memory.rows(query)]


async def live_incidents(memory: Memory) -> list[Incident]:
    """The incidents that may still change, the oldest first; those just resolved are among them."""
    query = select(tables.incidents).where(tables.incidents.c.live.is_not(None)).order_by(tables.incidents.c.opened)
    return [_incident(row) for row in await memory.rows(query)]


async def incident(memory: Memory, id: str) -> Incident | None:  # noqa: A002 - as the record's own field
    """The incident with this id."""
    rows = await memory.rows(select(tables.incidents).where(tables.incidents.c.id == id))
    return _incident(rows[0]) if rows else None


async def incidents_where(memory: Memory, condition: ColumnElement[bool]) -> list[Incident]:
    """The incidents that this holds for, the oldest first."""
    query = select(tables.incidents).where(condition).order_by(tables.incidents.c.opened)
    return [_incident(row) for row in await memory.rows(query)]


async def past_incidents(memory: Memory, since: datetime, limit: int = 100) -> list[Incident]:
    """Incidents that were opened after `since`, the newest first, whatever became of them."""
    query = select(tables.incidents).where(tables.incidents.c.opened >= since.timestamp())
    return [_incident(row) for row in await memory.rows(query.order_by(tables.incidents.c.opened.desc()).limit(limit))]


async def moments(memory: Memory, incident: str) -> list[Moment]:
    """An incident's timeline, in order."""
    query = select(tables.timeline).where(tables.timeline.c.incident == incident).order_by(tables.timeline.c.id)
    return [Moment(**_read(row)) for row in await memory.rows(query)]


async def public_moments(memory: Memory, incidents: Iterable[str]) -> dict[str, tuple[Moment, ...]]:
    """What everybody may read of each incident's timeline, in order, without who did it."""
    column, found = tables.timeline.c, dict[str, tuple[Moment, ...]]()
    query = select(tables.timeline).where(column.incident.in_([*incidents]), column.public).order_by(column.id)
    for row in await memory.rows(query):
        found[row.incident] = (*found.get(row.incident, ()), Moment(**{**_read(row), "who": ""}))
    return found


async def windows(memory: Memory, after: datetime) -> list[Window]:
    """Maintenance that ends after this, the first to begin first."""
    query = select(tables.windows).where(tables.windows.c.ends > after.timestamp())
    return [Window(**_read(row)) for row in await memory.rows(query.order_by(tables.windows.c.begins))]


async def window(memory: Memory, id: str) -> Window | None:  # noqa: A002 - as the record's own field
    """The window of maintenance with this id."""
    rows = await memory.rows(select(tables.windows).where(tables.windows.c.id == id))
    return Window(**_read(rows[0])) if rows else None


async def silences(memory: Memory, now: datetime) -> list[Silence]:
    """The silences that hold now."""
    query = select(tables.silences).where(tables.silences.c.until > now.timestamp())
    return [Silence(**_read(row)) for row in await memory.rows(query.order_by(tables.silences.c.until))]


async def spans(memory: Memory, since: datetime) -> list[Span]:
    """How all services, and the bot itself (""), were since then, in order."""
    return [span(row) for row in await span_rows(memory, since)]


async def span_rows(memory: Memory, since: datetime) -> Sequence[Any]:
    """The same as bare rows, each to become a `span` elsewhere: there may be tens of thousands."""
    column = tables.spans.c
    query = select(column.service, column.state, column.begun, column.ended).where(
        column.ended.is_(None) | (column.ended > since.timestamp())
    )
    return await memory.rows(query.order_by(column.begun, column.id))


def span(row: Any) -> Span:
    """One of `span_rows`."""
    begun = datetime.fromtimestamp(row.begun, UTC)
    return Span(service=row.service, state=State(row.state), begun=begun, ended=_time(row.ended))


async def mark(memory: Memory, name: str) -> str | None:
    """A single value."""
    rows = await memory.rows(select(tables.marks.c.value).where(tables.marks.c.name == name))
    return rows[0].value if rows else None


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


_TIMES = (
    *("since", "heard", "at", "begins", "ends", "until", "begun", "ended"),
    *("opened", "changed", "resolved", "acknowledged"),
)
_KINDS: dict[str, Any] = {
    "state": State,
    "severity": Severity,
    "phase": str,
    **dict.fromkeys(_TIMES, _time),
}


def _read(row: Any) -> dict[str, Any]:
    return {name: _KINDS.get(name, lambda value: value)(value) for name, value in row._mapping.items()}  # noqa: SLF001 - SQLAlchemy's documented way to a row's columns by name


def _incident(row: Any) -> Incident:
    values = _read(row)
    del values["live"]
    return Incident(**{**values, "phase": Phase(values["phase"])})
