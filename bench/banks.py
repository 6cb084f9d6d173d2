"""The shipped answers, and larger banks made of them.

A made-up entry's lines are each the first half of one shipped line and the second half of another, with a word in each
half put out for one of the entry's own made-up words. It has as many lines as some shipped entry. The words follow no
language, but their number grows with the bank as it would in a real one.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from handlers.faq.bank.entries import Entry, Phrasing
from handlers.faq.bank.reading import read_bank

FOLDER = Path(__file__).parents[1] / "faq"
OWN_WORDS = 6
_SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in ("a", "e", "i", "o", "u", "an", "or", "el")]


def shipped() -> tuple[Entry, ...]:
    """The bank as it comes."""
    return read_bank(FOLDER).entries


def grown(entries: Sequence[Entry], size: int) -> tuple[Entry, ...]:
    """The bank with made-up entries added until it has this size, in no order; the same ones each time."""
    dice = random.Random(size)  # noqa: S311 - to be repeatable is the point
    lines = [phrasing.text for entry in entries for phrasing in entry.questions]
    more = (_entry(dice, dice.choice(entries), lines, number) for number in range(len(entries), size))
    return tuple(dice.sample([*entries, *more], size))


def asked(entries: Sequence[Entry], number: int) -> list[str]:
    """Questions: phrasings, each with a letter left out of its longest word, so that none is in the bank as it is."""
    dice = random.Random(number)  # noqa: S311 - as above
    lines = [phrasing.text for entry in entries for phrasing in entry.questions]
    return [_mistyped(dice, line) for line in dice.sample(lines, number)]


def _entry(dice: random.Random, like: Entry, lines: Sequence[str], number: int) -> Entry:
    own = ["".join(dice.choices(_SYLLABLES, k=dice.randint(2, 4))) for _ in range(OWN_WORDS)]
    questions = tuple(Phrasing(_line(dice, lines, own), one.lang) for one in like.questions)
    unlike = tuple(Phrasing(_line(dice, lines, own), one.lang) for one in like.not_)
    return replace(like, slug=f"made-up-{number}", questions=questions, not_=unlike)


def _line(dice: random.Random, lines: Sequence[str], own: Sequence[str]) -> str:
    first, second = (dice.choice(lines).split() for _ in range(2))
    halves = first[: (len(first) + 1) // 2], second[len(second) // 2 :]
    return " ".join(word for half in halves for word in _with(dice, half, dice.choice(own)))


def _with(dice: random.Random, half: Sequence[str], own: str) -> list[str]:
    place = dice.randrange(len(half))
    return [*half[:place], own, *half[place + 1 :]]


def _mistyped(dice: random.Random, line: str) -> str:
    word = max(line.split(), key=len)
    place = dice.randrange(len(word))
    return line.replace(word, word[:place] + word[place + 1 :], 1)
