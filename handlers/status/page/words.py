"""What the page says: states, times and lists in words. Texts from outside are made presentable here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import floor
from types import MappingProxyType

from bot.names import seen
from handlers.status.notices.times import clock, lasted
from handlers.status.states import State

#: Longer texts from outside are cut, in characters.
SUMMARY, DETAILS = 300, 2000

STATES = MappingProxyType(
    {
        State.UP: "Works",
        State.DEGRADED: "Slow or partly failing",
        State.DOWN: "Unreachable",
        State.MAINTENANCE: "Under maintenance",
        State.UNKNOWN: "Not known",
    }
)
#: What is said of one service, and of several, in a sentence.
NOW = MappingProxyType(
    {
        State.DOWN: ("is unreachable", "are unreachable"),
        State.DEGRADED: ("is slow or partly failing", "are slow or partly failing"),
        State.MAINTENANCE: ("is under maintenance", "are under maintenance"),
    }
)
THEN = MappingProxyType({State.DOWN: "was unreachable", State.DEGRADED: "was slow or partly failing"})
#: What is said where it isn't known what was wrong.
TROUBLE, WAS_TROUBLE = "is in trouble", "was in trouble"
DOUBTS = MappingProxyType(
    {
        "stale": "Nothing has been measured in the last minutes.",
        "contradictory": "What was measured here and what others report contradict each other.",
        "blind": "The bot's own machine is offline, so it can't tell.",
        "never": "Nothing has been measured yet.",
    }
)
#: How the monitoring systems are called, by the format of what they send.
SYSTEMS = MappingProxyType(
    {
        "alertmanager": "Alertmanager",
        "grafana": "Grafana",
        "uptime-kuma": "Uptime Kuma",
        "gatus": "Gatus",
        "healthchecks": "healthchecks.io",
        "statuspage": "Statuspage",
    }
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment: for machines, and for people; `full` with its date, whenever it is read."""

    iso: str
    words: str
    full: str


def stamp(at: datetime, now: datetime, *, seconds: bool = False) -> Stamp:
    """This moment; with its date where that isn't today's."""
    at, words = at.astimezone(UTC).replace(microsecond=0), clock(at, now)
    exact = words.replace(f"{at:%H:%M} UTC", f"{at:%H:%M:%S} UTC") if seconds else words
    return Stamp(iso(at), exact, f"{at.day} {at:%B %Y}, {at:%H:%M} UTC")


def iso(at: datetime) -> str:
    """The moment for machines, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def tidy(text: str, longest: int = SUMMARY) -> str:
    """Somebody else's text on one line, without what isn't seen, and not too long."""
    short = seen(text)
    return short if len(short) <= longest else short[: longest - 1].rstrip() + "…"


def opening(text: str) -> str:
    """As a sentence begins."""
    return text[:1].upper() + text[1:]


def listed(names: Sequence[str]) -> str:
    """One, one and another, one, two and three."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part) if names else ""


def percent(share: float | None) -> str:
    """A share in per cent; it is never rounded up, so that 100 % means all of it."""
    if share is None:
        return "not measured"
    found = floor(share * 10000 + 1e-9) / 100
    return f"{found:g} %"


def roughly(span: timedelta) -> str:
    """How long, for people."""
    return lasted(span)
