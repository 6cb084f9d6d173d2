"""`!faq review`: what to look at; `done` takes it off; `learn` makes a phrasing of a question without an answer."""

from bot.actions import Audit, Decision, Done
from bot.commands import Call, reply, say, split
from bot.errors import Refused
from bot.markdown import escape
from bot.ports import Ports
from bot.roles import Role
from handlers.faq.answering.language import spoken
from handlers.faq.bank.entries import Phrasing
from handlers.faq.bank.writing import with_line
from handlers.faq.editing.change import Change
from handlers.faq.editing.naming import meant
from handlers.faq.editing.phrasings import fresh_words, nameless
from handlers.faq.editing.proposing import command_place, propose
from handlers.faq.library import Library
from handlers.faq.parts import Part
from handlers.faq.review import records
from handlers.faq.review.gathering import gathered
from handlers.faq.review.items import Item
from handlers.faq.review.listing import listed, shown

HOW = "Write `faq review`, `faq review done` and codes of the list, or `faq review learn`, a code and an answer's name."


async def review(library: Library, call: Call, ports: Ports) -> Decision:
    """Find out which of its forms this is. What people asked is for those who write the answers, and not for a room."""
    if not call.message.private and call.message.room != ports.rooms.control():
        raise Refused("The list holds what people asked. I show it in the moderators' room, or in private.")
    word, rest = split(call.args)
    match word:
        case "":
            return say(call, listed(shown(await gathered(library, ports)), ports.prefix), "the review list")
        case "done":
            return await _done(library, call, rest, ports)
        case "learn":
            return await _learn(library, call, rest, ports)
        case _:
            raise Refused(HOW)


async def _done(library: Library, call: Call, codes: str, ports: Ports) -> Decision:
    known = {item.code: item for item in (await gathered(library, ports)).all}
    wanted = [code.strip("`,;").lower() for code in codes.split()]
    if not wanted:
        raise Refused("Which? For example `faq review done q1a2b`, with a code of the list.")
    items = [_meant(known, code) for code in dict.fromkeys(wanted)]
    taken = tuple(one for item in items for one in records.take_off(item, ports.now))
    outcome = f"took {', '.join(item.code for item in items)} off the list"
    message = call.message
    noted = Audit(who=message.sender, what="faq review done", outcome=outcome, room=message.room, event_id=message.id)
    left = len(known) - len(items)
    text = f"Done, thank you. {left} left." if left else "Done, thank you. Nothing is left."
    return Done((*taken, noted, reply(message, text)), f"took {len(items)} off the review list")


async def _learn(library: Library, call: Call, args: str, ports: Ports) -> Decision:
    code, _, name = args.partition(" ")
    if not name.strip():
        raise Refused("Write a code of the list and an answer's name: `faq review learn q1a2b bike-shed`.")
    known = {item.code: item for item in (await gathered(library, ports)).all if item.questions}
    item = _meant(known, code.strip("`").lower())
    misses = await records.noted_misses(ports.memory, ports.now)
    text = next(nameless(miss.text) for miss in misses if miss.question == item.questions[0])
    entry = meant(library, name.strip().strip("`"))
    phrasing = Phrasing(fresh_words(entry, text), spoken(text))
    after = with_line(entry.text, "questions", phrasing)
    change = Change(slug=entry.slug, after=after, author=call.message.sender, what="learn")
    place = command_place(call, ports, words_of={"room": "", "message": item.questions[0]})
    return await propose(library, change, place, ports)


def _meant(known: dict[str, Item], code: str) -> Item:
    if code not in known:
        raise Refused(f"There is no {escape(code[:20])} on the list. `faq review` shows the list as it is now.")
    return known[code]


REVIEW = Part(
    name="review",
    usage="review [done <code>… | learn <code> <name>]",
    summary="what should be looked at: questions without an answer, 👎, stale answers, dead links",
    run=review,
    who=Role.MODERATOR,
)
