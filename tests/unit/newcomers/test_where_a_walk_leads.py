"""The walk as a machine: a step and a word → what happens."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.newcomers.guide.phrases import Word
from handlers.newcomers.guide.said import Intent
from handlers.newcomers.guide.walking import Ends, Note, Reminds, Shows, Tells, first_language, turn
from tests.support.fakes import START
from tests.unit.newcomers.routes import ROUTE, step, steps, walk

ENGLISH = frozenset({"en"})


def said(word: Word, **more: object) -> Intent:
    return replace(Intent(word=word, langs=ENGLISH), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("at", "intent", "happens"),
    [
        ("what", said(Word.NEXT), Shows(index=1, lang="en")),
        ("what", said(Word.BACK), Tells(note=Note.FIRST_ALREADY, lang="en")),
        ("what", said(Word.AGAIN), Shows(index=0, lang="en")),
        ("what", said(Word.START), Shows(index=0, lang="en")),
        ("what", said(Word.STOP), Ends(finished=False, lang="en")),
        ("the-form", said(Word.NEXT), Shows(index=3, lang="en")),
        ("the-form", said(Word.BACK), Shows(index=1, lang="en")),
        ("after", said(Word.NEXT), Ends(finished=True, lang="en")),
        ("after", said(Word.BACK), Shows(index=2, lang="en")),
        ("after", said(Word.NUMBER, number=1), Shows(index=0, lang="en")),
        ("what", said(Word.NUMBER, number=4), Shows(index=3, lang="en")),
        ("what", said(Word.NUMBER, number=0), Tells(note=Note.NO_SUCH, lang="en", number=0)),
        ("what", said(Word.NUMBER, number=5), Tells(note=Note.NO_SUCH, lang="en", number=5)),
        ("what", said(Word.STEPS), Tells(note=Note.OVERVIEW, lang="en")),
        ("what", said(Word.REMIND), Tells(note=Note.REMIND_WHEN, lang="en")),
        ("what", said(Word.REMIND, after=timedelta(hours=2)), Reminds(at=START + timedelta(hours=2), lang="en")),
        ("gone", said(Word.NEXT), Shows(index=0, lang="en", note=Note.CHANGED)),
        ("gone", said(Word.BACK), Shows(index=0, lang="en", note=Note.CHANGED)),
        ("gone", said(Word.AGAIN), Shows(index=0, lang="en", note=Note.CHANGED)),
        ("gone", said(Word.NUMBER, number=2), Shows(index=1, lang="en")),
        ("gone", said(Word.STOP), Ends(finished=False, lang="en")),
    ],
)
def test_a_word_leads_on(at, intent, happens):
    assert turn(walk(at), intent, steps(), START) == happens


def test_who_has_seen_the_last_step_has_finished_wherever_they_stop():
    assert turn(walk("what", finished=True), said(Word.STOP), steps(), START) == Ends(finished=True, lang="en")


def test_the_only_step_is_the_first_and_the_last():
    only = steps(ROUTE[0])
    assert turn(walk(), said(Word.NEXT), only, START) == Ends(finished=True, lang="en")
    assert turn(walk(), said(Word.BACK), only, START) == Tells(note=Note.FIRST_ALREADY, lang="en")


@pytest.mark.parametrize(
    ("lang", "langs", "then"),
    [
        ("en", {"de"}, "de"),
        ("de", {"en"}, "en"),
        ("en", {"en", "de"}, "en"),
        ("de", {"en", "de", "es", "fr"}, "de"),
        ("en", set(), "en"),
        ("en", {"fr"}, "en"),  # no step has it
        ("en", {"es", "fr"}, "en"),
        ("es", {"en", "de"}, "es"),  # which of them isn't plain
    ],
)
def test_the_language_follows_the_word_where_that_is_plain(lang, langs, then):
    spoken = Intent(word=Word.NEXT, langs=frozenset(langs))
    assert turn(walk(lang=lang), spoken, steps(), START) == Shows(index=1, lang=then)


def test_a_language_is_asked_for():
    german = Intent(word=Word.LANGUAGE, langs=frozenset({"de"}))
    assert turn(walk("conduct"), german, steps(), START) == Shows(index=1, lang="de")
    french = Intent(word=Word.LANGUAGE, langs=frozenset({"fr"}))
    assert turn(walk("conduct"), french, steps(), START) == Shows(index=1, lang="en", note=Note.NOT_TRANSLATED)


@pytest.mark.parametrize(("wanted", "begins"), [(None, "en"), ("de", "de"), ("fr", "en"), ("en", "en")])
def test_a_walk_begins_in_a_language_of_the_steps(wanted, begins):
    assert first_language(wanted, steps()) == begins


def test_without_english_it_begins_in_the_first_language():
    dutch = steps(step("wat", {"nl": "Wat"}, {"nl": "Wij", "de": "Wir"}))
    assert first_language(None, dutch) == "nl"
    assert first_language("de", dutch) == "de"
