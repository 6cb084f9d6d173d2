"""How much of a time a service was up: what was measured, and nothing more."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from handlers.status.history.spans import SELF
from handlers.status.records import Span
from handlers.status.states import State

NONE = timedelta(0)
DAY = timedelta(days=1)
#: When several are true at a time, the first of these counts.
_ORDER = ("blind", "maintenance", "down", "degraded", "up")


@dataclass(frozen=True, slots=True, kw_only=True)
class Uptime:
    """A time in parts that add up to the whole of it. `unknown`: nobody looked, as before the first measurement.

    `blind`: the bot couldn't see. Degraded counts as up. Maintenance counts neither way, nor does what isn't known.
    """

    up: timedelta = NONE
    degraded: timedelta = NONE
    down: timedelta = NONE
    blind: timedelta = NONE
    maintenance: timedelta = NONE
    unknown: timedelta = NONE

    @property
    def measured(self) -> timedelta:
        """How much of it counts."""
        return self.up + self.degraded + self.down

    @property
    def share(self) -> float | None:
        """How much of what was measured the service was up, from 0 to 1; None where nothing was."""
        return (self.up + self.degraded) / self.measured if self.measured else None

    @property
    def state(self) -> State:
        """The worst that was seen; maintenance, where nothing bad was; unknown, where nothing was seen."""
        seen = {State.DOWN: self.down, State.DEGRADED: self.degraded, State.MAINTENANCE: self.maintenance}
        return next((state for state, lasted in seen.items() if lasted), State.UP if self.up else State.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day in UTC, the last one up to now. `state` is the worst of it; `share` is None where nothing was measured."""

    date: date
    parts: Uptime

    @property
    def share(self) -> float | None:
        """How much of what was measured the service was up, from 0 to 1."""
        return self.parts.share

    @property
    def state(self) -> State:
        """The worst that was seen."""
        return self.parts.state

    @property
    def down(self) -> timedelta:
        """How long it was down."""
        return self.parts.down


def uptime(spans: Iterable[Span], service: str, begin: datetime, end: datetime) -> Uptime:
    """How the service was from `begin` to `end`. What still lasts, lasts to the end."""
    return periods(spans, service, (begin, end))[0]


def days(spans: Iterable[Span], service: str, now: datetime, count: int) -> tuple[Day, ...]:
    """The last `count` days up to now, today among them, the oldest first."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    begins = [today - DAY * back for back in range(count - 1, -1, -1)]
    parts = periods(spans, service, (*begins, now))
    return tuple(Day(date=begin.date(), parts=part) for begin, part in zip(begins, parts, strict=True))


def periods(spans: Iterable[Span], service: str, edges: Sequence[datetime]) -> tuple[Uptime, ...]:
    """The time from each edge to the next; edges stand in order."""
    found: list[dict[str, timedelta]] = [{} for _ in edges[1:]]
    number = 0
    for begun, ended, what in _pieces(spans, service, edges):
        while begun >= edges[number + 1]:
            number += 1
        found[number][what] = found[number].get(what, NONE) + (ended - begun)
    return tuple(Uptime(**parts) for parts in found)


def _pieces(spans: Iterable[Span], service: str, edges: Sequence[datetime]) -> Iterator[tuple[datetime, datetime, str]]:
    """The whole time in pieces in which nothing changes, each with what it counts as."""
    first, last = edges[0], edges[-1]
    changes = [(edge, "", 0) for edge in edges]
    for span in spans:
        begun, ended = max(span.begun, first), min(span.ended or last, last)
        if span.service in (service, SELF) and begun < ended:
            what = _counts_as(span)
            changes += [(begun, what, 1), (ended, what, -1)]
    changes.sort(key=lambda change: change[0])
    holds: Counter[str] = Counter()
    for (at, what, step), (following, _, _) in pairwise(changes):
        holds[what] += step
        if at < following:
            yield at, following, next((one for one in _ORDER if holds[one]), "unknown")


def _counts_as(span: Span) -> str:
    return "blind" if span.state == State.UNKNOWN else str(span.state)
