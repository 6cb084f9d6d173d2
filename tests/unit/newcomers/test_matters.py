"""Which messages are about what is somebody's own and only people can decide, and which only look so."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.faq.answering.manners import _DISTRESS, is_distress
from handlers.faq.bank.reading import read_bank
from handlers.newcomers.people import danger, matters
from handlers.newcomers.people.danger import in_danger
from handlers.newcomers.people.matters import _LANGUAGES, Matter, matter_in
from handlers.newcomers.people.words import LONGEST, plain
from tests.unit.newcomers.spelled_out import spelled_out
from tests.unit.newcomers.what_people_say import NEITHER, THEIRS


@pytest.mark.parametrize(("text", "matter", "lang"), THEIRS)
def test_what_only_people_can_decide_is_known_and_so_is_its_language(text, matter, lang):
    assert matter_in(text) == (matter, lang)


@pytest.mark.parametrize("text", NEITHER)
def test_general_questions_and_what_others_have_are_left_alone(text):
    assert matter_in(text) is None


DISTRESS = [text for pattern in _DISTRESS.values() for text in spelled_out(pattern)]


def test_who_may_be_in_danger_is_left_to_those_who_answer_that_whatever_else_they_say():
    assert len(DISTRESS) > 50
    assert all(map(is_distress, DISTRESS))
    for text in DISTRESS:
        assert in_danger(text), text
        for joined in (text, f"my payment failed and I was banned. {text}", "my payment failed. " * 200 + text):
            assert matter_in(joined) is None, joined


def test_without_that_care_they_would_be_told_whom_to_ask(monkeypatch):
    monkeypatch.setattr(matters, "in_danger", lambda _: False)
    assert matter_in("my payment failed and I want to die") == (Matter.PAYMENT, "en")


def test_no_look_alike_of_the_shipped_answers_is_taken_for_a_matter():
    bank = read_bank(Path(__file__).parents[3] / "faq")
    assert [line.text for entry in bank.entries for line in entry.not_ if matter_in(line.text)] == []
    theirs = {entry.slug for entry in bank.entries for line in entry.questions if matter_in(line.text)}
    assert theirs == {"registration-status", "payment-admin", "eligibility", "report-abuse", "code-of-conduct"}


def test_what_is_quoted_and_what_is_code_isnt_theirs():
    assert matter_in("> my payment failed\nwhat did Bob mean?") is None
    assert matter_in("`my payment failed` is what the log says") is None


def test_only_the_first_part_of_a_long_text_is_read():
    assert matter_in("ha " * LONGEST + "my payment failed") is None


def test_no_pattern_repeats_without_a_limit():
    for module in _LANGUAGES.values():
        tables = [getattr(module, matter.name) for matter in Matter]
        assert not {"*", "+"} & set("".join([*tables, *module.WORDS.values()]))
    assert "+" not in danger.WORDS.pattern


@given(st.text())
def test_no_text_makes_it_fail(text):
    assert matter_in(text) is None or matter_in(text)
    assert plain(plain(text)) == plain(text)
