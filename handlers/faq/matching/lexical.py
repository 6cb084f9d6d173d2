"""Matching by words and letters: TF-IDF cosine to each entry's phrasings, over an inverted index in plain Python.

A text is a vector of three parts: words, pairs of words, and groups of letters. Each part has a fixed share of its
length, so that the many letter groups don't drown the words. Words that no phrasing has weigh most: they lengthen the
vector and match nothing, so that unknown words count against a match.
"""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from handlers.faq.matching import text
from handlers.faq.matching.confidence import BELOW_SURE, Curve
from handlers.faq.matching.matcher import Match
from handlers.faq.matching.spelling import Spelling

#: Shares of words, pairs of words and letter groups. A third less or more of any changes little; without the letter
#: groups each typing error is an unknown word.
SHARES = (0.4, 0.1, 0.5)
#: How much a stop word weighs: "how many" and "how long" differ by them, but most say little.
STOP = 0.7
#: How much of an entry's similarity is that of its nearest phrasings; the rest is that of all of them together. Half
#: and half found more right answers than either alone, here and on CLINC150.
NEAREST = 0.5
#: The nearest phrasing counts whole, the second half, the third a quarter: two that are near say more than one.
FALLING = (1.0, 0.5, 0.25)
#: How much of the runner-up's similarity is taken off: what is near to two entries is a sure case of neither.
RIVALRY = 0.5
#: A rival with this share of the best's similarity makes it a choice, never an answer.
TIED = 0.95
#: Measured similarity → score, on the shipped answers (`steward faq check` measures again; see `calibration`).
CURVE = Curve(near=0.105, sure=0.18, unasked=0.27, top=0.50)

#: What the features of the three parts begin with.
WORD, PAIR, GROUP = "=+~"

#: Where a feature stands that no example has.
NOWHERE = (array("I"), array("f"))

