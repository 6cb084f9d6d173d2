"""Matching by meaning and by words: a sentence model beside the similarity of words and letters.

An entry is as near as its three nearest phrasings and all of them together, in meaning and in words. How sure that is
says another figure: how near the nearest are, less half of what the strongest rival has, less half of how near ordinary
chat is, by how many words there are and how much of them the entry knows. Nothing is trained: heads on top of the
embeddings found more of the left-out phrasings, but none of the questions of others.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handlers.faq.matching import text
from handlers.faq.matching.confidence import BELOW_SURE, Curve
from handlers.faq.matching.coverage import Coverage
from handlers.faq.matching.index import Floats, Index, Numbers
from handlers.faq.matching.lines import FAR, Lines, nearest
from handlers.faq.matching.matcher import Match
from handlers.faq.matching.model import Embeds

#: So many entries are looked at closely: those whose phrasings are together the nearest.
LOOKED_AT = 20
#: How much the likeness of words counts beside that of meaning.
WORDS = 1.0
#: How much of the runner-up's nearness is taken off, and how much of ordinary chat's.
RIVALRY, CHAT = 0.5, 0.5
#: How much is taken off for a look-alike: by so much of what it is nearer than the nearest phrasing.
LOOK_ALIKE = 1.5
#: A rival with this share of the best's nearness makes it a choice, never an answer.
TIED = 0.97
#: Fewer words than this, besides stop words, say too little to be sure of: "is there a guide".
TELLING = 3
#: The measure at which there is no doubt.
TOP = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A text with all that is known of it: its embedding, its words, and how like each line it is by words."""

    vector: Floats
    words: tuple[str, ...]
    similarities: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Entries by their numbers, the likeliest first: how sure each is, and its nearest lines."""

    entries: NDArray[np.int64]
    sure: Floats
    tied: bool
    phrasings: Numbers
    look_alikes: Numbers
    fooled: NDArray[np.bool_]


class Fit:
    """The bank as the matcher needs it: its lines in words and in meaning, and ordinary chat in meaning."""

    def __init__(self, lines: Lines, vectors: Floats, chat: Floats) -> None:
        self.lines = lines
        self.vectors = vectors
        self._chat = chat
        self.index = Index([example.text for example in lines.all])
        self._lengths = self.index.lengths(lines.owners[: lines.phrasings], len(lines.slugs))
        self._coverage = Coverage(lines)
        summed = np.zeros((len(lines.slugs), vectors.shape[1]), np.float32)
        np.add.at(summed, lines.owners[: lines.phrasings], vectors[: lines.phrasings])
        self.centres: Floats = summed / np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-9)

    def question(self, asked: str, vector: Floats) -> Question:
        """A text whose embedding is known."""
        words = self.index.spelling.meant(text.words(asked))
        return Question(vector=vector, words=tuple(words), similarities=self.index.similarities(asked))

    def find(self, question: Question, *, hidden: NDArray[np.bool_] | None = None, without: int | None = None) -> Found:
        """The likeliest entries, as if the hidden ones and the line `without` weren't there."""
        similarities = question.similarities
        whole_words = self.lines.sums(similarities) / self._lengths
        whole = _products(self.centres, question.vector)
        rough = whole + whole_words if hidden is None else np.where(hidden, -np.inf, whole + whole_words)
        chosen = np.argsort(-rough, kind="stable")[:LOOKED_AT]
        chosen = chosen[rough[chosen] > -np.inf]
        meanings = self._meanings(chosen, question.vector)
        if without is not None:
            similarities = similarities.copy()
            similarities[without], meanings[without] = 0, FAR
        rows, alike_rows = self.lines.rows[chosen], self.lines.alike[chosen]
        by_meaning, by_words = nearest(meanings, rows), nearest(similarities, rows)
        alike, alike_words = nearest(meanings, alike_rows), nearest(similarities, alike_rows)
        worded: Floats = np.float32(WORDS / 2) * (by_words.together + whole_words[chosen])
        near: Floats = by_meaning.together + worded
        bite = np.maximum(alike.closest - by_meaning.closest, 0) + np.maximum(alike_words.closest - by_words.closest, 0)
        held = near - LOOK_ALIKE * bite
        sure = held - RIVALRY * _rivals(near) - CHAT * self._chatter(question.vector)
        known = self._coverage.of(question.words)[chosen] * np.float32(_said(question.words))
        sure = np.maximum(sure, 0) * np.sqrt(known)
        order = np.argsort(near / 2 - held - worded / 2 - whole[chosen] / 2, kind="stable")
        return Found(
            entries=chosen[order],
            sure=sure[order],
            tied=bool(len(order) > 1 and _rivals(near)[order[0]] > TIED * held[order[0]]),
            phrasings=nearest(meanings + similarities, rows).line[order],
            look_alikes=nearest(meanings + similarities, alike_rows).line[order],
            fooled=(bite > 0)[order],
        )

    def _meanings(self, entries: NDArray[np.int64], vector: Floats) -> Floats:
        """The similarity of these entries' lines by meaning; all others are far away."""
        lines = np.concatenate([self.lines.rows[entries].ravel(), self.lines.alike[entries].ravel()])
        lines = lines[lines < len(self.vectors)]
        found = np.full(len(self.vectors), FAR, np.float32)
        found[lines] = _products(self.vectors[lines], vector)
        return found

    def _chatter(self, vector: Floats) -> np.float32:
        """How near ordinary chat is."""
        if not len(self._chat):
            return np.float32(0)
        return np.float32(
            nearest(_products(self._chat, vector), np.arange(len(self._chat), dtype=np.int32)[None, :]).together[0]
        )


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

    def _matches(self, found: Found, limit: int) -> Iterator[Match]:
        highest = BELOW_SURE if found.tied else 1.0
        for place in range(min(limit, len(found.entries))):
            # What is less likely is never surer.
            highest = min(highest, self.curve.score(float(found.sure[place])))
            look_alike = int(found.look_alikes[place]) if found.fooled[place] else None
            yield self._fit.lines.match(int(found.phrasings[place]), highest, look_alike)


def _products(rows: Floats, vector: Floats) -> Floats:
    """The product of each row with a vector. `@` would use several threads, which wait long on a busy machine."""
    found: Floats = np.einsum("ij,j->i", rows, vector)
    return found


def _said(words: Iterable[str]) -> float:
    """How much of a question there is, up to 1: by its words besides stop words."""
    return min(1.0, len(set(words) - text.STOP_WORDS) / TELLING)


def _rivals(near: Floats) -> Floats:
    """For each, the greatest of the others."""
    if len(near) < 2:  # noqa: PLR2004 - one has no rival
        return np.zeros_like(near)
    second, first = np.sort(near)[-2:]
    rivals: Floats = np.maximum(np.where(np.arange(len(near)) == near.argmax(), second, first), 0)
    return rivals
