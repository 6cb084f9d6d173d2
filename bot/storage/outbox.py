"""Committed messages on their way to the homeserver, and what became of them."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import Ours
from bot.storage.engine import Storage, insert
from bot.storage.schema import outbox, sent
from bot.storage.written import json_object

WAITING, SENT, FAILED = "waiting", "sent", "failed"
#: What may wait for somebody else than the homeserver: a private chat that can't be opened yet, another channel.
PATIENT = ("direct", "forward")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One call. `about` is the handler's key of the message of ours that it changes, or in whose thread it stands.

    `encrypted`: whether the room was, when the row was made. `spoilt`: what was to be sent can't be read.
    """

    room: str
    kind: str
    type: str = ""
    content: dict[str, Any] = field(default_factory=dict)
    handler: str = ""
    key: str | None = None
    about: str | None = None
    cause: str | None = None
    recipient: str | None = None
    urgent: bool = False
    encrypted: bool = False
    txn: str = field(default_factory=lambda: uuid.uuid4().hex)
    id: int = 0
    attempts: int = 0
    not_before: float = 0.0
    created: float = 0.0
    spoilt: bool = False


#: What an insert writes; the rest is the database's or the sender's.
_GIVEN = (
    *("room", "kind", "type", "handler", "key", "about", "cause", "recipient", "urgent", "encrypted", "txn", "created"),
)


async def add(tx: AsyncConnection, rows: list[Row]) -> None:
    """Queue these, in this order. What is urgent makes urgent what it is about, which has to go before it."""
    if rows:
        # All at once: there may be thousands, and other writers wait.
        await tx.execute(outbox.insert(), [_written(row) for row in rows])
    for row in rows:
        if row.urgent and row.about is not None:
            await _hurry(tx, row.handler, {row.about})


def _written(row: Row) -> dict[str, Any]:
    given = {name: getattr(row, name) for name in _GIVEN}
    return {**given, "content": json.dumps(row.content), "state": WAITING, "not_before": row.not_before}


async def _hurry(tx: AsyncConnection, handler: str, keys: set[str]) -> None:
    while keys:
        late = (outbox.c.state == WAITING, outbox.c.handler == handler, outbox.c.key.in_(keys), ~outbox.c.urgent)
        hurried = await tx.execute(update(outbox).where(*late).values(urgent=True).returning(outbox.c.about))
        keys = {row.about for row in hurried if row.about is not None}


async def waiting(storage: Storage, room: str, limit: int = 20) -> list[Row]:
    """This room's rows that are to be sent next: urgent ones first, otherwise as they came."""
    query = (
        select(outbox)
        .where(outbox.c.state == WAITING, outbox.c.room == room)
        .order_by(outbox.c.urgent.desc(), outbox.c.id)
        .limit(limit)
    )
    return [_row(row) for row in await storage.rows(query)]


async def urgent(storage: Storage) -> list[int]:
    """The ids of what is urgent and to be sent next, one for each room that has such."""
    first = func.min(outbox.c.id).label("first")
    query = select(first).where(outbox.c.state == WAITING, outbox.c.urgent).group_by(outbox.c.room)
    return [row.first for row in await storage.rows(query.order_by(first).limit(100))]


async def waiting_rooms(storage: Storage) -> list[str]:
    """The rooms that something is to be sent to."""
    query = select(outbox.c.room).where(outbox.c.state == WAITING).distinct()
    return [row.room for row in await storage.rows(query)]


async def mark_sent(tx: AsyncConnection, row: Row, event_id: str | None, now: float) -> None:
    """It arrived. Its text is erased; what remains is that we said something, to whom, and why."""
    await tx.execute(update(outbox).where(outbox.c.id == row.id).values(state=SENT, content=None))
    if event_id is None:
        return
    await tx.execute(
        insert(tx, sent)
        .values(
            event_id=event_id,
            room=row.room,
            handler=row.handler,
            key=row.key,
            cause=row.cause,
            recipient=row.recipient,
            at=now,
        )
        .on_conflict_do_nothing(index_elements=["event_id"])
    )


async def mark_failed(tx: AsyncConnection, row: Row, why: str) -> None:
    """It never will."""
    await tx.execute(update(outbox).where(outbox.c.id == row.id).values(state=FAILED, content=None, why=why))


async def put_off(tx: AsyncConnection, row: Row, until: float, why: str) -> None:
    """It will be tried again, not before `until`."""
    await tx.execute(
        update(outbox).where(outbox.c.id == row.id).values(attempts=row.attempts + 1, not_before=until, why=why)
    )


async def depth(storage: Storage) -> tuple[int, float | None]:
    """How many rows wait, and when the oldest was made of those that wait for the homeserver alone."""
    soon = case((outbox.c.kind.in_(PATIENT), None), else_=outbox.c.created)
    query = select(func.count(), func.min(soon)).where(outbox.c.state == WAITING)
    count, oldest = (await storage.rows(query))[0]
    return count, oldest


async def find_sent(storage: Storage, event_id: str) -> Ours | None:
    """Our message with this event id."""
    rows = await storage.rows(select(sent).where(sent.c.event_id == event_id))
    return _ours(rows[0]) if rows else None


async def sent_under(storage: Storage, handler: str, key: str) -> Ours | None:
    """Our latest message under this key."""
    query = select(sent).where(sent.c.handler == handler, sent.c.key == key).order_by(sent.c.at.desc()).limit(1)
    rows = await storage.rows(query)
    return _ours(rows[0]) if rows else None


async def rooms_with(storage: Storage, person: str) -> list[str]:
    """The rooms in which we answered this person, the latest first."""
    query = select(sent.c.room).where(sent.c.recipient == person).group_by(sent.c.room)
    return [row.room for row in await storage.rows(query.order_by(func.max(sent.c.at).desc()))]


async def prune(tx: AsyncConnection, *, sent_before: float) -> None:
    """Forget our own old messages."""
    await tx.execute(delete(sent).where(sent.c.at < sent_before))
    await tx.execute(delete(outbox).where(outbox.c.state != WAITING, outbox.c.created < sent_before))


def _row(row: Any) -> Row:
    values = {name: getattr(row, name) for name in (*_GIVEN, "id", "attempts", "not_before")}
    content = json_object(row.content)
    return Row(**values, content=content or {}, spoilt=content is None)


def _ours(row: Any) -> Ours:
    return Ours(
        event_id=row.event_id,
        room=row.room,
        handler=row.handler,
        key=row.key,
        cause=row.cause,
        recipient=row.recipient,
    )
