"""`!uptime`: how much of a time a service was up, in words and as a picture."""

from datetime import datetime
from functools import partial

from bot.actions import Decision, Done, Picture
from bot.commands import Call, Command, reply
from bot.errors import Refused
from bot.handler import Service
from bot.ports import Ports
from handlers.status import records
from handlers.status.asking.names import pick
from handlers.status.history import chart, words
from handlers.status.history.ranges import RANGES, Range, asked
from handlers.status.history.uptime import periods, uptime
from handlers.status.history.words import Found
from handlers.status.incidents.naming import unknown, unquoted
from handlers.status.watch import Watch

#: The most services in one answer: a picture of more is too large to be read.
MOST = 10


def uptime_command(watch: Watch) -> Command:
    """The command."""
    return Command(
        name="uptime",
        usage="uptime [service] [24h | 7d | 30d | 90d]",
        summary="how much of the time a service was up, with a picture",
        example="uptime mastodon 30d",
        run=partial(run, watch),
        details=(
            "Without a service it shows all of them, without a time the last 30 days. Maintenance and times in which I "
            "couldn't see aren't counted, and are shown."
        ),
        bare=lambda args: not args or args.split()[-1].lower() in {one.name for one in RANGES},
    )


async def run(watch: Watch, call: Call, ports: Ports) -> Decision:
    """Answer in words, then with the picture: should that not get through, the answer is there."""
    typed, over = asked(call.args, ports.prefix)
    services = _services(watch, typed)
    found = await _found(services[:MOST], over, ports)
    more = (
        f"\n\nThese are the first {MOST} of {len(services)}; ask for one by its name." if len(services) > MOST else ""
    )
    told = reply(call.message, words.answer(found, over) + more)
    if all(one.whole.share is None for one in found):
        return Done((told,), "nothing was measured")
    drawn = await ports.compute.run(chart.draw, found, over, ports.now)
    picture = Picture(
        to=call.message.id,
        room=call.message.room,
        mention=call.message.sender,
        image=drawn.image,
        name=f"uptime-{over.name}.png",
        alt=words.alt(found, over, ports.now),
        width=drawn.width,
        height=drawn.height,
        in_thread=call.message.thread,
    )
    return Done((told, picture), "uptime")


def _services(watch: Watch, typed: str) -> tuple[Service, ...]:
    services = watch.place.services
    if not services:
        raise Refused("No services are listed in my configuration, so there is no uptime to show.")
    if not typed:
        return services
    found = pick(unquoted(typed), services)
    if found is None:
        raise unknown(typed, services)
    return (found,)


async def _found(services: tuple[Service, ...], over: Range, ports: Ports) -> list[Found]:
    edges = over.edges(ports.now)
    spans = await records.spans(ports.memory, edges[0])
    return await ports.compute.run(_counted, services, spans, edges)


def _counted(services: tuple[Service, ...], spans: list[records.Span], edges: tuple[datetime, ...]) -> list[Found]:
    return [
        Found(
            name=one.name,
            title=one.title,
            whole=uptime(spans, one.name, edges[0], edges[-1]),
            pieces=periods(spans, one.name, edges),
        )
        for one in services
    ]
