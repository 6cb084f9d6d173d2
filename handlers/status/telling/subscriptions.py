"""Who wants to hear of what in private. The service "" stands for all of them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from bot.actions import Remember
from bot.ports import Memory
from handlers.status.tables import subscriptions as table

#: In the place of a service: all of them.
ALL = ""
#: Of all people together. More would take hours to be told, at the pace that homeservers allow.
MOST = 5000

Subscriptions = Mapping[str, frozenset[str]]


async def all_of_them(memory: Memory) -> Subscriptions:
    """The services that each person wants to hear of, in the order in which people came."""
    rows = await memory.rows(select(table.c.person, table.c.service).order_by(table.c.since, table.c.person))
    found: dict[str, frozenset[str]] = {}
    for row in rows:
        found[row.person] = found.get(row.person, frozenset()) | {row.service}
    return found


async def of(memory: Memory, person: str) -> frozenset[str]:
    """The services that this person wants to hear of."""
    rows = await memory.rows(select(table.c.service).where(table.c.person == person))
    return frozenset(row.service for row in rows)


async def count(memory: Memory) -> int:
    """How many there are."""
    return int((await memory.rows(select(func.count()).select_from(table)))[0][0])


def put(person: str, services: frozenset[str], now: datetime) -> tuple[Remember, ...]:
    """This person hears of these from now on, and of nothing else."""
    at = now.timestamp()
    gone = Remember(delete(table).where(table.c.person == person))
    return (gone, *(Remember(insert(table).values(person=person, service=one, since=at)) for one in sorted(services)))
