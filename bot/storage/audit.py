"""The audit log: who did what, where, when, with what outcome. It is only ever added to."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import Audit
from bot.ports import Noted
from bot.storage.engine import Storage
from bot.storage.schema import audit


async def note(tx: AsyncConnection, entry: Audit, now: float) -> None:
    """Add a line."""
    await tx.execute(
        audit.insert().values(
            at=now,
            who=entry.who,
            what=entry.what,
            outcome=entry.outcome,
            room=entry.room,
            event_id=entry.event_id,
        )
    )


async def latest(storage: Storage, limit: int, containing: str = "") -> list[Noted]:
    """The newest lines, newest first; only those whose person or deed contains the given text."""
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if containing:
        query = query.where(
            audit.c.who.contains(containing, autoescape=True) | audit.c.what.contains(containing, autoescape=True)
        )
    return [
        Noted(at=row.at, who=row.who, what=row.what, outcome=row.outcome, room=row.room)
        for row in await storage.rows(query)
    ]
