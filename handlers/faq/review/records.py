"""The review list's own reading and writing of the tables."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, insert, select

from bot.actions import Remember
from bot.ports import Memory
from handlers.faq.answering.records import MISSES_KEPT
from handlers.faq.review.items import FAILING, DeadLink, Item, Miss, Rating
from handlers.faq.tables import GIVEN_KEPT, confused, links, misses, ratings, reviewed

#: So many of the oldest questions without an answer, and of the newest, are compared with each other.
MOST_MISSES = 500
#: What was taken off the list comes back after this, if it still is so.
OFF_FOR = timedelta(days=180)
#: Links of this kind count at once.
GONE = "gone"


async def noted_misses(memory: Memory, now: datetime) -> list[Miss]:
    """The oldest and the newest questions without an answer, the oldest first."""
    kept = select(misses).where(misses.c.at > (now - MISSES_KEPT).timestamp()).limit(MOST_MISSES)
    oldest = await memory.rows(kept.order_by(misses.c.at, misses.c.question))
    newest = await memory.rows(kept.order_by(misses.c.at.desc(), misses.c.question.desc()))
    found = {row.question: Miss(row.question, row.text, row.at) for row in (*oldest, *reversed(newest))}
    return list(found.values())


async def noted_ratings(memory: Memory, now: datetime) -> list[Rating]:
    """What people made of the answers of the last 30 days."""
    rows = await memory.rows(select(ratings).where(ratings.c.at > (now - GIVEN_KEPT).timestamp()))
    return [Rating(row.slug, row.what, row.at) for row in rows]


async def dead_links(memory: Memory, of: dict[str, tuple[str, ...]]) -> list[DeadLink]:
    """The dead ones among these links, each with the entries that have it."""
    rows = await memory.rows(select(links).where(links.c.failing.is_not(None)))
    return [
        DeadLink(row.url, of[row.url], row.failing, row.why)
        for row in rows
        if row.url in of and is_dead(row.failing, row.checked, row.why)
    ]


def is_dead(failing: float, checked: float, why: str) -> bool:
    """Whether a link that fails since then, and was last looked at then, is dead."""
    return why.startswith(GONE) or checked - failing >= FAILING.total_seconds() - 3600


async def confused_pairs(memory: Memory) -> list[tuple[str, str, int]]:
    """Which entries are taken for which, as last measured, and how often."""
    return [(row.owner, row.other, row.count) for row in await memory.rows(select(confused))]


def note_confused(pairs: list[tuple[str, str, int]]) -> tuple[Remember, ...]:
    """These are taken for each other, and no others."""
    rows = [{"owner": owner, "other": other, "count": count} for owner, other, count in pairs]
    return (Remember(delete(confused)), *(Remember(insert(confused).values(row)) for row in rows))


async def taken_off(memory: Memory, now: datetime) -> frozenset[str]:
    """The codes that somebody has dealt with."""
    rows = await memory.rows(select(reviewed).where(reviewed.c.at > (now - OFF_FOR).timestamp()))
    return frozenset(row.code for row in rows)


def take_off(item: Item, now: datetime) -> tuple[Remember, ...]:
    """The item is dealt with: what it rests on goes, where that is ours to forget; else its code is remembered."""
    if item.questions:
        return (Remember(delete(misses).where(misses.c.question.in_(item.questions))),)
    if item.code[0] in "rx":
        of = ratings.c.what == "removed" if item.code[0] == "x" else ratings.c.what != "removed"
        return (Remember(delete(ratings).where(ratings.c.slug == item.slug, of)),)
    return (
        Remember(delete(reviewed).where(reviewed.c.code == item.code)),
        Remember(insert(reviewed).values(code=item.code, at=now.timestamp())),
    )


def forget_old(now: datetime) -> tuple[Remember, ...]:
    """What has been kept for its term."""
    terms = ((misses, MISSES_KEPT), (ratings, GIVEN_KEPT), (reviewed, OFF_FOR))
    return tuple(Remember(delete(table).where(table.c.at < (now - term).timestamp())) for table, term in terms)


def known_links() -> Select[Any]:
    """All links that were looked at."""
    return select(links)


def note_link(url: str, *, checked: datetime, failing: float | None, why: str) -> tuple[Remember, ...]:
    """Remember how a link was found."""
    row = {"url": url, "checked": checked.timestamp(), "failing": failing, "why": why}
    return (Remember(delete(links).where(links.c.url == url)), Remember(insert(links).values(**row)))


def forget_links(urls: frozenset[str]) -> tuple[Remember, ...]:
    """These are in no entry any more."""
    return (Remember(delete(links).where(links.c.url.in_(sorted(urls)))),) if urls else ()
