"""The walk as a machine: where somebody is and what they say → what happens. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handlers.newcomers.guide.phrases import Word
from handlers.newcomers.guide.records import Walk
from handlers.newcomers.guide.said import Intent
from handlers.newcomers.languages import ENGLISH
from handlers.newcomers.settings import Step


class Note(StrEnum):
    """What is said beside a step, or in the place of one: names of sentences."""

    CHANGED = "changed"
    NOT_TRANSLATED = "not_translated"
    FIRST_ALREADY = "first_already"
    NO_SUCH = "no_such"
    OVERVIEW = "overview"
    REMIND_WHEN = "remind_when"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shows:
    """A step is shown, counted from 0, in this language; with a note before it."""

    index: int
    lang: str
    note: Note | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tells:
    """Something else is said, and they stay where they are. `number` is the step that they asked for."""

    note: Note
    lang: str
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminds:
    """They will be reminded."""

    at: datetime
    lang: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The walk is over. `finished`: they had seen the last step."""

    finished: bool
    lang: str


Turn = Shows | Tells | Reminds | Ends


def position(name: str, steps: Sequence[Step]) -> int | None:
    """Where the step with this name is, counted from 0; None where the config has it no more."""
    return next((index for index, step in enumerate(steps) if step.name == name), None)


def turn(walk: Walk, intent: Intent, steps: Sequence[Step], now: datetime) -> Turn:
    """What happens when somebody on a walk says this."""
    lang = language_after(walk.lang, intent, steps)
    match intent.word:
        case Word.STOP:
            return Ends(finished=walk.finished, lang=lang)
        case Word.REMIND if intent.after is not None:
            return Reminds(at=now + intent.after, lang=lang)
        case Word.REMIND:
            return Tells(note=Note.REMIND_WHEN, lang=lang)
        case Word.STEPS:
            return Tells(note=Note.OVERVIEW, lang=lang)
        case Word.NUMBER if not 1 <= intent.number <= len(steps):
            return Tells(note=Note.NO_SUCH, lang=lang, number=intent.number)
        case Word.NUMBER:
            return Shows(index=intent.number - 1, lang=lang)
        case _:
            at = position(walk.step, steps)
            return Shows(index=0, lang=lang, note=Note.CHANGED) if at is None else _from(at, lang, intent, len(steps))


def _from(at: int, lang: str, intent: Intent, count: int) -> Turn:
    """On from this step."""
    match intent.word:
        case Word.NEXT if at == count - 1:
            return Ends(finished=True, lang=lang)
        case Word.NEXT:
            return Shows(index=at + 1, lang=lang)
        case Word.BACK if at == 0:
            return Tells(note=Note.FIRST_ALREADY, lang=lang)
        case Word.BACK:
            return Shows(index=at - 1, lang=lang)
        case Word.LANGUAGE if lang not in intent.langs:
            return Shows(index=at, lang=lang, note=Note.NOT_TRANSLATED)
        case _:
            return Shows(index=at, lang=lang)


def language_after(lang: str, intent: Intent, steps: Sequence[Step]) -> str:
    """The language that goes on: theirs, if it is plain which one that is and there are steps in it."""
    if lang in intent.langs:
        return lang
    there = intent.langs & translations(steps)
    return next(iter(there)) if len(there) == 1 else lang


def translations(steps: Sequence[Step]) -> frozenset[str]:
    """The languages that at least one step has a text in."""
    return frozenset(lang for step in steps for lang in step.text)


def first_language(wanted: str | None, steps: Sequence[Step]) -> str:
    """The language to begin in: theirs if there are steps in it, else English, else the steps' first."""
    there = translations(steps)
    first = next(iter(steps[0].text))
    return wanted if wanted in there and wanted is not None else ENGLISH if ENGLISH in there else first
