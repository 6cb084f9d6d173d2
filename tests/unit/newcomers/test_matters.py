"""Which messages are about what is somebody's own and only people can decide, and which only look so."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.faq.bank.reading import read_bank
from handlers.newcomers.people.matters import _LANGUAGES, Matter, matter_in
from handlers.newcomers.people.words import LONGEST, plain
from tests.unit.newcomers.what_people_say import NEITHER, THEIRS


@pytest.mark.parametrize(("text", "matter", "lang"), THEIRS)
def test_what_only_people_can_decide_is_known_and_so_is_its_language(text, matter, lang):
    assert matter_in(text) == (matter, lang)


@pytest.mark.parametrize("text", NEITHER)
def test_general_questions_and_what_others_have_are_left_alone(text):
    assert matter_in(text) is None


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


@given(st.text())
def test_no_text_makes_it_fail(text):
    assert matter_in(text) is None or matter_in(text)
    assert plain(plain(text)) == plain(text)
