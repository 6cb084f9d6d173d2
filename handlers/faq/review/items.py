"""What may be on the review list, from what is known. Pure: each kind is a function that gives items, oldest first."""

import calendar
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rapidfuzz import fuzz

from bot.markdown import escape
from handlers.faq.bank.entries import Entry
from handlers.faq.matching.text import words

#: What hasn't been looked at for so long may have become wrong.
STALE = timedelta(days=365)
#: From so many of a hundred on, two questions are nearly the same.
ALIKE = 85
#: Of each question only so many characters are shown.
SHOWN = 160
#: Links fail in passing; after three days in a row they don't.
FAILING = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something to look at. `at` is since when, in seconds; `line` says what it is and what to do.

    `questions` are the noted questions that it stands for, `slug` the entry that it is about.
    """

    code: str
    at: float
    line: str
    questions: tuple[str, ...] = ()
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Miss:
    """A question without an answer. `at` is in seconds."""

    question: str
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class Rating:
    """What somebody made of an answer from the entry `slug`: see `tables.ratings`."""

    slug: str
    what: str
    at: float


@dataclass(frozen=True, slots=True)
class DeadLink:
    """A link of some entries that leads nowhere, since when, in seconds, and why."""

    url: str
    slugs: tuple[str, ...]
    since: float
    why: str


def code_of(kind: str, about: str) -> str:
    """Short enough to be typed; the same for the same thing."""
    return f"{kind}{hashlib.sha256(about.encode()).hexdigest()[:8]}"


def told_apart(items: Iterable[Item]) -> list[Item]:
    """The items without those that have the code of another one: they come when that is dealt with."""
    return list({item.code: item for item in reversed(list(items))}.values())[::-1]


def grouped(misses: Iterable[Miss]) -> list[tuple[Miss, ...]]:
    """Questions that are nearly the same, together; the oldest first, in each group and among them."""
    groups: list[tuple[str, list[Miss]]] = []
    for miss in sorted(misses, key=lambda one: one.at):
        said = " ".join(sorted(words(miss.text)))
        group = next((group for first, group in groups if fuzz.ratio(first, said, score_cutoff=ALIKE)), None)
        if group is None:
            groups.append((said, [miss]))
        else:
            group.append(miss)
    return [tuple(group) for _, group in groups]


def unanswered(group: Sequence[Miss], nearest: Entry | None, prefix: str) -> Item:
    """Questions that the bank has no answer to. `nearest` is the entry that comes nearest, if any does."""
    first = group[0]
    code = code_of("q", first.question)
    often = f" (asked {len(group)} times)" if len(group) > 1 else ""
    slug = nearest.slug if nearest else "<name>"
    near = f"nearest: `{nearest.slug}`. " if nearest else ""
    todo = f"`{prefix}faq review learn {code} {slug}`, or a new answer: `{prefix}faq add <name> <question>`"
    line = f'no answer to "{escape(cut(first.text))}"{often}: {near}{todo}'
    return Item(code=code, at=first.at, line=line, questions=tuple(one.question for one in group))


def disliked(ratings: Iterable[Rating], prefix: str) -> list[Item]:
    """Entries whose answers got more 👎 than 👍, and entries whose answers were removed."""
    by_slug: dict[str, list[Rating]] = {}
    for rating in sorted(ratings, key=lambda one: one.at):
        by_slug.setdefault(rating.slug, []).append(rating)
    found = [item for slug, given in by_slug.items() for item in _opinions(slug, given, prefix)]
    return sorted(found, key=lambda item: item.at)


def _opinions(slug: str, given: Sequence[Rating], prefix: str) -> Iterable[Item]:
    up, down, removed = ([one for one in given if one.what == what] for what in ("up", "down", "removed"))
    todo = f"read it with `{prefix}faq {slug}`, better it with `{prefix}faq edit {slug}`"
    if len(down) > len(up):
        line = f"`{slug}` was rated 👎 {len(down)}, 👍 {len(up)}: {todo}"
        yield Item(code=code_of("r", slug), at=down[0].at, line=line, slug=slug)
    if removed:
        line = f"`{slug}` was removed by somebody{_times(len(removed))}: {todo}"
        yield Item(code=code_of("x", slug), at=removed[0].at, line=line, slug=slug)


def stale(entries: Iterable[Entry], now: datetime, prefix: str) -> list[Item]:
    """Entries that nobody has looked at for a year, or whose source is older and that nobody has looked at at all."""
    found = []
    for entry in entries:
        written = entry.reviewed or entry.as_of
        due = end_of(written) + STALE if written else None
        if written is None or due is None or due > now:
            continue
        what = "reviewed" if entry.reviewed else "as of"
        todo = f"If it is still right: `{prefix}faq reviewed {entry.slug}`; else `{prefix}faq edit {entry.slug}`"
        line = f"`{entry.slug}` is {what} {written}. {todo}"
        found.append(Item(code=code_of("s", f"{entry.slug} {written}"), at=due.timestamp(), line=line, slug=entry.slug))
    return sorted(found, key=lambda item: item.at)


def end_of(written: str) -> datetime:
    """The end of a year, month or day, as entries write them: nobody is hurried by what isn't known."""
    year, month, day = (*map(int, written.split("-")), 0, 0)[:3]
    month = month or 12
    day = day or calendar.monthrange(year, month)[1]
    return datetime(year, month, day, tzinfo=UTC) + timedelta(days=1)


def dead(links: Iterable[DeadLink], prefix: str) -> list[Item]:
    """Links that lead nowhere."""
    return [
        Item(
            code=code_of("l", link.url),
            at=link.since,
            line=f"a link in {_names(link.slugs)} is dead ({escape(link.why)}): {escape(link.url)}; "
            f"`{prefix}faq edit {link.slugs[0]}`",
            slug=link.slugs[0],
        )
        for link in sorted(links, key=lambda one: one.since)
    ]


def confused(pairs: Iterable[tuple[str, str, int]], prefix: str) -> list[Item]:
    """Entries that are taken for each other, the worst first."""
    return [
        Item(
            code=code_of("c", f"{owner} {other}"),
            at=float(-count),
            line=f"{count} phrasings of `{owner}` would be answered with `{other}`: tell them apart with "
            f"`{prefix}faq unlike` or other phrasings",
            slug=owner,
        )
        for owner, other, count in sorted(pairs, key=lambda one: -one[2])
    ]


def cut(text: str) -> str:
    """A question on one line, and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"


def _names(slugs: Sequence[str]) -> str:
    others = f" and {len(slugs) - 1} more" if len(slugs) > 1 else ""
    return f"`{slugs[0]}`{others}"


def _times(count: int) -> str:
    return f" {count} times" if count > 1 else ""
