"""Questions in plain words: "is the wiki down?"."""

from dataclasses import replace
from urllib.parse import quote

from bot.actions import Decision, Done, Edit, Nothing, Pass, Redact, Reply
from bot.commands import reply
from bot.events import Addressed, Deleted, Edited, Message
from bot.facts import BestAnswer, OptedOut
from bot.handler import Service
from bot.ports import Ours, Ports
from handlers.status.asking import wording
from handlers.status.asking.desk import Desk, notice_of, service_of
from handlers.status.asking.evidence import on_too
from handlers.status.asking.grammar import is_question, language
from handlers.status.asking.names import LONGEST, mentioned
from handlers.status.records import Incident, Phase
from handlers.status.states import Severity
from handlers.status.world import Known, World


async def on_message(desk: Desk, message: Message, ports: Ports) -> Decision:
    """Somebody said something, to the bot or to the room."""
    if len(message.text) > LONGEST:
        return Pass("too long for a question about a service")
    named = mentioned(message.text, desk.services)
    counted = await on_too(desk, message, named, ports)
    if counted is not None:
        return counted
    if language(named[0]) is None:
        return Pass("no question about a service")
    if message.addressed is not None:
        return await _addressed(desk, message, named[1], ports)
    return await _unaddressed(desk, message, named, ports)


async def _addressed(desk: Desk, message: Message, services: tuple[Service, ...], ports: Ports) -> Decision:
    if not message.private and ports.rooms.info(message.room).answers == "off":
        return Pass("answers are off here")
    # "Is it back?", in reply to our notice.
    replied = None if services else await service_of(message.reply_to, message.room, ports)
    services = services or ((desk.watch.service(replied),) if replied else ())
    if not services:
        return Pass("no service is named")
    world = await desk.world(ports)
    nothing = all(one.nothing for one in desk.known(desk.services, world))
    # Without any evidence the community's own answers, where there is one, know better where to look.
    if nothing and await ports.facts.ask(BestAnswer(message.text)) is not None:
        return Pass("nothing is known of any service")
    text = said(desk.known(services, world), ports)
    return Done((replace(reply(message, text), key=key_of(message.id)),), "told how services are")


def said(found: list[Known], ports: Ports) -> str:
    """All about one, a line about each of several."""
    if len(found) == 1:
        return wording.details(found[0], ports.now)
    return "\n".join(f"- {wording.line(one, ports.now)}" for one in found[: wording.MOST_LINES])


async def _unaddressed(desk: Desk, message: Message, named: tuple[str, tuple[Service, ...]], ports: Ports) -> Decision:
    """Answered at once, but only what asks about an incident that is open, where the room wants such news."""
    room = ports.rooms.info(message.room)
    if not room.notices or room.answers == "off":
        return Pass("no room for news of outages")
    if message.reply_to or message.thread or message.mentions or not is_question(message.text, named[0]):
        return Pass("not asked of everybody")
    world = await desk.world(ports)
    incident = _asked_about(named[1], frozenset(one.name for one in desk.services), world)
    if incident is None:
        return Pass("no incident is open that it asks about")
    if await ports.facts.ask(OptedOut(message.sender)):
        return Pass("the asker wants no unasked answers")
    if desk.told_lately(message.sender, incident.id, message.id, ports.now):
        return Nothing("told this person a moment ago")
    known = desk.known([desk.watch.service(incident.service)], world)[0]
    notice = await notice_of(incident.id, message.room, ports)
    text = wording.line(known, ports.now) + (f" {_more(message.room, notice)}" if notice else "")
    answer = Reply(
        to=message.id, room=message.room, text=text, mention=message.sender, key=key_of(message.id), thread=True
    )
    return Done((answer,), "told of the open incident")


def _asked_about(services: tuple[Service, ...], listed: frozenset[str], world: World) -> Incident | None:
    """The open incident of a service that is named; where none is, the only one of those that are `listed`."""
    names = {service.name for service in services}
    # The rest is the operators' alone.
    public = [one for one in world.incidents if one.service in listed and one.severity != Severity.INFO]
    found = [one for one in public if one.phase == Phase.OPEN and (not names or one.service in names)]
    return found[0] if names and found else found[0] if len(found) == 1 else None


def _more(room: str, event_id: str) -> str:
    return f"[What is known so far](https://matrix.to/#/{quote(room, safe='!:')}/{quote(event_id, safe='$:')})"


def key_of(question: str) -> str:
    """The key of the answer to this question."""
    return f"asked:{question}"


async def on_edited(desk: Desk, event: Edited, ports: Ports) -> Decision:
    """The asker has changed a question that was answered: the answer follows."""
    ours = await _answer_to(event, ports)
    if ours is None or ours.recipient != event.sender:
        return Pass("no question of theirs that was answered here")
    message = event.message
    named = mentioned(message.text, desk.services)
    asks = len(message.text) <= LONGEST and message.addressed is not Addressed.PREFIX and language(named[0])
    if not asks or not named[1]:
        return Done((Redact(room=event.room, key=key_of(event.of), reason="The question was changed."),), "taken back")
    text = said(desk.known(named[1], await desk.world(ports)), ports)
    return Done((Edit(room=event.room, key=key_of(event.of), text=text),), "answered anew")


async def on_deleted(event: Deleted, ports: Ports) -> Decision:
    """A question that was answered is gone: so is the answer."""
    if await _answer_to(event, ports) is None:
        return Pass("nothing was said to it")
    return Done((Redact(room=event.room, key=key_of(event.of), reason="The question was deleted."),), "taken back")


async def _answer_to(event: Edited | Deleted, ports: Ports) -> Ours | None:
    """The answer to it, in the event's room: anybody can name any event's id."""
    sent = await ports.sent.event_of("status", key_of(event.of))
    ours = await ports.sent.find(sent) if sent else None
    return ours if ours is not None and ours.room == event.room else None
