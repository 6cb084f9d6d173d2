"""The bot notes each minute that it lives. A gap in that is a time of which it knows nothing, and says so."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, update

from bot.actions import Action, Decision, Done, Later, Remember
from bot.events import Tick
from bot.handler import Recurring
from bot.ports import Ports
from handlers.status import records, tables
from handlers.status.history import spans
from handlers.status.history.absence import ABSENCE, EVERY, Absence
from handlers.status.incidents.signals import noted
from handlers.status.incidents.writing import telling
from handlers.status.records import Incident
from handlers.status.states import State, worst
from handlers.status.watch import LANE, Watch
from handlers.status.world import Known, counts, known, world

#: The job, and under which name it is kept when it was last done.
ALIVE = "alive"
JOB = Recurring(key=ALIVE, every=EVERY, after=timedelta(seconds=5), each_start=True)
#: A bot that hasn't noted anything for so long was away.
AWAY = timedelta(minutes=3)
#: How long what was sent meanwhile has time to come in: systems try again after a while.
COMING_IN = timedelta(minutes=1)
#: How long probes have time to come to a verdict after a start; until then all is as it was.
WARMING_UP = timedelta(minutes=3)


@dataclass(slots=True)
class Pulse:
    """This process, in memory alone: when it first noted that it lives.

    `lost`: whether at the last note it was blind by its history, but not by what it saw. `clear`: no incident says that
    it is blind since before it was started.
    """

    first: datetime | None = None
    lost: bool = False
    clear: bool = False


async def on_alive(watch: Watch, pulse: Pulse, tick: Tick, ports: Ports) -> Decision:
    """Note that the bot lives, and keep what is known of each service in step; or begin anew after an absence."""
    # The tick's own time: one that had to wait for its turn is no absence.
    new, pulse.first = pulse.first is None, pulse.first or tick.at
    kept = await records.mark(ports.memory, ALIVE)
    last = None if kept is None else datetime.fromtimestamp(float(kept), UTC)
    noted = _note(kept, tick.at)
    if last is not None and tick.at - last > AWAY:
        ended = tick.at - JOB.after if new else tick.at
        return Done((noted, *await _came_back(Absence(begun=last, ended=ended), ports)), "was away")
    return Done((noted, *await _in_step(watch, pulse, tick, ports)), "alive")


def _note(kept: str | None, at: datetime) -> Remember:
    # Where it isn't as it was read, somebody else has noted it, and everything is to be looked at again.
    value = repr(at.timestamp())
    if kept is None:
        return Remember(insert(tables.marks).values(name=ALIVE, value=value))
    marked = update(tables.marks).where(tables.marks.c.name == ALIVE, tables.marks.c.value == kept)
    return Remember(marked.values(value=value), must_change=True)


async def _came_back(absence: Absence, ports: Ports) -> tuple[Action, ...]:
    """What was under way ends where the bot last looked; and it is told, once what was sent meanwhile has come in."""
    ends = [await spans.closed(ports, service, absence.begun) for service in await _open_before(ports, absence)]
    open_then = [one for one in await records.live_incidents(ports.memory) if _lasted_at(one, absence.begun)]
    told = Later(
        at=ports.now + COMING_IN,
        key=f"{ABSENCE}:{absence.begun.timestamp():.0f}",
        room=LANE,
        memo=absence.kept(one.service for one in open_then),
    )
    return (*sum(ends, ()), spans.unseen(absence.begun, absence.ended), told)


async def _open_before(ports: Ports, absence: Absence) -> list[str]:
    lasting = [one for one in await records.spans(ports.memory, absence.begun) if one.ended is None]
    return [one.service for one in lasting if one.begun <= absence.begun]


def _lasted_at(incident: Incident, at: datetime) -> bool:
    return incident.opened <= at and (incident.resolved is None or incident.resolved > at)


async def _in_step(watch: Watch, pulse: Pulse, tick: Tick, ports: Ports) -> tuple[Action, ...]:
    """Each service's span says what is known of it, also where no signal came: words get stale in silence."""
    seen = await world(ports.memory, watch.board, ports.now)
    kept = await spans.open_services(ports.memory)
    warm = pulse.first is not None and tick.at - pulse.first > WARMING_UP
    actions: tuple[Action, ...] = ()
    for service in watch.place.services:
        probed = any(one.service == service.name for one in watch.settings.probes)
        found = told_by(known(service, seen, watch.settings.stale), probed=probed)
        if found is not None:
            changed = kept.get(service.name) != found[0]
            actions += await spans.moved(ports, service.name, *found) if changed else ()
        elif warm and service.name in kept and not (probed and seen.blind):
            actions += await spans.closed(ports, service.name, ports.now)
    for gone in kept.keys() - {one.name for one in watch.place.services} - {spans.SELF}:
        actions += await spans.closed(ports, gone, ports.now)
    if warm and seen.blind is None and not pulse.clear:
        actions += await _cleared(watch, pulse, ports)
    return (*actions, *await _sight(pulse, ports, lost=warm and spans.SELF in kept and seen.blind is None))


async def _cleared(watch: Watch, pulse: Pulse, ports: Ports) -> tuple[Action, ...]:
    """What incidents say of a bot that was killed while it was blind: that it sees again."""
    told = await noted(watch, pulse.first or ports.now, ports, on=False)
    # Once it is written, or where there is nothing to write.
    pulse.clear = not told
    return (*told, *telling(ports.now, changed=bool(told)))


def told_by(found: Known, *, probed: bool) -> tuple[State, datetime] | None:
    """A service's state for its history, and since when: as measured, or where nothing is measured, as reported."""
    if found.window is not None:
        return State.MAINTENANCE, found.window.begins
    words = [one for one in found.conditions if counts(one)]
    told = [one for one in (found.looks if probed else words) if one.state != State.UNKNOWN]
    if not told:
        return None
    return worst(one.state for one in told), max(one.since for one in told)


async def _sight(pulse: Pulse, ports: Ports, *, lost: bool) -> tuple[Action, ...]:
    """A bot that was killed while it was blind sees again without a word of it."""
    # Not at once: where it has just begun to see, that is about to be told.
    ends = lost and pulse.lost
    pulse.lost = lost
    return await spans.blind(ports, ports.now, on=False) if ends else ()
