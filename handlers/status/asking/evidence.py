"""Somebody says that it doesn't work for them either: it is counted, and nobody is answered."""

from bot.actions import Action, Decision, Done, Nothing, Pass, Say
from bot.events import Addressed, Message
from bot.handler import Service
from bot.ports import Ports
from handlers.status.asking import wording
from handlers.status.asking.desk import Desk, service_of
from handlers.status.asking.grammar import too
from handlers.status.records import Phase
from handlers.status.world import Known


async def on_too(desk: Desk, message: Message, named: tuple[str, tuple[Service, ...]], ports: Ports) -> Decision | None:
    """Count it, where it is weak evidence; None where it isn't."""
    kind = too(named[0]) if ports.rooms.info(message.room).notices else None
    if kind is None or message.addressed not in (None, Addressed.REPLY):
        return None
    service = await _meant(desk, message, named[1], kind, ports)
    if service is None:
        return None
    desk.me_too.add(service, message.sender, ports.now)
    told = await _told(desk, service, message, ports)
    if message.addressed is None:
        return Pass("counted as weak evidence", told)
    # It answers our own notice: there is nothing to say to it.
    return Done(told, "counted as weak evidence") if told else Nothing("counted as weak evidence")


async def _meant(desk: Desk, message: Message, named: tuple[Service, ...], kind: str, ports: Ports) -> str | None:
    """The service that is named; else that of the notice that is answered; else that of the only open incident."""
    if named:
        return named[0].name if len(named) == 1 else None
    for ours in (message.reply_to, message.thread):
        service = await service_of(ours, message.room, ports)
        if service is not None:
            return service
    if kind == "same" or message.reply_to or message.thread:
        return None
    incidents = [one for one in (await desk.world(ports)).incidents if one.phase == Phase.OPEN]
    return incidents[0].service if len(incidents) == 1 else None


async def _told(desk: Desk, service: str, message: Message, ports: Ports) -> tuple[Action, ...]:
    """The operators hear of it, where many say so of a service that nothing is known to be wrong with."""
    room = ports.rooms.operators()
    known = desk.known([desk.watch.service(service)], await desk.world(ports))[0]
    if room is None or known.incident or known.window:
        return ()
    if not desk.me_too.tells(service, message.id, ports.now):
        return ()
    return (Say(room=room, text=doubted(known)),)


def doubted(known: Known) -> str:
    """What the operators hear."""
    people, title = known.me_too, wording.in_sentence(known.service)
    return f"{people} people say that {title} doesn't work for them. {wording.own_view(known)}"
