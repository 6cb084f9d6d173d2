"""Speaking unasked: only where the room wants it, only when very sure, and only if nobody else has answered."""

from dataclasses import dataclass, replace

from bot.actions import Action, Decision, Done, Later, Nothing, Pass, Reply
from bot.events import Message, Tick
from bot.facts import ServiceState
from bot.ports import Ports, RoomInfo
from handlers.faq import tables
from handlers.faq.answering import wording
from handlers.faq.answering.asking import why_silent
from handlers.faq.answering.giving import Answer, answer_of, give
from handlers.faq.answering.keys import link_key
from handlers.faq.answering.optout import opted_out
from handlers.faq.library import Found, Library
from handlers.faq.matching.confidence import UNASKED
from handlers.faq.matching.matcher import Match
from handlers.faq.settings import Settings


def decide(message: Message, best: Found | None, settings: Settings, *, left_alone: bool) -> Decision:
    """Whether to come back to this message once people have had their time to answer."""
    if best is None or best.match.score < UNASKED:
        return Nothing("not sure enough to speak unasked")
    if left_alone:
        return Nothing("the asker wants no unasked answers")
    match = best.match
    memo = {"slug": match.slug, "sender": message.sender, "phrasing": match.phrasing, "score": match.score}
    memo |= {"lang": match.lang, "question": message.id}
    later = Later(at=message.at + settings.grace, key=f"unasked:{message.id}", room=message.room, memo=memo)
    return Done(
        (*tables.note_pending(message.id, message.sender, message.room, message.at), later),
        f"waiting to answer {match.slug}",
    )


def silence(message: Message) -> str | None:
    """Why this message is none of the bot's business, if so. In a thread people talk to each other."""
    return why_silent(message.text, mentions=message.mentions, replies=bool(message.reply_to or message.thread))


async def on_unaddressed(library: Library, message: Message, ports: Ports) -> Decision:
    """Somebody said something that wasn't for the bot."""
    room = ports.rooms.info(message.room)
    if room.answers != "when_sure" and not await _incident_is_open(library, room, ports):
        return Pass("not addressed")
    why = silence(message)
    if why is not None:
        return Nothing(why)
    found = library.find(message.text, room.name)
    best = found[0] if found else None
    if best is not None and best.match.score >= UNASKED and await _is_news(best, room, ports):
        decision = decide_later(message, await _meanwhile(library, message, best, ports))
        # It may have waited, in other words.
        return Done((tables.forget_pending(message.id), *actions_of(decision)), decision.why)
    if room.answers != "when_sure":
        return Pass("not addressed")
    left_alone = await opted_out(message.sender, ports.memory)
    return decide(message, best, library.settings, left_alone=left_alone)


async def _incident_is_open(library: Library, room: RoomInfo, ports: Ports) -> bool:
    """Whether questions about an incident are answered at once here, though others aren't answered unasked."""
    if not room.notices or room.answers == "off":
        return False
    services = sorted({entry.live for entry in library.entries.values() if entry.live})
    found = [await ports.facts.ask(ServiceState(service)) for service in services]
    return any(measured.incident for measured in found if measured)


async def _is_news(best: Found, room: RoomInfo, ports: Ports) -> bool:
    """Whether this asks about an incident that is open, in a room for such news: nobody needs to wait for that."""
    if best.entry.live is None or not room.notices:
        return False
    measured = await ports.facts.ask(ServiceState(best.entry.live))
    return measured is not None and measured.incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanwhile:
    """How things stand when it is time to speak. `earlier` is the event of the same answer, if it was given lately."""

    waiting: bool
    left_alone: bool
    others_spoke: bool
    given_lately: bool
    earlier: str | None
    found: Found | None
    answer: Answer


def decide_later(question: Message, meanwhile: Meanwhile) -> Decision:
    """Whether to speak now."""
    found = meanwhile.found
    if not meanwhile.waiting:
        return Nothing("the question was taken back")
    if found is None:
        return Nothing("the entry is gone")
    if meanwhile.left_alone:
        return Nothing("the asker wants no unasked answers")
    if meanwhile.others_spoke:
        return Nothing("somebody answered")
    if not meanwhile.given_lately:
        given = give(question, found, meanwhile.answer, question.at, thread=True)
        return Done(given, f"answered {found.entry.slug} unasked")
    if meanwhile.earlier is None:
        return Nothing("the same answer is just being sent")
    text = wording.given_before(found.entry, question.room, meanwhile.earlier, found.match.lang)
    reply = Reply(
        to=question.id,
        room=question.room,
        text=text,
        mention=question.sender,
        key=link_key(question.id),
        thread=True,
    )
    return Done((reply,), f"linked to the earlier answer {found.entry.slug}")


async def on_grace_over(library: Library, tick: Tick, ports: Ports) -> Decision:
    """The grace is over."""
    question = Message(
        id=str(tick.memo["question"]), room=tick.room, sender=str(tick.memo["sender"]), at=ports.now, text=""
    )
    waits = await ports.memory.rows(tables.waiting(question.id))
    spoke = await ports.rooms.others_spoke(question.room, since=question.id, besides=question.sender)
    now = await _meanwhile(library, question, _found(library, tick, ports), ports)
    decision = decide_later(question, replace(now, waiting=bool(waits), others_spoke=spoke))
    return Done((tables.forget_pending(question.id), *actions_of(decision)), decision.why)


def actions_of(decision: Decision) -> tuple[Action, ...]:
    """What there is to do."""
    return decision.actions if isinstance(decision, Done) else ()


async def _meanwhile(library: Library, question: Message, found: Found | None, ports: Ports) -> Meanwhile:
    slug, since = found.entry.slug if found else "", ports.now - library.settings.quiet_time
    lately = await ports.memory.rows(tables.given_lately(question.room, slug, since)) if found else ()
    return Meanwhile(
        waiting=True,
        left_alone=await opted_out(question.sender, ports.memory),
        others_spoke=False,
        given_lately=bool(lately),
        earlier=await ports.sent.event_of("faq", lately[0].key) if lately else None,
        found=found,
        answer=await answer_of(library, found, ports) if found and not lately else Answer(text=""),
    )


def _found(library: Library, tick: Tick, ports: Ports) -> Found | None:
    """The entry that was found, unless it has been removed since, or kept for other rooms."""
    memo = tick.memo
    entry = library.entries.get(str(memo["slug"]))
    if entry is None or not library.is_for(entry, ports.rooms.info(tick.room).name):
        return None
    match = Match(slug=entry.slug, phrasing=str(memo["phrasing"]), lang=str(memo["lang"]), score=float(memo["score"]))
    return Found(entry, match)
