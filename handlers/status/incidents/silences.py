"""`!silence`: rooms aren't told of a service for a while; the operators are."""

from datetime import datetime
from functools import partial

from sqlalchemy import insert, update

from bot.actions import Decision, Done, Later, Remember
from bot.commands import Call, Command, nearest, reply, say, split
from bot.errors import Refused
from bot.events import Tick
from bot.markdown import escape
from bot.ports import Ports
from bot.roles import Role
from handlers.status import records, tables
from handlers.status.incidents import writing
from handlers.status.incidents.commands import audit
from handlers.status.incidents.deeds import worded
from handlers.status.incidents.finding import open_incidents
from handlers.status.incidents.naming import among, unknown
from handlers.status.incidents.parts import Part, given, usages
from handlers.status.incidents.when import how_long
from handlers.status.notices.times import clock
from handlers.status.records import Silence
from handlers.status.sources.texts import digest
from handlers.status.watch import LANE, Watch

#: The key of its tick, when it runs out.
SILENCE = "silence"
#: As a service's name: all of them.
ALL = ""
USAGE = "silence <service | all> <how long> [why]"


def silence_command(watch: Watch) -> Command:
    """The command."""
    return Command(
        name="silence",
        usage=USAGE,
        summary="rooms aren't told of a service for a while",
        example="silence wiki 2h We know of it",
        run=partial(run, watch),
        who=Role.MAINTAINER,
        details=(
            f"The operators' room still is, and `!status` still answers. What lasts longer than the silence is told "
            f"then.\n\n{usages(PARTS, 'silence')}"
        ),
    )


async def run(watch: Watch, call: Call, ports: Ports) -> Decision:
    """Silence a service, or do one of the parts."""
    if (found := given(call, PARTS)) is not None:
        part, rest = found
        return await part.run(watch, rest, ports)
    return await _silence(watch, call, ports)


async def on_silence_over(watch: Watch, tick: Tick, ports: Ports) -> Decision:
    """Rooms hear of what still lasts."""
    del watch, tick
    return Done(writing.telling(ports.now, changed=True), "a silence is over")


async def _silence(watch: Watch, call: Call, ports: Ports) -> Decision:
    if not call.args:
        raise Refused(f"Write `{ports.prefix}{USAGE}`.")
    service, rest = await _service(watch, call, ports)
    span, rest = how_long(rest)
    why = worded(rest, "") if rest else ""
    new = Silence(
        id=f"s{digest(call.message.id)[:6]}", service=service, until=ports.now + span, why=why, who=call.message.sender
    )
    row = {"id": new.id, "service": service, "until": new.until.timestamp(), "why": why, "who": new.who}
    told = (
        f"Rooms aren't told of {_title(watch, service)} until {clock(new.until, ports.now)}. "
        f"`{ports.prefix}silence end {service or 'all'}` ends that."
    )
    return Done(
        (
            Remember(insert(tables.silences).values(**row)),
            Later(at=new.until, key=f"{SILENCE}:{new.id}", room=LANE),
            reply(call.message, told),
            audit(call, f"{ports.prefix}silence", f"silenced {service or 'all'} ({new.id})"),
            *writing.telling(ports.now, changed=True),
        ),
        "silenced",
    )


async def _service(watch: Watch, call: Call, ports: Ports) -> tuple[str, str]:
    """The service's name, and what stands behind it. Raises `Refused`."""
    word, rest = split(call.args)
    if word == "all":
        return ALL, rest
    named = among(call.args, await open_incidents(ports), watch.place.services)
    if named.service is not None:
        return named.service.name, named.rest
    near = nearest(word, tuple(one.name for one in PARTS))
    if near:
        raise Refused(f"Did you mean `{ports.prefix}silence {near}`?")
    raise unknown(call.args, watch.place.services)


async def _list(watch: Watch, call: Call, ports: Ports) -> Decision:
    lines = [_line(watch, one, ports.now) for one in await records.silences(ports.memory, ports.now)]
    return say(call, "\n".join(lines) or "Nothing is silenced.", "listed")


def _line(watch: Watch, one: Silence, now: datetime) -> str:
    why = f", “{escape(one.why)}”" if one.why else ""
    return f"- `{one.id}` {_title(watch, one.service)}: until {clock(one.until, now)}{why}"


async def _end(watch: Watch, call: Call, ports: Ports) -> Decision:
    holds = await records.silences(ports.memory, ports.now)
    typed = call.args.strip().strip("`").lower()
    found = [one for one in holds if one.id == typed] or (holds if not typed and len(holds) == 1 else [])
    if not found and typed:
        service, _ = await _service(watch, call, ports)
        found = [one for one in holds if one.service == service]
    if not found:
        raise Refused(f"That isn't silenced. `{ports.prefix}silence list` shows what is.")
    table = tables.silences
    ids = [one.id for one in found]
    ended = Remember(update(table).where(table.c.id.in_(ids)).values(until=ports.now.timestamp()))
    told = reply(call.message, f"Rooms are told of {_title(watch, found[0].service)} again.")
    noted = audit(call, f"{ports.prefix}silence", f"ended {', '.join(ids)}")
    return Done((ended, told, noted, *writing.telling(ports.now, changed=True)), "ended")


def _title(watch: Watch, service: str) -> str:
    return "anything" if service == ALL else escape(watch.service(service).title)


#: What may stand behind `!silence` in the place of a service.
PARTS: tuple[Part, ...] = (
    Part(name="list", usage="list", summary="what is silenced", run=_list),
    Part(name="end", usage="end [service, all or id]", summary="rooms are told again", run=_end),
)
