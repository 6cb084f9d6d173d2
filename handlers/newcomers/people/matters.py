"""Which of the matters that only people can decide a message is about, if any. Pure."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from handlers.newcomers.people.phrases import english, french, german, spanish
from handlers.newcomers.people.words import own


class Matter(StrEnum):
    """What it is about; the names are those of the settings."""

    CONFLICT = "conflict"
    PAYMENT = "payment"
    AGE = "age"
    APPLICATION = "application"


#: A language's phrases, which begin as `phrases` says.
_LANGUAGES = {"en": english, "de": german, "es": spanish, "fr": french}


def matter_in(text: str) -> tuple[Matter, str] | None:
    """What somebody's own matter is that they speak of, and in which language; None where it is none."""
    said = own(text)
    return next((found for found, pattern in _patterns().items() if pattern.search(said)), None)


@cache
def _patterns() -> Mapping[tuple[Matter, str], re.Pattern[str]]:
    """In the order of the matters: who was treated badly is told so first, whatever else they speak of."""
    return {
        (matter, lang): _pattern(getattr(module, matter.name), module.WORDS)
        for matter in Matter
        for lang, module in _LANGUAGES.items()
    }


def _pattern(table: str, words: Mapping[str, str]) -> re.Pattern[str]:
    lines = re.sub(r"\n {8}", "", table).strip().splitlines()
    return re.compile(r"\b(?:" + "|".join(_line(line.strip(), words) for line in lines) + r")\b")


def _line(line: str, words: Mapping[str, str]) -> str:
    """A line of `phrases` as a regular expression."""
    whole = re.sub(r"[A-Z]{2}[A-Z_]*", lambda word: words[word[0]], line)
    # No group is asked for afterwards, and the library is quicker without.
    whole = re.sub(r"\((?!\?)", "(?:", whole)
    return re.sub(r"~(\d)", r"(?: \\w+){0,\1}", whole)
