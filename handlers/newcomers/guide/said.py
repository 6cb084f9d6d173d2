"""What somebody means who says something on the walk, or who would like to begin one. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from handlers.newcomers.guide import phrases, spans, wishes
from handlers.newcomers.guide.emoji import bare
from handlers.newcomers.guide.phrases import CLEARLY, MEANINGS, Word
from handlers.newcomers.guide.plain_words import plain
from handlers.newcomers.languages import OURS

#: Longer texts are no control words, in characters.
LONGEST = 80
#: A step's number has so many digits at most: what is longer is something else.
DIGITS = 2
_LONGEST_COURTESY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What is meant, and in which languages it was said; none where that can't be told.

    `clear`: it can hardly mean anything else, whoever says it; `arrow`: it is a picture that points the way. `number`
    is a step's; `after` is in how long to remind, None where that is unclear.
    """

    word: Word
    langs: frozenset[str] = frozenset()
    clear: bool = False
    number: int = 0
    arrow: bool = False
    after: timedelta | None = None


def intent(text: str, community: str) -> Intent | None:
    """What the whole message means; None where it is about something else."""
    if len(text) <= LONGEST and (found := _word(text)) is not None:
        return found
    lang = wishes.wants_to_join(text, community)
    return None if lang is None else Intent(word=Word.START, langs=frozenset({lang}), clear=True)


def language(text: str, codes: frozenset[str]) -> str | None:
    """The language that is named: by its name, or by its code if it is one of these or of ours."""
    said = plain(text) if len(text) <= LONGEST else ""
    return said if said in codes or said in OURS else _named(said)


def _word(text: str) -> Intent | None:
    picture = phrases.PICTURES.get(bare(text.strip()))
    if picture is not None:
        return Intent(word=picture, arrow=bare(text.strip()) in phrases.ARROWS)
    said = plain(text)
    return _phrase(said) or _number(said) or _reminder(said) or _language(said)


def _phrase(said: str) -> Intent | None:
    """One of the phrases, with or without courtesies around it."""
    for candidate in _bared(said):
        if candidate in MEANINGS:
            word, langs = MEANINGS[candidate]
            return Intent(word=word, langs=langs, clear=candidate in CLEARLY)
    return None


def _bared(said: str) -> list[str]:
    """The words, then what is left of them when one courtesy after the other is taken off, behind and before."""
    found, words = [said], said.split()
    while (shorter := _behind(words) or _before(words)) is not None:
        words = shorter
        found.append(" ".join(words))
    return found


def _behind(words: list[str]) -> list[str] | None:
    lengths = range(1, min(_LONGEST_COURTESY, len(words) - 1) + 1)
    return next((words[:-length] for length in lengths if " ".join(words[-length:]) in phrases.COURTESY), None)


def _before(words: list[str]) -> list[str] | None:
    lengths = range(1, min(_LONGEST_COURTESY, len(words) - 1) + 1)
    return next((words[length:] for length in lengths if " ".join(words[:length]) in phrases.COURTESY), None)


def _number(said: str) -> Intent | None:
    """A step's number, with or without courtesies around it."""
    return next((found for one in _bared(said) if (found := _step(one)) is not None), None)


def _step(said: str) -> Intent | None:
    before, _, digits = said.rpartition(" ")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= DIGITS):
        return None
    langs = frozenset(lang for lang, known in phrases.BEFORE_A_NUMBER.items() if before in known)
    return Intent(word=Word.NUMBER, langs=langs, number=int(digits)) if langs or not before else None


def _reminder(said: str) -> Intent | None:
    wished = spans.wished(said)
    if wished is None:
        return None
    after, lang = wished
    return Intent(word=Word.REMIND, langs=frozenset({lang}), clear=True, after=after or None)


def _language(said: str) -> Intent | None:
    lang = next((found for one in _bared(said) if (found := _named(one)) is not None), None)
    return None if lang is None else Intent(word=Word.LANGUAGE, langs=frozenset({lang}))


def _named(said: str) -> str | None:
    before, _, name = said.rpartition(" ")
    return phrases.LANGUAGES.get(name) if before in phrases.BEFORE_A_LANGUAGE else None
