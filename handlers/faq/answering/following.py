"""What follows its cause: an edited question gets its answer edited, a deleted one its answer deleted."""

from dataclasses import dataclass

from bot.actions import Decision, Done, Edit, Nothing, Pass, Redact
from bot.events import Deleted, Edited
from bot.ports import Ports
from handlers.faq import tables
from handlers.faq.answering import wording
from handlers.faq.answering.addressed import answer_key, answer_of, choice_key
from handlers.faq.answering.unasked import link_key, on_unaddressed
from handlers.faq.library import Found, Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """What the new words find: the best entry, its answer, and what is said where nothing is near enough."""

    best: Found | None
    answer: str
    unknown: str


def decide_edited(event: Edited, given: str, now: Now, ports: Ports) -> Decision:
    """Whether the answer still fits; `given` is the slug of the one that was given."""
    sure = now.best if now.best is not None and now.best.sure else None
    slug = sure.match.slug if sure else ""
    if slug == given:
        return Nothing("the answer still fits")
    key = answer_key(event.of)
    edit = Edit(room=event.room, key=key, text=now.answer if sure else now.unknown)
    phrasing, score = (sure.match.phrasing, sure.match.score) if sure else ("", 0.0)
    noted = tables.note_given(key=key, room=event.room, slug=slug, phrasing=phrasing, score=score, now=ports.now)
    return Done((edit, *noted), f"answered {slug} instead" if sure else "nothing fits the new words")


async def on_edited(library: Library, event: Edited, ports: Ports) -> Decision:
    """Somebody changed what they said. Only the asker changes their question: anybody can send such an event."""
    given = await ports.memory.rows(tables.given_under(answer_key(event.of)))
    if given and await _asked_by(event, ports):
        found = library.find(event.message.text, ports.rooms.info(event.room).name)
        answer = await answer_of(library, found[0], ports) if found else ""
        now = Now(best=found[0] if found else None, answer=answer, unknown=wording.dont_know(library.place))
        return decide_edited(event, given[0].slug, now, ports)
    waiting = await ports.memory.rows(tables.waiting(event.of))
    if waiting and waiting[0].sender == event.sender:
        decision = await on_unaddressed(library, event.message, ports)
        return decision if isinstance(decision, Done) else Done((tables.forget_pending(event.of),), decision.why)
    return Pass("no question of theirs that was answered, or waits")


async def on_deleted(_library: Library, event: Deleted, ports: Ports) -> Decision:
    """A question is gone: what was said to it goes too, and what was about to be said isn't."""
    given = await ports.memory.rows(tables.given_under(answer_key(event.of)))
    waiting = await ports.memory.rows(tables.waiting(event.of))
    keys = [answer_key(event.of)] if given else []
    keys += [key for key in (choice_key(event.of), link_key(event.of)) if await ports.sent.event_of("faq", key)]
    if not keys and not waiting:
        return Pass("nothing was said to it")
    redacted = (Redact(room=event.room, key=key, reason="The question was deleted.") for key in keys)
    return Done((*redacted, tables.forget_given(answer_key(event.of)), tables.forget_pending(event.of)), "taken back")


async def _asked_by(event: Edited, ports: Ports) -> bool:
    """Whether the answer was given to whoever sent the edit."""
    sent = await ports.sent.event_of("faq", answer_key(event.of))
    ours = await ports.sent.find(sent) if sent else None
    return ours is not None and ours.recipient == event.sender
