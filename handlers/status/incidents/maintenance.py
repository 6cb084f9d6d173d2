"""`!maintenance`: planned by maintainers, told to everybody, and nothing is made of what fails meanwhile."""

from datetime import datetime
from functools import partial

from bot.actions import Decision, Done
from bot.commands import Call, Command, nearest, reply, say
from bot.errors import Refused
from bot.handler import Service
from bot.markdown import escape
from bot.ports import Ports
from bot.roles import Role
from handlers.status import records
from handlers.status.incidents import windows, writing
from handlers.status.incidents.commands import audit
from handlers.status.incidents.deeds import worded
from handlers.status.incidents.naming import service_at, unknown
from handlers.status.incidents.parts import Part, given, usages
from handlers.status.incidents.when import how_long, when
from handlers.status.notices.times import between, clock, lasted
from handlers.status.records import Stage, Window
from handlers.status.sources.texts import digest
from handlers.status.watch import Watch

USAGE = "maintenance <service> <when> <how long> <why>"
EXAMPLE = "maintenance wiki tomorrow 9:00 2h Upgrade of MediaWiki"


def maintenance_command(watch: Watch) -> Command:
    """The command."""
    return Command(
        name="maintenance",
        usage=USAGE,
        summary="plans maintenance, and tells everybody",
        example=EXAMPLE,
        run=partial(run, watch),
        who=Role.MAINTAINER,
        details=(
            "When: `now`, `14:00`, `tomorrow 9:00` or `2026-12-01 14:00`, in UTC. How long: `30m`, `2h` or `1d`. Rooms "
            "are told at once, an hour before, and at the end; what fails meanwhile is no incident.\n\n"
            f"{usages(PARTS, 'maintenance')}"
        ),
    )


async def run(watch: Watch, call: Call, ports: Ports) -> Decision:
    """Plan it, or do one of the parts."""
    if (found := given(call, PARTS)) is not None:
        part, rest = found
        return await part.run(watch, rest, ports)
    return await _plan(watch, call, ports)


async def _plan(watch: Watch, call: Call, ports: Ports) -> Decision:
    window = planned(watch, call, ports)
    for other in await _coming(ports):
        if other.service == window.service and other.begins < window.ends and window.begins < other.ends:
            raise Refused(
                f"That overlaps with `{other.id}`, {between(other.begins, other.ends, ports.now)}. "
                f"`{ports.prefix}maintenance {_undo(other)}` takes that one away."
            )
    now = await windows.begun(window, ports) if window.phase == Stage.UNDER_WAY else ()
    title = escape(watch.service(window.service).title)
    told = (
        f"Maintenance of {title}: {between(window.begins, window.ends, ports.now)} "
        f"({lasted(window.ends - window.begins)}), “{escape(window.why)}”. "
        f"`{ports.prefix}maintenance {_undo(window)}` {_undoes(window)}."
    )
    noted = audit(call, f"{ports.prefix}maintenance", f"planned {window.id} ({window.service})")
    did = (*windows.planned(window, ports.now), *now, reply(call.message, told), noted)
    return Done((*did, *writing.telling(ports.now, changed=True)), "planned")


def planned(watch: Watch, call: Call, ports: Ports) -> Window:
    """What was understood. Raises `Refused`."""
    if not call.args:
        raise Refused(f"Write `{ports.prefix}{USAGE}`, for example `{ports.prefix}{EXAMPLE}`.")
    service, rest = _service(watch, call.args)
    begins, rest = when(rest, ports.now)
    span, rest = how_long(rest)
    if not rest:
        raise Refused(f"Say why, too: `{ports.prefix}{EXAMPLE}`.")
    why = worded(rest, f"{ports.prefix}{USAGE}")
    return Window(
        id=f"m{digest(call.message.id)[:6]}",
        service=service.name,
        begins=begins,
        ends=begins + span,
        why=why,
        who=call.message.sender,
        phase=Stage.UNDER_WAY if begins <= ports.now else Stage.PLANNED,
    )


