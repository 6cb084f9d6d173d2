"""Questions without an answer: "I don't know", and the note for those who write answers, where it is wanted."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.actions import Action, Ask, Decision, Done, Edit, Nothing
from bot.commands import reply
from bot.events import Addressed, Chosen, Message
from bot.handler import Place
from bot.ports import Ports
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
#: How somebody calls a bot, and a command: neither is a part of the question.
_CALL = re.compile(r"\s*@?[^\s,:;]+(?:\s[^\s,:;]+)?\s*[,:;]\s+")
_COMMAND = re.compile(r"\s*\W{1,3}faq\s+", re.IGNORECASE)


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
    called = message.addressed in {Addressed.MENTION, Addressed.PREFIX}
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
        memo={"question": message.id, "lang": lang, "called": called},
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
    thanks = wording.dont_know(library.place, lang, more=sentences.of(lang).noted)
    text = without_call(heard.text, ports.me) if chosen.memo.get("called") else heard.text
    note = records.note_miss(question, text, ports.now)
    return Done((*note, Edit(room=chosen.room, key=key, text=thanks)), "noted a question without an answer")


def without_call(text: str, me: str) -> str:
    """A question without the name, the id or the command that it was put to the bot with."""
    named = text.strip().removeprefix(me)
    for call in (_CALL, _COMMAND):
        found = call.match(named)
        named = named[found.end() :] if found else named
    return named.strip(" ,:;")
