"""What to come back to: jobs that a clock brings, and questions of ours that people may still answer."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import Ask, Later
from bot.storage.engine import Storage, insert
from bot.storage.schema import asks, jobs
from bot.storage.written import json_object, json_value

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A `Later` as it is kept. `id` is new each time that it is put off; `memo` is None where it can't be read."""

    id: str
    handler: str
    key: str
    room: str
    due: float
    memo: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAsk:
    """An `Ask` as it is kept."""

    handler: str
    key: str
    room: str
    who: str | None
    options: int
    emoji: tuple[str, ...]
    memo: dict[str, Any]


async def add_job(tx: AsyncConnection, handler: str, later: Later, *, replace: bool = True) -> None:
    """Keep a job; the same key again replaces it, or without `replace` changes nothing."""
    values = {
        "id": uuid.uuid4().hex,
        "room": later.room,
        "due": later.at.timestamp(),
        "memo": json.dumps(later.memo),
    }
    row, unique = insert(tx, jobs).values(handler=handler, key=later.key, **values), ["handler", "key"]
    await tx.execute(
        row.on_conflict_do_update(index_elements=unique, set_=values)
        if replace
        else row.on_conflict_do_nothing(index_elements=unique)
    )


async def due(storage: Storage, now: float) -> list[Job]:
    """The jobs whose time has come, oldest first."""
    rows = await storage.rows(select(jobs).where(jobs.c.due <= now).order_by(jobs.c.due).limit(100))
    return [
        Job(id=row.id, handler=row.handler, key=row.key, room=row.room, due=row.due, memo=json_object(row.memo))
        for row in rows
    ]


async def next_due(storage: Storage) -> float | None:
    """When the next job is due."""
    due_at: float | None = (await storage.rows(select(func.min(jobs.c.due))))[0][0]
    return due_at


async def take_job(tx: AsyncConnection, job: Job) -> bool:
    """Take it out to be handed on; False when it was put off again meanwhile."""
    result = await tx.execute(delete(jobs).where(jobs.c.id == job.id))
    return bool(result.rowcount)


async def open_ask(tx: AsyncConnection, handler: str, ask: Ask) -> None:
    """Keep a question of ours until it is answered or its time is over."""
    values = {
        "room": ask.room,
        "who": ask.who,
        "options": len(ask.options),
        "emoji": json.dumps(ask.emoji[: len(ask.options)]),
        "until": ask.until.timestamp(),
        "memo": json.dumps(ask.memo),
    }
    await tx.execute(
        insert(tx, asks)
        .values(handler=handler, key=ask.key, **values)
        .on_conflict_do_update(index_elements=["handler", "key"], set_=values)
    )


async def asks_for(storage: Storage, room: str, who: str, now: float) -> list[OpenAsk]:
    """The questions in this room that this person may answer now, newest first."""
    query = (
        select(asks)
        .where(asks.c.room == room, asks.c.until > now, (asks.c.who == who) | asks.c.who.is_(None))
        .order_by(asks.c.until.desc())
    )
    return [ask for row in await storage.rows(query) if (ask := _ask(row)) is not None]


async def close_ask(tx: AsyncConnection, ask: OpenAsk) -> bool:
    """Take the answer; False when somebody else's came first."""
    result = await tx.execute(delete(asks).where(asks.c.handler == ask.handler, asks.c.key == ask.key))
    return bool(result.rowcount)


async def withdraw_ask(tx: AsyncConnection, handler: str, key: str) -> None:
    """Forget a question, if it is open."""
    await tx.execute(delete(asks).where(asks.c.handler == handler, asks.c.key == key))


async def prune(tx: AsyncConnection, now: float) -> None:
    """Forget questions whose time is over."""
    await tx.execute(delete(asks).where(asks.c.until < now))


def _ask(row: Any) -> OpenAsk | None:
    """The question; None where it can't be read: then it waits for its end, and nobody answers it."""
    emoji, memo = json_value(row.emoji), json_object(row.memo)
    if memo is None or not isinstance(emoji, list) or not all(isinstance(one, str) for one in emoji):
        log.error("ask_unreadable", handler=row.handler, room=row.room)
        return None
    return OpenAsk(
        handler=row.handler,
        key=row.key,
        room=row.room,
        who=row.who,
        options=row.options,
        emoji=tuple(emoji),
        memo=memo,
    )
