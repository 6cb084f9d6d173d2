"""A line as it is compared: its words, and its features by number, in arrays, so that thousands take little room.

A feature is a word, two words side by side, or a group of letters. Its number is Python's hash of it, another one in
each process: it is never kept on disk. Its two lowest bits tell the kind.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sys import intern
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from handlers.faq.matching import text
from handlers.faq.matching.spelling import Spelling

#: How much a stop word weighs: "how many" and "how long" differ by them, but most say little.
STOP = 0.7
WORD, PAIR, GROUP = range(3)
#: What is left of a feature's number by this is its kind.
KIND = 3

Features = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Written:
    """The words in their order, the features, and what each of those counts."""

    words: tuple[str, ...]
    features: Features
    counts: Floats


NOTHING: Mapping[str, Written] = MappingProxyType({})


def written(line: str, spelling: Spelling | None = None) -> Written:
    """A line as it is compared.

    Words are corrected, letter groups are not: a word that was meant as it stands still differs by them.
    """
    said = text.words(line)
    meant = spelling.meant(said) if spelling else said
    groups = defaultdict[str, float](float)
    for word in said:
        weight = STOP if word in text.STOP_WORDS else 1
        for group in text.letter_groups(word):
            groups[group] += weight
    counted = {number(WORD, w): damped(n) * (STOP if w in text.STOP_WORDS else 1) for w, n in Counter(meant).items()}
    counted |= {number(PAIR, pair): damped(n) for pair, n in Counter(text.pairs(meant)).items()}
    counted |= {number(GROUP, group): damped(n) for group, n in groups.items()}
    features = np.fromiter(counted, np.int64, len(counted))
    return Written(tuple(map(intern, meant)), features, np.fromiter(counted.values(), np.float32, len(counted)))


def all_written(lines: Sequence[str], known: Mapping[str, Written] = NOTHING) -> tuple[Written, ...]:
    """These lines, as far as possible from those that are known."""
    made: dict[str, Written] = {}
    for line in lines:
        if line not in made:
            made[line] = known.get(line) or written(line)
    return tuple(made[line] for line in lines)


def number(kind: int, feature: str) -> int:
    """The number of a feature of this kind."""
    return hash(feature) & ~KIND | kind


def damped(count: float) -> float:
    """The second time says less than the first."""
    return 1 + math.log(count) if count > 1 else count
