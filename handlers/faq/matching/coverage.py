"""How much of what a text says an entry knows: the share of its words, by what they weigh, that its phrasings have."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from handlers.faq.matching import background, text
from handlers.faq.matching.index import Floats, Numbers
from handlers.faq.matching.lines import Lines

#: Words with the same beginning are taken for one: "host", "hosted", "hosting".
STEM = 5
#: How much a stop word weighs.
STOP = 0.5
_STOPS = frozenset(word[:STEM] for word in text.STOP_WORDS)


class Coverage:
    """The words of these lines. What a word weighs comes from them and from ordinary chat: the rarer, the more."""

    def __init__(self, lines: Lines) -> None:
        self._count = len(lines.slugs)
        chat_lines, counted = _chat()
        written = [stems(text.words(one.text)) for one in lines.all]
        self._counted = counted + Counter(stem for line in written for stem in line)
        self._most = chat_lines + len(written) + 1
        entries = defaultdict[str, set[int]](set)
        for line, owner in zip(written[: lines.phrasings], lines.owners, strict=False):
            for stem in line:
                entries[stem].add(int(owner))
        self._entries: dict[str, Numbers] = {stem: np.array(sorted(of), np.int32) for stem, of in entries.items()}

    def of(self, words: Sequence[str]) -> Floats:
        """For each entry, the share of these words that it has."""
        covered = np.zeros(self._count, np.float32)
        asked = stems(words)
        for stem in asked:
            here = self._entries.get(stem)
            if here is not None:
                covered[here] += self._weight(stem)
        return covered / np.float32(sum(map(self._weight, asked)) or 1)

    def _weight(self, stem: str) -> float:
        rarity = math.log(self._most / (self._counted.get(stem, 0) + 1)) + 1
        return rarity * (STOP if stem in _STOPS else 1)


def stems(words: Iterable[str]) -> tuple[str, ...]:
    """What the words begin with, each once."""
    return tuple(dict.fromkeys(word[:STEM] for word in words))


@lru_cache(maxsize=1)
def _chat() -> tuple[int, Counter[str]]:
    """How many lines of chat there are, and in how many of them each stem is."""
    lines = background.chat()
    counted = Counter(stem for line in lines for stem in stems(text.words(line)))
    return len(lines), Counter({stem: count for stem, count in counted.items() if count > 1})
