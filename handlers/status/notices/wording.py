"""What rooms read: plain sentences in Markdown, of what was measured or reported, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.handler import Service
from bot.markdown import escape
from handlers.status.notices.times import clock, during, lasted
from handlers.status.records import Condition, Incident, Kind, Moment, Phase
from handlers.status.states import State

_HOW = {
    State.DOWN: "unreachable",
    State.DEGRADED: "slow or partly failing",
    State.MAINTENANCE: "under maintenance",
}
TROUBLE = "in trouble"
#: What formats are called, where the hook's name says less.
_SYSTEMS = {
    "alertmanager": "Alertmanager",
    "grafana": "Grafana",
    "uptime-kuma": "Uptime Kuma",
    "gatus": "Gatus",
    "healthchecks": "healthchecks.io",
    "statuspage": "a status page",
}
#: How many words of sources a notice holds, and how long each may be.
WORDS, LONGEST = 3, 300
#: The moments at which an incident ends.
ENDS = frozenset({Kind.RESOLVED, Kind.STALE, Kind.CLOSED})
HONEST = "I never guess the cause, nor when it will be over."


@dataclass(frozen=True, slots=True, kw_only=True)
class Affair:
    """An incident with all that its notice says. `words` are what sources say is wrong, the oldest first."""

    incident: Incident
    service: Service
    now: datetime
    words: Sequence[Condition] = ()
    moments: Sequence[Moment] = ()
    me_too: int = 0
    page: str | None = None
    operators: bool = False

    @property
    def ended(self) -> datetime:
        """When all was well again; for what lasts, now."""
        return self.incident.resolved or self.now

    @property
    def took(self) -> timedelta:
        """How long it was, or has been."""
        return self.ended - self.incident.opened

    @property
    def unheard(self) -> bool:
        """Whether it ended without anybody's having said that the service works again."""
        return self.incident.phase == Phase.RESOLVED and self.incident.state == State.UNKNOWN

    @property
    def stale(self) -> bool:
        """Whether nobody at all has said that it ended; else a person has."""
        last = next((one.kind for one in reversed(self.moments) if one.kind in ENDS), Kind.STALE)
        return last == Kind.STALE


def title(affair: Affair) -> str:
    """The service, within a sentence."""
    return short(affair.service.title, 64)


def capital(text: str) -> str:
    """At a sentence's beginning."""
    return text[:1].upper() + text[1:]


def short(text: str, longest: int = LONGEST) -> str:
    """Somebody else's words: on one line, not too long, and nothing but words."""
    line = " ".join(text.split())
    return escape(line if len(line) <= longest else line[: longest - 1].rstrip() + "…")


def how(incident: Incident) -> str:
    """How the service is, or was."""
    return _HOW.get(incident.state, TROUBLE)


def opened(affair: Affair) -> str:
    """The notice, for as long as it lasts."""
    incident, now = affair.incident, affair.now
    first = f"**{capital(title(affair))} is {how(incident)}** since {clock(incident.opened, now)}."
    # It tells what is noticed when nothing works.
    noticed = affair.service.members_notice if incident.state == State.DOWN else ""
    lines = [first, *([short(noticed)] if noticed else [])]
    said = [f"The maintainers say: “{short(incident.summary)}”"] if incident.manual and incident.summary else []
    more = [*said, *evidence(affair), *_doubts(affair), *_at_work(affair)]
    return "\n\n".join([" ".join(lines), *(["\n".join(f"- {line}" for line in more)] if more else []), _foot(affair)])


def evidence(affair: Affair) -> list[str]:
    """What was measured and reported, when, and by whom."""
    lines = [_word(one, affair.now) for one in affair.words[:WORDS]]
    if not lines and affair.incident.summary and not affair.incident.manual:
        lines = [f"What was reported: {short(affair.incident.summary)}"]
    rest = len(affair.words) - WORDS
    return [*lines, *([f"And {rest} more {'reports' if rest > 1 else 'report'} like these."] if rest > 0 else [])]


