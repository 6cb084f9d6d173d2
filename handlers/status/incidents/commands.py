"""`!incident`: maintainers open, update and resolve incidents, and look at them."""

from functools import partial

from bot.actions import Action, Audit, Decision, Done
from bot.commands import Call, Command, reply, say
from bot.errors import Refused
from bot.markdown import escape
from bot.ports import Ports
from bot.roles import Role
from handlers.status import records
from handlers.status.incidents import deeds, showing, writing
from handlers.status.incidents.deeds import Deed, Person, worded
from handlers.status.incidents.finding import about, open_incidents
from handlers.status.incidents.naming import service_at, unknown
from handlers.status.incidents.parts import Part, part_of, usages
from handlers.status.incidents.words import source
from handlers.status.records import Condition, Phase
from handlers.status.watch import Watch

#: How many incidents are listed.
LISTED = 10


def incident_command(watch: Watch, more: tuple[Part, ...] = ()) -> Command:
    """The command; `more` are parts that others bring."""
    parts = (*PARTS, *more)
    return Command(
        name="incident",
        usage="incident <open | update | resolve | note | list | show> …",
        summary="what is wrong with a service, as the maintainers know it",
        example="incident open mastodon Posts arrive late.",
        run=partial(run, watch, parts),
        who=Role.MAINTAINER,
        details=(
            f"{usages(parts, 'incident')}\n\nThe service may be left out when one incident is open, or in reply to a "
            "notice of mine. Members read what you write, but not who wrote it; notes are for those who run things."
        ),
    )


async def run(watch: Watch, parts: tuple[Part, ...], call: Call, ports: Ports) -> Decision:
    """Do the part that is asked for."""
    part, rest = part_of(call, parts, ports)
    return await part.run(watch, rest, ports)


def by(call: Call, ports: Ports) -> Person:
    """Whoever gives the command, now."""
    return Person(who=call.message.sender, now=ports.now)


def audit(call: Call, what: str, outcome: str) -> Audit:
    """The deed, for the audit log. Never with somebody's words."""
    message = call.message
    return Audit(who=message.sender, what=what, outcome=outcome, room=message.room, event_id=message.id)


async def _open(watch: Watch, call: Call, ports: Ports) -> Decision:
    usage = f"{ports.prefix}incident open <service> <what is wrong>"
    if not call.args:
        raise Refused(f"Write `{usage}`.")
    named = service_at(call.args, watch.place.services)
    if named.service is None:
        raise unknown(call.args, watch.place.services)
    service, text = named.service, worded(named.rest, usage)
    before = await writing.live(ports.memory, service.name)
    if before is not None and before.phase != Phase.RESOLVED:
        hint = f"`{ports.prefix}incident update {service.name} …` adds to it."
        raise Refused(f"{escape(service.title)} has an open incident already: `{before.id}`. {hint}")
    conditions = await records.conditions(ports.memory, service.name)
    deed = deeds.opened(await writing.next_id(ports.memory, ports.now), service.name, text, conditions, by(call, ports))
    ended = (writing.closed(before),) if before is not None else ()
    did = writing.changed(None, deed.incident, deed.moments, watch.settings)
    told = f"`{deed.incident.id}` is open: {escape(service.title)}, “{escape(text)}”. It stays so until it is resolved."
    return _done(call, (*ended, *did), told, f"opened {deed.incident.id} ({service.name})", ports)


async def _update(watch: Watch, call: Call, ports: Ports) -> Decision:
    found = await about(watch, call, ports)
    text = worded(found.rest, f"{ports.prefix}incident update [service] <what is new>")
    deed = deeds.updated(found.incident, text, by(call, ports))
    did = writing.changed(found.incident, deed.incident, deed.moments, watch.settings)
    told = f"Added to `{deed.incident.id}`, {_title(watch, deed)}. Members read it below the notice."
    return _done(call, did, told, f"updated {deed.incident.id}", ports)


async def _note(watch: Watch, call: Call, ports: Ports) -> Decision:
    found = await about(watch, call, ports, over=True)
    text = worded(found.rest, f"{ports.prefix}incident note [service] <text>")
    deed = deeds.noted(found.incident, text, by(call, ports))
    did = writing.changed(found.incident, deed.incident, deed.moments, watch.settings)
    told = f"Noted in `{deed.incident.id}`, {_title(watch, deed)}. Members aren't told."
    return _done(call, did, told, f"noted in {deed.incident.id}", ports)


async def _resolve(watch: Watch, call: Call, ports: Ports) -> Decision:
    found = await about(watch, call, ports)
    text = worded(found.rest, "") if found.rest else ""
    conditions = await records.conditions(ports.memory, found.incident.service)
    title = watch.service(found.incident.service).title
    deed = deeds.resolved(found.incident, title, text, conditions, by(call, ports))
    known = {one.key: one for one in conditions}
    muted = [writing.condition(known[one.key], one) for one in deed.muted]
    did = writing.changed(found.incident, deed.incident, deed.moments, watch.settings)
    told = f"`{deed.incident.id}`, {_title(watch, deed)}: resolved.{_still(deed.muted)}"
    return _done(call, (*did, *muted), told, f"resolved {deed.incident.id}", ports)


def _still(muted: tuple[Condition, ...]) -> str:
    """What fails all the same."""
    if not muted:
        return ""
    what = "; ".join(f"{escape(one.summary) or one.state.value} ({escape(source(one))})" for one in muted[:3])
    return f" But this still holds: {what}. I'll speak of it again when that changes."


async def _list(watch: Watch, call: Call, ports: Ports) -> Decision:
    past = await records.past_incidents(ports.memory, ports.now - showing.LATELY, LISTED)
    return say(call, showing.listed(watch, await open_incidents(ports), past, ports.now), "listed")


async def _show(watch: Watch, call: Call, ports: Ports) -> Decision:
    found = await about(watch, call, ports, over=True)
    moments = await records.moments(ports.memory, found.incident.id)
    conditions = await records.conditions(ports.memory, found.incident.service)
    room = ports.rooms.info(call.message.room)
    inside = room.control or room.operators or call.message.private
    return say(call, showing.shown(watch, found.incident, moments, conditions, ports.now, inside=inside), "shown")


def _title(watch: Watch, deed: Deed) -> str:
    return escape(watch.service(deed.incident.service).title)


def _done(call: Call, did: tuple[Action, ...], told: str, outcome: str, ports: Ports) -> Done:
    noted = audit(call, f"{ports.prefix}{call.name}", outcome)
    return Done((*did, reply(call.message, told), noted, *writing.telling(ports.now, changed=True)), outcome)


#: Everything that may stand behind `!incident`, but for what others bring.
PARTS: tuple[Part, ...] = (
    Part(name="open", usage="open <service> <text>", summary="something is wrong", run=_open),
    Part(name="update", usage="update [service] <text>", summary="what is new", run=_update),
    Part(name="resolve", usage="resolve [service] [text]", summary="it is over", run=_resolve),
    Part(name="note", usage="note [service] <text>", summary="for those who run things", run=_note),
    Part(name="list", usage="list", summary="what is open, and what was lately", run=_list),
    Part(name="show", usage="show [service or id]", summary="everything about one", run=_show),
)
