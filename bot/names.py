"""People and rooms as we show them: by their Matrix id always, since names prove nothing and may be made to deceive."""

import unicodedata

from bot.markdown import escape

#: Longer names are cut, in characters.
LONGEST = 64
#: What a name holds stays within it, whichever way it is written: first strong isolate, pop directional isolate.
FSI, PDI = "\u2068", "\u2069"
#: Unicode's categories of what isn't seen or doesn't stay in its line: controls, formats, surrogates, private use,
#: unassigned, separators of lines and paragraphs.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def identifier(matrix_id: str) -> str:
    """A Matrix id with every character seen for what it is: the specification wants ASCII, not all servers do.

    It isn't normalised, since that would show somebody else's id.
    """
    return "".join(one if "!" <= one <= "~" else f"\\u{ord(one):04x}" for one in matrix_id)


def clean(name: str) -> str:
    """A name on one line, normalised (NFKC), with nothing unseen in it, and not too long."""
    short = seen(unicodedata.normalize("NFKC", name))
    return short if len(short) <= LONGEST else short[: LONGEST - 1].rstrip() + "…"


def seen(text: str) -> str:
    """A text on one line, with nothing in it that isn't seen or that a terminal would obey."""
    spaced = (" " if one.isspace() else one for one in text)
    return " ".join("".join(one for one in spaced if _is_seen(one)).split())


def _is_seen(one: str) -> bool:
    return unicodedata.category(one) not in _UNSEEN and not _stacks(one)


def _stacks(one: str) -> bool:
    """Whether it is an enclosing mark: with NFKC's composing done, what is left of them draws over other text."""
    return unicodedata.category(one) == "Me"


def shown(name: str | None, matrix_id: str) -> str:
    """A name with its id, as Markdown: the id says who it is. Without a name that can be seen, the id alone."""
    known = escape(identifier(matrix_id))
    words = clean(name or "")
    if not any(unicodedata.category(one)[0] in "LNSP" for one in words):
        return known
    return f"{FSI}{escape(words)}{PDI} ({known})"
