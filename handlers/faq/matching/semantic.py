"""Matching by meaning and by words: a sentence model beside the similarity of words and letters.

An entry is as near as its three nearest phrasings and all of them together, in meaning and in words. How sure that is
says another figure: how near the nearest are, less half of what the strongest rival has, less half of how near ordinary
chat is, by how many words there are and how much of them the entry knows. Nothing is trained: heads on top of the
embeddings found more of the left-out phrasings, but none of the questions of others. `bank` has the figures.
"""

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from handlers.faq.matching import text
from handlers.faq.matching.bank import Fit, Found
from handlers.faq.matching.confidence import BELOW_SURE, Curve
from handlers.faq.matching.index import Numbers
from handlers.faq.matching.matcher import Match, Own
from handlers.faq.matching.model import Embeds


class Semantic:
    """The matcher over a fitted bank. It never changes afterwards."""

    def __init__(self, fit: Fit, model: Embeds, curve: Curve) -> None:
        self._fit = fit
        self._model = model
        self.curve = curve

    def match(self, asked: str, limit: int = 3) -> tuple[Match, ...]:
        """See `Matcher.match`. A phrasing word for word scores 1."""
        said = asked[: text.LONGEST]
        if limit <= 0 or not self._fit.lines.slugs or not text.words(said):
            return ()
        vector = self._model.embed([self._fit.index.spelling.mended(said)])[0]
        found = self._fit.find(self._fit.question(said, vector))
        exact = self._fit.lines.exact(said)
        if exact is None:
            return tuple(self._matches(found, limit))
        others = (match for match in self._matches(found, limit) if match.slug != exact.slug)
        return (Match(slug=exact.slug, phrasing=exact.text, lang=exact.lang, score=1.0), *others)[:limit]

    def left_out(self, lines: Sequence[Own]) -> Iterator[Match | None]:
        """See `Rehearses.left_out`."""
        numbers = self._fit.lines.numbers(lines)
        for line, question in zip(numbers, self._fit.own(numbers), strict=True):
            yield self._best(self._fit.find(question, without=line))

    def hidden(self, slugs: Collection[str], lines: Sequence[Own]) -> Iterator[Match | None]:
        """See `Rehearses.hidden`."""
        mask = np.array([slug in slugs for slug in self._fit.lines.slugs], np.bool_)
        for question in self._fit.own(self._fit.lines.numbers(lines)):
            yield self._best(self._fit.find(question, hidden=mask))

    def _best(self, found: Found) -> Match | None:
        return next(self._matches(found, 1), None)

    def _matches(self, found: Found, limit: int) -> Iterator[Match]:
        lines = self._fit.lines
        highest = BELOW_SURE if found.tied else 1.0
        for place, entry in enumerate(found.entries[:limit].tolist()):
            # What is less likely is never surer.
            highest = min(highest, self.curve.score(float(found.sure[place])))
            look_alike = _nearest(found, lines.alike[entry]) if found.fooled[place] else None
            yield lines.match(_nearest(found, lines.rows[entry]), highest, look_alike)


def _nearest(found: Found, rows: Numbers) -> int:
    there = rows[rows < len(found.nearness)]
    return int(there[found.nearness[there].argmax()])
