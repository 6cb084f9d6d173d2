"""How much of what a text says an entry knows: the share of its words, by what they weigh, that its phrasings have."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from handlers.faq.matching import background, text
from handlers.faq.matching.index import Numbers
from handlers.faq.matching.lines import Lines
from handlers.faq.matching.written import Floats

#: Words with the same beginning are taken for one: "host", "hosted", "hosting".
STEM = 5
#: How much a stop word weighs.
STOP = 0.5
_STOPS = frozenset(word[:STEM] for word in text.STOP_WORDS)


class Coverage:
    """The words of these lines. What a word weighs comes from them and from ordinary chat: the rarer, the more."""

    def __init__(self, lines: Lines) -> None:
        self._count = len(lines.slugs)
        chat = background.chat()
        self._chat = counted(chat)
        written = [[hash(stem) for stem in stems(line.words)] for line in lines.written]
        self._most = len(chat) + len(written) + 1
        numbers = np.array([number for line in written for number in line], np.int64)
        self._stems, places, sizes = np.unique(numbers, return_inverse=True, return_counts=True)
        self._sizes: Numbers = sizes.astype(np.int32)
        of_phrasings = sum(map(len, written[: lines.phrasings]))
        owners = np.repeat(lines.owners, [len(line) for line in written])[:of_phrasings]
        pairs, having = np.unique(places[:of_phrasings] * self._count + owners, return_counts=True)
        #: For each stem, one after the other: the entries that have it, and in how many phrasings each.
        self._entries: Numbers = (pairs % max(self._count, 1)).astype(np.int32)
        self._having: Numbers = having.astype(np.int32)
        self._ends = np.searchsorted(pairs, np.arange(1, len(self._stems) + 1) * self._count)

    def of(self, words: Sequence[str], without: int | None = None) -> Floats:
        """For each entry, the share of these words that it has; the entry `without` as if it lacked one phrasing.

        The words must be that phrasing's then.
        """
        covered = np.zeros(self._count, np.float32)
        total = 0.0
        for stem in stems(words):
            place = self._place(hash(stem))
            weight = self._weight(stem, place)
            total += weight
            if place is not None:
                here = slice(self._ends[place - 1] if place else 0, self._ends[place])
                entries = self._entries[here]
                if without is not None:
                    entries = entries[(entries != without) | (self._having[here] > 1)]
                covered[entries] += np.float32(weight)
        return covered / np.float32(total or 1)

    def _place(self, number: int) -> int | None:
        place = int(np.searchsorted(self._stems, number))
        return place if place < len(self._stems) and self._stems[place] == number else None

    def _weight(self, stem: str, place: int | None) -> float:
        count = self._chat.get(stem, 0) + (int(self._sizes[place]) if place is not None else 0)
        return (math.log(self._most / (count + 1)) + 1) * (STOP if stem in _STOPS else 1)


def stems(words: Iterable[str]) -> tuple[str, ...]:
    """What the words begin with, each once."""
    return tuple(dict.fromkeys(word[:STEM] for word in words))


@lru_cache(maxsize=1)
def counted(chat: tuple[str, ...]) -> Counter[str]:
    """In how many lines of chat each stem is, as far as there are several."""
    found = Counter(stem for line in chat for stem in stems(text.words(line)))
    return Counter({stem: count for stem, count in found.items() if count > 1})
