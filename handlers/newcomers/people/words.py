"""What people write, made alike: small letters, no accents, no apostrophes, one space between words. Pure."""

import re
import unicodedata

#: What stands after this many characters of a message doesn't change what it is about.
LONGEST = 1000

#: Code, links, ids of people and rooms: not the writer's own words.
_NOT_WORDS = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|\b(?:https?://|www\.)\S+|[@#!][\w.=/+-]+:[\w.-]+", re.DOTALL)
_QUOTED = re.compile(r"^[^\S\n]*>.*$", re.MULTILINE)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
#: French words that lose their vowel before the next one ("j'ai"); English endings stay where they are ("I'm").
_ELIDED = re.compile(r"\b([^\W\d_]{1,2})'(?!(?:ll|ve|re|d|m|s|t)\b)")


def plain(text: str) -> str:
    """The words of the first part of the text, in one line. Links and code are left out. Never raises."""
    folded = unicodedata.normalize("NFKD", _NOT_WORDS.sub(" ", text[:LONGEST]).replace("\u2019", "'")).casefold()
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return " ".join(word.replace("'", "") for word in _WORD.findall(_ELIDED.sub(r"\1 ", letters)))


def own(text: str) -> str:
    """The same without what is quoted: what somebody else said."""
    return plain(_QUOTED.sub(" ", text[:LONGEST]))
