"""A change of one entry that nobody has agreed to yet, and what speaks against it. Pure."""

from dataclasses import dataclass

from bot.markdown import escape
from handlers.faq.bank.checking import checked
from handlers.faq.bank.entries import Entry
from handlers.faq.bank.reading import LARGEST
from handlers.faq.editing import naming
from handlers.faq.library import Library

#: A longer phrasing is a story, in characters: no other question would be near to it.
LONGEST_PHRASING = 300


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
    return _too_long(entry) or naming.clash(library, entry)


def _too_long(entry: Entry) -> str | None:
    longest = max((one.text for one in (*entry.questions, *entry.not_)), key=len)
    if len(longest) <= LONGEST_PHRASING:
        return None
    return (
        f"That can't be kept: a question of {len(longest)} characters; expected at most {LONGEST_PHRASING}, "
        "as somebody would ask it."
    )
