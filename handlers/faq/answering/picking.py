"""Which entry a message asks for; and which other one, where it asks two things. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from handlers.faq.answering.asking import asks
from handlers.faq.library import Found
from handlers.faq.matching.text import LONGEST, words

#: In fewer words nobody asks a thing of its own.
FEWEST_WORDS = 2
#: Whoever writes more than this tells a story, and asks one thing about it.
MOST_QUESTIONS = 4
#: A new sentence; or the second question of one, which opens with a word for it.
_BETWEEN = re.compile(
    r"(?<=[?!.;\u061f\uff1f])\s+|\n+"
    r"|,?\s+(?:and|und|y|et|also|plus)\s+(?=(?:how|what|where|who|when|why|which|is|are|do|does|can"
    r"|wie|was|wo|wer|wann|warum|welche|kann|gibt|c[oó]mo|qu[eé]|d[oó]nde|qui[eé]n|cu[aá]ndo|cu[aá]l|cu[aá]nt[oa]|puedo"
    r"|hay|comment|quoi|o[uù]|qui|quand|pourquoi|quel|quelle|combien|est|peut)\b)",
    re.IGNORECASE,
)

#: What the bank has for a text, the best first.
Find = Callable[[str], tuple[Found, ...]]


@dataclass(frozen=True, slots=True)
class Picked:
    """What was found, the best first; and the answer to a second question beside it, where there is one."""

    found: tuple[Found, ...] = ()
    other: Found | None = None

    @property
    def best(self) -> Found | None:
        """The likeliest."""
        return self.found[0] if self.found else None

    @property
    def sure(self) -> Found | None:
        """The likeliest, if it is sure enough to be given."""
        return self.best if self.best is not None and self.best.sure else None


def pick(text: str, find: Find) -> Picked:
    """What the whole message finds; or what its two questions find, if each is sure and the whole isn't surer."""
    whole = find(text)
    sure = _sure_of(questions(text), find)
    if len(sure) < FEWEST_WORDS:
        return Picked(whole)
    first, second, *_ = sure
    if whole and whole[0].sure and whole[0].match.score >= first.match.score:
        return Picked(whole)
    return Picked((first,), second)


def questions(text: str) -> tuple[str, ...]:
    """The parts of a message that ask something, where several do."""
    parts = tuple(part for part in _BETWEEN.split(text[:LONGEST]) if len(words(part)) >= FEWEST_WORDS and asks(part))
    return parts if 1 < len(parts) <= MOST_QUESTIONS else ()


def _sure_of(parts: tuple[str, ...], find: Find) -> list[Found]:
    """The entries that these are sure questions for, each once, the surest first."""
    found = [best for part in parts for best in find(part)[:1] if best.sure]
    found.sort(key=lambda one: -one.match.score)
    return list({one.entry.slug: one for one in reversed(found)}.values())[::-1]
