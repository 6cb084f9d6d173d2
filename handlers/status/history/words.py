"""Uptime in words: what was measured, for how much of the time, and what isn't counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.markdown import escape
from bot.names import seen
from handlers.status.history.ranges import Range
from handlers.status.history.uptime import Uptime
from handlers.status.notices.times import clock, lasted
from handlers.status.page.words import listed, opening, percent

#: What is shorter than this isn't worth a word, where it is only left out.
WORTH_SAYING = timedelta(minutes=1)
#: Where less than this share of the time was measured, the answer says how much.
NEARLY_ALL = 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A service over the time that was asked for: the whole, and piece by piece."""

    name: str
    title: str
    whole: Uptime
    pieces: tuple[Uptime, ...]


def answer(found: Sequence[Found], over: Range) -> str:
    """The answer in Markdown."""
    lines = [f"**{escape(opening(one.title))}**: {of(one.whole, over)}" for one in found]
    if len(lines) == 1:
        return f"The last {over.words}. {lines[0]}"
    return "\n".join([f"The last {over.words}:", "", *(f"- {line}" for line in lines)])


def alt(found: Sequence[Found], over: Range, now: datetime) -> str:
    """What the picture shows, for those who don't see it."""
    lines = [f"{opening(seen(one.title))}: {of(one.whole, over)}" for one in found]
    return f"Uptime, the last {over.words} up to {clock(now, now)}.\n" + "\n".join(lines)


def of(whole: Uptime, over: Range) -> str:
    """One service, in sentences."""
    if whole.share is None:
        return " ".join(["Nothing was measured.", *_left_out(whole)])
    said = f"{share(whole)}{', ' if _bad(whole) else ''}{listed(_bad(whole))}."
    return " ".join([said, *(f"{opening(one)}." for one in _measured(whole, over)), *_left_out(whole)])


def share(whole: Uptime) -> str:
    """The figure alone."""
    return percent(whole.share)


def more(whole: Uptime, over: Range) -> str:
    """What else there is to say on one line, beside the figure."""
    return "; ".join([listed(_bad(whole)), *_measured(whole, over)] if _bad(whole) else _measured(whole, over))


def _bad(whole: Uptime) -> list[str]:
    bad = [f"unreachable for {lasted(whole.down)}"] if whole.down else []
    return bad + ([f"had problems for {lasted(whole.degraded)}"] if whole.degraded else [])


def _measured(whole: Uptime, over: Range) -> list[str]:
    """How much of the time was measured at all, where it wasn't nearly all. Maintenance isn't measured on purpose."""
    if not whole.measured or (whole.measured + whole.maintenance) / over.length >= NEARLY_ALL:
        return []
    unit = timedelta(days=1) if over.length.days > 1 else timedelta(hours=1)
    # Rounded down: several whole days, or hours, if there are.
    count = whole.measured // unit
    return [f"measured for {count if count > 1 else lasted(whole.measured)} of {over.words}"]


def _left_out(whole: Uptime) -> list[str]:
    parts = [f"{lasted(whole.maintenance)} of maintenance"] if whole.maintenance >= WORTH_SAYING else []
    parts += [f"{lasted(whole.blind)} in which I couldn't see"] if whole.blind >= WORTH_SAYING else []
    return [f"Not counted: {listed(parts)}."] if parts else []
