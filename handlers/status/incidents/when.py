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
_PART = r"([0-9]{1,6})\s?(minutes?|mins?|m|hours?|hrs?|h|days?|d)"
#: The beginning of a span; what belongs to it, too ("2h 30m", "1 hour and 30 minutes"); and how it must end.
_SPAN = re.compile(rf"(?:for\s+)?{_PART}", re.IGNORECASE)
_MORE = re.compile(rf"\s*(?:and\s+)?{_PART}(?=[\s0-9]|$)", re.IGNORECASE)
_MINUTES = re.compile(r"([0-9]{1,2})()(?=\s|$)")
_ENDED = re.compile(r"\s|$")
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
    whole, span, last, end = text.strip(), timedelta(0), AHEAD, 0
    found = _SPAN.match(whole)
    while found is not None and (unit := _UNITS[found[2][:1].lower() or "m"]) < last:
        span, last, end = span + int(found[1]) * unit, unit, found.end()
        found = _MORE.match(whole, end) or (_MINUTES.match(whole, end) if unit == _UNITS["h"] else None)
    if not end or not _ENDED.match(whole, end):
        raise Refused(f"I can't read how long that is. {HOW_LONG}")
    if not timedelta(0) < span <= LASTS:
        raise Refused(f"It can be between a minute and {LASTS.days} days. {HOW_LONG}")
    return span, whole[end:].strip()


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
