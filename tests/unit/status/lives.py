"""A service's life in a test: what sources say of it, one after the other, and what becomes of it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from handlers.status.incidents.conditions import Word, key_of
from handlers.status.incidents.machine import Rules, Step, advance
from handlers.status.records import Condition, Incident, Kind, Moment, Phase
from handlers.status.states import Severity, State
from tests.support.fakes import START

MINUTE = timedelta(minutes=1)


def at(minutes: float) -> datetime:
    """So many minutes after the start."""
    return START + minutes * MINUTE


def word(state: State, by: str = "kuma", since: float | None = 0, now: float | None = None, **changes: Any) -> Word:
    """What a source says, its times in minutes after the start. Without `since` it says none itself."""
    came = at(now if now is not None else since or 0)
    plain = Condition(
        key=key_of("uptime-kuma", by, "5"),
        service="mastodon",
        source="probe" if by == "probe" else "uptime-kuma",
        by=by,
        state=state,
        severity=Severity.CRITICAL,
        summary="HTTP 503" if state == State.DOWN else "",
        since=came if since is None else at(since),
        heard=came,
    )
    return Word(replace(plain, **changes), dated=since is not None)


@dataclass
class Life:
    """All that is kept of the service, and all that has happened."""

    rules: dict[str, Any] = field(default_factory=dict)
    incident: Incident | None = None
    conditions: dict[str, Condition] = field(default_factory=dict)
    moments: list[Moment] = field(default_factory=list)
    past: list[Incident] = field(default_factory=list)

    def goes_on(self, minutes: float, *words: Word) -> Step:
        """At that time these are said, or nothing."""
        reopened = tuple(one.at for one in self.moments if one.kind == Kind.REOPENED)
        rules = Rules(
            now=at(minutes),
            id=f"2026-05-04-{len(self.past) + (self.incident is not None) + 1}",
            service="mastodon",
            title="Mastodon",
            reopened=reopened,
            **self.rules,
        )
        step = advance(self.incident, list(self.conditions.values()), words, rules)
        if step.closed is not None:
            self.past.append(step.closed)
        self.incident = step.incident
        self.conditions |= {one.key: one for one in step.conditions}
        self.moments += step.moments
        return step

    def says(self, state: State, minutes: float, by: str = "kuma", **changes: Any) -> Step:
        """A source says so, at that time and of that time."""
        return self.goes_on(minutes, word(state, by, minutes, minutes, **changes))

    @property
    def kinds(self) -> list[str]:
        """What has happened."""
        return [str(one.kind) for one in self.moments]

    @property
    def phase(self) -> Phase | None:
        """Where the live incident is."""
        return self.incident.phase if self.incident else None