Vector = dict[str, float]
Parts = tuple[Vector, Vector, Vector]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A line that an entry brings: a phrasing, or a look-alike (`not:`)."""

    slug: str
    text: str
    lang: str = "en"
    look_alike: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """How near a text is to one entry. `similarity` is lowered where a look-alike is nearer than any phrasing.

    `looks` is what it would be without: an entry that is held back is a rival to the others all the same.
    """

    slug: str
    similarity: float
    looks: float
    phrasing: Example
    look_alike: Example | None


class Lexical:
    """The matcher for these examples. Building takes about a second for 5,000 of them; it never changes afterwards."""

    def __init__(self, examples: Iterable[Example]) -> None:
        self._examples = tuple(examples)
        parts = [_parts(example.text) for example in self._examples]
        counted = Counter(feature for part in chain.from_iterable(parts) for feature in part)
        self._unknown = math.log(len(parts) + 1) + 1
        self._spelling = Spelling(feature[1:] for feature in counted if feature[0] == WORD)
        self._rarity = {feature: self._unknown - math.log(count + 1) for feature, count in counted.items()}
        # By feature: the numbers of the examples that have it, and its weight in each. Arrays, since a pair of objects
        # for each of a bank's hundred thousands would take five times the memory.
        self._index: dict[str, tuple[array[int], array[float]]] = defaultdict(lambda: (array("I"), array("f")))
        self._length: dict[str, float] = {}
        self._exact = _unique(self._examples)
        self._fill(parts)

    def match(self, asked: str, limit: int = 3) -> tuple[Match, ...]:
        """See `Matcher.match`. A phrasing word for word scores 1."""
        standings = self._standings(self._similarities(self._vector(_parts(asked, self._spelling))))
        exact = self._exact.get(" ".join(text.words(asked)))
        if exact is not None:
            standings.sort(key=lambda standing: standing.slug != exact.slug)
        return tuple(_match(standing, _rival(standings, standing), exact) for standing in standings[:limit])

    def _fill(self, parts: Sequence[Parts]) -> None:
        wholes: dict[str, Vector] = defaultdict(lambda: defaultdict(float))
        for number, (example, part) in enumerate(zip(self._examples, parts, strict=True)):
            for feature, weight in self._vector(part).items():
                numbers, weights = self._index[feature]
                numbers.append(number)
                weights.append(weight)
                if not example.look_alike:
                    wholes[example.slug][feature] += weight
        self._length = {slug: math.hypot(*whole.values()) or 1.0 for slug, whole in wholes.items()}

    def _vector(self, parts: Parts) -> Vector:
        vector: Vector = {}
        for share, part in zip(SHARES, parts, strict=True):
            weighed = {feature: count * self._rarity.get(feature, self._unknown) for feature, count in part.items()}
            length = math.hypot(*weighed.values()) / math.sqrt(share)
            vector.update((feature, weight / length) for feature, weight in weighed.items())
        return vector

    def _similarities(self, vector: Vector) -> list[float]:
        found = [0.0] * len(self._examples)
        for feature, weight in vector.items():
            for number, other in zip(*self._index.get(feature, NOWHERE), strict=True):
                found[number] += weight * other
        return found

    def _standings(self, similarities: Sequence[float]) -> list[_Standing]:
        """Each entry that shares something with the text, the nearest first."""
        near: dict[str, list[tuple[float, int]]] = defaultdict(list)
        unlike: dict[str, list[tuple[float, int]]] = defaultdict(list)
        for number, similarity in enumerate(similarities):
            if similarity:
                example = self._examples[number]
                (unlike if example.look_alike else near)[example.slug].append((similarity, number))
        standings = [self._standing(slug, found, unlike.get(slug, [])) for slug, found in near.items()]
        return sorted(standings, key=lambda standing: -standing.similarity)

    def _standing(self, slug: str, near: list[tuple[float, int]], unlike: list[tuple[float, int]]) -> _Standing:
        near.sort(reverse=True)
        nearest = sum(weight * similarity for weight, (similarity, _) in zip(FALLING, near, strict=False))
        whole = sum(similarity for similarity, _ in near) / self._length[slug]
        similarity = NEAREST * nearest / sum(FALLING) + (1 - NEAREST) * whole
        closest, look_alike = max(unlike, default=(0.0, -1))
        fooled = closest > near[0][0]
        return _Standing(
            slug=slug,
            similarity=similarity * (near[0][0] / closest) ** 2 if fooled else similarity,
            looks=similarity,
            phrasing=self._examples[near[0][1]],
            look_alike=self._examples[look_alike] if fooled else None,
        )


def _parts(of: str, spelling: Spelling | None = None) -> Parts:
    """Words, pairs and letter groups with their weights by number; the first character keeps the three apart.

    Words are corrected, letter groups are not: a word that was meant as it stands still differs by them.
    """
    written = text.words(of)
    meant = spelling.meant(written) if spelling else written
    groups = defaultdict[str, float](float)
    for word in written:
        for group in text.letter_groups(word):
            groups[GROUP + group] += STOP if word in text.STOP_WORDS else 1
    words = {WORD + w: _damped(n) * (STOP if w in text.STOP_WORDS else 1) for w, n in Counter(meant).items()}
    pairs = {PAIR + pair: _damped(n) for pair, n in Counter(text.pairs(meant)).items()}
    return words, pairs, {group: _damped(n) for group, n in groups.items()}


def _damped(count: float) -> float:
    """The second time says less than the first."""
    return 1 + math.log(count) if count > 1 else count


def _unique(examples: Iterable[Example]) -> dict[str, Example]:
    """Phrasings by their words, where one entry alone has them."""
    owners: dict[str, set[str]] = defaultdict(set)
    found = {}
    for example in examples:
        if not example.look_alike:
            known = " ".join(text.words(example.text))
            owners[known].add(example.slug)
            found[known] = example
    return {known: example for known, example in found.items() if known and len(owners[known]) == 1}


def _rival(standings: Sequence[_Standing], than: _Standing) -> float:
    """The similarity of the strongest other entry; one that is held back has its look-alike for a rival."""
    return max((one.looks for one in standings if one is not than or one.look_alike), default=0.0)


def _match(standing: _Standing, rival: float, exact: Example | None) -> Match:
    same = exact is not None and exact.slug == standing.slug
    phrasing = exact if same and exact is not None else standing.phrasing
    score = 1.0 if same else _score(standing.similarity, rival)
    look_alike = None if same or standing.look_alike is None else standing.look_alike.text
    return Match(slug=standing.slug, phrasing=phrasing.text, lang=phrasing.lang, score=score, look_alike=look_alike)


def _score(similarity: float, rival: float) -> float:
    score = CURVE.score(similarity - RIVALRY * rival)
    return min(score, BELOW_SURE) if rival > TIED * similarity else score