def _word(word: Condition, now: datetime) -> str:
    at = clock(word.since, now)
    if word.source == "probe":
        return f"Measured by me at {at}: {short(word.summary) or 'it fails'}"
    return f"Reported by {source(word)} at {at}: {short(word.summary) or word.state.value}"


def source(word: Condition) -> str:
    """Who says so, as people call it."""
    return short(_SYSTEMS.get(word.source, word.by), 64)


def _doubts(affair: Affair) -> list[str]:
    if not affair.me_too:
        return []
    people = "1 person says" if affair.me_too == 1 else f"{affair.me_too} people say"
    return [f"{people} that it fails for them too: a hint, not a measurement."]


def _at_work(affair: Affair) -> list[str]:
    incident, now, lines = affair.incident, affair.now, []
    if incident.unstable:
        lines.append("It comes and goes.")
    if incident.phase == Phase.SETTLING:
        since = f" since {clock(incident.resolved, now)}" if incident.resolved else ""
        lines.append(f"It works again{since}; I'm watching whether that lasts.")
    if incident.acknowledged:
        lines.append(f"Somebody is on it ({clock(incident.acknowledged, now)}).")
    if affair.operators:
        lines.append(f"Severity: {incident.severity.value}.")
    return lines


def _foot(affair: Affair) -> str:
    return f"{HONEST}{page(affair)}"


def page(affair: Affair) -> str:
    """Where to see more."""
    return f" [Status page]({affair.page})" if affair.page else ""


def resolved(affair: Affair) -> str:
    """What the notice says afterwards."""
    name = capital(title(affair))
    if affair.unheard:
        text = f"**{name}: {_end(affair)}.** {_doubtful(affair)}"
    else:
        when = during(affair.incident.opened, affair.ended, affair.now)
        text = f"**{name} is back.** It was {_past(affair)} {when}, for {lasted(affair.took)}."
    return f"{text}{page(affair)}"


def back(affair: Affair) -> str:
    """The message at the end."""
    if affair.unheard:
        return f"{capital(title(affair))}: {_end(affair)}. {_doubtful(affair)}"
    return f"{capital(title(affair))} is back. It was {_past(affair)} for {lasted(affair.took)}."


def _past(affair: Affair) -> str:
    """Between the first and the last moment of it, it may have worked for a while."""
    return how(affair.incident) + (", on and off," if affair.incident.reopened or affair.incident.unstable else "")


def _end(affair: Affair) -> str:
    return "nothing more was heard of it" if affair.stale else "it was called over"


def _doubtful(affair: Affair) -> str:
    """It ended, but nothing shows that the service works again."""
    began, ended = (clock(at, affair.now) for at in (affair.incident.opened, affair.ended))
    if affair.stale:
        why = f"I have heard nothing more of it, so I count it as over since {ended}"
    else:
        why = f"those who run it called it over at {ended}"
    return f"It was in trouble from {began} on. Nobody has told me that it works again, but {why}."


def missed(affair: Affair) -> str:
    """What began and ended before anybody was told."""
    when = during(affair.incident.opened, affair.ended, affair.now)
    if affair.unheard:
        return back(affair)
    return f"{capital(title(affair))} was {_past(affair)} {when}, for {lasted(affair.took)}. It is back."


def again(affair: Affair, well: timedelta | None) -> str:
    """It has begun again."""
    if affair.incident.unstable:
        return f"{capital(title(affair))} comes and goes: it is {how(affair.incident)} again."
    pause = f"; it was back for {lasted(well)}" if well is not None else ""
    return f"{capital(title(affair))} is {how(affair.incident)} again{pause}."


def silenced(affair: Affair, until: datetime) -> str:
    """For the operators: rooms aren't told."""
    return (
        f"{capital(title(affair))} is {how(affair.incident)} since {clock(affair.incident.opened, affair.now)}. "
        f"Rooms aren't told: it is silenced until {clock(until, affair.now)}."
    )
