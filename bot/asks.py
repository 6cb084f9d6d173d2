"""Is this message or reaction the answer to a question of ours? Then it is a choice."""

from datetime import datetime

from bot.events import Chosen, Event, Message, Reaction
from bot.ports import Sent
from bot.storage import jobs
from bot.storage.engine import Storage
from bot.storage.jobs import OpenAsk

#: What stands for the options of a question that is answered with a number.
NUMBERS = ("1️⃣", "2️⃣", "3️⃣")


def may_answer(event: Event) -> bool:
    """Whether it has the form of a choice at all; everything else is not looked up."""
    return isinstance(event, Reaction) or (isinstance(event, Message) and number(event.text) is not None)


async def answered(storage: Storage, sent: Sent, event: Event, now: datetime) -> tuple[Chosen, OpenAsk] | None:
    """The choice that was made, and the question that it closes."""
    pointed_at = event.of if isinstance(event, Reaction) else getattr(event, "reply_to", None)
    ours = await sent.find(pointed_at) if pointed_at else None
    if pointed_at and ours is None:
        return None
    for ask in await jobs.asks_for(storage, event.room, event.sender, now.timestamp()):
        if ours is not None and (ours.handler, ours.key) != (ask.handler, ask.key):
            continue
        option = picked(event, ask, to_it=ours is not None)
        if option is not None:
            return chosen(event, ask, option), ask
    return None


def picked(event: Event, ask: OpenAsk, *, to_it: bool) -> int | None:
    """The option, from 0. A reaction counts on the question itself; a number also without pointing at it, where numbers
    are what was asked for: "1" in passing is no ✅.
    """
    match event:
        case Reaction() if to_it and event.key in ask.emoji:
            return ask.emoji.index(event.key)
        case Message() if to_it or ask.emoji[:1] == NUMBERS[:1]:
            option = number(event.text)
            return option - 1 if option is not None and 1 <= option <= ask.options else None
        case _:
            return None


def number(text: str) -> int | None:
    """The number that a message consists of: "2", "2.", "2)"."""
    digits = text.strip().rstrip(".)")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 1 else None


def chosen(event: Event, ask: OpenAsk, option: int) -> Chosen:
    """The choice as an event for the handler that asked."""
    return Chosen(
        id=event.id,
        room=event.room,
        sender=event.sender,
        at=event.at,
        key=f"{ask.handler}:{ask.key}",
        option=option,
        memo=ask.memo,
    )
