"""Questions without an answer: "I don't know", and the note for those who write answers, where it is wanted."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.actions import Action, Ask, Decision, Done, Edit, Nothing
from bot.commands import reply, split
from bot.events import Chosen, Message
from bot.facts import ForPeople
from bot.handler import Place
from bot.ports import Heard, Ports
from handlers.faq import tables
from handlers.faq.answering import records, sentences, wording
from handlers.faq.answering.keys import unknown_key
from handlers.faq.answering.language import spoken
from handlers.faq.answering.removing import removed
from handlers.faq.library import Library
from handlers.faq.tables import Given

#: How long the asker may agree; after that they have gone on.
OPEN = timedelta(hours=1)
YES = 0
WHY = "nothing near"


def dont_know(message: Message, place: Place, misses: str, now: datetime) -> Done:
    """Say so. With `misses` "ask" the asker is asked whether it may be noted, with "keep" it is."""
    key, lang = unknown_key(message.id), spoken(message.text)
    said = sentences.of(lang)
    remembered = tables.note_given(Given(key=key, room=message.room, lang=lang), now)
    if misses == "ask":
        return Done((_ask(message, wording.dont_know(place, lang, more=said.may_note), lang, now), *remembered), WHY)
    kept: tuple[Action, ...] = records.note_miss(message.id, message.text, now) if misses == "keep" else ()
    text = wording.dont_know(place, lang, more=said.was_noted if kept else "")
    return Done((replace(reply(message, text), key=key), *remembered, *kept), WHY)


def _ask(message: Message, text: str, lang: str, now: datetime) -> Ask:
    # The question itself isn't kept here: until the asker agrees, nothing of it is.
    return Ask(
        to=message.id,
        room=message.room,
        text=text,
        mention=message.sender,
        options=("yes", "no"),
        until=now + OPEN,
        key=unknown_key(message.id),
        who=message.sender,
        in_thread=message.thread,
        memo={"question": message.id, "lang": lang},
        emoji=("✅", "❌"),
    )


async def on_consented(library: Library, chosen: Chosen, ports: Ports) -> Decision:
    """The asker said whether their question may be noted."""
    question, lang = str(chosen.memo["question"]), str(chosen.memo["lang"])
    key = unknown_key(question)
    rows = await ports.memory.rows(tables.given_under(key))
    if not rows:
        return Nothing("the question was taken back")
    if rows[0].slug:
        # It was edited and has its answer there: ❌ means that now.
        return Nothing("answered meanwhile") if chosen.option == YES else removed(chosen, rows[0], "asker", ports.now)
    if chosen.option != YES:
        return Done((Edit(room=chosen.room, key=key, text=wording.dont_know(library.place, lang)),), "not to be noted")
    heard = await ports.rooms.said(chosen.room, question)
    if heard is None or heard.sender != chosen.sender:
        return Nothing("the question can't be read any more")
    told = await ports.facts.ask(ForPeople(asked_in(heard)))
    if told is not None:
        return Done((Edit(room=chosen.room, key=key, text=told),), "for people, so it isn't noted")
    thanks = wording.dont_know(library.place, lang, more=sentences.of(lang).noted)
    note = records.note_miss(question, asked_in(heard), ports.now)
    return Done((*note, Edit(room=chosen.room, key=key, text=thanks)), "noted a question without an answer")


def asked_in(heard: Heard) -> str:
    """A question without the command that it was put to the bot with."""
    name, question = split(heard.text)
    return question if heard.command and name == "faq" else heard.text
