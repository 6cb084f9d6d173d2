"""Do the bank's links still lead somewhere? A few are looked at each day, each at most once a week."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urldefrag, urlsplit

import structlog
from markdown_it import MarkdownIt

from bot.actions import Action, Decision, Done, Nothing
from bot.errors import Permanent, TryLater
from bot.events import Tick
from bot.ports import Http, Ports
from handlers.faq.bank.entries import Entry
from handlers.faq.library import Library
from handlers.faq.review.records import GONE, forget_links, forget_old, known_links, note_link

log = structlog.get_logger()

#: The recurring job, and how many links it looks at each time: one after the other, and of each host only one.
KEY, AT_ONCE = "links", 8
#: A link that leads somewhere is looked at once a week; one that fails, each day.
WEEK, DAY = timedelta(days=7), timedelta(hours=23)
#: What says that there is nothing any more. Everything else may be a server's bad day, or that it likes no bots.
NOTHING_THERE = frozenset({404, 410})
#: Longer ones aren't remembered; in bytes.
LONGEST = 2000

_markdown = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a link was found, the last time. Times are in seconds; `failing` is since when it fails."""

    url: str
    checked: float
    failing: float | None = None
    why: str = ""


def of_entry(entry: Entry) -> frozenset[str]:
    """The web addresses in an entry's source and answers, without what leads to a place within a page."""
    found = {entry.source} if entry.source else set()
    for text in (entry.body, *entry.translations.values()):
        for token in _markdown.parse(text):
            found |= {str(child.attrGet("href")) for child in token.children or () if child.type == "link_open"}
    plain = {urldefrag(url).url for url in found}
    return frozenset(url for url in plain if url.startswith(("http://", "https://")) and len(url.encode()) <= LONGEST)


def of_bank(entries: Iterable[Entry]) -> dict[str, tuple[str, ...]]:
    """Each link, with the entries that have it."""
    found: dict[str, list[str]] = {}
    for entry in entries:
        for url in sorted(of_entry(entry)):
            found.setdefault(url, []).append(entry.slug)
    return {url: tuple(slugs) for url, slugs in found.items()}


def due(urls: Iterable[str], known: Mapping[str, Look], now: datetime) -> tuple[str, ...]:
    """Which links are looked at now: those that fail first, then the ones that weren't looked at for the longest."""

    def waits(url: str) -> tuple[bool, float]:
        look = known.get(url)
        return (look is None or look.failing is None, look.checked if look else 0.0)

    chosen: dict[str, str] = {}
    for url in sorted(filter(lambda url: _is_due(known.get(url), now), urls), key=waits):
        chosen.setdefault(urlsplit(url).hostname or "", url)
    return tuple(chosen.values())[:AT_ONCE]


def _is_due(look: Look | None, now: datetime) -> bool:
    if look is None:
        return True
    return now.timestamp() - look.checked >= (WEEK if look.failing is None else DAY).total_seconds()


async def failure(url: str, http: Http) -> str | None:
    """Why this link fails; None where it doesn't, or where one can't tell."""
    try:
        found = await http.fetch(url)
    except TryLater:
        return "can't be reached"
    except Permanent:
        # It may not be fetched from here, or is too large to be: there may well be something.
        return None
    return f"{GONE}, {found.status}" if found.status in NOTHING_THERE else None


def looked(before: Look | None, url: str, why: str | None, now: datetime) -> Look:
    """How the link stands after another look."""
    if why is None:
        return Look(url=url, checked=now.timestamp())
    since = before.failing if before is not None and before.failing is not None else now.timestamp()
    return Look(url=url, checked=now.timestamp(), failing=since, why=why)


async def on_links(library: Library, _tick: Tick, ports: Ports) -> Decision:
    """Look at a few."""
    rows = await ports.memory.rows(known_links())
    known = {row.url: Look(url=row.url, checked=row.checked, failing=row.failing, why=row.why) for row in rows}
    urls = of_bank(library.entries.values())
    found = [(url, await failure(url, ports.http)) for url in due(urls, known, ports.now)]
    gone = forget_links(frozenset(known) - frozenset(urls))
    looks = (
        () if blind([why for _, why in found]) else [looked(known.get(url), url, why, ports.now) for url, why in found]
    )
    log.info("links_looked_at", links=len(found), failing=sum(why is not None for _, why in found))
    actions: tuple[Action, ...] = (
        *gone,
        *forget_old(ports.now),
        *(one for look in looks for one in _note(look, ports)),
    )
    return Done(actions, f"looked at {len(found)} links") if actions else Nothing("no links")


def blind(whys: Sequence[str | None]) -> bool:
    """Whether it is us who can't reach anything: then nothing was learned."""
    return len(whys) > 1 and all(why is not None and not why.startswith(GONE) for why in whys)


def _note(look: Look, ports: Ports) -> tuple[Action, ...]:
    return note_link(look.url, checked=ports.now, failing=look.failing, why=look.why)
