"""When, and how long, as people write it behind a command: read, or refused with what to write instead. Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta

from bot.errors import Refused

#: Nothing is planned further ahead, and nothing lasts longer.
AHEAD, LASTS = timedelta(days=366), timedelta(days=30)
WHEN = "Write `now`, `14:00`, `tomorrow 9:00` or `2026-12-01 14:00`, all in UTC."
HOW_LONG = "Write how long as `30m`, `2h` or `1d`."
_TIME = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})")
_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_JOINED = re.compile(r"^([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})T(?=[0-9])")
_SPAN = re.compile(
    r"(?:for\s+)?([0-9]{1,6})\s?(m|min|mins|minutes?|h|hours?|d|days?)(?:([0-9]{1,2})(?:m|min)?)?(?=\s|$)",
    re.IGNORECASE,
)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def when(text: str, now: datetime) -> tuple[datetime, str]:
    """The time at the text's beginning, and what stands behind it. Raises `Refused`."""
    words = _JOINED.sub(r"\1 ", text.strip()).split()
    words = words[1:] if words[:1] == ["at"] else words
    first = words[0].lower().rstrip(",") if words else ""
    if first == "now":
        return now, " ".join(words[1:])
    day, rest = _day(first, words, now)
    at = datetime.combine(day, _time(rest[0] if rest else ""), UTC)
    _checked(at, first, now)
    # All times are in UTC, also where that is written.
    return at, " ".join(rest[2:] if len(rest) > 1 and rest[1].upper() in ("UTC", "GMT", "Z") else rest[1:])


def how_long(text: str) -> tuple[timedelta, str]:
    """The time span at the text's beginning, and what stands behind it. Raises `Refused`."""
    found = _SPAN.match(text.strip())
    if found is None:
        raise Refused(f"I can't read how long that is. {HOW_LONG}")
    unit = _UNITS[found[2][0].lower()]
    more = timedelta(minutes=int(found[3])) if found[3] and unit == _UNITS["h"] else timedelta(0)
    span = int(found[1]) * unit + more
    if not timedelta(0) < span <= LASTS:
        raise Refused(f"It can be between a minute and {LASTS.days} days. {HOW_LONG}")
    return span, text.strip()[found.end() :].strip()


def _day(first: str, words: list[str], now: datetime) -> tuple[date, list[str]]:
    """The day, and the words from the time on."""
    if first in ("today", "tomorrow"):
        rest = words[1:]
        return now.date() + timedelta(days=first == "tomorrow"), rest[1:] if rest[:1] == ["at"] else rest
    if found := _DATE.fullmatch(first):
        try:
            return date(int(found[1]), int(found[2]), int(found[3])), words[1:]
        except ValueError:
            raise Refused(f"There is no such day. {WHEN}") from None
    return now.date(), words


def _time(written: str) -> time:
    found = _TIME.fullmatch(written.rstrip(",").removesuffix("Z"))
    try:
        if found is not None:
            return time(int(found[1]), int(found[2]))
    except ValueError:
        pass
    raise Refused(f"I can't read when that is. {WHEN}")


def _checked(at: datetime, first: str, now: datetime) -> None:
    if at < now:
        hint = f" Write `tomorrow {at:%H:%M}` for the next day." if _TIME.fullmatch(first) else ""
        raise Refused(f"{at:%Y-%m-%d %H:%M} UTC is past; it is {now:%H:%M} UTC.{hint or ' ' + WHEN}")
    if at - now > AHEAD:
        raise Refused(f"That is more than a year ahead. {WHEN}")
