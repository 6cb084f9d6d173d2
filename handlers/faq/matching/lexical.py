"""Matching by words and letters alone: for when there is no model of the language.

What counts is how near an entry's nearest phrasings are, and how near all of them are together.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from handlers.faq.matching.confidence import BELOW_SURE, Curve
from handlers.faq.matching.index import Index
from handlers.faq.matching.lines import Example, Lines, nearest
from handlers.faq.matching.matcher import Match
from handlers.faq.matching.written import Floats

#: How much of an entry's similarity is that of its nearest phrasings; the rest is that of all of them together. Half
#: and half found more right answers than either alone, here and on CLINC150.
NEAREST = 0.5
#: How much of the runner-up's similarity is taken off: what is near to two entries is a sure case of neither.
RIVALRY = 0.5
#: A rival with this share of the best's similarity makes it a choice, never an answer.
TIED = 0.95
#: Measured similarity → score, on the shipped answers (`steward faq check` measures again; see `calibration`).
CURVE = Curve(near=0.105, sure=0.18, unasked=0.27, top=0.50)


class Lexical:
    """The matcher for these lines. It never changes afterwards."""

    def __init__(self, lines: Iterable[Example] | Lines) -> None:
        self._lines = lines if isinstance(lines, Lines) else Lines(lines)
        self._index = Index(self._lines.written)
        self._lengths = self._index.lengths(self._lines.owners[: self._lines.phrasings], len(self._lines.slugs))

    def match(self, asked: str, limit: int = 3) -> tuple[Match, ...]:
        """See `Matcher.match`. A phrasing word for word scores 1."""
        exact = self._lines.exact(asked)
        found = tuple(self._found(self._index.similarities(self._index.asked(asked)), max(limit, 1)))
        if exact is None:
            return found[:limit]
        others = (match for match in found if match.slug != exact.slug)
        same = Match(slug=exact.slug, phrasing=exact.text, lang=exact.lang, score=1.0)
        return (same, *others)[:limit]

    def _found(self, similarities: Floats, limit: int) -> Iterator[Match]:
        near, alike = (nearest(similarities, rows) for rows in (self._lines.rows, self._lines.alike))
        whole = self._lines.sums(similarities) / self._lengths
        looks = NEAREST * near.together + (1 - NEAREST) * whole
        fooled = alike.closest > near.closest
        held = np.where(fooled, looks * (near.closest / np.where(fooled, alike.closest, 1)) ** 2, looks)
        known = near.closest > 0
        for entry in np.argsort(-held, kind="stable")[:limit]:
            if known[entry]:
                # One that is held back has its look-alike for a rival.
                rivals = np.delete(looks, entry) if not fooled[entry] else looks
                score = _score(float(held[entry]), float(rivals.max(initial=0)))
                yield self._lines.match(near.line[entry], score, alike.line[entry] if fooled[entry] else None)


def _score(similarity: float, rival: float) -> float:
    score = CURVE.score(similarity - RIVALRY * rival)
    return min(score, BELOW_SURE) if rival > TIED * similarity else score
