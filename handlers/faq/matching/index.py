"""How alike texts are by their words and letters: TF-IDF vectors of lines, in an inverted index.

A text is a vector of three parts: words, pairs of words, and groups of letters. Each part has a fixed share of its
length, so that the many letter groups don't drown the words. Words that no line has weigh most: they lengthen the
vector and match nothing, so that unknown words count against a match.
"""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from handlers.faq.matching import text
from handlers.faq.matching.spelling import Spelling

#: Shares of words, pairs of words and letter groups. A third less or more of any changes little; without the letter
#: groups each typing error is an unknown word.
SHARES = (0.4, 0.1, 0.5)
#: How much a stop word weighs: "how many" and "how long" differ by them, but most say little.
STOP = 0.7

#: What the features of the three parts begin with.
WORD, PAIR, GROUP = "=+~"

Vector = dict[str, float]
Parts = tuple[Vector, Vector, Vector]
Floats = NDArray[np.float32]
Numbers = NDArray[np.int32]


class Index:
    """The vectors of these lines. It never changes afterwards."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._count = len(lines)
        parts = [_parts(line) for line in lines]
        counted = Counter(feature for part in chain.from_iterable(parts) for feature in part)
        self._unknown = math.log(self._count + 1) + 1
        self._rarity = {feature: self._unknown - math.log(count + 1) for feature, count in counted.items()}
        self.spelling = Spelling(feature[1:] for feature in counted if feature[0] == WORD)
        self._places = {feature: place for place, feature in enumerate(counted)}
        self._ends = np.cumsum(np.fromiter(counted.values(), np.int64, len(counted)))
        self._lines, self._weights = self._postings(parts)

    def similarities(self, asked: str) -> Floats:
        """The cosine of each line's vector and that of a text, in which slips of the keyboard are mended."""
        found = np.zeros(self._count, np.float32)
        for feature, weight in self._vector(_parts(asked, self.spelling)).items():
            place = self._places.get(feature)
            if place is not None:
                here = slice(self._ends[place - 1] if place else 0, self._ends[place])
                found[self._lines[here]] += np.float32(weight) * self._weights[here]
        return found

    def lengths(self, owners: Numbers, count: int) -> Floats:
        """For each owner, the length of the sum of its lines' vectors; 1 where they have no words.

        The first of all lines have these owners, numbers below `count`; the others have none.
        """
        owned = self._lines < len(owners)
        places = np.repeat(np.arange(len(self._ends)), np.diff(self._ends, prepend=0))[owned]
        whose = owners[self._lines[owned]]
        order = np.lexsort((whose, places))
        places, whose, weights = places[order], whose[order], self._weights[owned][order]
        if not len(places):
            return np.ones(count, np.float32)
        first = np.flatnonzero((np.diff(places, prepend=-1) != 0) | (np.diff(whose, prepend=-1) != 0))
        squares = np.bincount(whose[first], np.add.reduceat(weights, first) ** 2, minlength=count)
        return np.where(squares > 0, np.sqrt(squares), 1).astype(np.float32)

    def _postings(self, parts: Sequence[Parts]) -> tuple[Numbers, Floats]:
        """For each feature, one after the other: the numbers of the lines that have it, and its weight in each."""
        places, weights, sizes = array("i"), array("f"), array("i")
        for vector in map(self._vector, parts):
            places.extend(map(self._places.__getitem__, vector))
            weights.extend(vector.values())
            sizes.append(len(vector))
        lines = np.repeat(np.arange(self._count, dtype=np.int32), np.frombuffer(sizes, np.int32))
        order = np.argsort(np.frombuffer(places, np.int32), kind="stable")
        return lines[order], np.frombuffer(weights, np.float32)[order]

    def _vector(self, parts: Parts) -> Vector:
        vector: Vector = {}
        for share, part in zip(SHARES, parts, strict=True):
            weighed = {feature: count * self._rarity.get(feature, self._unknown) for feature, count in part.items()}
            length = math.hypot(*weighed.values()) / math.sqrt(share)
            vector.update((feature, weight / length) for feature, weight in weighed.items())
        return vector


def _parts(of: str, spelling: Spelling | None = None) -> Parts:
    """Words, pairs and letter groups with their weights by number; the first character keeps the three apart.

    Words are corrected, letter groups are not: a word that was meant as it stands still differs by them.
    """
    written = text.words(of)
    meant = spelling.meant(written) if spelling else written
    groups = defaultdict[str, float](float)
    for word in written:
        weight = STOP if word in text.STOP_WORDS else 1
        for group in text.letter_groups(word):
            groups[GROUP + group] += weight
    words = {WORD + w: _damped(n) * (STOP if w in text.STOP_WORDS else 1) for w, n in Counter(meant).items()}
    pairs = {PAIR + pair: _damped(n) for pair, n in Counter(text.pairs(meant)).items()}
    return words, pairs, {group: _damped(n) for group, n in groups.items()}


def _damped(count: float) -> float:
    """The second time says less than the first."""
    return 1 + math.log(count) if count > 1 else count