def _service(watch: Watch, text: str) -> tuple[Service, str]:
    named = service_at(text, watch.place.services)
    if named.service is not None:
        return named.service, named.rest
    word = text.split(maxsplit=1)[0].lower()
    near = nearest(word, tuple(one.name for one in PARTS))
    if near:
        raise Refused(f"Did you mean `maintenance {near}`?")
    raise unknown(text, watch.place.services)


async def _coming(ports: Ports) -> list[Window]:
    return [one for one in await records.windows(ports.memory, ports.now) if one.phase not in windows.ENDED]


def _undo(window: Window) -> str:
    return f"{'end' if window.phase == Stage.UNDER_WAY else 'cancel'} {window.id}"


def _undoes(window: Window) -> str:
    return "ends it" if window.phase == Stage.UNDER_WAY else "takes it back"


async def _list(watch: Watch, call: Call, ports: Ports) -> Decision:
    lines = [_line(watch, one, ports.now) for one in await _coming(ports)]
    return say(call, "\n".join(lines) or "No maintenance is planned or under way.", "listed")


def _line(watch: Watch, one: Window, now: datetime) -> str:
    under_way = "under way, " if one.phase == Stage.UNDER_WAY else ""
    title = escape(watch.service(one.service).title)
    return f"- `{one.id}` {title}: {under_way}{between(one.begins, one.ends, now)}, “{escape(one.why)}”"


async def _cancel(watch: Watch, call: Call, ports: Ports) -> Decision:
    window = await _meant(watch, call, ports, under_way=False)
    if window.phase == Stage.UNDER_WAY:
        raise Refused(f"That is under way already. `{ports.prefix}maintenance end {window.id}` ends it.")
    told = (
        f"Cancelled: maintenance of {escape(watch.service(window.service).title)}, {clock(window.begins, ports.now)}."
    )
    noted = audit(call, f"{ports.prefix}maintenance", f"cancelled {window.id}")
    did = (windows.staged(window, Stage.CANCELLED), reply(call.message, told), noted)
    return Done((*did, *writing.telling(ports.now, changed=True)), "cancelled")


async def _end(watch: Watch, call: Call, ports: Ports) -> Decision:
    window = await _meant(watch, call, ports, under_way=True)
    if window.phase != Stage.UNDER_WAY:
        raise Refused(f"That hasn't begun yet. `{ports.prefix}maintenance cancel {window.id}` takes it back.")
    told = f"Ended: maintenance of {escape(watch.service(window.service).title)}. What fails from now on is told."
    noted = audit(call, f"{ports.prefix}maintenance", f"ended {window.id}")
    ended = windows.staged(window, Stage.OVER, ends=ports.now)
    did = (ended, *await windows.over(watch, window, ports), reply(call.message, told), noted)
    return Done((*did, *writing.telling(ports.now, changed=True)), "ended")


async def _meant(watch: Watch, call: Call, ports: Ports, *, under_way: bool) -> Window:
    """The window with this id, or of this service; without a word the only one. Raises `Refused`."""
    coming = await _coming(ports)
    typed = call.args.strip().strip("`").lower()
    found = [one for one in coming if one.id == typed]
    if not found:
        named = service_at(call.args, watch.place.services).service
        mine = coming if not typed else [one for one in coming if named is not None and one.service == named.name]
        found = [one for one in mine if (one.phase == Stage.UNDER_WAY) == under_way] or mine
    if len(found) != 1:
        which = "Which one?" if found else "There is no such maintenance."
        raise Refused(f"{which} `{ports.prefix}maintenance list` shows those that there are, with their ids.")
    return found[0]


#: What may stand behind `!maintenance` in the place of a service.
PARTS: tuple[Part, ...] = (
    Part(name="list", usage="list", summary="what is planned, and under way", run=_list),
    Part(name="cancel", usage="cancel [id or service]", summary="it won't be", run=_cancel),
    Part(name="end", usage="end [id or service]", summary="it is over early", run=_end),
)
