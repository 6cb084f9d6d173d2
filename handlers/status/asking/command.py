"""`!status`, and what other handlers may ask: how is this service?"""

from functools import partial

from bot.actions import Decision
from bot.commands import Call, Command, say
from bot.errors import Refused
from bot.facts import Measured, ServiceState
from bot.handler import Service
from bot.markdown import escape
from bot.names import clean
from bot.ports import Ports
from handlers.status.asking import wording
from handlers.status.asking.desk import Desk
from handlers.status.asking.names import mentioned, near, pick
from handlers.status.records import Phase
from handlers.status.states import State
from handlers.status.world import Known, World


def status_command(desk: Desk) -> Command:
    """The declaration."""
    return Command(
        name="status",
        usage="status [service]",
        summary="tells whether the services work, since when, and when that was measured",
        example="status",
        details="With a service's name, all the evidence and how old it is: `status wiki`.",
        run=partial(run, desk),
        bare=lambda args: not args or pick(args, desk.services) is not None,
    )


async def run(desk: Desk, call: Call, ports: Ports) -> Decision:
    """Tell how all services are, or those that are named."""
    world = await desk.world(ports)
    if not call.args:
        return say(call, _all(desk, world, ports), "told how all services are")
    services = _named(desk, call.args, ports.prefix)
    found = desk.known(services, world)
    if len(found) > 1:
        return say(call, wording.overview(found, ports.now, None), "told how services are")
    room = ports.rooms.info(call.message.room)
    text = wording.details(found[0], ports.now, operators=room.control or room.operators)
    return say(call, text, "told how a service is")


def _all(desk: Desk, world: World, ports: Ports) -> str:
    text = wording.overview(desk.known(desk.services, world), ports.now, world.blind)
    page = desk.watch.settings.page
    return f"{text}\n\nMore on the [status page]({page.url})." if page and page.url else text


def _named(desk: Desk, typed: str, prefix: str) -> tuple[Service, ...]:
    """The services that are typed. Raises Refused with the nearest, or with those that there are."""
    one = pick(typed, desk.services)
    if one is not None:
        return (one,)
    rest, several = mentioned(typed, desk.services)
    if several and set(rest.split()) <= {"X", "and", "the", "or"}:
        return several
    meant = near(typed, desk.services)
    if meant is not None:
        raise Refused(f"I don't know a service “{_quoted(typed)}”. Did you mean `{prefix}status {meant.name}`?")
    if not desk.services:
        raise Refused("No services are listed in my configuration.")
    names = ", ".join(f"`{service.name}`" for service in desk.services[: wording.MOST_LINES])
    raise Refused(f"I don't know a service “{_quoted(typed)}”. Those I know: {names}.")


def _quoted(typed: str) -> str:
    return escape(clean(typed[:200]))


async def service_state(desk: Desk, question: ServiceState, ports: Ports) -> Measured | None:
    """The fact: how a service is. None where it isn't listed, or nothing was ever heard or seen of it."""
    service = next((one for one in desk.services if one.name == question.service), None)
    if service is None:
        return None
    found = desk.known((service,), await desk.world(ports))[0]
    return None if found.nothing else measured(found, ports)


def measured(found: Known, ports: Ports) -> Measured:
    """What is known, as a fact. Where the bot doesn't measure, the time is when it was heard."""
    heard = max((word.heard for word in found.conditions), default=None)
    when = found.measured or heard or (found.last_look.looked if found.last_look else None) or ports.now
    return Measured(
        state=wording.state(found, ports.now),
        since=found.since or when,
        measured=when,
        evidence=wording.evidence(found, ports.now),
        incident=found.incident is not None and found.incident.phase == Phase.OPEN,
        works=works(found),
    )


def works(found: Known) -> bool | None:
    """Whether people can use it: slowly counts. None where that isn't known now."""
    if found.doubt:
        return None
    return {State.UP: True, State.DEGRADED: True, State.DOWN: False, State.MAINTENANCE: False}.get(found.state)
