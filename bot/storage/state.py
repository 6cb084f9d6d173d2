"""Single values that outlive the process, the sync token first of all."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import Storage, insert
from bot.storage.schema import sync_state


async def get(storage: Storage, name: str) -> str | None:
    """The value kept under this name."""
    rows = await storage.rows(select(sync_state.c.value).where(sync_state.c.name == name))
    return rows[0].value if rows else None


async def put(tx: AsyncConnection, name: str, value: str) -> None:
    """Keep a value under this name, in place of any before."""
    await tx.execute(
        insert(tx, sync_state)
        .values(name=name, value=value)
        .on_conflict_do_update(index_elements=["name"], set_={"value": value})
    )
