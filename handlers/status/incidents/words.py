"""What the machine writes into a timeline: plain sentences, no markup. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from handlers.status.notices.times import clock, lasted
from handlers.status.records import Condition
from handlers.status.states import State

IS = {
    State.UP: "works",
    State.DEGRADED: "has problems",
    State.DOWN: "is unreachable",
    State.MAINTENANCE: "is under maintenance",
    State.UNKNOWN: "is in a state that nobody knows",
}


def capital(text: str) -> str:
    """At a sentence's beginning."""
    return text[:1].upper() + text[1:]


def source(one: Condition) -> str:
    """Who says so."""
    return "measured by me" if one.source == "probe" else f"reported by {one.by}"


def how(title: str, state: State, why: str, *, again: bool = False) -> str:
    """How the service is, and what was measured or reported."""
    return f"{capital(title)} {IS[state]}{' again' if again else ''}{f': {why}' if why else '.'}"


def why(one: Condition) -> str:
    """What a source says, and who it is."""
    return f"{one.summary or IS[one.state]} ({source(one)})"


def works(title: str, since: datetime, now: datetime) -> str:
    """All is well again."""
    return f"{capital(title)} works again since {clock(since, now)}."


def unstable(title: str, times: int, hold: timedelta) -> str:
    """It comes and goes."""
    return (
        f"{capital(title)} has come back and failed again {times} times. It counts as working once it has worked for "
        f"{lasted(hold)} without a failure."
    )


def silent(one: Condition, now: datetime) -> str:
    """A source has gone quiet."""
    return f"No word from {one.by} since {clock(one.heard, now)}."


def ended(title: str, silent: Iterable[Condition]) -> str:
    """Nobody says that it works, nobody says that it doesn't."""
    names = sorted({one.by for one in silent})
    return f"Nobody has said that {title} works again{f', and {names[0]} says nothing any more' if names else ''}."
