"""What is said when the bot has been away: from when to when, and what came in about that time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.actions import Decision, Done, Nothing, Say
from bot.events import Tick
from bot.markdown import escape
from bot.ports import Ports
from handlers.status import records
from handlers.status.incidents.words import IS
from handlers.status.notices.routing import Room, Rota, rooms_for, rota
from handlers.status.notices.times import between, lasted
from handlers.status.records import Kind
from handlers.status.states import Severity, State
from handlers.status.tables import incidents, timeline
from handlers.status.watch import Watch
from handlers.status.world import Known, known, world

#: What the job's key begins with.
ABSENCE = "absence"
#: How often the bot notes that it lives.
EVERY = timedelta(minutes=1)
#: Members hear of an absence that lasted so long.
LONG = timedelta(minutes=10)
_IS = {**IS, State.UNKNOWN: "isn't known to work or not"}
#: What is written into a timeline because somebody reported something.
_REPORTED = (Kind.OPENED, Kind.UPDATED, Kind.REOPENED, Kind.RESOLVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A time in which the bot wasn't there. `open` are the services that had an incident when it began."""

    begun: datetime
    ended: datetime
    open: frozenset[str] = frozenset()

    def kept(self, services: Iterable[str]) -> dict[str, Any]:
        """What is to be known of it later."""
        return {"begun": self.begun.timestamp(), "ended": self.ended.timestamp(), "open": sorted(set(services))}

    def within(self, at: datetime) -> bool:
        """Whether it was then."""
        return self.begun <= at <= self.ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanwhile:
    """Who is concerned: how many reports came in about each service, and how each is now."""

    reports: Mapping[str, int] = field(default_factory=dict)
    now: Sequence[Known] = ()


async def on_absence(watch: Watch, tick: Tick, ports: Ports) -> Decision:
    """Tell the operators, and the rooms that it concerns."""
    absence = Absence(
        begun=datetime.fromtimestamp(tick.memo["begun"], UTC),
        ended=datetime.fromtimestamp(tick.memo["ended"], UTC),
        open=frozenset(tick.memo["open"]),
    )
    reports = await _reports(ports, absence)
    seen = await world(ports.memory, watch.board, ports.now)
    concerned = [watch.service(name) for name in sorted(absence.open | reports.keys())]
    now = [known(service, seen, watch.settings.stale) for service in concerned]
    told = tell(watch, rota(watch.settings, ports.rooms), absence, Meanwhile(reports=reports, now=now), ports.now)
    return Done(told, "was away") if told else Nothing("nobody to tell")


def tell(watch: Watch, rota: Rota, absence: Absence, meanwhile: Meanwhile, now: datetime) -> tuple[Say, ...]:
    """The operators hear of each absence; others of a long one, as far as services that they hear of are concerned."""
    parts: dict[Room, list[Known]] = {}
    for one in meanwhile.now if absence.ended - absence.begun >= LONG else ():
        severity = one.incident.severity if one.incident else Severity.CRITICAL
        for room in rooms_for(one.service.name, severity, watch.settings, watch.place, rota):
            parts.setdefault(room, []).append(one)
    if rota.operators is not None:
        parts[rota.operators] = list(meanwhile.now)
    return tuple(Say(room=room.id, text=words(absence, meanwhile.reports, part, now)) for room, part in parts.items())


def words(absence: Absence, reports: Mapping[str, int], services: Sequence[Known], now: datetime) -> str:
    """The message: when, what came in about it, and how things are."""
    when = between(absence.begun, absence.ended, now)
    said = [f"I was offline from {when} ({lasted(absence.ended - absence.begun)}) and can't say how things were."]
    came = [f"{reports[one.service.name]} about {_title(one)}" for one in services if reports.get(one.service.name)]
    said.append(f"Reports about that time: {_listed(came)}." if came else "No reports about that time have come in.")
    if services:
        said.append(f"Now {_listed([f'{_title(one)} {_IS[one.state]}' for one in services])}.")
    return " ".join(said)


def _title(one: Known) -> str:
    return escape(one.service.title)


def _listed(parts: Sequence[str]) -> str:
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last


async def _reports(ports: Ports, absence: Absence) -> dict[str, int]:
    """How many things were reported of each service that began, or ended, meanwhile."""
    found: dict[str, int] = {}
    for word in await records.conditions(ports.memory):
        if word.source != "probe" and absence.within(word.since) and word.heard >= absence.ended:
            found[word.service] = found.get(word.service, 0) + 1
    # What has changed again since then still stands in the incident's timeline. In its first minute the bot may have
    # been there yet.
    begun = absence.begun + EVERY
    at = timeline.c.at.between(begun.timestamp(), absence.ended.timestamp())
    query = select(incidents.c.service).join(timeline, timeline.c.incident == incidents.c.id).distinct()
    for row in await ports.memory.rows(query.where(at, timeline.c.kind.in_(_REPORTED))):
        found.setdefault(row.service, 1)
    return found
