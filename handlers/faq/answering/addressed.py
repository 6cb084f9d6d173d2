"""Answering somebody who asked the bot: an answer when sure, a choice when not, and an honest "I don't know"."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions import Action, Ask, Decision, Done, Nothing, Pass, Reply
from bot.commands import reply
from bot.events import Chosen, Message
from bot.handler import Place
from bot.ports import Ports
from handlers.faq import tables
from handlers.faq.answering import wording
from handlers.faq.answering.live import gather
from handlers.faq.answering.manners import is_distress, only_greeting, only_thanks
from handlers.faq.library import Found, Library
from handlers.faq.matching.matcher import Match
from handlers.faq.matching.text import words
from handlers.faq.settings import Settings

#: How long a choice stays open; after that the asker has gone on.
CHOICE_OPEN = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the decision rests on: the likeliest entries, and the answer of the first as it would be given now."""

    found: tuple[Found, ...]
    answer: str
    place: Place
    prefix: str
    now: datetime


def decide(message: Message, known: Known, settings: Settings) -> Decision:
    """What somebody hears who asked the bot."""
    if is_distress(message.text):
        return _say(message, wording.for_people(known.place), "for people, not for a bot")
    courtesy = _courtesy(message, known)
    if courtesy is not None:
        return courtesy
    best = known.found[0] if known.found else None
    if best is not None and best.sure:
        return Done(give(message, best, known.answer, known.now), f"answered {best.entry.slug}")
    if best is not None and best.near:
        return Done((_choice(message, known, settings),), f"offered choices near {best.entry.slug}")
    return _say(message, wording.dont_know(known.place), "nothing near")


async def on_addressed(library: Library, message: Message, ports: Ports) -> Decision:
    """Somebody asked the bot."""
    if not message.private and ports.rooms.info(message.room).answers == "off":
        return Pass("answers are off here")
    return await answer_to(library, message, ports)


async def answer_to(library: Library, message: Message, ports: Ports) -> Decision:
    """What the message's sender hears; also for `!faq <question>`, which works wherever commands do."""
    found = library.find(message.text, ports.rooms.info(message.room).name)
    known = Known(
        found=found,
        answer=await answer_of(library, found[0], ports) if found else "",
        place=library.place,
        prefix=ports.prefix,
        now=ports.now,
    )
    return decide(message, known, library.settings)


async def on_chosen(library: Library, chosen: Chosen, ports: Ports) -> Decision:
    """The asker picked one of the titles."""
    slug = str(chosen.memo["slugs"][chosen.option])
    question = Message(
        id=str(chosen.memo["question"]),
        room=chosen.room,
        sender=chosen.sender,
        at=chosen.at,
        text="",
        thread=chosen.memo.get("thread"),
    )
    entry = library.entries.get(slug)
    if entry is None:
        return _say(question, "That answer has been removed since. Please ask again.", "chosen, but gone")
    picked = Found(entry, Match(slug=slug, phrasing="(chosen by the asker)", lang="en", score=1.0))
    return Done(give(question, picked, await answer_of(library, picked, ports), ports.now), f"chosen {slug}")


async def answer_of(library: Library, found: Found, ports: Ports) -> str:
    """The answer as it would be given now."""
    return wording.answer(found.entry, await gather(found.entry, ports.facts, library.place))


def answer_key(question: str) -> str:
    """The key of the answer to the message with this event id."""
    return f"answer:{question}"


def choice_key(question: str) -> str:
    """The key of the choice offered for the message with this event id."""
    return f"choice:{question}"


def give(message: Message, found: Found, text: str, now: datetime, *, thread: bool = False) -> tuple[Action, ...]:
    """Give an answer, and remember that it was given."""
    match, key = found.match, answer_key(message.id)
    given = Reply(
        to=message.id,
        room=message.room,
        text=text,
        mention=message.sender,
        key=key,
        thread=thread,
        in_thread=message.thread,
    )
    noted = tables.note_given(
        key=key, room=message.room, slug=match.slug, phrasing=match.phrasing, score=match.score, now=now
    )
    return (given, *noted)


def _courtesy(message: Message, known: Known) -> Decision | None:
    """Thanks get silence; a greeting, in private, one line; neither is a question."""
    if only_thanks(message.text):
        return Nothing("thanks need no answer")
    if only_greeting(message.text):
        hello = wording.how_to_ask(known.place, known.prefix)
        return _say(message, hello, "greeted") if message.private else Nothing("a greeting")
    if not any(letter.isalpha() for word in words(message.text) for letter in word):
        return Nothing("no words")
    return None


def _choice(message: Message, known: Known, settings: Settings) -> Ask:
    # A title whose own score is nothing only fills up the list.
    offered = [found.entry for found in known.found if found.match.score > 0][: settings.choices]
    return Ask(
        to=message.id,
        room=message.room,
        text=wording.choices(offered),
        mention=message.sender,
        options=tuple(entry.title for entry in offered),
        until=known.now + CHOICE_OPEN,
        key=choice_key(message.id),
        who=message.sender,
        in_thread=message.thread,
        memo={"slugs": [entry.slug for entry in offered], "question": message.id, "thread": message.thread},
        emoji=("1️⃣", "2️⃣", "3️⃣")[: len(offered)],
    )


def _say(message: Message, text: str, why: str) -> Done:
    return Done((reply(message, text),), why)
