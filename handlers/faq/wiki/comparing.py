"""Three texts: what answer and wiki last had in common, what the answer says, what the wiki says. Pure.

Words that were changed here are never written over: that is a `Conflict`, for people.
"""

from dataclasses import dataclass
from datetime import datetime

from handlers.faq.bank.entries import Entry
from handlers.faq.bank.writing import with_answer, with_field
from handlers.faq.editing.change import Change
from handlers.faq.wiki.settings import Apply
from handlers.faq.wiki.state import State

#: Who a change comes from, and what it is called.
AUTHOR, WHAT = "wiki", "sync"


@dataclass(frozen=True, slots=True)
class InStep:
    """The answer says what the wiki says."""


@dataclass(frozen=True, slots=True)
class Known:
    """They differ, and the moderators have seen how: it waits for them, or was left as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The wiki says something new, and the answer can follow. `first`: they were never seen to be the same before."""

    change: Change
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """The wiki says something new, and the answer has words of its own. `before` is what the wiki said before."""

    before: str
    after: str
    own: str


Verdict = InStep | Known | Changed | Conflict


def compare(entry: Entry, says: str, state: State, at: datetime, apply: Apply) -> Verdict:
    """What is to be made of it that the wiki `says` this, in a revision made `at` that time."""
    own, seen, taken = plain(entry.body), plain(state.seen), common(entry, state)
    if own == plain(says):
        return InStep()
    if seen == plain(says):
        return Known()
    if taken is not None and own == taken:
        return Changed(change=taking(entry, says, at, apply))
    if seen is None:
        return Changed(change=taking(entry, says, at, apply), first=True)
    return Conflict(before=seen, after=says, own=entry.body)


def common(entry: Entry, state: State) -> str | None:
    """What answer and wiki last had in common. A change that was approved since is noticed by its words."""
    return plain(state.seen) if plain(entry.body) == plain(state.seen) else plain(state.taken)


def taking(entry: Entry, says: str, at: datetime, apply: Apply) -> Change:
    """The change that makes the answer say what the wiki says. What stands above it stays, but for the date."""
    text = with_field(with_answer(entry.text, says), "as_of", at.date().isoformat())
    if apply == "at_once" and entry.reviewed:
        # Nobody has seen these words.
        text = with_field(text, "reviewed", "")
    return Change(slug=entry.slug, after=text, author=AUTHOR, what=WHAT)


def plain(body: str | None) -> str | None:
    """A text without what nobody sees: spaces at the ends of lines, and empty lines around it."""
    return None if body is None else "\n".join(line.rstrip() for line in body.strip().split("\n"))
