"""What was counted, read again, and forgotten after its term."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, delete, func, select

from bot.actions import Decision, Done, Remember
from bot.events import Tick
from bot.handler import Recurring
from bot.ports import Memory, Ports
from handlers.newcomers.counts.tally import DAY, What
from handlers.newcomers.tables import tally

#: How many days are kept: a year, and some more to compare it with.
KEPT = 400
TALLY = "tally"
JOB = Recurring(key=TALLY, every=timedelta(days=1), after=timedelta(minutes=2), each_start=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How often something happened on a day, at a step if it has one. Days count from 1970, in UTC."""

    day: int
    what: What
    step: str | None
    times: int


async def counts(memory: Memory) -> list[Count]:
    """All that was counted, by day."""
    column = tally.c
    query = select(column.day, column.what, column.step, func.count()).group_by(column.day, column.what, column.step)
    return [
        Count(day=day, what=What(what), step=step, times=times) for day, what, step, times in await memory.rows(query)
    ]


async def how_many(memory: Memory, table: Table) -> int:
    """How many rows a table has."""
    return int((await memory.rows(select(func.count()).select_from(table)))[0][0])


def within(found: Sequence[Count], days: int, now: datetime) -> list[Count]:
    """What happened on the last so many days, today among them."""
    return [one for one in found if one.day > today(now) - days]


def today(now: datetime) -> int:
    """Which day it is."""
    return int(now.timestamp() // DAY)


async def on_forget(tick: Tick, ports: Ports) -> Decision:
    """What is older than is kept goes."""
    del tick
    return Done((Remember(delete(tally).where(tally.c.day <= today(ports.now) - KEPT)),), "old counts are forgotten")
