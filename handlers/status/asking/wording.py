"""What is known of a service, as members read it: Markdown, with whatever comes from outside escaped. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.handler import Service
from bot.markdown import escape
from handlers.status.board import Look
from handlers.status.notices.times import clock, lasted
from handlers.status.records import Condition, Phase
from handlers.status.states import State, worst
from handlers.status.world import Known

#: More lines than this nobody reads; what works is left out first.
MOST_LINES = 30
#: Of one service: so many probes, and so many systems.
MOST_SOURCES = 8
#: What is this many seconds old is as good as now.
_NOW = 2

STATES = {
    State.UP: "works",
    State.DEGRADED: "slow or partly failing",
    State.DOWN: "unreachable",
    State.MAINTENANCE: "under maintenance",
    State.UNKNOWN: "unknown",
}
_SIGNS = {State.UP: "✅", State.DEGRADED: "⚠️", State.DOWN: "❌", State.MAINTENANCE: "🔧", State.UNKNOWN: "❔"}
_SEES = {
    State.UP: "that it works",
    State.DEGRADED: "that it is slow or partly failing",
    State.DOWN: "that it can't be reached",
    State.MAINTENANCE: "that it is under maintenance",
    State.UNKNOWN: "nothing certain",
}
_REPORTS = {
    State.UP: "reports that it works",
    State.DEGRADED: "reports it slow or partly failing",
    State.DOWN: "reports it down",
    State.MAINTENANCE: "reports that it is under maintenance",
    State.UNKNOWN: "reports nothing certain",
}
#: Hooks' formats whose sender has a name of its own; of others it is the hook's.
_PRODUCTS = {
    "alertmanager": "Alertmanager",
    "gatus": "Gatus",
    "grafana": "Grafana",
    "healthchecks": "healthchecks.io",
    "statuspage": "Statuspage",
    "uptime-kuma": "Uptime Kuma",
}
#: Worst first, and what isn't known before what works.
_ORDER = (State.DOWN, State.DEGRADED, State.UNKNOWN, State.MAINTENANCE, State.UP)


def overview(found: Sequence[Known], now: datetime, blind: datetime | None) -> str:
    """A line for each service; those with an open incident first."""
    if not found:
        return "No services are listed in my configuration, so I can't say how any of them is."
    ordered = sorted(found, key=lambda one: (not _open(one), _ORDER.index(one.state)))
    lines = [f"- {line(one, now)}" for one in ordered[:MOST_LINES]]
    left = len(ordered) - len(lines)
    if left:
        lines.append(f"- … and {left} more. Ask for one by its name.")
    return "\n".join([*([f"{_blind(blind, now)}\n"] if blind else []), *lines])


def line(known: Known, now: datetime) -> str:
    """How a service is, on one line."""
    parts = [f"{state(known, now)}{_since(known, now)}"]
    if _open(known):
        parts.append(f"incident open{_acknowledged(known, None)}")
    if known.state != State.UNKNOWN and (when := _when(known, now)):
        parts.append(when)
    return f"{_SIGNS[known.state]} **{title(known.service)}**: {'; '.join(parts)}."


def details(known: Known, now: datetime, *, operators: bool = False) -> str:
    """All that is known of a service. What monitoring says in its own words is for `operators`."""
    lines = [f"{_SIGNS[known.state]} **{title(known.service)}**: {state(known, now)}{_since(known, now)}."]
    if known.state == State.DOWN and known.service.members_notice:
        lines.append(escape(known.service.members_notice))
    points = [*_measurements(known, now), *_reports(known, now, operators=operators), *_circumstances(known, now)]
    return "\n".join(lines) + "".join(f"\n- {point}" for point in points)


def state(known: Known, now: datetime) -> str:
    """How it is, in words for members; of what isn't known, why."""
    return f"unknown ({_why(known, now)})" if known.state == State.UNKNOWN else STATES[known.state]


def evidence(known: Known, now: datetime) -> str:
    """What it rests on, with sources and ages: sentences of Markdown."""
    points = [*_measurements(known, now), *_reports(known, now, operators=False), *_weak(known)]
    said = points or [_why(known, now)]
    return " ".join(f"{one}." for one in said)


def title(service: Service) -> str:
    """What people call it, at the beginning of a line."""
    name = service.title
    return escape(f"T{name[1:]}" if name.startswith("the ") else name)


def ago(at: datetime, now: datetime) -> str:
    """How long ago that was."""
    span = now - at
    return "just now" if span.total_seconds() < _NOW else f"{lasted(span)} ago"


def _open(known: Known) -> bool:
    return known.incident is not None and known.incident.phase == Phase.OPEN


def _since(known: Known, now: datetime) -> str:
    if known.since is None or known.state == State.UNKNOWN:
        return ""
    # When it began to work nobody saw; since when it was seen to work is what is known.
    seen = ", seen so" if known.state == State.UP else ""
    until = f" until {clock(known.window.ends, now)}" if known.window else ""
    return f"{seen} since {clock(known.since, now)}{until}"


