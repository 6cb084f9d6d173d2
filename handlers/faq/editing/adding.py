"""`!faq add`: a new entry, its questions and its answer in one message."""

import re

from bot.actions import Decision
from bot.commands import Call, split
from bot.errors import Refused
from bot.ports import Ports
from handlers.faq.bank.entries import Phrasing
from handlers.faq.bank.writing import fresh
from handlers.faq.editing.answers import FIELD
from handlers.faq.editing.change import Change
from handlers.faq.editing.naming import free
from handlers.faq.editing.proposing import command_place, propose
from handlers.faq.library import Library

USAGE = (
    "Write the new name and a question, further questions each on a line of its own, an empty line, and the answer:\n\n"
    "```\n{faq} add bike-shed Where is the bike shed?\nwhere do I put my bike\nde: Wo ist der Fahrradschuppen?\n"
    "source: https://example.org/wiki/Bikes\n\nBehind the hall.\n```\n\n"
    "Lines that begin with a language's code are questions in it. `source:`, `as_of:`, `topic:` and `live:` may be "
    "left out."
)
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
_PHRASING = re.compile(r"(?:([a-z]{2}):\s+)?(.+)")


async def add(library: Library, call: Call, ports: Ports) -> Decision:
    """Show what the entry would be."""
    name, rest = split(call.args)
    text = drafted(rest)
    if text is None:
        raise Refused(USAGE.format(faq=f"{ports.prefix}faq"))
    change = Change(slug=free(library, name), after=text, author=call.message.sender, what="add")
    return await propose(library, change, command_place(call, ports), ports)


def drafted(written: str) -> str | None:
    """The file that somebody means by such a message; None where a part of it is missing."""
    head, *body = _EMPTY_LINE.split(written.strip(), 1)
    lines = [line.strip().removeprefix("- ").strip() for line in head.split("\n")]
    fields = {found[1]: found[2].strip() for line in lines if (found := FIELD.fullmatch(line))}
    questions = [phrasing(line) for line in lines if line and not FIELD.fullmatch(line)]
    if not questions or not body:
        return None
    return fresh(questions, body[0], **fields)


def phrasing(line: str) -> Phrasing:
    """A question, with its language's code in front where it isn't English."""
    line = " ".join(line.split())
    found = _PHRASING.fullmatch(line)
    return Phrasing(found[2].strip(), found[1] or "en") if found else Phrasing(line)
