"""Which incident a command is about: the one that it names, the one whose notice it answers, or the only one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from bot.commands import Call
from bot.errors import Refused
from bot.events import Message
from bot.markdown import escape
from bot.ports import Ports
from handlers.status import records, tables
from handlers.status.asking.names import near
from handlers.status.incidents.naming import ID, among, listed
from handlers.status.records import Incident, Phase
from handlers.status.watch import Watch


@dataclass(frozen=True, slots=True)
class About:
    """The incident, and what stands behind its name."""

    incident: Incident
    rest: str


async def open_incidents(ports: Ports) -> list[Incident]:
    """Those that aren't over."""
    return [one for one in await records.live_incidents(ports.memory) if one.phase != Phase.RESOLVED]


async def about(watch: Watch, call: Call, ports: Ports, *, over: bool = False) -> About:
    """What the call is about; with `over` that may also be an incident that is over. Raises `Refused`."""
    first, _, rest = call.args.partition(" ")
    if ID.fullmatch(first.strip("`")):
        return About(await _by_id(first.strip("`"), ports, over=over), rest.strip())
    incidents = await open_incidents(ports)
    if over and not incidents:
        incidents = await records.live_incidents(ports.memory)
    named = among(call.args, incidents, watch.place.services)
    if named.service is not None:
        name = named.service.name
        found = next((one for one in incidents if one.service == name), None)
        found = found or (await _latest(name, ports) if over else None)
        if found is not None:
            return About(found, named.rest)
    answered = await answered_by(call.message, ports)
    if len(answered) == 1 and (over or answered[0].phase != Phase.RESOLVED):
        return About(answered[0], call.args)
    if named.service is not None:
        title = escape(named.service.title)
        hint = f"`{ports.prefix}incident open {named.service.name} …` opens one."
        raise Refused(f"There is no open incident of {title}. {hint}")
    return About(_only(watch, call, incidents, ports), call.args)


async def answered_by(message: Message, ports: Ports) -> tuple[Incident, ...]:
    """The incidents of the message of ours that this one answers, or in whose thread it stands."""
    for event in (message.reply_to, message.thread):
        found = await spoken_of(event, ports) if event else ()
        if found:
            return found
    return ()


async def spoken_of(event_id: str, ports: Ports) -> tuple[Incident, ...]:
    """The incidents that this message of ours speaks of; none where it is something else."""
    ours = await ports.sent.find(event_id)
    if ours is None or ours.handler != "status" or not ours.key:
        return ()
    rows = await ports.memory.rows(select(tables.told.c.incident).where(tables.told.c.key == ours.key))
    kind, _, more = ours.key.partition(":")
    part = more.partition(":")[0]
    ids = [row.incident for row in rows] or ([part] if ID.fullmatch(part) else [])
    if kind == "detail" and part.isdigit():
        column = tables.timeline.c
        ids = [row.incident for row in await ports.memory.rows(select(column.incident).where(column.id == int(part)))]
    found = [await records.incident(ports.memory, one) for one in sorted(set(ids))]
    return tuple(one for one in found if one is not None)


async def _by_id(id_: str, ports: Ports, *, over: bool) -> Incident:
    found = await records.incident(ports.memory, id_)
    if found is None:
        raise Refused(f"There is no incident `{id_}`. `{ports.prefix}incident list` shows those that there are.")
    if found.phase == Phase.RESOLVED and not over:
        raise Refused(f"`{id_}` is over. `{ports.prefix}incident open {found.service} …` opens another one.")
    return found


async def _latest(service: str, ports: Ports) -> Incident | None:
    found = await records.incidents_where(ports.memory, tables.incidents.c.service == service)
    return found[-1] if found else None


def _only(watch: Watch, call: Call, incidents: Sequence[Incident], ports: Ports) -> Incident:
    if len(incidents) == 1:
        return incidents[0]
    typed = call.args.partition(" ")[0]
    meant = near(typed, watch.place.services) if typed else None
    hint = f" Did you mean `{meant.name}`?" if meant else ""
    if not incidents:
        raise Refused(f"No incident is open.{hint} `{ports.prefix}incident open <service> <what is wrong>` opens one.")
    services = listed(sorted(one.service for one in incidents))
    raise Refused(f"Which one? These have an open incident: {services}. Name one of them first.{hint}")
