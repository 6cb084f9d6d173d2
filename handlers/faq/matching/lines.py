"""The lines that the entries bring, as arrays: an entry's phrasings stand beside each other, then come look-alikes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from handlers.faq.matching import text
from handlers.faq.matching.index import Floats, Numbers
from handlers.faq.matching.matcher import Match

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
    """All lines in their order, and whose they are. Entries without a phrasing can't be found, and aren't there."""

    def __init__(self, examples: Iterable[Example]) -> None:
        given = tuple(examples)
        self.slugs = tuple(dict.fromkeys(one.slug for one in given if not one.look_alike))
        number = {slug: place for place, slug in enumerate(self.slugs)}
        known = [one for one in given if one.slug in number]
        self.all = tuple(sorted(known, key=lambda one: (one.look_alike, number[one.slug])))
        self.phrasings = sum(not one.look_alike for one in self.all)
        self.owners: Numbers = np.array([number[one.slug] for one in self.all], np.int32)
        #: For each entry the numbers of its phrasings and of its look-alikes; a number that no line has fills up.
        self.rows = _rows(self.owners, range(self.phrasings), len(self.slugs), filler=len(self.all))
        self.alike = _rows(self.owners, range(self.phrasings, len(self.all)), len(self.slugs), filler=len(self.all))
        self._exact = _unique(self.all)

    def exact(self, asked: str) -> Example | None:
        """The phrasing that has the same words, where one entry alone has it."""
        return self._exact.get(" ".join(text.words(asked)))

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


def _rows(owners: Numbers, lines: Sequence[int], count: int, *, filler: int) -> Numbers:
    of: Mapping[int, list[int]] = defaultdict(list)
    for line in lines:
        of[int(owners[line])].append(line)
    longest = max(map(len, of.values()), default=0)
    return np.array([of[one] + [filler] * (longest - len(of[one])) for one in range(count)], np.int32).reshape(
        count, longest
    )


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
