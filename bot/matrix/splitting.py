"""Long texts → several messages, since no homeserver takes an event over 64 KiB: cut between paragraphs if possible."""

import json

from bot.matrix import render

#: The most bytes that a message's content may have as JSON. Encrypted it grows by a third, and needs room beside it.
LARGEST = 45_000
#: Where to cut, the best first: between paragraphs, lines, words.
_SEAMS = ("\n\n", "\n", " ")
#: What stands where something was left out.
CUT = "\n\n…"


def size(markdown: str) -> int:
    """How many bytes its message's content has as JSON."""
    return len(json.dumps(render.content(markdown), ensure_ascii=False).encode())


def split(markdown: str, largest: int = LARGEST) -> list[str]:
    """The text in parts that each fit into a message. Nothing is lost but the blanks at a seam."""
    parts, rest = [], markdown
    while rest:
        end = _end(rest, largest)
        parts.append(rest[:end].strip("\n"))
        rest = rest[end:]
    return [part for part in parts if part] or [markdown]


def shortened(markdown: str, largest: int = LARGEST // 2) -> str:
    """The text, cut where it doesn't fit. For edits, which hold it twice and can't become several messages."""
    first, *rest = split(markdown, largest)
    return first + CUT if rest else first


def _end(text: str, largest: int) -> int:
    """How much of the text goes into one message."""
    fitting = _fitting(text, largest)
    if fitting == len(text):
        return fitting
    for seam in _SEAMS:
        at = text.rfind(seam, fitting // 2, fitting)
        # What is shorter may be larger: a mark that was closed further on is open now, and is read otherwise.
        if at >= 0 and size(text[: at + len(seam)]) <= largest:
            return at + len(seam)
    return fitting


def _fitting(text: str, largest: int) -> int:
    """How many characters of the text fit, at least one."""
    most = min(len(text), largest)
    while most > 1 and (actual := size(text[:most])) > largest:
        most = max(1, min(most - 1, most * largest // actual))
    return most
