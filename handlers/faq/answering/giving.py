"""An answer, as it is given and as it is remembered."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from bot.actions import Action, Reply
from bot.events import Message
from bot.facts import AnswerGiven
from bot.ports import Ports
from handlers.faq import tables
from handlers.faq.answering import wording
from handlers.faq.answering.keys import answer_key
from handlers.faq.answering.live import gather
from handlers.faq.bank.entries import Entry
from handlers.faq.bank.merging import digest
from handlers.faq.library import Found, Library
from handlers.faq.matching.matcher import Match
from handlers.faq.tables import Given


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is said, in which language, and the digest of the entry; none where something measured is said.

    `other` is the slug of the answer to a second question, where one is mentioned.
    """

    text: str
    lang: str = "en"
    digest: str | None = None
    other: str = ""


async def answer_of(library: Library, found: Found, ports: Ports) -> Answer:
    """The answer as it would be given now, in the language of the phrasing that was found."""
    lang = found.match.lang
    live = await gather(found.entry, ports.facts, library.place, lang)
    known = None if live.measured is not None else shown_digest(found.entry, lang)
    return Answer(text=wording.answer(found.entry, live, lang), lang=lang, digest=known)


def shown_digest(entry: Entry, lang: str) -> str:
    """What tells one answer from another, by all that is shown of the entry itself."""
    shown = (entry.answer_in(lang), entry.source, entry.as_of, entry.reviewed)
    return digest(json.dumps(shown)) or ""


def with_other(answer: Answer, other: Entry, prefix: str) -> Answer:
    """The answer, and how to get the answer to what was asked beside it."""
    return replace(answer, text=wording.with_other(answer.text, other, prefix, answer.lang), other=other.slug)


def by_name(entry: Entry, how: str, lang: str = "en") -> Found:
    """The entry as if it had been found: somebody named it."""
    return Found(entry, Match(slug=entry.slug, phrasing=f"({how})", lang=lang, score=1.0))


def noted(key: str, room: str, found: Found, answer: Answer, *, offered: tuple[str, ...] = ()) -> Given:
    """What is remembered of an answer."""
    match = found.match
    return Given(
        key=key,
        room=room,
        slug=found.entry.slug,
        phrasing=match.phrasing,
        score=match.score,
        lang=answer.lang,
        digest=answer.digest,
        offered=offered,
        other=answer.other,
    )


def give(message: Message, found: Found, answer: Answer, now: datetime, *, thread: bool = False) -> tuple[Action, ...]:
    """Give an answer, and remember that it was given."""
    key = answer_key(message.id)
    given = Reply(
        to=message.id,
        room=message.room,
        text=answer.text,
        mention=message.sender,
        key=key,
        thread=thread,
        in_thread=message.thread,
    )
    return (given, *tables.note_given(noted(key, message.room, found, answer), now))


async def on_answer_given(question: AnswerGiven, ports: Ports) -> str | None:
    """The fact, for other handlers: which answer this message of ours is."""
    ours = await ports.sent.find(question.event_id)
    if ours is None or ours.handler != "faq" or ours.key is None:
        return None
    rows = await ports.memory.rows(tables.given_under(ours.key))
    return rows[0].slug or None if rows else None
