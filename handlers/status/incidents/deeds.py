"""What persons do to an incident. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import Refused
from bot.names import seen
from handlers.status.incidents.naming import unquoted
from handlers.status.incidents.words import capital
from handlers.status.records import Condition, Incident, Kind, Moment, Phase
from handlers.status.states import Severity, State, worst

#: A person's words, in characters.
LONGEST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What an incident becomes, what happened, and which conditions count no longer until they change."""

    incident: Incident
    moments: tuple[Moment, ...] = ()
    muted: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who does it, when."""

    who: str
    now: datetime

    def moment(self, incident: Incident, kind: Kind, text: str, *, public: bool = True) -> Moment:
        """It happened."""
        return Moment(incident=incident.id, at=self.now, kind=kind, text=text, who=self.who, public=public)


def worded(text: str, usage: str) -> str:
    """A person's words on one line. Raises `Refused` where there are none, or too many."""
    words = seen(unquoted(text))
    if not words:
        raise Refused(f"There is no text. Write `{usage}`.")
    if len(words) > LONGEST:
        raise Refused(f"That has {len(words)} characters; at most {LONGEST} fit. Shorten it.")
    return words


def failing(conditions: Sequence[Condition]) -> list[Condition]:
    """What is wrong by these, as long as nobody has called it resolved."""
    return [one for one in conditions if one.state.bad and not one.muted]


def opened(id_: str, service: str, text: str, conditions: Sequence[Condition], by: Person) -> Deed:
    """A person says that something is wrong. It stays open until a person says that it is over."""
    bad = failing(conditions)
    incident = Incident(
        id=id_,
        service=service,
        phase=Phase.OPEN,
        state=worst(one.state for one in bad) if bad else State.DEGRADED,
        severity=max((Severity.WARNING, *(one.severity for one in bad)), key=lambda one: one.rank),
        summary=text,
        opened=by.now,
        changed=by.now,
        manual=True,
    )
    return Deed(incident=incident, moments=(by.moment(incident, Kind.OPENED, text),))


def updated(incident: Incident, text: str, by: Person) -> Deed:
    """A person has news. Where a person has opened it, these are now its words."""
    now = _changed(incident, by)
    now = replace(now, summary=text) if now.manual else now
    return Deed(incident=now, moments=(by.moment(now, Kind.SAID, text),))


def noted(incident: Incident, text: str, by: Person) -> Deed:
    """A person notes something for those who run things."""
    now = _changed(incident, by)
    return Deed(incident=now, moments=(by.moment(now, Kind.NOTE, text, public=False),))


def acknowledged(incident: Incident, by: Person) -> Deed:
    """A person is on it."""
    now = replace(_changed(incident, by), acknowledged=by.now)
    return Deed(incident=now, moments=(by.moment(now, Kind.ACKNOWLEDGED, "Somebody is looking into it."),))


def resolved(incident: Incident, title: str, text: str, conditions: Sequence[Condition], by: Person) -> Deed:
    """A person says that it is over. What still fails is passed over until it changes; nobody says that it works."""
    bad = failing(conditions)
    kind, usual = (Kind.CLOSED, "The maintainers call it over.") if bad else (Kind.RESOLVED, _works(title))
    state = State.UNKNOWN if bad else incident.state
    at = by.now if bad or incident.phase != Phase.SETTLING else incident.resolved or by.now
    now = replace(_changed(incident, by), phase=Phase.RESOLVED, resolved=at, state=state)
    muted = tuple(replace(one, muted=True) for one in bad)
    return Deed(incident=now, moments=(by.moment(now, kind, text or usual),), muted=muted)


def _works(title: str) -> str:
    return f"{capital(title)} works again, the maintainers say."


def _changed(incident: Incident, by: Person) -> Incident:
    return replace(incident, changed=by.now, version=incident.version + 1)
