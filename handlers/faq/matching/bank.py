"""The bank as the matcher by meaning needs it: its lines in words and in meaning, and ordinary chat in meaning."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handlers.faq.matching import text
from handlers.faq.matching.coverage import Coverage
from handlers.faq.matching.index import Index
from handlers.faq.matching.lines import FAR, Lines, nearest
from handlers.faq.matching.vectors import TOGETHER, Rows, all_products, by_one_thread, products, unpacked
from handlers.faq.matching.written import Floats, Written

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
    """A text with all that is known of it.

    Its words, how like each line it is by words, how like each entry's phrasings together it is by meaning, and how
    near ordinary chat is. `meanings`, how like each line it is by meaning, needs only be known of the nearest entries;
    it is worked out from `vector` where there are none.
    """

    words: tuple[str, ...]
    similarities: Floats
    vector: Floats
    whole: Floats
    chatter: np.float32
    meanings: Floats | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Entries by their numbers, the likeliest first: how sure each is, and whether a look-alike is nearer.

    `nearness` is that of each line.
    """

    entries: NDArray[np.int64]
    sure: Floats
    tied: bool
    fooled: NDArray[np.bool_]
    nearness: Floats


class Fit:
    """A bank; `vectors` are its lines' embeddings, `chat` those of ordinary chat. It never changes afterwards."""

    def __init__(self, lines: Lines, vectors: Rows, chat: Rows) -> None:
        self.lines = lines
        self.index = Index(lines.written)
        self._vectors = vectors
        self._chat = chat
        self._lengths = self.index.lengths(lines.owners[: lines.phrasings], len(lines.slugs))
        self._coverage = Coverage(lines)
        summed = np.zeros((len(lines.slugs), vectors.shape[1]), np.float32)
        for entry, rows in enumerate(lines.rows):
            summed[entry] = unpacked(vectors[rows[rows < lines.phrasings]]).sum(axis=0)
        self._spread: Floats = np.maximum(np.linalg.norm(summed, axis=1), np.float32(1e-9))
        self.centres: Floats = summed / self._spread[:, None]

    def question(self, asked: str, vector: Floats) -> Question:
        """A text whose embedding is known."""
        written = self.index.asked(asked)
        return Question(
            words=written.words,
            similarities=self.index.similarities(written),
            vector=vector,
            whole=np.einsum("ij,j->i", self.centres, vector),
            chatter=_together(products(self._chat, vector)[None])[0],
        )

    def own(self, lines: Sequence[int]) -> Iterator[Question]:
        """The bank's own lines, by their numbers."""
        return self.questions([self.lines.written[line] for line in lines], self._vectors[np.array(lines, np.int64)])

    def questions(self, asked: Sequence[Written], rows: Rows) -> Iterator[Question]:
        """Many texts, and their embeddings: quicker than one by one."""
        for start in range(0, len(asked), TOGETHER):
            vectors = unpacked(rows[start : start + TOGETHER])
            meanings, wholes = all_products(self._vectors, vectors), by_one_thread(self.centres, vectors)
            chatter = _together(all_products(self._chat, vectors))
            for place, written in enumerate(asked[start : start + TOGETHER]):
                yield Question(
                    words=written.words,
                    similarities=self.index.similarities(written),
                    vector=vectors[place],
                    whole=wholes[place],
                    chatter=chatter[place],
                    meanings=meanings[place],
                )

    def find(self, question: Question, *, hidden: NDArray[np.bool_] | None = None, without: int | None = None) -> Found:
        """The likeliest entries, as if the hidden ones weren't there, nor the line `without`, which must be asked."""
        similarities, whole = question.similarities, question.whole
        lengths, owner = self._lengths, None
        if without is not None:
            if without < self.lines.phrasings:
                owner = int(self.lines.owners[without])
                whole, lengths = self._less(question, owner, without)
            similarities = similarities.copy()
            similarities[without] = 0
        whole_words = self.lines.sums(similarities) / lengths
        rough = whole + whole_words if hidden is None else np.where(hidden, -np.inf, whole + whole_words)
        chosen = np.argsort(-rough, kind="stable")[:LOOKED_AT]
        chosen = chosen[rough[chosen] > -np.inf]
        meanings = self._meanings(chosen, question, without)
        rows, alike_rows = self.lines.rows[chosen], self.lines.alike[chosen]
        by_meaning, by_words = nearest(meanings, rows), nearest(similarities, rows)
        alike, alike_words = nearest(meanings, alike_rows), nearest(similarities, alike_rows)
        worded: Floats = np.float32(WORDS / 2) * (by_words.together + whole_words[chosen])
        near: Floats = by_meaning.together + worded
        bite = np.maximum(alike.closest - by_meaning.closest, 0) + np.maximum(alike_words.closest - by_words.closest, 0)
        held = near - LOOK_ALIKE * bite
        sure = held - RIVALRY * _rivals(near) - CHAT * question.chatter
        known = self._coverage.of(question.words, owner)[chosen] * np.float32(_said(question.words))
        sure = np.maximum(sure, 0) * np.sqrt(known)
        order = np.argsort(near / 2 - held - worded / 2 - whole[chosen] / 2, kind="stable")
        return Found(
            entries=chosen[order],
            sure=sure[order],
            tied=bool(len(order) > 1 and _rivals(near)[order[0]] > TIED * held[order[0]]),
            fooled=(bite > 0)[order],
            nearness=meanings + similarities,
        )

    def _less(self, question: Question, owner: int, line: int) -> tuple[Floats, Floats]:
        """How like each entry's phrasings together a phrasing is, and how long they are by words, without itself."""
        whole, lengths = question.whole.copy(), self._lengths.copy()
        whole[owner] = _remaining(float(whole[owner] * self._spread[owner]), float(self._spread[owner]), 1.0)
        itself = float(question.similarities[line])
        lengths[owner] = _rest(self._summed(question.similarities, owner), float(lengths[owner]), itself) or 1
        return whole, lengths

    def _summed(self, similarities: Floats, owner: int) -> float:
        rows = self.lines.rows[owner]
        return float(similarities[rows[rows < self.lines.phrasings]].sum())

    def _meanings(self, entries: NDArray[np.int64], question: Question, without: int | None) -> Floats:
        """The similarity of these entries' lines by meaning; others may be far away."""
        if question.meanings is None:
            lines = np.concatenate([self.lines.rows[entries].ravel(), self.lines.alike[entries].ravel()])
            lines = lines[lines < len(self._vectors)]
            found = np.full(len(self._vectors), FAR, np.float32)
            found[lines] = products(self._vectors[lines], question.vector)
        else:
            found = question.meanings.copy()
        if without is not None:
            found[without] = FAR
        return found


