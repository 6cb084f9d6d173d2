"""Words that nobody knows, taken for the known word that was probably meant."""

import re
from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from handlers.faq.matching.text import words

#: In shorter words each letter makes another word; in long ones two slips still leave it plain what was meant.
SHORTEST, LONG = 4, 8
#: Each unknown word is held against all that are known; texts with more words aren't questions, and would take long.
MOST = 50
#: So many corrections are kept.
KEPT = 1000
#: A word as it is written, "don't" among them.
_WORD = re.compile("[^\\W\\d_]+(?:['\u2019][^\\W\\d_]+)*")


class Spelling:
    """The words that are known."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        #: By the length of what is written, the words that may be meant.
        self._choices = defaultdict[int, list[str]](list)
        # Sorted, so that the same is found on every machine.
        for word in sorted(word for word in self._known if len(word) >= SHORTEST - 1 and word.isalpha()):
            for length in range(max(len(word) - 2, SHORTEST), len(word) + 3):
                if abs(length - len(word)) <= slips(length):
                    self._choices[length].append(word)
        #: Many texts are asked twice: as a whole, and word for word.
        self._corrected: dict[str, str] = {}

    def meant(self, written: list[str]) -> list[str]:
        """These words, corrected where they aren't known."""
        if len(written) > MOST:
            return written
        corrected = {word: self.corrected(word) for word in set(written)}
        return [corrected[word] for word in written]

    def mended(self, text: str) -> str:
        """A text with its words corrected where they aren't known; all else stays as it was."""
        if len(_WORD.findall(text)) > MOST:
            return text
        return _WORD.sub(lambda found: self._mended(found[0]), text)

    def _mended(self, word: str) -> str:
        made_alike = words(word)
        if len(made_alike) != 1 or made_alike[0] in self._known:
            return word
        corrected = self.corrected(made_alike[0])
        return word if corrected == made_alike[0] else corrected

    def corrected(self, word: str) -> str:
        """The known word that is one slip of the keyboard away (two in long words), or the word itself."""
        if word in self._known or len(word) < SHORTEST or not word.isalpha():
            return word
        if word not in self._corrected:
            if len(self._corrected) >= KEPT:
                self._corrected.clear()
            choices = self._choices.get(len(word), ())
            found = process.extractOne(word, choices, scorer=OSA.distance, score_cutoff=slips(len(word)))
            self._corrected[word] = found[0] if found else word
        return self._corrected[word]


def slips(length: int) -> int:
    """How many slips are mended in a word of this length."""
    return 1 if length < LONG else 2
