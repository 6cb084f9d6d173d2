"""The rooms that we are in, as far as it must outlive the process."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import Storage, insert
from bot.storage.schema import rooms


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room. `people` counts its joined members, us included; 0 when not known. `removed`: we were thrown out."""

    id: str
    joined: bool = True
    encrypted: bool = False
    removed: bool = False
    people: int = 0


async def load(storage: Storage) -> dict[str, Room]:
    """All of them, by id."""
    return {
        row.id: Room(id=row.id, joined=row.joined, encrypted=row.encrypted, removed=row.removed, people=row.people)
        for row in await storage.rows(select(rooms))
    }


async def save(tx: AsyncConnection, room: Room) -> None:
    """Keep a room. One that was encrypted once stays so, whatever is said now."""
    values = {"joined": room.joined, "removed": room.removed, "people": room.people}
    statement = insert(tx, rooms).values(id=room.id, encrypted=room.encrypted, **values)
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["id"],
            set_={**values, "encrypted": rooms.c.encrypted | statement.excluded.encrypted},
        )
    )
