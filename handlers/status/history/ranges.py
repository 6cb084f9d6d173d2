"""Over which time uptime is asked for, and in which pieces it is drawn."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.errors import Refused

DAY = timedelta(days=1)
#: What looks like a time somebody wants, whether there is one or not.
_TIME = re.compile(r"\d{1,6}(h|d|w|m|min|y)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The last so long. It is drawn in pieces of `step`, which begin when a day does, in UTC."""

    name: str
    words: str
    length: timedelta
    step: timedelta

    def edges(self, now: datetime) -> tuple[datetime, ...]:
        """From the beginning to now: the first and the last piece may be shorter than the others."""
        begin = now - self.length
        midnight = begin.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        count = int((begin - midnight) / self.step) + 1
        first = midnight + self.step * count
        more = int((now - first) / self.step) + 1
        inner = (first + self.step * number for number in range(more))
        return (begin, *(edge for edge in inner if begin < edge < now), now)


RANGES = (
    Range(name="24h", words="24 hours", length=DAY, step=timedelta(hours=1)),
    Range(name="7d", words="7 days", length=7 * DAY, step=timedelta(hours=6)),
    Range(name="30d", words="30 days", length=30 * DAY, step=DAY),
    Range(name="90d", words="90 days", length=90 * DAY, step=DAY),
)
USUAL = RANGES[2]


def asked(args: str, prefix: str) -> tuple[str, Range]:
    """The name of the service that is asked for, if any, and over which time. Raises `Refused` for another time."""
    words = args.split()
    named = [word for word in words if _TIME.fullmatch(word.lower())]
    if not named:
        return args.strip(), USUAL
    found = next((one for one in RANGES if one.name == named[-1].lower()), None)
    if found is None or len(named) > 1:
        there_are = ", ".join(f"`{one.name}`" for one in RANGES)
        raise Refused(f"I can look back over {there_are}. Type `{prefix}uptime mastodon 30d`.")
    return " ".join(word for word in words if word != named[0]), found
