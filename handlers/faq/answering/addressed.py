"""Answering somebody who asked the bot: an answer when sure, a choice when not, and an honest "I don't know"."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.actions import Ask, Decision, Done, Nothing, Pass
from bot.commands import reply
from bot.events import Addressed, Chosen, Message
from bot.handler import Place
from bot.ports import Ports
from handlers.faq import tables
from handlers.faq.answering import sentences, unanswered, wording
from handlers.faq.answering.giving import Answer, answer_of, by_name, give, with_other
from handlers.faq.answering.keys import answer_key, choice_key
from handlers.faq.answering.manners import distress_in, only_greeting, only_thanks
from handlers.faq.answering.picking import Picked, pick
from handlers.faq.bank.entries import Entry
from handlers.faq.library import Found, Library
from handlers.faq.matching.text import words
from handlers.faq.settings import Settings
from handlers.faq.tables import Given

#: How long a choice stays open; after that the asker has gone on.
CHOICE_OPEN = timedelta(hours=1)
_NOTHING = Answer(text="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the decision rests on: the likeliest entries, and the answer of the first as it would be given now.

    `misses`: whether a question without an answer may be noted here.
    """

    picked: Picked
    answer: Answer
    place: Place
    prefix: str
    now: datetime
    misses: str = "ask"


def decide(message: Message, known: Known, settings: Settings) -> Decision:
    """What somebody hears who asked the bot."""
    distress = distress_in(message.text)
    if distress is not None:
        return _say(message, wording.for_people(known.place, distress), "for people, not for a bot")
    courtesy = _courtesy(message, known)
    if courtesy is not None:
        return courtesy
    best = known.picked.best
    if best is not None and best.sure:
        return Done(give(message, best, known.answer, known.now), f"answered {best.entry.slug}")
    if best is not None and best.near:
        return _choice(message, best, offered(known.picked.found, settings.choices), known.now)
    return unanswered.dont_know(message, known.place, known.misses, known.now)


async def on_addressed(library: Library, message: Message, ports: Ports) -> Decision:
    """Somebody asked the bot."""
    if not message.private and ports.rooms.info(message.room).answers == "off":
        return Pass("answers are off here")
    return await answer_to(library, message, ports)


async def answer_to(library: Library, message: Message, ports: Ports) -> Decision:
    """What the message's sender hears; also for `!faq <question>`, which works wherever commands do."""
    return decide(message, await known_of(library, message, ports), library.settings)


async def known_of(library: Library, message: Message, ports: Ports) -> Known:
    """What is known of what this message asks."""
    room = ports.rooms.info(message.room)
    picked = pick(message.text, lambda text: library.find(text, room.name))
    return Known(
        picked=picked,
        answer=await _answer(library, picked, ports),
        place=library.place,
        prefix=ports.prefix,
        now=ports.now,
        misses=room.misses,
    )


async def _answer(library: Library, picked: Picked, ports: Ports) -> Answer:
    if picked.sure is None:
        return _NOTHING
    answer = await answer_of(library, picked.sure, ports)
    if picked.other is None:
        return answer
    return with_other(answer, picked.other.entry, ports.prefix)


async def on_picked(library: Library, chosen: Chosen, ports: Ports) -> Decision:
    """The asker picked one of the titles. Where the question was edited since, those of the new words count."""
    question = str(chosen.memo["question"])
    rows = await ports.memory.rows(tables.given_under(choice_key(question)))
    if rows and rows[0].slug:
        return Nothing("answered meanwhile")
    lang = str((rows and rows[0].lang) or chosen.memo.get("lang", "en"))
    slugs = (rows[0].offered or "").split() if rows else list(chosen.memo["slugs"])
    if chosen.option >= len(slugs):
        return Nothing("no longer one of the titles")
    asked = Message(
        id=question,
        room=chosen.room,
        sender=chosen.sender,
        at=chosen.at,
        text="",
        thread=chosen.memo.get("thread"),
    )
    entry = library.entries.get(slugs[chosen.option])
    if entry is None:
        return _say(asked, sentences.of(lang).gone, "chosen, but gone")
    found = by_name(entry, "chosen by the asker", lang)
    return Done(give(asked, found, await answer_of(library, found, ports), ports.now), f"chosen {entry.slug}")


def offered(found: tuple[Found, ...], most: int) -> tuple[Entry, ...]:
    """What may be chosen from. A title whose own score is nothing only fills up the list."""
    return tuple(one.entry for one in found if one.match.score > 0)[:most]


def _courtesy(message: Message, known: Known) -> Decision | None:
    """Thanks get silence; a greeting, in private, one line; neither is a question. A command always gets a sentence."""
    what = _no_question(message.text)
    if what is None:
        return None
    if message.addressed is Addressed.PREFIX or (message.private and what == "a greeting"):
        return _say(message, wording.how_to_ask(known.place, known.prefix), what)
    return Nothing(what)


def _no_question(text: str) -> str | None:
    if only_thanks(text):
        return "thanks need no answer"
    if only_greeting(text):
        return "a greeting"
    return None if any(letter.isalpha() for word in words(text) for letter in word) else "no words"


def _choice(message: Message, best: Found, entries: tuple[Entry, ...], now: datetime) -> Done:
    lang, slugs = best.match.lang, tuple(entry.slug for entry in entries)
    ask = Ask(
        to=message.id,
        room=message.room,
        text=wording.choices(entries, lang),
        mention=message.sender,
        options=tuple(entry.title_in(lang) for entry in entries),
        until=now + CHOICE_OPEN,
        key=choice_key(message.id),
        who=message.sender,
        in_thread=message.thread,
        memo={"slugs": list(slugs), "question": message.id, "thread": message.thread, "lang": lang},
        emoji=("1️⃣", "2️⃣", "3️⃣")[: len(entries)],
    )
    remembered = Given(key=choice_key(message.id), room=message.room, lang=lang, offered=slugs)
    return Done((ask, *tables.note_given(remembered, now)), f"offered choices near {best.entry.slug}")


def _say(message: Message, text: str, why: str) -> Done:
    return Done((replace(reply(message, text), key=answer_key(message.id)),), why)
