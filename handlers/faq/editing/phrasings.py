"""`!faq learn` and `!faq unlike`, in reply to a question: its words become a phrasing of an entry, or a look-alike."""

import re

from bot.actions import Decision
from bot.commands import Call, split
from bot.errors import Refused
from bot.ports import Heard, Ports
from handlers.faq.answering.unanswered import asked_in
from handlers.faq.bank.entries import Entry, Phrasing
from handlers.faq.bank.writing import with_line
from handlers.faq.editing.change import Change
from handlers.faq.editing.naming import meant
from handlers.faq.editing.proposing import command_place, propose
from handlers.faq.library import Library
from handlers.faq.matching.text import words

_LANGUAGE = re.compile(r"[a-z]{2,3}")
#: Ids of people: whose words they are, and to whom they were said, is nobody's business.
_PEOPLE = re.compile(r"@[\w.=/+-]+:[\w.-]+(?::\d+)?")


async def learn(library: Library, call: Call, ports: Ports) -> Decision:
    """The entry is to be given for such a question."""
    return await _with(library, call, ports, what="learn", key="questions")


async def unlike(library: Library, call: Call, ports: Ports) -> Decision:
    """The entry is not to be given for such a question."""
    return await _with(library, call, ports, what="unlike", key="not")


async def _with(library: Library, call: Call, ports: Ports, *, what: str, key: str) -> Decision:
    name, lang = split(call.args)
    if not name or not call.message.reply_to or not (_LANGUAGE.fullmatch(lang) or not lang):
        typed = f"{ports.prefix}faq {what} bike-shed"
        raise Refused(
            f"Reply to the question with the answer's name: `{typed}`. If the question isn't in English, add its "
            f"language: `{typed} de`"
        )
    entry = meant(library, name)
    text = asked(await heard(call, ports))
    after = with_line(entry.text, key, Phrasing(fresh_words(entry, text), lang or "en"))
    change = Change(slug=entry.slug, after=after, author=call.message.sender, what=what)
    words_of = {"room": call.message.room, "message": call.message.reply_to}
    return await propose(library, change, command_place(call, ports, words_of=words_of), ports)


async def heard(call: Call, ports: Ports) -> Heard:
    """The message that the command replies to. Raises `Refused`."""
    reply_to = call.message.reply_to
    found = await ports.rooms.said(call.message.room, reply_to) if reply_to else None
    if found is None:
        raise Refused("I can't read that message: it is gone, or from before my time.")
    return found


def asked(said: Heard) -> str:
    """The words of a question on one line, without people's ids."""
    return nameless(asked_in(said))


def nameless(text: str) -> str:
    """A question on one line, without people's ids."""
    return " ".join(_PEOPLE.sub("", text).split()).lstrip(":,;—- ")


def fresh_words(entry: Entry, text: str) -> str:
    """The text, if it has words that the entry doesn't know as a phrasing or a look-alike yet. Raises `Refused`."""
    wanted = words(text)
    if not wanted:
        raise Refused("There are no words in that message that somebody could ask by.")
    if any(words(one.text) == wanted for one in entry.questions):
        raise Refused(f"That is a phrasing of `{entry.slug}` already.")
    if any(words(one.text) == wanted for one in entry.not_):
        raise Refused(f"That is a look-alike of `{entry.slug}` already.")
    return text
