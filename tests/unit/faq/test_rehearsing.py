"""Lines asked as if they weren't there: like a bank without them, but without making it."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import process
from rapidfuzz.distance import OSA

from handlers.faq.bank.entries import Entry, Phrasing
from handlers.faq.matching import background, calibration
from handlers.faq.matching.fitting import Fitting, fit
from handlers.faq.matching.matcher import Matcher
from handlers.faq.matching.model import Model
from handlers.faq.matching.semantic import Semantic
from handlers.faq.matching.spelling import Spelling, slips
from handlers.faq.matching.vectors import all_products, packed, products, unpacked
from tests.unit.faq.bank import BANK, entry

FOLDER = Path(__file__).parents[3] / ".cache/model"
LINES = [(one.slug, phrasing.text) for one in BANK for phrasing in one.questions]


@pytest.fixture(autouse=True, scope="module")
def chat():
    """Little of it: thousands of lines would have to be embedded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(background, "chat", lambda: ("sure", "thanks that worked"))
        yield


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load(FOLDER)


@pytest.fixture(scope="module")
def matcher(model) -> Semantic:
    made = fit(BANK, model, None)
    assert isinstance(made, Semantic)
    return made


def without(slug: str, text: str) -> list[Entry]:
    """The bank without one phrasing."""
    left = {one.slug: tuple(line for line in one.questions if (one.slug, line.text) != (slug, text)) for one in BANK}
    return [replace(one, questions=left[one.slug]) for one in BANK]


def test_a_phrasing_that_is_left_out_finds_what_a_bank_without_it_finds(matcher, model):
    found = list(matcher.left_out(LINES))
    wanted = [fit(without(*line), model, None).match(line[1], 1)[0] for line in LINES]
    same = [got is not None and got.slug == best.slug for got, best in zip(found, wanted, strict=True)]
    assert sum(same) >= 0.85 * len(LINES)


def test_a_phrasing_that_is_left_out_is_no_evidence_for_its_entry(matcher):
    for (_, text), found in zip(LINES, matcher.left_out(LINES), strict=True):
        assert found is not None
        assert found.phrasing != text
        assert found.score < 1


def test_the_only_phrasing_of_an_entry_leaves_nothing_of_it(model):
    bank = (entry("one", "where is the garden"), entry("two", "who has a drill", "drills to borrow"))
    matcher = fit(bank, model, None)
    assert isinstance(matcher, Semantic)
    [found] = matcher.left_out([("one", "where is the garden")])
    assert found is None or found.score < 0.25


def test_a_look_alike_that_is_left_out_holds_nothing_back(matcher):
    line = "where do I send my invoice"
    [found] = matcher.left_out([("money", line)])
    there = next(match for match in matcher.match(line, 10) if match.slug == "money")
    assert there.look_alike == line
    assert found.look_alike is None


def test_hidden_entries_are_not_found(matcher):
    hidden = {"money", "fee", "join"}
    asked = [line for line in LINES if line[0] in hidden]
    found = [match.slug for match in matcher.hidden(hidden, asked) if match is not None]
    assert len(found) == len(asked)
    assert hidden.isdisjoint(found)


def test_a_line_that_is_not_there_cannot_be_left_out(matcher):
    with pytest.raises(KeyError):
        list(matcher.left_out([("money", "never heard of")]))


@pytest.mark.parametrize("trials", [calibration.hidden, calibration.left_out, calibration.look_alikes])
def test_the_bank_is_measured_with_one_matcher(model, trials):
    fitting, fits = Fitting(model=model), []

    def noted(entries: Iterable[Entry]) -> Matcher:
        fits.append(1)
        return fitting(entries)

    assert list(trials(BANK, noted))
    assert len(fits) == 1


def test_both_ways_of_measuring_ask_the_same_lines(model):
    alone = entry("alone", "a single line", not_=(Phrasing("no such thing"),))
    bank = (*BANK, alone, entry("mute", not_=(Phrasing("nobody asks"),)))
    for trials in (calibration.hidden, calibration.left_out):
        asked = [sorted((one.owner or "", one.text) for one in trials(bank, Fitting(model=m))) for m in (model, None)]
        assert asked[0] == asked[1]


@given(st.lists(st.text("abcdeé", min_size=1, max_size=9), max_size=30), st.text("abcdeé", min_size=1, max_size=10))
def test_a_word_is_corrected_as_if_it_were_held_against_all_that_are_known(known, word):
    expected = word
    if word not in known and len(word) >= 4:
        choices = sorted(one for one in set(known) if len(one) >= 3)
        found = process.extractOne(word, choices, scorer=OSA.distance, score_cutoff=slips(len(word)))
        expected = found[0] if found else word
    assert Spelling(known).corrected(word) == expected


def test_more_words_than_are_kept_are_corrected_all_the_same():
    spelling = Spelling(["money"])
    for number in range(3000):
        word = "".join(chr(ord("a") + int(digit)) for digit in str(10_000 + number))
        assert spelling.corrected(word) == word
    assert spelling.corrected("moneyy") == "money"


@pytest.mark.parametrize(("rows", "vectors"), [(0, 3), (3, 0), (1, 1), (2345, 70)])
def test_products_are_those_of_the_vectors(rows, vectors):
    dice = np.random.default_rng(1)
    left, right = (_unit(dice.normal(size=(count, 384))) for count in (rows, vectors))
    assert np.allclose(unpacked(packed(left)), left, atol=2e-5)
    found = all_products(packed(left), right)
    assert np.allclose(found, right @ left.T, atol=1e-4)
    for vector, row in zip(right[:3], found, strict=False):
        assert np.allclose(products(packed(left), vector), row, atol=1e-5)


def _unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
