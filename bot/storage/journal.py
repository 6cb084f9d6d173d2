"""The journal: every event is written here before anything is done about it, and once only."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import Storage, insert
from bot.storage.schema import journal
from bot.storage.written import json_object

#: Event types in which people say something.
SPOKEN = ("m.room.message", "m.room.encrypted", "m.sticker")

#: Why an entry was finished without being looked at.
UNREAD = "too many at once"

#: How many keys are looked up in one question: databases take only so many values.
AT_ONCE = 1000

WAITING, UNREADABLE, DONE, FAILED = "waiting", "undecryptable", "done", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event as received. `body` is its JSON; `at` the sender's server's time of it, in seconds.

    `spoilt`: what was kept of it can't be read.
    """

    source: str
    key: str
    kind: str
    room: str
    at: float
    received: float
    sender: str = ""
    body: dict[str, Any]
    id: int = 0
    why: str = ""
    spoilt: bool = False


async def write(tx: AsyncConnection, entries: Iterable[Entry]) -> None:
    """Add what isn't there yet, in the given order."""
    rows = [
        {
            "source": entry.source,
            "key": entry.key,
            "kind": entry.kind,
            "room": entry.room,
            "sender": entry.sender,
            "body": json.dumps(entry.body),
            "at": entry.at,
            "received": entry.received,
            "state": WAITING,
        }
        for entry in entries
    ]
    if rows:
        await tx.execute(insert(tx, journal).on_conflict_do_nothing(index_elements=["key"]), rows)


async def waiting(storage: Storage, room: str, limit: int = 20, *, first: frozenset[str] = frozenset()) -> list[Entry]:
    """This room's oldest entries that nothing has been done about; those of the people in `first` before all others."""
    query = select(journal).where(journal.c.state == WAITING, journal.c.room == room).limit(limit)
    if first:
        query = query.order_by(case((journal.c.sender.in_(sorted(first)), 0), else_=1))
    return [_entry(row) for row in await storage.rows(query.order_by(journal.c.id))]


async def waiting_in(storage: Storage, room: str, *, at_most: int) -> int:
    """How many entries wait in this room; it isn't counted further than `at_most`."""
    some = select(journal.c.id).where(journal.c.state == WAITING, journal.c.room == room).limit(at_most).subquery()
    return int((await storage.rows(select(func.count()).select_from(some)))[0][0])


async def leave_unread(tx: AsyncConnection, room: str, *, keep: int, besides: frozenset[str]) -> int:
    """Finish this room's oldest messages and reactions, so that `keep` are left; how many that were.

    Those of the people in `besides` are kept, and don't count.
    """
    theirs = journal.c.sender.not_in(sorted(besides)) & journal.c.kind.in_([*SPOKEN, "m.reaction"])
    here = select(journal.c.id).where(journal.c.state == WAITING, journal.c.room == room, theirs)
    # The newest that is too old; none where there are no more than are kept.
    last = here.order_by(journal.c.id.desc()).offset(keep).limit(1).scalar_subquery()
    result = await tx.execute(
        update(journal)
        .where(journal.c.state == WAITING, journal.c.room == room, theirs, journal.c.id <= last)
        .values(state=FAILED, why=UNREAD, body=None)
    )
    return int(result.rowcount)


async def unread(storage: Storage) -> int:
    """How many messages were left unread, as long as it is remembered."""
    query = select(func.count()).select_from(journal).where(journal.c.state == FAILED, journal.c.why == UNREAD)
    return int((await storage.rows(query))[0][0])


async def waiting_rooms(storage: Storage) -> list[str]:
    """The rooms that have such entries."""
    query = select(journal.c.room).where(journal.c.state == WAITING).distinct()
    return [row.room for row in await storage.rows(query)]


async def known(storage: Storage, keys: Sequence[str]) -> set[str]:
    """Which of these events were written before."""
    found: set[str] = set()
    for start in range(0, len(keys), AT_ONCE):
        asked = select(journal.c.key).where(journal.c.key.in_(keys[start : start + AT_ONCE]))
        found |= {row.key for row in await storage.rows(asked)}
    return found


async def find(storage: Storage, key: str) -> tuple[str, str] | None:
    """What became of this event so far, and who sent it."""
    rows = await storage.rows(select(journal.c.state, journal.c.sender).where(journal.c.key == key))
    return (rows[0].state, rows[0].sender) if rows else None


async def finish(tx: AsyncConnection, entry: Entry, state: str, why: str) -> bool:
    """Note what became of it, and erase its text. False when somebody else has finished it meanwhile."""
    keep = {} if state == UNREADABLE else {"body": None}
    result = await tx.execute(
        update(journal).where(journal.c.id == entry.id, journal.c.state == WAITING).values(state=state, why=why, **keep)
    )
    return bool(result.rowcount)


async def retry_unreadable(tx: AsyncConnection) -> list[str]:
    """Put what couldn't be decrypted back into line, since keys have come; the rooms concerned."""
    query = update(journal).where(journal.c.state == UNREADABLE).values(state=WAITING).returning(journal.c.room)
    return sorted({row.room for row in await tx.execute(query)})


async def others_spoke(storage: Storage, room: str, since: str, besides: set[str]) -> bool:
    """Whether anyone else has written something in the room after the event `since`."""
    mark = select(journal.c.id).where(journal.c.key == since).scalar_subquery()
    query = (
        select(func.count())
        .select_from(journal)
        .where(journal.c.room == room, journal.c.id > mark, journal.c.sender.not_in({*besides, ""}))
        .where(journal.c.kind.in_(SPOKEN))
    )
    return bool((await storage.rows(query))[0][0])


async def depth(storage: Storage) -> int:
    """How many entries wait."""
    rows = await storage.rows(select(func.count()).select_from(journal).where(journal.c.state == WAITING))
    return int(rows[0][0])


async def prune(tx: AsyncConnection, *, handled_before: float, unreadable_before: float) -> None:
    """Forget the ids of what was handled long ago, and what could not be decrypted in time."""
    # In no other state does anything happen to it any more: also none that another version knew.
    old = journal.c.state.not_in([WAITING, UNREADABLE]) & (journal.c.received < handled_before)
    lost = (journal.c.state == UNREADABLE) & (journal.c.received < unreadable_before)
    await tx.execute(delete(journal).where(old))
    await tx.execute(update(journal).where(lost).values(state=FAILED, body=None, why="the key never came"))


def _entry(row: Any) -> Entry:
    body = json_object(row.body)
    return Entry(
        id=row.id,
        source=row.source,
        key=row.key,
        kind=row.kind,
        room=row.room,
        sender=row.sender,
        at=row.at,
        received=row.received,
        body=body or {},
        why=row.why,
        spoilt=body is None,
    )
