"""Which event first used which index of a room key."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import insert
from bot.storage.schema import message_indices as indices


async def first_use(tx: AsyncConnection, session: str, index: int, event_id: str, now: float) -> str:
    """The event that used this index first: this one, if none did before."""
    mine = {"session_id": session, "message_index": index, "event_id": event_id, "at": now}
    await tx.execute(
        insert(tx, indices).values(**mine).on_conflict_do_nothing(index_elements=["session_id", "message_index"])
    )
    found = select(indices.c.event_id).where(indices.c.session_id == session, indices.c.message_index == index)
    return str((await tx.execute(found)).scalar_one())


async def prune(tx: AsyncConnection, before: float) -> None:
    """Forget what was used long ago."""
    await tx.execute(delete(indices).where(indices.c.at < before))
