"""Words that nobody knows, taken for the known word that was probably meant."""

import re
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from handlers.faq.matching.text import words

#: In shorter words each letter makes another word; in long ones two slips still leave it plain what was meant.
SHORTEST, LONG = 4, 8
#: Each unknown word is held against all that are known; texts with more words aren't questions, and would take long.
MOST = 50
#: A word as it is written, "don't" among them.
_WORD = re.compile("[^\\W\\d_]+(?:['\u2019][^\\W\\d_]+)*")


class Spelling:
    """The words that are known."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        # Sorted, so that the same is found on every machine.
        self._choices = sorted(word for word in self._known if len(word) >= SHORTEST - 1 and word.isalpha())

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
        slips = 1 if len(word) < LONG else 2
        found = process.extractOne(word, self._choices, scorer=OSA.distance, score_cutoff=slips)
        return found[0] if found else word
