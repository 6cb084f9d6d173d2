"""`!ack`, and 👀 on a notice: somebody is on it."""

from functools import partial

from bot.actions import Action, Audit, Decision, Done, Nothing
from bot.commands import Call, Command, reply, say
from bot.events import Reaction
from bot.markdown import escape
from bot.ports import Ports
from bot.roles import Role
from handlers.status.incidents import deeds, writing
from handlers.status.incidents.commands import audit, by
from handlers.status.incidents.deeds import Person
from handlers.status.incidents.finding import about, spoken_of
from handlers.status.records import Incident, Phase
from handlers.status.watch import Watch

EYES = "👀"
#: Some keyboards put it behind an emoji; it asks for colours.
VARIATION = "\ufe0f"


def ack_command(watch: Watch) -> Command:
    """The command."""
    return Command(
        name="ack",
        usage="ack [service]",
        summary="somebody is on it; 👀 on a notice of mine says the same",
        example="ack mastodon",
        run=partial(run, watch),
        who=Role.MAINTAINER,
        details="Without a service: the only open incident, or in reply to a notice of mine that one.",
    )


async def run(watch: Watch, call: Call, ports: Ports) -> Decision:
    """Acknowledge the incident that is meant."""
    incident = (await about(watch, call, ports)).incident
    title = escape(watch.service(incident.service).title)
    if incident.acknowledged is not None:
        return say(call, f"Somebody is on it already: `{incident.id}`, {title}.", "acknowledged already")
    told = reply(call.message, f"Noted: somebody is on `{incident.id}`, {title}.")
    noted = audit(call, f"{ports.prefix}ack {incident.id}", "acknowledged")
    return Done((*_acknowledged(watch, incident, by(call, ports)), told, noted), "acknowledged")


async def on_reaction(watch: Watch, reaction: Reaction, ports: Ports) -> Decision:
    """👀 by a maintainer on what speaks of an incident acknowledges it. From others it says nothing."""
    if reaction.key.removesuffix(VARIATION) != EYES:
        return Nothing("another emoji")
    found = [one for one in await spoken_of(reaction.of, ports) if _waits(one)]
    if not found:
        return Nothing("nothing to acknowledge")
    if await ports.roles.role(reaction.sender) < Role.MAINTAINER:
        return Nothing("not a maintainer")
    by_them = Person(who=reaction.sender, now=ports.now)
    did = [action for one in found for action in _acknowledged(watch, one, by_them)]
    noted = [
        Audit(
            who=reaction.sender,
            what=f"{EYES} {one.id}",
            outcome="acknowledged",
            room=reaction.room,
            event_id=reaction.id,
        )
        for one in found
    ]
    return Done((*did, *noted), "acknowledged")


def _waits(incident: Incident) -> bool:
    return incident.phase != Phase.RESOLVED and incident.acknowledged is None


def _acknowledged(watch: Watch, incident: Incident, by_them: Person) -> tuple[Action, ...]:
    deed = deeds.acknowledged(incident, by_them)
    did = writing.changed(incident, deed.incident, deed.moments, watch.settings)
    return (*did, *writing.telling(by_them.now, changed=True))
