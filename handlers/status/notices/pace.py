"""How much a room is told in how little time: pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from handlers.status.notices.told import SEEN, Kind, Said, Told

#: Edits of one message are at least so far apart.
EDITS = timedelta(seconds=10)
#: Details of whatever is under way, in a room's threads.
DETAILS = timedelta(minutes=1)
#: More than so many openings within so long are a storm.
STORM, WHILE = 3, timedelta(minutes=5)
#: The distance between messages doubles with each, but no further than to so many times the first.
MOST = 8
#: That a service comes and goes is said no more often.
AGAIN = timedelta(minutes=15)


def seen(said: Iterable[Said], now: datetime) -> list[datetime]:
    """When the room was last told something that everybody sees."""
    return sorted(one.at for one in said if one.kind in SEEN and now - one.at < WHILE)


def free_at(said: Iterable[Said], now: datetime, gather: timedelta) -> datetime:
    """When the room may be told the next thing. The first is told at once; more is gathered, each time for longer."""
    times = seen(said, now)
    if not times:
        return now
    return times[-1] + gather * min(1 << (len(times) - 1), MOST)


def is_storm(told: Iterable[Told], now: datetime) -> bool:
    """Whether so much has begun lately that what is new is only added to what has been said."""
    return sum(1 for one in told if now - one.at < WHILE) > STORM


def edit_at(said: Sequence[Said], key: str) -> datetime | None:
    """When the message with this key may be edited again; None where it never was."""
    last = next((one.at for one in said if one.key == edit_key(key)), None)
    return None if last is None else last + EDITS


def detail_at(said: Iterable[Said]) -> datetime | None:
    """When the room's threads may hold the next details; None for at once."""
    last = max((one.at for one in said if one.kind == Kind.DETAIL), default=None)
    return None if last is None else last + DETAILS


def edit_key(key: str) -> str:
    """What the latest edit of a message is known by."""
    return f"edit:{key}"[:255]
