"""Something in between: others answer it, and then the walk is brought to mind again."""

from dataclasses import replace

import structlog

from bot.actions import Action, Decision, Done, Pass, Say
from bot.commands import reply
from bot.events import Message
from bot.facts import BestAnswer, Distress, Language
from bot.ports import Ports
from handlers.newcomers.desk import Desk
from handlers.newcomers.guide import asides, records
from handlers.newcomers.guide.records import Walk
from handlers.newcomers.guide.showing import ASIDE, key_of
from handlers.newcomers.languages import ENGLISH
from handlers.newcomers.settings import Step

log = structlog.get_logger()


async def on_message(desk: Desk, message: Message, ports: Ports) -> Decision:
    """What is said in the walk's chat and is no word for the walk."""
    guide = desk.settings.guide
    if guide is None or not message.private or message.addressed is None:
        return Pass("no walk here")
    walk = await records.walk_here(ports.memory, message.sender, message.room)
    if walk is None:
        return await _without_a_walk(message, ports)
    touched = records.move(walk, replace(walk, touched=ports.now))
    if await ports.facts.ask(Distress(message.text)):
        return Pass("for people, not for a guide", (touched,))
    unsure = await ports.facts.ask(BestAnswer(message.text)) is None
    if unsure and asides.looks_pasted(message.text):
        log.info("guide_text_dropped", reason="as long as an application")
        return Done((touched, reply(message, _pasted(walk, guide.steps))), "not taken for a question")
    if unsure and not asides.only_polite(message.text):
        # Whoever answers may ask something back.
        touched = records.move(walk, replace(walk, touched=ports.now, shown=key_of(ASIDE, message.id)))
    return Pass("the walk waits", (touched, *_brought_to_mind(message, walk, guide.steps)))


async def _without_a_walk(message: Message, ports: Ports) -> Decision:
    """An application isn't taken here either; nobody is to be asked whether it may be noted."""
    if not asides.reads_like_an_application(message.text):
        return Pass("no walk here")
    if await ports.facts.ask(Distress(message.text)) or await ports.facts.ask(BestAnswer(message.text)) is not None:
        return Pass("there is an answer to it")
    log.info("guide_text_dropped", reason="reads like an application")
    lang = await ports.facts.ask(Language(message.text)) or ENGLISH
    return Done((reply(message, asides.of(lang).pasted),), "not taken for a question")


def _pasted(walk: Walk, steps: tuple[Step, ...]) -> str:
    return "\n\n".join(part for part in (asides.of(walk.lang).pasted, asides.resume_line(walk, steps)) if part)


def _brought_to_mind(message: Message, walk: Walk, steps: tuple[Step, ...]) -> tuple[Action, ...]:
    line = asides.resume_line(walk, steps) if asides.wants_an_answer(message.text) else ""
    return (Say(room=message.room, text=line),) if line else ()
