"""Everything that telling goes by, read."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from bot.ports import Memory, Ports
from handlers.status import records, tables
from handlers.status.notices.routing import rota
from handlers.status.notices.told import DONE, Said, Told, said_of, told_of
from handlers.status.notices.view import View
from handlers.status.records import Incident, Moment
from handlers.status.watch import Watch

#: What began longer ago and is over isn't told of any more, whatever was in the way.
OLD = timedelta(days=90)
#: Maintenance that has been over for so long isn't told of any more.
PAST = timedelta(days=2)
#: How far back messages matter for how much a room can bear.
LATELY = timedelta(hours=1)
#: Of each incident so many moments are read, the latest.
LATEST = 200
#: How many values a query is given at once: databases have limits.
CHUNK = 500
#: How often everything is read again when it keeps changing; whatever changes then is told a moment later.
TRIES = 5


async def view(watch: Watch, ports: Ports) -> View:
    """Everything, now, at one moment: what is changed while it is read is read again."""
    for _ in range(TRIES):
        live = await records.live_incidents(ports.memory)
        seen = await _with(live, watch, ports)
        if await records.live_incidents(ports.memory) == live:
            break
    return seen


async def _with(live: list[Incident], watch: Watch, ports: Ports) -> View:
    memory, now = ports.memory, ports.now
    pending = {one.id: one for one in (*live, *await _untold(memory, now))}
    windows = await records.windows(memory, now - PAST)
    about = [*pending, *(f"window:{one.id}" for one in windows)]
    told = await _told(memory, tables.told.c.incident, about)
    shared = await _told(memory, tables.told.c.key, {one.key for one in told if one.key})
    rows = {(one.incident, one.room): one for one in (*told, *shared)}
    others = {incident for incident, _ in rows if incident not in pending and not incident.startswith("window:")}
    incidents = pending | {one.id: one for one in await _incidents(memory, others)}
    said: dict[str, list[Said]] = defaultdict(list)
    for one in await _said(memory, {row.key for row in rows.values()}, now):
        said[one.room].append(one)
    return View(
        now=now,
        watch=watch,
        rota=rota(watch.settings, ports.rooms),
        incidents=dict(sorted(incidents.items(), key=lambda item: (item[1].opened, item[0]))),
        pending=frozenset(pending),
        lasting=frozenset(one.id for one in live),
        moments=await _moments(memory, pending),
        conditions=await records.conditions(memory),
        windows=windows,
        silences=await records.silences(memory, now),
        told=rows,
        said=said,
    )


async def _untold(memory: Memory, now: datetime) -> list[Incident]:
    """The incidents that won't change any more, but aren't told to the end."""
    incidents, told = tables.incidents.c, tables.told.c
    done = exists().where(and_(told.incident == incidents.id, told.room == DONE, told.closed))
    fresh = and_(incidents.live.is_(None), incidents.opened >= (now - OLD).timestamp())
    return await records.incidents_where(memory, and_(fresh, ~done))


async def _incidents(memory: Memory, ids: Collection[str]) -> list[Incident]:
    column = tables.incidents.c.id
    return [one for some in _chunks(ids) for one in await records.incidents_where(memory, column.in_(some))]


async def _told(memory: Memory, column: ColumnElement[str], values: Collection[str]) -> list[Told]:
    return [told_of(row) for row in await _in(memory, select(tables.told), column, values)]


async def _said(memory: Memory, keys: Collection[str], now: datetime) -> list[Said]:
    """The messages with these keys, their edits, whatever waits, and what was said lately."""
    column = tables.said.c
    lately = or_(column.gone.is_(None), column.at >= (now - LATELY).timestamp())
    edits = {f"edit:{key}"[:255] for key in keys}
    rows = [
        *await memory.rows(select(tables.said).where(lately)),
        *await _in(memory, select(tables.said), column.key, {*keys, *edits}),
    ]
    return sorted({one.key: one for one in map(said_of, rows)}.values(), key=lambda one: (one.at, one.key))


async def _moments(memory: Memory, incidents: Collection[str]) -> dict[str, list[Moment]]:
    """The latest moments of each: what comes and goes for days has thousands."""
    moments: dict[str, list[Moment]] = defaultdict(list)
    column = tables.timeline.c
    back = func.row_number().over(partition_by=column.incident, order_by=column.id.desc()).label("back")
    for some in _chunks(incidents):
        counted = select(tables.timeline, back).where(column.incident.in_(some)).subquery()
        latest = select(*(counted.c[one.name] for one in column)).where(counted.c.back <= LATEST)
        for row in await memory.rows(latest.order_by(counted.c.id)):
            at = datetime.fromtimestamp(row.at, UTC)
            values = {**row._mapping, "at": at}  # noqa: SLF001 - SQLAlchemy's documented way to a row's columns by name
            moments[row.incident].append(Moment(**values))
    return moments


async def _in(memory: Memory, query: Select[Any], column: ColumnElement[str], values: Collection[str]) -> Sequence[Any]:
    """The query's rows in which the column is one of these."""
    return [row for some in _chunks(values) for row in await memory.rows(query.where(column.in_(some)))]


def _chunks(values: Collection[str]) -> list[list[str]]:
    wanted = sorted(set(values))
    return [wanted[at : at + CHUNK] for at in range(0, len(wanted), CHUNK)]
