"""A change of one entry that nobody has agreed to yet, and what speaks against it. Pure."""

from dataclasses import dataclass

from bot.markdown import escape
from handlers.faq.bank.checking import checked
from handlers.faq.bank.entries import Entry
from handlers.faq.bank.reading import LARGEST
from handlers.faq.editing import naming
from handlers.faq.editing.diffing import fits
from handlers.faq.library import Library

#: What nobody sees all of is not agreed to.
UNSEEN = "That can't be kept: it would change more than fits into a message. Change it in the file."


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Makes `after` of an entry: its whole file, or None to take it away. `author` wants it, `what` names its kind."""

    slug: str
    after: str | None
    author: str
    what: str


def text_of(library: Library, slug: str) -> str | None:
    """The entry's file as it counts now; None where there is no such entry."""
    entry = library.entries.get(slug)
    return entry.text if entry else None


def objection(library: Library, change: Change) -> str | None:
    """Why this can't be kept, with what to write instead, as a sentence; None where nothing speaks against it."""
    if change.after == text_of(library, change.slug):
        return f"That changes nothing: `{change.slug}` says so already."
    if change.after is None:
        return None
    if len(change.after.encode()) > LARGEST:
        return (
            f"That can't be kept: `{change.slug}` would be larger than {LARGEST // 1024} KiB; expected a short answer."
        )
    entry, problems = checked(change.slug, change.after)
    if entry is None:
        return f"That can't be kept: {escape(problems[0].text)}."
    return naming.clash(library, entry) or _unserved(library, entry) or _unseen(library, change)


def _unserved(library: Library, entry: Entry) -> str | None:
    known = [service.name for service in library.place.services]
    before = library.entries.get(entry.slug)
    if entry.live is None or entry.live in known or (before is not None and before.live == entry.live):
        return None
    expected = f"expected one of {', '.join(known)}" if known else "there are none in the configuration"
    return f"That can't be kept: there is no service {escape(entry.live)}; {escape(expected)}."


def _unseen(library: Library, change: Change) -> str | None:
    """Whether a part of the difference would not be shown. What is removed is told by its name."""
    return None if fits(text_of(library, change.slug), change.after) else UNSEEN
