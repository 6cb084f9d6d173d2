"""Words that nobody knows, taken for the known word that was probably meant."""

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

#: In shorter words each letter makes another word; in long ones two slips still leave it plain what was meant.
SHORTEST, LONG = 4, 8
#: Each unknown word is held against all that are known; texts with more words aren't questions, and would take long.
MOST = 50


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

    def corrected(self, word: str) -> str:
        """The known word that is one slip of the keyboard away (two in long words), or the word itself."""
        if word in self._known or len(word) < SHORTEST or not word.isalpha():
            return word
        slips = 1 if len(word) < LONG else 2
        found = process.extractOne(word, self._choices, scorer=OSA.distance, score_cutoff=slips)
        return found[0] if found else word
