"""`!faq`: topics, an answer by its name or by a question, search, and why."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.actions import Decision, Done
from bot.commands import Call, Command, refuse, say, split
from bot.errors import Refused
from bot.events import Message
from bot.markdown import escape
from bot.ports import Ports
from bot.roles import Role
from handlers.faq import tables
from handlers.faq.answering.addressed import answer_to
from handlers.faq.answering.asking import why_silent
from handlers.faq.answering.giving import answer_of, by_name, give
from handlers.faq.answering.language import spoken
from handlers.faq.answering.manners import is_distress
from handlers.faq.answering.telling import TELL
from handlers.faq.answering.why import explained, explained_given
from handlers.faq.bank.entries import Entry
from handlers.faq.editing.parts import EDITING
from handlers.faq.library import Library
from handlers.faq.matching.text import words
from handlers.faq.parts import Part
from handlers.faq.review.commands import REVIEW
from handlers.faq.wiki.sync import SYNC

#: More lines than this push everything else off a phone's screen.
MOST_LISTED = 12


def faq_command(run: Callable[[Call, Ports], Awaitable[Decision]]) -> Command:
    """The command; `run` is the one below, with the bank."""
    return Command(
        name="faq",
        usage="faq [question, topic or name | search <words> | why <text>]",
        summary="the answers I know, by topic, by name or by question",
        example="faq where does the money go",
        run=run,
        details=(
            "Alone it lists the topics. With a topic it lists the answers of that topic; with an answer's name or a "
            "question it gives the answer. `faq search` finds answers by their words. `faq why` tells which answer "
            "comes nearest to a text and how sure that is; in reply to an answer of mine, why I gave it. "
            "`faq tell @someone:example.org` and an answer's name gives it to somebody else in the room. "
            "`faq suggest` puts before the moderators what an answer should say.\n\n"
            f"Moderators also have {_listed(Role.MODERATOR)}; most say how they are used when nothing stands behind."
        ),
    )


def _listed(who: Role) -> str:
    """The parts for these people."""
    return ", ".join(f"`{part.name}`" for part in PARTS if part.who is who)


async def run(library: Library, call: Call, ports: Ports) -> Decision:
    """Find out which of its forms this is."""
    room = ports.rooms.info(call.message.room).name
    word, rest = split(call.args)
    if not word:
        return say(call, topics(library, room, ports.prefix), "topics")
    part = next((one for one in PARTS if one.name == word), None)
    if part is None:
        return await _named_or_asked(library, call, ports)
    if call.role < part.who:
        return refuse(call, f"{ports.prefix}faq {part.name}", part.who)
    return await part.run(library, replace(call, args=rest), ports)


def topics(library: Library, room: str | None, prefix: str) -> str:
    """All topics and how many answers each has."""
    counted = Counter(entry.topic for entry in library.entries.values() if library.is_for(entry, room))
    if not counted:
        return "I have no answers yet."
    lines = [f"- {escape(topic)} ({count})" for topic, count in sorted(counted.items())]
    example = min(counted)
    return "\n".join([*_cut(lines), f"\nThe answers of a topic: `{prefix}faq {example}`"])


def of_topic(library: Library, room: str | None, topic: str) -> str | None:
    """The answers of this topic; None if there is no such topic."""
    entries = [entry for entry in library.entries.values() if entry.topic == topic and library.is_for(entry, room)]
    return "\n".join(_cut([_titled(entry) for entry in entries])) or None


def search(library: Library, room: str | None, wanted: str) -> str:
    """The answers that hold all these words, or the beginnings of words."""
    parts = words(wanted)
    if not parts:
        raise Refused("Search for what? For example `faq search server location`.")
    usable = (entry for entry in library.entries.values() if library.is_for(entry, room))
    found = [_titled(entry) for entry in usable if _holds(entry, parts)]
    return "\n".join(_cut(found)) or "Nothing found. Try fewer or other words."


async def _named_or_asked(library: Library, call: Call, ports: Ports) -> Decision:
    room = ports.rooms.info(call.message.room).name
    name = call.args.strip().lower()
    entry, lang = named_in(library, name)
    if entry is not None and library.is_for(entry, room):
        found = by_name(entry, "asked for by its name", lang or spoken(call.args))
        return Done(give(call.message, found, await answer_of(library, found, ports), ports.now), f"gave {entry.slug}")
    listed = of_topic(library, room, name)
    if listed is not None:
        return say(call, listed, f"listed {name}")
    return await answer_to(library, _asked(call), ports)


def named_in(library: Library, name: str) -> tuple[Entry | None, str | None]:
    """The entry of this name; and where a language of its answer stands behind the name, as in "money de", that."""
    first, _, lang = name.rpartition(" ")
    entry = library.named(first.strip())
    if entry is not None and (lang == "en" or lang in entry.translations):
        return entry, lang
    return library.named(name), None


async def _search(library: Library, call: Call, ports: Ports) -> Decision:
    if is_distress(call.args):
        return await answer_to(library, _asked(call), ports)
    return say(call, search(library, ports.rooms.info(call.message.room).name, call.args), "search")


async def _why(library: Library, call: Call, ports: Ports) -> Decision:
    if call.args:
        found = library.find(call.args, ports.rooms.info(call.message.room).name)
        return say(call, explained(found, why_silent(call.args)), "why")
    ours = await ports.sent.find(call.message.reply_to) if call.message.reply_to else None
    rows = await ports.memory.rows(tables.given_under(ours.key)) if ours and ours.handler == "faq" and ours.key else ()
    if not rows or rows[0].room != call.message.room:
        raise Refused("Why what? Write `faq why` and a text, or `faq why` in reply to an answer of mine.")
    return say(call, explained_given(rows[0]), "why")


def _asked(call: Call) -> Message:
    return replace(call.message, text=call.args)


def _holds(entry: Entry, parts: list[str]) -> bool:
    """Whether a word of the entry begins with each of these."""
    held = {word for text in _texts(entry) for word in words(text)}
    return all(any(word.startswith(part) for word in held) for part in parts)


def _texts(entry: Entry) -> tuple[str, ...]:
    return (entry.slug, entry.body, *(phrasing.text for phrasing in entry.questions))


def _titled(entry: Entry) -> str:
    return f"- `{entry.slug}`: {escape(entry.title)}"


def _cut(lines: list[str]) -> list[str]:
    """A list that fits on a screen."""
    left = len(lines) - MOST_LISTED
    return lines if left <= 0 else [*lines[:MOST_LISTED], f"- … and {left} more"]


#: Everything that may stand behind `!faq`, but for a topic, a name or a question.
PARTS: tuple[Part, ...] = (
    Part(name="search", usage="search <words>", summary="answers by their words", run=_search),
    Part(name="why", usage="why [text]", summary="which answer is nearest, and how sure that is", run=_why),
    TELL,
    *EDITING,
    REVIEW,
    SYNC,
)
