"""What is said of the wiki, to moderators and operators. Pure."""

from collections.abc import Iterable

from bot.markdown import escape
from handlers.faq.bank.entries import Entry
from handlers.faq.editing.diffing import shown
from handlers.faq.wiki.comparing import Changed, Conflict
from handlers.faq.wiki.reading import Read, where


def intro(entry: Entry, read: Read, changed: Changed) -> str:
    """What stands above a change that is shown."""
    if changed.first:
        return about(entry, read)
    return f"{escape(_capital(where(read.item)))}, has changed.{_moved(read)} {other_languages(entry)}".strip()


def about(entry: Entry, read: Read) -> str:
    """What stands above a difference that need not be new."""
    head = f"{escape(_capital(where(read.item)))}, says something else than the answer.{_moved(read)}"
    return f"{head} {other_languages(entry)}".strip()


def _moved(read: Read) -> str:
    return "" if read.title == read.item.page else f" It is now a redirect to “{escape(read.title)}”."


def other_languages(entry: Entry) -> str:
    """Of an answer that is translated: that the translations stay."""
    codes = ", ".join(sorted(entry.translations))
    return f"Its words in other languages ({codes}) stay as they are." if codes else ""


def conflict(slug: str, read: Read, found: Conflict, prefix: str) -> str:
    """Both have changed; what is to be done is for people to say."""
    return "\n\n".join(
        (
            f"{escape(_capital(where(read.item)))}, has changed; `{slug}` has words of its own, so I leave it alone.",
            f"The wiki's change:\n{shown(found.before, found.after)}",
            f"`{slug}`, beside what the wiki said before:\n{shown(found.before, found.own)}",
            f"To take the wiki's words instead: `{prefix}faq sync {slug}`. To write others: `{prefix}faq edit {slug}`.",
        )
    )


def taken_over(slug: str, before: str, after: str, read: Read, prefix: str) -> str:
    """A change that was taken over without asking."""
    head = f"{escape(_capital(where(read.item)))}, has changed, and `{slug}` with it:"
    return "\n\n".join((head, shown(before, after), f"To take it back: `{prefix}faq undo {slug}`"))


def trouble(slugs: Iterable[str], why: str) -> str:
    """Why these can't be kept in step."""
    names, why = _names(slugs), why.removesuffix(".")
    return f"Not in step with the wiki: {names}. The reason: {escape(why)}. The answers stay as they are."


def better(slugs: Iterable[str]) -> str:
    """The trouble that was told is over."""
    return f"{_names(slugs)}: the wiki can be followed again."


def _names(slugs: Iterable[str]) -> str:
    return ", ".join(f"`{slug}`" for slug in sorted(slugs))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
