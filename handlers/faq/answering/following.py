"""What follows its cause: an edited question gets its answer edited, a deleted one its answer deleted."""

from dataclasses import replace
from typing import Any

from bot.actions import Action, Decision, Done, Edit, Nothing, Pass, Redact
from bot.commands import split
from bot.events import Addressed, Deleted, Edited, Message
from bot.facts import ForPeople
from bot.ports import Ports
from handlers.faq import tables
from handlers.faq.answering import keys, records, wording
from handlers.faq.answering.addressed import Known, known_of, offered
from handlers.faq.answering.giving import noted
from handlers.faq.answering.language import spoken
from handlers.faq.answering.manners import distress_in
from handlers.faq.answering.rating import forgotten, room_of
from handlers.faq.answering.unasked import on_unaddressed
from handlers.faq.bank.entries import Entry
from handlers.faq.library import Library
from handlers.faq.tables import Given


def decide_edited(question: Message, row: Any, known: Known) -> Decision:
    """What becomes of what was said, which is remembered as `row`, now that the question has these words."""
    if distress_in(question.text) is not None:
        return _nothing_fits(question, row, wording.for_people(known.place, spoken(question.text)), known)
    sure, best = known.picked.sure, known.picked.best
    if sure is not None:
        if (sure.entry.slug, known.answer.lang, known.answer.other) == (row.slug, row.lang, row.other or ""):
            return Nothing("the answer still fits")
        given = noted(row.key, row.room, sure, known.answer, offered=_offered(row))
        return _changed(question, given, known.answer.text, f"answered {sure.entry.slug} instead", known)
    # What can be chosen was fixed when it was offered, so that there can't be more titles than then.
    titles = offered(known.picked.found, len(_offered(row)))
    if best is not None and best.near and titles:
        return _offer(question, row, titles, best.match.lang, known)
    if not row.slug and not row.offered:
        # Still nothing: if it was noted, then in its new words.
        return Done((records.change_miss(question.id, question.text),), "still nothing fits")
    return _nothing_fits(question, row, wording.dont_know(known.place, spoken(question.text)), known)


def _offer(question: Message, row: Any, titles: tuple[Entry, ...], lang: str, known: Known) -> Decision:
    slugs = tuple(entry.slug for entry in titles)
    if (slugs, lang) == (_offered(row), row.lang) and not row.slug:
        return Nothing("the choice still fits")
    given = Given(key=row.key, room=row.room, lang=lang, offered=slugs)
    return _changed(question, given, wording.choices(titles, lang), "offered other choices", known)


def _nothing_fits(question: Message, row: Any, text: str, known: Known) -> Decision:
    given = Given(key=row.key, room=row.room, lang=spoken(question.text))
    return _changed(question, given, text, "nothing fits the new words", known)


def _changed(question: Message, given: Given, text: str, why: str, known: Known) -> Done:
    edit = Edit(room=given.room, key=given.key, text=text)
    return Done((edit, *tables.note_given(given, known.now), records.forget_miss(question.id)), why)


def _offered(row: Any) -> tuple[str, ...]:
    return tuple((row.offered or "").split())


async def on_edited(library: Library, event: Edited, ports: Ports) -> Decision:
    """Somebody changed what they said. Only the asker changes their question: anybody can send such an event."""
    row = await _said_to(event, ports)
    if row is not None and await _asked_by(event, row.key, ports):
        question = asked_again(event)
        if question is None:
            return Nothing("a command in an edit is never run")
        known = await known_of(library, question, ports)
        # What is for people isn't kept, whatever was noted of the words before.
        told = await ports.facts.ask(ForPeople(question.text)) if known.picked.sure is None else None
        if told is not None and distress_in(question.text) is None:
            return _nothing_fits(question, row, told, known)
        return decide_edited(question, row, known)
    if any(one.sender == event.sender for one in await _waiting(event, ports)):
        decision = await on_unaddressed(library, event.message, ports)
        return decision if isinstance(decision, Done) else Done((tables.forget_pending(event.of),), decision.why)
    return Pass("no question of theirs that was answered, or waits")


def asked_again(event: Edited) -> Message | None:
    """The question in its new words; None where it has become a command that is no question."""
    message = event.message
    if message.addressed is not Addressed.PREFIX:
        return message
    name, question = split(message.text)
    return replace(message, text=question) if name == "faq" else None


async def on_deleted(_library: Library, event: Deleted, ports: Ports) -> Decision:
    """A question is gone: what was said to it goes too, and what was about to be said isn't."""
    rated = await forgotten(event, ports)
    if rated is not None:
        return rated
    said = [key for key in keys.all_of(event.of) if await room_of(key, ports) == event.room]
    waiting = await _waiting(event, ports)
    if not said and not waiting:
        return Pass("nothing was said to it")
    gone: list[Action] = [Redact(room=event.room, key=key, reason="The question was deleted.") for key in said]
    gone += [forget(key) for key in said for forget in (tables.forget_given, records.forget_ratings)]
    return Done((*gone, tables.forget_pending(event.of), records.forget_miss(event.of)), "taken back")


async def _said_to(event: Edited, ports: Ports) -> Any:
    """What was said to this question and can be changed. The event's room counts: anybody can name any event's id."""
    for key in keys.followed(event.of):
        rows = await ports.memory.rows(tables.given_under(key))
        if rows and rows[0].room == event.room:
            return rows[0]
    return None


async def _waiting(event: Edited | Deleted, ports: Ports) -> list[Any]:
    """The question, if it waits for its answer in this room."""
    return [one for one in await ports.memory.rows(tables.waiting(event.of)) if one.room == event.room]


async def _asked_by(event: Edited, key: str, ports: Ports) -> bool:
    """Whether the answer was given to whoever sent the edit; while it is on its way, whether the question is theirs."""
    sent = await ports.sent.event_of("faq", key)
    ours = await ports.sent.find(sent) if sent else None
    if ours is not None:
        return ours.recipient == event.sender
    heard = await ports.rooms.said(event.room, event.of)
    return heard is not None and heard.sender == event.sender
