"""Somebody speaks to the bot of what only people can decide: they hear whom to ask, and nothing of it is kept."""

import hashlib
from dataclasses import replace

from bot.actions import Action, Decision, Done, Pass, Redact
from bot.commands import reply
from bot.events import Deleted, Message
from bot.facts import BestAnswer, Distress, ForPeople, Language
from bot.ports import Ports
from handlers.newcomers.desk import Desk
from handlers.newcomers.guide import asides, records
from handlers.newcomers.guide.records import Walk
from handlers.newcomers.languages import ENGLISH, said
from handlers.newcomers.people.matters import Matter, matter_in

#: What the keys of our answers begin with.
PEOPLE = "people"


async def on_message(desk: Desk, message: Message, ports: Ports) -> Decision:
    """Somebody said something. What the community has an answer to is answered by it."""
    if message.addressed is None:
        return Pass("said to others")
    if not message.private and ports.rooms.info(message.room).answers == "off":
        return Pass("answers are off here")
    found = matter_in(message.text)
    if found is None:
        return Pass("nothing that only people can decide")
    # Whoever is in danger is told something kinder than whom to ask about a fee.
    if await ports.facts.ask(Distress(message.text)) or await ports.facts.ask(BestAnswer(message.text)) is not None:
        return Pass("there is an answer to it")
    walk = await records.walk_here(ports.memory, message.sender, message.room)
    matter, lang = found
    return Done(_told(desk, message, whom_to_ask(desk, matter, lang), walk, ports), f"a matter of {matter.value}")


def whom_to_ask(desk: Desk, matter: Matter, lang: str) -> str:
    """What is said to it, in the language that it was said in; where the config has nothing, whom to ask at all."""
    words = getattr(desk.settings.people, matter.value)
    return desk.place.people if words is None else said(words, lang)


async def for_people(desk: Desk, question: ForPeople, ports: Ports) -> str | None:
    """What is said to it; None where it may be dealt with like any other question."""
    found = matter_in(question.text)
    if found is not None:
        return whom_to_ask(desk, *found)
    if not asides.reads_like_an_application(question.text):
        return None
    return asides.of(await ports.facts.ask(Language(question.text)) or ENGLISH).pasted


def _told(desk: Desk, message: Message, text: str, walk: Walk | None, ports: Ports) -> tuple[Action, ...]:
    guide, key = desk.settings.guide, key_of(message.id)
    if walk is None or guide is None:
        return (replace(reply(message, text), key=key),)
    whole = "\n\n".join(part for part in (text, asides.resume_line(walk, guide.steps)) if part)
    touched = records.move(walk, replace(walk, touched=ports.now))
    return touched, replace(reply(message, whole), key=key)


async def on_deleted(event: Deleted, ports: Ports) -> Decision:
    """A question that was answered is gone: so is the answer."""
    sent = await ports.sent.event_of("newcomers", key_of(event.of))
    ours = await ports.sent.find(sent) if sent else None
    # Anybody can name any event's id.
    if ours is None or ours.room != event.room:
        return Pass("nothing was said to it")
    return Done((Redact(room=event.room, key=key_of(event.of), reason="The question was deleted."),), "taken back")


def key_of(question: str) -> str:
    """What our answer to this message is known by."""
    return f"{PEOPLE}:{hashlib.sha256(question.encode()).hexdigest()[:32]}"
