"""`!faq edit`: another answer, the answer in another language, or one of the lines above it."""

import re

from bot.actions import Decision
from bot.commands import Call, split
from bot.errors import Refused
from bot.ports import Ports
from handlers.faq.bank.writing import with_answer, with_field
from handlers.faq.editing.change import Change
from handlers.faq.editing.naming import meant
from handlers.faq.editing.proposing import command_place, propose
from handlers.faq.library import Library

USAGE = (
    "Write the answer's name and the whole new answer, which may have several lines. In another language its code "
    "stands in front; `source:`, `as_of:`, `topic:` and `live:` change that line.\n\n"
    "- `{faq} edit bike-shed It is behind the hall.`\n- `{faq} edit bike-shed de: Er ist hinter der Halle.`\n"
    "- `{faq} edit bike-shed source: https://example.org/wiki/Bikes`"
)
OTHERWISE = (
    "`faq learn` and `faq unlike` take a question, `faq alias` another name, `faq reviewed` notes today; the rest is "
    "changed in the file."
)
#: The lines of an entry that are one line, as they are written in a message.
FIELD = re.compile(r"(source|as_of|topic|live):(.*)")
_IN_LANGUAGE = re.compile(r"([a-z]{2}):\s+(.*)", re.DOTALL)
_NO_ANSWER = re.compile(r"[a-z]{2,3}:")
#: Lists, and what has a command of its own.
_OTHERWISE = re.compile(r"(questions|not|aliases|rooms|reviewed):")


async def edit(library: Library, call: Call, ports: Ports) -> Decision:
    """Show what the entry would be."""
    name, wanted = split(call.args)
    if not wanted:
        raise Refused(USAGE.format(faq=f"{ports.prefix}faq"))
    entry = meant(library, name)
    change = Change(slug=entry.slug, after=changed(entry.text, wanted), author=call.message.sender, what="edit")
    return await propose(library, change, command_place(call, ports), ports)


def changed(text: str, wanted: str) -> str:
    """The file with what is wanted in its place. Raises `Refused` for what would be no answer."""
    if _NO_ANSWER.fullmatch(wanted.strip()):
        raise Refused(f"There is nothing behind `{wanted.strip()}`. Write the answer in that language behind it.")
    if found := _OTHERWISE.match(wanted):
        raise Refused(f"`{found[1]}:` isn't changed like this. {OTHERWISE}")
    field = FIELD.fullmatch(wanted.strip())
    if field is not None:
        return with_field(text, field[1], field[2].strip())
    language = _IN_LANGUAGE.fullmatch(wanted.strip())
    if language is not None:
        return with_answer(text, language[2], language[1])
    return with_answer(text, wanted)
