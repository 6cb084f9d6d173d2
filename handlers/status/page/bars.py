"""A service's last 90 days, as a drawing and in words. Worse days are lower bars, so that colour only repeats it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.status.history.uptime import Day
from handlers.status.page.words import STATES, listed, percent, roughly
from handlers.status.states import State

#: A day's width and the gap after it, and the whole height.
WIDTH, GAP, HEIGHT = 4, 1, 32
HEIGHTS = {State.UP: HEIGHT, State.DEGRADED: 22, State.DOWN: 12, State.MAINTENANCE: 22, State.UNKNOWN: 2}
_ON_DAYS = {
    State.UP: "it worked",
    State.DEGRADED: "it was slow or partly failing",
    State.DOWN: "it was unreachable",
    State.MAINTENANCE: "it was under maintenance",
    State.UNKNOWN: "nothing was measured",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BadDay:
    """A day on which not all was well: its date for machines and for people, what was, for how long, and the share."""

    iso: str
    date: str
    state: State
    words: str
    share: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """The drawing: for each state a path; `words` say the same. `left_out`: what the figures don't count."""

    width: int
    height: int
    count: int
    paths: tuple[tuple[State, str], ...]
    words: str
    bad: tuple[BadDay, ...]
    left_out: str


def bars(days: Sequence[Day]) -> Bars:
    """These days, the oldest first."""
    states = [day.state for day in days]
    return Bars(
        width=len(days) * (WIDTH + GAP) - GAP,
        height=HEIGHT,
        count=len(days),
        paths=tuple((state, path) for state in HEIGHTS if (path := _path(states, state))),
        words=_words(states),
        bad=tuple(_bad(days[at], states[at]) for at in range(len(days) - 1, -1, -1) if states[at] in _PARTS),
        left_out=_left_out(days),
    )


def _path(states: Sequence[State], state: State) -> str:
    tall = HEIGHTS[state]
    return "".join(
        f"M{number * (WIDTH + GAP)} {HEIGHT - tall}h{WIDTH}v{tall}h-{WIDTH}z"
        for number, each in enumerate(states)
        if each == state
    )


def _words(states: Sequence[State]) -> str:
    times = Counter(states)
    parts = [f"on {_days(times[state])} {words}" for state, words in _ON_DAYS.items() if times[state]]
    return f"Of the last {_days(len(states))}, {listed(parts)}."


_PARTS = {State.DEGRADED: "degraded", State.DOWN: "down", State.MAINTENANCE: "maintenance"}


def _bad(day: Day, worst: State) -> BadDay:
    """Each of its parts that wasn't well, the worst first."""
    lasted = {state: getattr(day.parts, name) for state, name in _PARTS.items()}
    order = (State.DOWN, State.DEGRADED, State.MAINTENANCE)
    parts = [f"{STATES[state].lower()} for {roughly(lasted[state])}" for state in order if lasted[state]]
    words = listed(parts)
    return BadDay(
        iso=day.date.isoformat(),
        date=f"{day.date.day} {day.date:%B}",
        state=worst,
        words=words[:1].upper() + words[1:],
        share=percent(day.share),
    )


def _left_out(days: Sequence[Day]) -> str:
    """What the figures leave out: when the bot was blind, and maintenance."""
    blind = sum((day.parts.blind for day in days), start=days[0].parts.blind * 0) if days else None
    kept = sum((day.parts.maintenance for day in days), start=days[0].parts.blind * 0) if days else None
    parts = []
    if blind:
        parts.append(f"{roughly(blind)} in which the bot itself couldn't see")
    if kept:
        parts.append(f"{roughly(kept)} of maintenance")
    return f"Not counted: {listed(parts)}." if parts else ""


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"
