"""Which times are kept: a service's open span is closed, and the next one begins."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from bot.actions import Action, Remember
from bot.ports import Memory, Ports
from handlers.status.states import State
from handlers.status.tables import spans

#: What is told later than this counts from here on: a wrong clock, or a lie, must not rewrite what was measured.
LATEST = timedelta(hours=1)
#: The bot itself, among the services.
SELF = ""


async def moved(ports: Ports, service: str, state: State, at: datetime) -> tuple[Action, ...]:
    """The service is in this state since `at`. Nothing where that is known already.

    Goes into the decision that rests on it: when somebody else was first, that decision is made again. `at` may lie up
    to an hour back, but not before the last change: then it counts from now on.
    """
    begun = max(min(at, ports.now), ports.now - LATEST).timestamp()
    span = await _open(ports.memory, service)
    if span is None:
        return (_opened(service, state, max(begun, await _last_end(ports.memory, service))),)
    if span.state == state:
        return ()
    if begun <= span.begun:
        begun = ports.now.timestamp()
    if begun <= span.begun:  # the clock was set back
        return (Remember(update(spans).where(*_still(span)).values(state=str(state)), must_change=True),)
    return (_closed(span, begun), _opened(service, state, begun))


async def closed(ports: Ports, service: str, at: datetime) -> tuple[Action, ...]:
    """From `at` on nothing is known of the service. Nothing where that is so already."""
    span = await _open(ports.memory, service)
    return () if span is None else (_closed(span, at.timestamp()),)


async def blind(ports: Ports, at: datetime, *, on: bool) -> tuple[Action, ...]:
    """The bot itself sees nothing since `at`, or sees again."""
    return await (moved(ports, SELF, State.UNKNOWN, at) if on else closed(ports, SELF, at))


async def open_services(memory: Memory) -> dict[str, State]:
    """Which services (and the bot itself, "") have an open span, and in which state they are by it."""
    rows = await memory.rows(select(spans.c.service, spans.c.state).where(spans.c.ended.is_(None)))
    return {row.service: State(row.state) for row in rows}


def unseen(begun: datetime, ended: datetime) -> Remember:
    """The bot itself wasn't there from then to then."""
    row = {"service": SELF, "state": str(State.UNKNOWN), "begun": begun.timestamp(), "ended": ended.timestamp()}
    return Remember(insert(spans).values(**row))


async def _open(memory: Memory, service: str) -> Any:
    query = select(spans).where(spans.c.service == service, spans.c.ended.is_(None))
    return next(iter(await memory.rows(query)), None)


async def _last_end(memory: Memory, service: str) -> float:
    rows = await memory.rows(select(func.max(spans.c.ended)).where(spans.c.service == service))
    return rows[0][0] or 0.0


def _opened(service: str, state: State, begun: float) -> Remember:
    # There can be only one open span of a service: a second one is a conflict.
    return Remember(insert(spans).values(service=service, state=str(state), begun=begun, ended=None))


def _closed(span: Any, at: float) -> Remember:
    """Close it, or forget it where it wouldn't have lasted."""
    statement = update(spans).values(ended=at) if at > span.begun else delete(spans)
    return Remember(statement.where(*_still(span)), must_change=True)


def _still(span: Any) -> tuple[ColumnElement[bool], ...]:
    """It is as it was read."""
    return spans.c.id == span.id, spans.c.ended.is_(None), spans.c.state == span.state
