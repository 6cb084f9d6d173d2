"""What was told once, so that it isn't told again."""

import hashlib

from sqlalchemy import Executable, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import Storage
from bot.storage.schema import told


def key_of(*parts: str) -> str:
    """A key for what these parts name: the same length for all, and nobody's name in it."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


async def was(storage: Storage, key: str) -> bool:
    """Whether it was told."""
    return bool(await storage.rows(select(told.c.key).where(told.c.key == key)))


def note(key: str, now: float) -> Executable:
    """The statement that notes it; it fails where that was noted meanwhile."""
    return insert(told).values(key=key, at=now)


async def prune(tx: AsyncConnection, before: float) -> None:
    """Forget what was told long ago."""
    await tx.execute(delete(told).where(told.c.at < before))
