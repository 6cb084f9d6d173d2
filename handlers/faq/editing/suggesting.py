"""`!faq suggest`: anybody may say what an answer should say; the moderators see the difference and decide."""

import re

from bot.actions import Decision, Done
from bot.commands import Call, reply
from bot.errors import Refused
from bot.markdown import escape
from bot.names import identifier
from bot.ports import Ports
from handlers.faq.editing import suggestions
from handlers.faq.editing.answers import changed
from handlers.faq.editing.change import Change
from handlers.faq.editing.naming import meant
from handlers.faq.editing.proposing import OTHERS_OPEN, Where, propose
from handlers.faq.library import Library

USAGE = "Write the answer's name and what it should say: `{faq} suggest bike-shed: It is behind the hall now.`"
_GIVEN = re.compile(r"([^\s:]+)\s*:?\s*(.*)", re.DOTALL)


async def suggest(library: Library, call: Call, ports: Ports) -> Decision:
    """Put it before the moderators, and say so."""
    message = call.message
    control = ports.rooms.control()
    if control is None:
        raise Refused(f"Nobody would see it: there is no room of moderators here. {library.place.people}")
    too_many = suggestions.too_many(await ports.memory.rows(suggestions.of(message.sender)), ports.now)
    if too_many:
        raise Refused(too_many)
    found = _GIVEN.fullmatch(call.args)
    if found is None or not found[2].strip():
        raise Refused(USAGE.format(faq=f"{ports.prefix}faq"))
    slug = meant(library, found[1].lower()).slug
    where = Where(
        room=control,
        key=f"change:{message.id}",
        until=ports.now + OTHERS_OPEN,
        origin=suggestions.origin(message, slug),
        intro=f"{escape(identifier(message.sender))} has a suggestion.",
    )
    try:
        shown = await propose(library, suggested(library, slug, found[2], author=message.sender), where, ports)
    except Refused as refused:
        return Done((suggestions.counted(message, slug, ports.now), reply(message, str(refused))), "refused")
    told = reply(message, "Thank you! The moderators have it before them; I'll tell you here what they say.")
    return Done((*shown.actions, suggestions.noted(message, slug, where, ports.now), told), shown.why)


def suggested(library: Library, name: str, wanted: str, *, author: str) -> Change:
    """What somebody wants changed. Raises `Refused`."""
    entry = meant(library, name)
    return Change(slug=entry.slug, after=changed(entry.text, wanted), author=author, what="suggest")
