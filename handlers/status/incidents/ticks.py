"""What time brings about by itself: a recovery that has lasted, an incident that can't come again, silence."""

from datetime import timedelta

from bot.actions import Action, Decision, Done, Nothing
from bot.events import Tick
from bot.handler import Recurring
from bot.ports import Ports
from handlers.status import records, tables
from handlers.status.incidents import writing
from handlers.status.incidents.conditions import HEARD_EVERY, PROBE, watched
from handlers.status.incidents.stepping import Steps, looked
from handlers.status.records import Condition, Phase
from handlers.status.watch import Watch

#: The job that looks at all that is known again: for what has gone silent, and for whatever else was left.
STALE = "stale"
JOB = Recurring(key=STALE, every=timedelta(minutes=15), after=timedelta(minutes=15))
#: The job that looks, after each start, at what is left of probes that the config has no more. The others have spoken
#: by then: one that only has another name now goes on where it was.
GONE = "gone"
GONE_JOB = Recurring(key=GONE, every=timedelta(days=1), after=timedelta(minutes=4), each_start=True)
#: A service that is to be looked at again.
LOOK = "look"


async def on_look(watch: Watch, tick: Tick, ports: Ports) -> Decision:
    """A service is looked at again, with nothing new said."""
    return await _looked_at(watch, [tick.key.partition(":")[2]], ports)


async def on_settle(watch: Watch, tick: Tick, ports: Ports) -> Decision:
    """An unstable service has been well for a while, or not."""
    incident = await records.incident(ports.memory, tick.key.partition(":")[2])
    if incident is None or incident.phase != Phase.SETTLING:
        return Nothing("it has failed again")
    return await _looked_at(watch, [incident.service], ports)


async def on_close(watch: Watch, tick: Tick, ports: Ports) -> Decision:
    """What fails from now on is another incident."""
    incident = await records.incident(ports.memory, tick.key.partition(":")[2])
    live = None if incident is None else await writing.live(ports.memory, incident.service)
    if incident is None or live is None or live.id != incident.id or incident.phase != Phase.RESOLVED:
        return Nothing("it has come again, or is closed")
    if incident.resolved is not None and ports.now < incident.resolved + watch.settings.reopen:
        return Nothing("it was resolved again since")
    return Done((writing.closed(incident), *writing.telling(ports.now, changed=True)), "closed")


async def on_stale(watch: Watch, tick: Tick, ports: Ports) -> Decision:
    """All services are looked at again, and what probes see is noted as heard."""
    del tick
    known = await records.conditions(ports.memory)
    live = await records.live_incidents(ports.memory)
    services = {one.service for one in known} | {one.service for one in live if one.phase != Phase.RESOLVED}
    decided = await _looked_at(watch, sorted(services), ports)
    heard = _heard(watch, known)
    return (
        Done((*heard, *decided.actions), "looked at all") if isinstance(decided, Done) else Done(heard, "looked at all")
    )


async def on_gone(watch: Watch, tick: Tick, ports: Ports) -> Decision:
    """What a probe has said that there is no more doesn't count: nobody would ever take it back."""
    del tick
    said = await records.conditions_where(ports.memory, tables.conditions.c.source == PROBE)
    return await _looked_at(watch, sorted({one.service for one in said if one.by not in watch.board.probes}), ports)


async def _looked_at(watch: Watch, services: list[str], ports: Ports) -> Decision:
    steps = Steps(watch, ports)
    for service in services:
        await steps.make(service)
    if not steps.actions:
        return Nothing("nothing new")
    return Done((*steps.actions, *writing.telling(ports.now, changed=steps.changed)), "looked at again")


def _heard(watch: Watch, known: list[Condition]) -> tuple[Action, ...]:
    seen = watched(known, looked(watch), watch.board.probes)
    return tuple(
        writing.heard(now) for was, now in zip(known, seen, strict=True) if now.heard - was.heard >= HEARD_EVERY
    )
