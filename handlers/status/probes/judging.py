"""From single looks to a verdict: a state machine, in which one bad look is no outage and one good one no end of it.

A look that contradicts the verdict is made a second time at once before it counts. While in doubt, looks come more
often. What nobody could see breaks every row: what is "in a row" was seen in a row.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers.status.probes.reading import Reading
from handlers.status.settings import ProbeSettings
from handlers.status.states import State

#: After so long a bad look is made a second time.
SECOND_LOOK = timedelta(seconds=2)
#: While in doubt, looks are so far apart, from the beginning of one to that of the next.
IN_DOUBT = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Looks in a row that found the same: how many, and when the first of them began. Of none, `first` is None."""

    count: int = 0
    first: datetime | None = None

    def longer(self, at: datetime) -> "Row":
        """With one more look."""
        return Row(count=self.count + 1, first=self.first or at)


NONE = Row()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a probe has seen so far. `verdict` is what counts, since `since`.

    The rows: `down`; `bad`, which is down or degraded; `degraded`, `up`, `unknown`. `doubted` is when there was a bad
    look that is made a second time now.
    """

    since: datetime
    verdict: State = State.UNKNOWN
    down: Row = NONE
    bad: Row = NONE
    degraded: Row = NONE
    up: Row = NONE
    unknown: Row = NONE
    doubted: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A new verdict, and since when it is so."""

    state: State
    since: datetime
    evidence: str


def judge(
    before: Seen, reading: Reading, settings: ProbeSettings, now: datetime
) -> tuple[Seen, Change | None, timedelta]:
    """What has been seen with this look, which began `now`; what has changed by it; how soon the next is due."""
    if reading.blind:
        blind = Seen(verdict=before.verdict, since=before.since)
        return blind, None, _next(reading, settings, in_doubt=True)
    if before.doubted is None and reading.state not in (before.verdict, State.UP):
        return replace(before, doubted=now), None, SECOND_LOOK
    seen = _counted(before, reading.state, before.doubted or now)
    verdict, row = _verdict(seen, reading.state, settings)
    again = _next(reading, settings, in_doubt=verdict != reading.state)
    if verdict == before.verdict:
        return seen, None, again
    since = row.first or now
    change = Change(state=verdict, since=since, evidence=reading.evidence)
    return replace(seen, verdict=verdict, since=since), change, again


def _counted(before: Seen, state: State, at: datetime) -> Seen:
    """A look that counts makes the rows longer that it fits, and ends the others."""
    return Seen(
        verdict=before.verdict,
        since=before.since,
        down=before.down.longer(at) if state == State.DOWN else NONE,
        bad=before.bad.longer(at) if state.bad else NONE,
        degraded=before.degraded.longer(at) if state == State.DEGRADED else NONE,
        up=before.up.longer(at) if state == State.UP else NONE,
        unknown=before.unknown.longer(at) if state == State.UNKNOWN else NONE,
    )


def _verdict(seen: Seen, state: State, settings: ProbeSettings) -> tuple[State, Row]:
    """The verdict by now, and the row that it rests on."""
    # From down to degraded is a recovery; from anywhere else it is a fault, and what was down was degraded at least.
    partly = (seen.degraded, settings.recovers) if seen.verdict == State.DOWN else (seen.bad, settings.fails)
    for verdict, row, needed in (
        (State.DOWN, seen.down, settings.fails),
        (State.DEGRADED, *partly),
        (State.UP, seen.up, settings.recovers),
        (State.UNKNOWN, seen.unknown, settings.fails),
    ):
        if row.count >= needed and _fits(verdict, state):
            return verdict, row
    return seen.verdict, NONE


def _fits(verdict: State, state: State) -> bool:
    return verdict == state or (verdict == State.DEGRADED and state == State.DOWN)


def _next(reading: Reading, settings: ProbeSettings, *, in_doubt: bool) -> timedelta:
    """After a look that has taken its time the next one is due the sooner."""
    every = min(settings.every, IN_DOUBT) if in_doubt else settings.every
    return max(every - timedelta(seconds=reading.elapsed or 0), SECOND_LOOK)