def _rest(product: float, length: float, itself: float) -> float:
    """How long a sum is without one of its vectors, from its product with that vector, and that vector's square."""
    return math.sqrt(max(length**2 - 2 * product + itself, 0))


def _remaining(product: float, length: float, itself: float) -> float:
    """The cosine of one vector and the sum of the others."""
    rest = _rest(product, length, itself)
    return (product - itself) / rest if rest > 1e-3 else 0.0  # noqa: PLR2004 - what rounding leaves of nothing


def _together(products: Floats) -> Floats:
    """How near the nearest are together, for each row."""
    count = products.shape[1]
    rows = np.arange(count, dtype=np.int32)[None]
    return np.array([nearest(row, rows).together[0] for row in products], np.float32)


def _said(words: Sequence[str]) -> float:
    """How much of a question there is, up to 1: by its words besides stop words."""
    return min(1.0, len(set(words) - text.STOP_WORDS) / TELLING)


def _rivals(near: Floats) -> Floats:
    """For each, the greatest of the others."""
    if len(near) < 2:  # noqa: PLR2004 - one has no rival
        return np.zeros_like(near)
    second, first = np.sort(near)[-2:]
    rivals: Floats = np.maximum(np.where(np.arange(len(near)) == near.argmax(), second, first), 0)
    return rivals


def surest(sure: Floats) -> float:
    """How sure the first is; 0 without any."""
    return float(sure[0]) if len(sure) else 0.0
