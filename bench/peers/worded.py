"""BM25 and TF-IDF over phrasings, as the textbooks have them; each entry has what its best phrasing has."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from handlers.faq.bank.entries import Entry
from handlers.faq.matching.text import words

K1, B = 1.5, 0.75


class Bm25:
    """Okapi BM25."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        lines = [(words(one.text), entry.slug) for entry in entries for one in entry.questions]
        self._slugs = [slug for _, slug in lines]
        mean = sum(len(line) for line, _ in lines) / len(lines)
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, (line, _) in enumerate(lines):
            for word, count in Counter(line).items():
                weight = count * (K1 + 1) / (count + K1 * (1 - B + B * len(line) / mean))
                self._postings[word].append((number, weight))

    def rank(self, asked: str) -> Sequence[tuple[str, float]]:
        """The entries with their scores, the best first."""
        found: dict[int, float] = defaultdict(float)
        for word in words(asked):
            known = self._postings.get(word, [])
            rarity = math.log(1 + (len(self._slugs) - len(known) + 0.5) / (len(known) + 0.5))
            for number, weight in known:
                found[number] += rarity * weight
        return best_of((self._slugs[number], score) for number, score in found.items())


class TfIdf:
    """Cosine of TF-IDF vectors of words and of letter triples inside them."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        lines = [(_features(one.text), entry.slug) for entry in entries for one in entry.questions]
        self._slugs = [slug for _, slug in lines]
        counted = Counter(feature for line, _ in lines for feature in line)
        self._rarity = {feature: math.log((1 + len(lines)) / (1 + count)) + 1 for feature, count in counted.items()}
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, (line, _) in enumerate(lines):
            for feature, weight in self._vector(line).items():
                self._postings[feature].append((number, weight))

    def rank(self, asked: str) -> Sequence[tuple[str, float]]:
        """The entries with their scores, the best first."""
        found: dict[int, float] = defaultdict(float)
        for feature, weight in self._vector(_features(asked)).items():
            for number, other in self._postings[feature]:
                found[number] += weight * other
        return best_of((self._slugs[number], score) for number, score in found.items())

    def _vector(self, line: Mapping[str, int]) -> dict[str, float]:
        weighed = {feature: count * self._rarity[feature] for feature, count in line.items() if feature in self._rarity}
        length = math.hypot(*weighed.values()) or 1.0
        return {feature: weight / length for feature, weight in weighed.items()}


def best_of(lines: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    """Each entry once, with its best line's score; the best first."""
    best: dict[str, float] = {}
    for slug, score in lines:
        best[slug] = max(score, best.get(slug, score))
    return sorted(best.items(), key=lambda one: -one[1])


def _features(line: str) -> Counter[str]:
    written = words(line)
    triples = (
        f"~{edged[start : start + 3]}" for word in written for edged in [f" {word} "] for start in range(len(edged) - 2)
    )
    return Counter([*written, *triples])
