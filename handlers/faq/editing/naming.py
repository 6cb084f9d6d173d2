"""Names of entries: which is meant by a word, and whether a word is still free. Pure."""

import re

from bot.commands import nearest
from bot.errors import Refused
from bot.markdown import escape
from handlers.faq.bank.checking import LONGEST_NAME, checked
from handlers.faq.bank.entries import Entry
from handlers.faq.bank.names import RESERVED
from handlers.faq.library import Library

_NAME = re.compile(r"[a-z0-9-]+")


def meant(library: Library, name: str) -> Entry:
    """The entry with this name, or other name. Raises `Refused` with the nearest one."""
    entry = library.named(name)
    if entry is None:
        raise unknown(library, name)
    return entry


def unknown(library: Library, name: str) -> Refused:
    """There is no such entry."""
    near = nearest(name, tuple(known(library)))
    hint = f"Did you mean `{near}`?" if near else "`faq` lists the topics, and each topic its answers."
    return Refused(f'There is no answer with the name "{escape(name[:LONGEST_NAME])}". {hint}')


def known(library: Library) -> dict[str, str]:
    """Every name and other name, with the name of its entry."""
    others = {alias: entry.slug for entry in library.entries.values() for alias in entry.aliases}
    return others | {slug: slug for slug in library.entries}


def free(library: Library, name: str) -> str:
    """The name, if a new entry may have it. Raises `Refused`."""
    why = _unfit(name) or _taken(library, name, by="")
    if why:
        raise Refused(why)
    return name


def clash(library: Library, entry: Entry) -> str | None:
    """What is wrong with the names that an entry would get; None where nothing is."""
    before = library.entries.get(entry.slug)
    # As its file has them: one that was left out is a problem of the file, and no reason to refuse other changes.
    had = checked(entry.slug, before.text)[0] if before else None
    new = [alias for alias in entry.aliases if had is None or alias not in had.aliases]
    wrong = (_unfit(alias) or _taken(library, alias, by=entry.slug) for alias in new)
    return next((why for why in (*wrong, _taken(library, entry.slug, by=entry.slug)) if why), None)


def _unfit(name: str) -> str | None:
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        shown = escape(name[:LONGEST_NAME])
        return f'"{shown}" can\'t be a name; expected small letters, digits and hyphens, for example `bike-shed`.'
    if name in RESERVED:
        return f"`{name}` can't be a name: it is a command behind `faq`. Choose another."
    return None


def _taken(library: Library, name: str, *, by: str) -> str | None:
    """Whose name this is already, if not that of the entry `by`."""
    owner = known(library).get(name)
    if owner is None or owner == by:
        return None
    if owner == name:
        return f"`{name}` is the name of an answer already. Choose another."
    return f"`{name}` is another name of `{owner}` already. Choose another."
