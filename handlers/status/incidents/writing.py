"""How incidents are read and written: whoever decides on one that somebody else has changed decides again."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import insert, select, update

from bot.actions import Action, Later, Remember
from bot.ports import Memory
from handlers.status import records, tables
from handlers.status.incidents.machine import Step
from handlers.status.records import Condition, Incident, Kind, Moment, Phase
from handlers.status.settings import Settings
from handlers.status.watch import LANE, tell

#: What ticks are for, by what their keys begin with: whether it lasts that all is well, and that it can't come again.
SETTLE, CLOSE = "settle", "close"
_CONDITION = tuple(column.name for column in tables.conditions.columns)
_INCIDENT = tuple(column.name for column in tables.incidents.columns if column.name != "live")


async def next_id(memory: Memory, now: datetime, taken: int = 0) -> str:
    """An id that no incident has: the day, and a number. Where somebody else takes it first, it is decided again.

    `taken` are the ids that this decision has taken already.
    """
    day = f"{now:%Y-%m-%d}-"
    rows = await memory.rows(select(tables.incidents.c.id).where(tables.incidents.c.id.startswith(day)))
    numbers = [int(number) for row in rows if (number := row.id.removeprefix(day)).isdigit()]
    return f"{day}{max(numbers, default=0) + taken + 1}"


async def live(memory: Memory, service: str) -> Incident | None:
    """The incident of this service that may still change."""
    found = await records.incidents_where(memory, tables.incidents.c.live == service)
    return found[0] if found else None


async def reopened(memory: Memory, incident: Incident | None) -> tuple[datetime, ...]:
    """When it was reopened."""
    found = await records.moments(memory, incident.id) if incident is not None else []
    return tuple(one.at for one in found if one.kind == Kind.REOPENED)


def step(
    before: Incident | None, conditions: Iterable[Condition], done: Step, settings: Settings
) -> tuple[Action, ...]:
    """All that a step has to be remembered by. `before` and `conditions` are what it began with."""
    known = {one.key: one for one in conditions}
    kept = [condition(known.get(one.key), one) for one in done.conditions]
    ended = (closed(done.closed),) if done.closed is not None else ()
    old = None if done.closed is not None else before
    return (*kept, *ended, *changed(old, done.incident, done.moments, settings), *_settles(done))


def changed(
    before: Incident | None, now: Incident | None, moments: Iterable[Moment], settings: Settings
) -> tuple[Action, ...]:
    """What has become of an incident, and what happened; nothing where it is as it was."""
    if now is None or now == before:
        return ()
    written = Remember(_update(before, now), must_change=True) if before is not None else _insert(now)
    closes = () if now.resolved is None or now.phase != Phase.RESOLVED else (_closes(now, settings),)
    return (written, *map(moment, moments), *closes)


def condition(before: Condition | None, now: Condition) -> Remember:
    """The last word of a source. Where somebody else has written it meanwhile, it is decided again."""
    values = _values(now, _CONDITION)
    table = tables.conditions
    if before is None:
        return Remember(insert(table).values(**values))
    same = (table.c.state == str(before.state), table.c.service == before.service, table.c.muted == before.muted)
    statement = update(table).where(table.c.key == before.key, table.c.since == before.since.timestamp(), *same)
    return Remember(statement.values(**values), must_change=True)


def heard(one: Condition) -> Remember:
    """That it still holds."""
    table = tables.conditions
    return Remember(update(table).where(table.c.key == one.key).values(heard=one.heard.timestamp()))


def moment(one: Moment) -> Remember:
    """Something happened."""
    names = (column.name for column in tables.timeline.columns if column.name != "id")
    return Remember(insert(tables.timeline).values(**_values(one, names)))


def closed(one: Incident) -> Remember:
    """It can't come again."""
    table = tables.incidents
    same = update(table).where(table.c.id == one.id, table.c.version == one.version)
    return Remember(same.values(live=None, version=one.version + 1), must_change=True)


def touched(one: Incident) -> Incident:
    """The incident, as somebody who changes it leaves it."""
    return replace(one, version=one.version + 1)


def telling(now: datetime, *, changed: bool) -> tuple[Action, ...]:
    """Have rooms told, if there is something to tell."""
    return (tell(now),) if changed else ()


def _insert(now: Incident) -> Remember:
    return Remember(insert(tables.incidents).values(**_values(now, _INCIDENT), live=now.service))


def _update(before: Incident, now: Incident) -> Any:
    table = tables.incidents
    return (
        update(table)
        .where(table.c.id == before.id, table.c.version == before.version)
        .values(**_values(now, _INCIDENT))
    )


def _closes(now: Incident, settings: Settings) -> Later:
    at = (now.resolved or now.changed) + settings.reopen
    return Later(at=at, key=f"{CLOSE}:{now.id}", room=LANE)


def _settles(done: Step) -> tuple[Action, ...]:
    if done.settles is None or done.incident is None:
        return ()
    return (Later(at=done.settles, key=f"{SETTLE}:{done.incident.id}", room=LANE),)


def _values(record: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: _value(getattr(record, name)) for name in names}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    return str(value.value) if isinstance(value, Enum) else value
