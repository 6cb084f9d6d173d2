"""Words and letter groups of what people write, made alike where they mean the same."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

#: What stands after this many characters of a message doesn't change what it asks.
LONGEST = 1000

#: Parts of a message that aren't the writer's words: code, links, ids of people and rooms.
_NOT_WORDS = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|\b(?:https?://|www\.)\S+|[@#!][\w.=/+-]+:[\w.-]+", re.DOTALL)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")

_LITTLE = """
    a an and are at be can could did do does for hello hey hi i if in is it its just me my of on or our please s so t
    that the there this to us we would you
    das de der die ein eine ich in ist sind und wir zu
    de el en es la las lo los que se un una y
    d de des et est j je l la le les qu que un une
"""
#: Words that say little about what is asked.
STOP_WORDS = frozenset(_LITTLE.split())

#: French and Italian words that lose their vowel before the next one; English endings stay where they are.
_ELIDED = re.compile(r"\b([^\W\d_]{1,2})'(?!(?:ll|ve|re|d|m|s|t)\b)")


def words(text: str) -> list[str]:
    """The words in order, in lower case, without accents, links, code and emoji. Never raises."""
    # Accents go too: people leave them out when they type in a hurry.
    plain = _NOT_WORDS.sub(" ", text[:LONGEST])
    folded = unicodedata.normalize("NFKD", plain.replace("\u2019", "'")).casefold()
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return [word.replace("'", "") for word in _WORD.findall(_ELIDED.sub(r"\1 ", bare))]


def pairs(of: list[str]) -> Iterable[str]:
    """Each two words that stand side by side."""
    return (f"{left} {right}" for left, right in pairwise(of))


def letter_groups(word: str) -> Iterator[str]:
    """The word's groups of three and four letters, its edges marked: they survive a typing error, a word doesn't.

    Longer groups found nothing more in the shipped answers, and cost time.
    """
    edged = f"^{word}$"
    for size in (3, 4):
        for start in range(len(edged) - size + 1):
            yield edged[start : start + size]
