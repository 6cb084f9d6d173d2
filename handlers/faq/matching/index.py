"""How alike texts are by their words and letters: TF-IDF vectors of lines, in an inverted index.

A text is a vector of three parts: words, pairs of words, and groups of letters. Each part has a fixed share of its
length, so that the many letter groups don't drown the words. Words that no line has weigh most: they lengthen the
vector and match nothing, so that unknown words count against a match.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from handlers.faq.matching.spelling import Spelling
from handlers.faq.matching.written import KIND, Features, Floats, Written, written

#: Shares of words, pairs of words and letter groups. A third less or more of any changes little; without the letter
#: groups each typing error is an unknown word.
SHARES = (0.4, 0.1, 0.5)

Numbers = NDArray[np.int32]


class Index:
    """The vectors of these lines. It never changes afterwards."""

    def __init__(self, lines: Sequence[Written]) -> None:
        self._count = len(lines)
        self.spelling = Spelling(word for line in lines for word in line.words)
        features = np.concatenate([np.empty(0, np.int64), *(line.features for line in lines)])
        owners = np.repeat(np.arange(self._count, dtype=np.int32), [len(line.features) for line in lines])
        order = np.argsort(features, kind="stable")
        self._features, sizes = np.unique(features[order], return_counts=True)
        self._starts = np.concatenate([[0], np.cumsum(sizes)])
        self._unknown = math.log(self._count + 1) + 1
        self._rarity = (self._unknown - np.log(sizes + 1)).astype(np.float32)
        #: For each feature, one after the other: the numbers of the lines that have it, and its weight in each.
        self._lines: Numbers = owners[order]
        counts = np.concatenate([np.empty(0, np.float32), *(line.counts for line in lines)])[order]
        weights = counts * np.repeat(self._rarity, sizes)
        parts = self._lines.astype(np.int64) * len(SHARES) + np.repeat(self._features & KIND, sizes)
        self._weights: Floats = weights * _scales(parts, weights, self._count * len(SHARES))[parts]

    def similarities(self, asked: Written) -> Floats:
        """The cosine of each line's vector and that of a text."""
        if not len(self._features):
            return np.zeros(self._count, np.float32)
        places = np.minimum(np.searchsorted(self._features, asked.features), len(self._features) - 1)
        known = self._features[places] == asked.features
        weights = asked.counts * np.where(known, self._rarity[places], np.float32(self._unknown))
        parts = asked.features & KIND
        weights *= _scales(parts, weights, len(SHARES))[parts]
        starts, ends = self._starts[places[known]], self._starts[places[known] + 1]
        here = list(map(slice, starts.tolist(), ends.tolist()))
        lines = np.concatenate([self._lines[:0], *(self._lines[one] for one in here)])
        shares = np.concatenate([self._weights[:0], *(self._weights[one] for one in here)])
        shares *= np.repeat(weights[known], ends - starts)
        return np.bincount(lines, shares, minlength=self._count).astype(np.float32)

    def asked(self, text: str) -> Written:
        """A text as lines are compared with it: slips of the keyboard are mended."""
        return written(text, self.spelling)

    def lengths(self, owners: Numbers, count: int) -> Floats:
        """For each owner, the length of the sum of its lines' vectors; 1 where they have no words.

        The first of all lines have these owners, numbers below `count`; the others have none.
        """
        owned = self._lines < len(owners)
        places = np.repeat(np.arange(len(self._features)), np.diff(self._starts))[owned]
        # Owners stand in order, and so do lines within a feature.
        whose = owners[self._lines[owned]]
        if not len(places):
            return np.ones(count, np.float32)
        first = np.flatnonzero((np.diff(places, prepend=-1) != 0) | (np.diff(whose, prepend=-1) != 0))
        squares = np.bincount(whose[first], np.add.reduceat(self._weights[owned], first) ** 2, minlength=count)
        return np.where(squares > 0, np.sqrt(squares), 1).astype(np.float32)


def _scales(parts: Features, weights: Floats, count: int) -> Floats:
    """By what each part of a vector is to be multiplied, so that it has its share of the length."""
    squares = np.bincount(parts, weights.astype(np.float64) ** 2, minlength=count)
    shares = np.resize(np.array(SHARES), count)
    return np.sqrt(shares / np.where(squares > 0, squares, 1)).astype(np.float32)
