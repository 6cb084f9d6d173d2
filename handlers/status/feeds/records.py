"""What is remembered of a feed. Another address is another feed, whatever its name, so its first read is silent too."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Delete, Insert, Update, delete, insert, select, update

from bot.ports import Memory
from handlers.status import records
from handlers.status.feeds.reading import Entry
from handlers.status.settings import FeedSettings
from handlers.status.sources.texts import digest
from handlers.status.tables import feed_entries, feeds, marks

#: How long an entry is remembered that isn't in its feed any more.
KEPT = timedelta(days=90)
#: What the operators know of a feed: that it can't be read; and that it never will.
TOLD, GONE = "told", "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An entry that is known: what it said, whether it was posted by itself, and when it was first seen."""

    digest: str
    posted: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How far a feed has been read. `trouble` is what the operators were told of it.

    `new`: nothing of it is kept yet; `begun`: it could be read before.
    """

    new: bool = True
    begun: bool = False
    etag: str = ""
    modified: str = ""
    failures: int = 0
    trouble: str = ""
    seen: dict[str, Seen] = field(default_factory=dict)


def key_of(feed: FeedSettings) -> str:
    """Under which name it is remembered."""
    return f"{feed.name[:64]}@{digest(feed.url)[:16]}"


async def state_of(memory: Memory, feed: FeedSettings) -> State:
    """What is remembered of it."""
    key = key_of(feed)
    trouble = await records.mark(memory, _mark(key)) or ""
    rows = await memory.rows(select(feeds).where(feeds.c.name == key))
    if not rows:
        return State(trouble=trouble)
    (row,) = rows
    entries = await memory.rows(select(feed_entries).where(feed_entries.c.feed == key))
    return State(
        new=False,
        begun=row.read > 0,
        etag=row.etag,
        modified=row.modified,
        failures=row.failures,
        trouble=trouble,
        seen={one.entry: _seen(one) for one in entries},
    )


def _seen(row: Any) -> Seen:
    return Seen(digest=row.digest, posted=row.posted, at=datetime.fromtimestamp(row.at, UTC))


def kept(feed: FeedSettings, state: State, now: datetime) -> Insert | Update:
    """Note this state, without its entries. `read` is when it last could be, 0 for never."""
    key = key_of(feed)
    values: dict[str, Any] = {"etag": state.etag, "modified": state.modified, "failures": state.failures}
    if state.begun and not state.failures:
        values["read"] = now.timestamp()
    if state.new:
        return insert(feeds).values(**{"name": key, "read": 0.0, **values})
    return update(feeds).where(feeds.c.name == key).values(**values)


def known(feed: FeedSettings, entries: Sequence[Entry], posted: set[str], now: datetime) -> Insert:
    """Note these new entries; those in `posted` have a message of their own."""
    at = now.timestamp()
    rows = [
        {"feed": key_of(feed), "entry": one.id, "digest": one.digest, "posted": one.id in posted, "at": at}
        for one in entries
    ]
    return insert(feed_entries).values(rows)


def says_now(feed: FeedSettings, entry: Entry) -> Update:
    """Note that an entry says something else."""
    ours = (feed_entries.c.feed == key_of(feed)) & (feed_entries.c.entry == entry.id)
    return update(feed_entries).where(ours).values(digest=entry.digest)


def forgotten(feed: FeedSettings, entries: Sequence[Entry], now: datetime) -> Delete:
    """Forget what has long been gone from the feed."""
    old = (feed_entries.c.feed == key_of(feed)) & (feed_entries.c.at < (now - KEPT).timestamp())
    return delete(feed_entries).where(old, feed_entries.c.entry.not_in([one.id for one in entries]))


def told(feed: FeedSettings, before: str, trouble: str) -> tuple[Insert | Update | Delete, ...]:
    """Note what the operators know of its trouble."""
    mark = marks.c.name == _mark(key_of(feed))
    if before == trouble:
        return ()
    if not trouble:
        return (delete(marks).where(mark),)
    if not before:
        return (insert(marks).values(name=_mark(key_of(feed)), value=trouble),)
    return (update(marks).where(mark).values(value=trouble),)


def _mark(key: str) -> str:
    return f"feed:{digest(key)[:32]}"
