"""The lines that the entries bring, as arrays: an entry's phrasings stand beside each other, then come look-alikes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from handlers.faq.matching import text
from handlers.faq.matching.index import Numbers
from handlers.faq.matching.matcher import Match, Own
from handlers.faq.matching.written import NOTHING, Floats, Written, all_written

#: The nearest phrasing counts whole, the second half, the third a quarter: two that are near say more than one.
FALLING = (1.0, 0.5, 0.25)
#: As far away as can be: the similarity of a line that isn't there.
FAR = -1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A line that an entry brings: a phrasing, or a look-alike (`not:`)."""

    slug: str
    text: str
    lang: str = "en"
    look_alike: bool = False


class Lines:
    """All lines in their order, and whose they are. Entries without a phrasing can't be found, and aren't there.

    `known` are lines that were looked at before.
    """

    def __init__(self, examples: Iterable[Example], known: Mapping[str, Written] = NOTHING) -> None:
        given = tuple(examples)
        self.slugs = tuple(dict.fromkeys(one.slug for one in given if not one.look_alike))
        number = {slug: place for place, slug in enumerate(self.slugs)}
        there = [one for one in given if one.slug in number]
        self.all = tuple(sorted(there, key=lambda one: (one.look_alike, number[one.slug])))
        self.written = all_written([one.text for one in self.all], known)
        self.phrasings = sum(not one.look_alike for one in self.all)
        self.owners: Numbers = np.array([number[one.slug] for one in self.all], np.int32)
        #: For each entry the numbers of its phrasings and of its look-alikes; a number that no line has fills up.
        self.rows = _rows(self.owners, slice(0, self.phrasings), len(self.slugs))
        self.alike = _rows(self.owners, slice(self.phrasings, len(self.all)), len(self.slugs))
        self._exact = _unique(zip(self.all, self.written, strict=True))

    def exact(self, asked: str) -> Example | None:
        """The phrasing that has the same words, where one entry alone has it."""
        return self._exact.get(" ".join(text.words(asked)))

    def numbers(self, lines: Iterable[Own]) -> list[int]:
        """The numbers of these lines; KeyError where one isn't there."""
        known = {(one.slug, one.text): number for number, one in reversed(tuple(enumerate(self.all)))}
        return [known[line] for line in lines]

    def match(self, phrasing: int, score: float, look_alike: int | None) -> Match:
        """The match with the phrasing, and the look-alike, that have these numbers."""
        best = self.all[phrasing]
        held = None if look_alike is None else self.all[look_alike].text
        return Match(slug=best.slug, phrasing=best.text, lang=best.lang, score=score, look_alike=held)

    def sums(self, similarities: Floats) -> Floats:
        """For each entry, what its phrasings' similarities sum up to."""
        here = slice(0, self.phrasings)
        summed = np.bincount(self.owners[here], similarities[here], minlength=len(self.slugs))
        return summed.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Nearest:
    """For some entries: how near their nearest lines are together, how near the nearest of all, and which that is."""

    together: Floats
    closest: Floats
    line: Numbers


def nearest(similarities: Floats, rows: Numbers) -> Nearest:
    """Of each row, the numbers of some lines. Where there are none, they are far away."""
    found = np.append(similarities, np.float32(FAR))[np.minimum(rows, len(similarities))]
    if not found.shape[1]:
        return Nearest(
            np.zeros(len(rows), np.float32), np.full(len(rows), FAR, np.float32), np.zeros(len(rows), np.int32)
        )
    top = -np.sort(np.partition(-found, min(len(FALLING), found.shape[1]) - 1, axis=1)[:, : len(FALLING)], axis=1)
    weights = np.array(FALLING[: top.shape[1]], np.float32) / np.float32(sum(FALLING))
    return Nearest(
        (np.maximum(top, 0) * weights).sum(axis=1, dtype=np.float32),
        top[:, 0],
        rows[np.arange(len(rows)), found.argmax(axis=1)],
    )


def _rows(owners: Numbers, lines: slice, count: int) -> Numbers:
    """For each owner the numbers of its lines, which stand beside each other."""
    sizes = np.bincount(owners[lines], minlength=count)
    starts = lines.start + np.cumsum(sizes) - sizes
    steps = np.arange(sizes.max(initial=0))
    return np.where(steps < sizes[:, None], starts[:, None] + steps, len(owners)).astype(np.int32)


def _unique(lines: Iterable[tuple[Example, Written]]) -> dict[str, Example]:
    """Phrasings by their words, where one entry alone has them."""
    found: dict[str, Example | None] = {}
    for example, written in lines:
        if not example.look_alike and written.words:
            words = " ".join(written.words)
            known = found.setdefault(words, example)
            found[words] = example if known is not None and known.slug == example.slug else None
    return {words: example for words, example in found.items() if example is not None}