def _when(known: Known, now: datetime) -> str:
    """When its state was measured, or heard of where it isn't measured."""
    if known.measured is not None:
        return f"measured {ago(known.measured, now)}"
    latest = max(known.conditions, key=lambda word: word.heard, default=None)
    return f"reported by {product(latest)} {ago(latest.heard, now)}" if latest else ""


def _why(known: Known, now: datetime) -> str:
    match known.doubt:
        case "blind":
            return _blind(known.blind, now)[:-1]
        case "contradictory":
            return "; ".join([*_own_verdict(known), *(_verdict(words) for words in _by_system(known.conditions))])
        case _:
            return _stale(known, now)


def _blind(since: datetime | None, now: datetime) -> str:
    begun = f" since {clock(since, now)}" if since else ""
    return f"I have been cut off from the internet myself{begun}, so I can't see how services are."


def _own_verdict(known: Known) -> list[str]:
    seen = [look.state for look in known.looks if look.state != State.UNKNOWN]
    return [f"I measure {_SEES[worst(seen)]}"] if seen else []


def _verdict(words: Sequence[Condition]) -> str:
    return f"{product(words[0])} {_REPORTS[worst(word.state for word in words)]}"


def _stale(known: Known, now: datetime) -> str:
    """Nothing that counts: what there was, and how old it is."""
    said = []
    if known.last_look is not None:
        said.append(f"I last measured it {ago(known.last_look.looked, now)}, without a clear result")
        if known.last_look.state != State.UNKNOWN:
            said = [f"I last measured it {ago(known.last_look.looked, now)}"]
    if known.last_word is not None:
        said.append(f"{product(known.last_word)} last reported {ago(known.last_word.heard, now)}")
    if not said and known.probed:
        return "I haven't measured it yet"
    return "; ".join(said) or "I don't measure it, and nobody reports on it to me"


def _measurements(known: Known, now: datetime) -> list[str]:
    """What each probe saw, the worst first."""
    looks = sorted(known.looks, key=lambda look: _ORDER.index(look.state))
    return [_measurement(look, now) for look in looks[:MOST_SOURCES]]


def _measurement(look: Look, now: datetime) -> str:
    return f"Measured by me {ago(look.looked, now)}: {escape(look.evidence)}"


def _reports(known: Known, now: datetime, *, operators: bool) -> list[str]:
    systems = _by_system(known.conditions)
    systems.sort(key=lambda words: _ORDER.index(worst(word.state for word in words)))
    return [_report(words, now, operators=operators) for words in systems[:MOST_SOURCES]]


def _report(words: Sequence[Condition], now: datetime, *, operators: bool) -> str:
    """What one system says: the worst of it, and when that was heard."""
    said = max(words, key=lambda word: (-_ORDER.index(word.state), word.heard))
    quoted = f": “{escape(said.summary)}”" if operators and said.summary else ""
    return f"{product(said)} {_REPORTS[said.state]}, heard {ago(said.heard, now)}{quoted}"


def _by_system(words: Sequence[Condition]) -> list[list[Condition]]:
    return [[word for word in words if word.by == by] for by in dict.fromkeys(word.by for word in words)]


def product(word: Condition) -> str:
    """What the system that says so is called."""
    return escape(_PRODUCTS.get(word.source, word.by))


def _circumstances(known: Known, now: datetime) -> list[str]:
    return [*_incident(known, now), *_maintenance(known, now), *_weak(known)]


def _incident(known: Known, now: datetime) -> list[str]:
    incident = known.incident
    if incident is None:
        return []
    if incident.phase == Phase.SETTLING:
        return [f"An incident since {clock(incident.opened, now)} is about to end, if it stays well"]
    unstable = "; it comes and goes" if incident.unstable else ""
    by_hand = ", opened by hand" if incident.manual else ""
    return [f"An incident is open since {clock(incident.opened, now)}{by_hand}{_acknowledged(known, now)}{unstable}"]


def _acknowledged(known: Known, now: datetime | None) -> str:
    at = known.incident.acknowledged if known.incident else None
    if at is None:
        return ""
    return ", acknowledged" + (f" at {clock(at, now)}" if now else "")


def _maintenance(known: Known, now: datetime) -> list[str]:
    window = known.window
    if window is None:
        return []
    why = f": {escape(window.why)}" if window.why else ""
    return [f"Maintenance until {clock(window.ends, now)}{why}"]


def _weak(known: Known) -> list[str]:
    return [weak(known.me_too, bad=known.state.bad)] if known.me_too else []


def weak(people: int, *, bad: bool) -> str:
    """How many say that it doesn't work for them."""
    who, says = ("1 person", "says") if people == 1 else (f"{people} people", "say")
    return f"{who} here {says} it doesn't work for them{' either' if bad else ''} (in the last hour)"


def in_sentence(service: Service) -> str:
    """What people call it, within a sentence."""
    return escape(service.title)


def own_view(known: Known) -> str:
    """What the bot itself holds of it, as a sentence."""
    seen = _own_verdict(known) or ["I don't measure it at this moment"]
    return f"{seen[0]}."
