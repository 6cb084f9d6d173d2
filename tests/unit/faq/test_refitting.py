"""Fitting again after a change: what is known is used, the thresholds stay right, and the matcher is as a fresh one."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from handlers.faq.bank.entries import Entry
from handlers.faq.matching import background, thresholds, written
from handlers.faq.matching.confidence import UNASKED, Curve
from handlers.faq.matching.fitting import Fitting, fit
from handlers.faq.matching.matcher import Matcher
from handlers.faq.matching.model import Model
from handlers.faq.matching.semantic import Semantic
from tests.unit.faq.bank import BANK, entry

FOLDER = Path(__file__).parents[3] / ".cache/model"
CHAT = ("everything is always on fire", "sure", "thanks that worked", "I think the kernel does that by itself")
THINGS = ("bread", "bikes", "trains", "boats", "hens", "goats", "roofs", "doors", "lamps", "keys", "books", "songs")
ASKED = ("how expensive is it to join", "what hapens to the dues I pay", "correct a page of the wiki", "nothing loads")
#: 72 lines: one is less than two in a hundred of them, two are more.
LARGE = tuple(
    entry(thing, *(f"{way} the {thing}" for way in ("where are", "who has", "price of", "repair", "colour of", "sell")))
    for thing in THINGS
)


@dataclass
class Counting:
    """The real model; counts the texts that it was given."""

    model: Model
    texts: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.model.name

    def embed(self, texts: Sequence[str]):
        self.texts += texts
        return self.model.embed(texts)


@pytest.fixture(scope="module")
def loaded() -> Model:
    return Model.load(FOLDER)


@pytest.fixture
def model(loaded, monkeypatch) -> Counting:
    monkeypatch.setattr(background, "chat", lambda: CHAT)
    return Counting(loaded)


@pytest.fixture
def measured(monkeypatch) -> list[Curve]:
    """Each curve that is measured."""
    curves: list[Curve] = []
    real = thresholds.measured

    def noted(*given: object) -> Curve:
        curves.append(real(*given))  # type: ignore[arg-type]
        return curves[-1]

    monkeypatch.setattr(thresholds, "measured", noted)
    return curves


def curve(matcher: Matcher) -> Curve:
    assert isinstance(matcher, Semantic)
    return matcher.curve


def with_line(bank: Sequence[Entry], place: int, line: str) -> tuple[Entry, ...]:
    """The bank with one more phrasing of one entry."""
    changed = entry(bank[place].slug, *(one.text for one in bank[place].questions), line)
    return (*bank[:place], changed, *bank[place + 1 :])


@pytest.mark.parametrize("kept", [False, True])
def test_only_lines_that_are_new_are_embedded(model, tmp_path, kept):
    fitting = Fitting(model=model, folder=tmp_path if kept else None)
    fitting(LARGE)
    model.texts.clear()
    fitting(with_line(LARGE, 3, "who rides the train"))
    assert model.texts == ["who rides the train"]


def test_only_lines_that_are_new_are_taken_apart(monkeypatch):
    fitting = Fitting()
    fitting(LARGE)
    looked_at: list[str] = []
    real = written.written

    def noted(line: str) -> written.Written:
        looked_at.append(line)
        return real(line)

    monkeypatch.setattr(written, "written", noted)
    fitting(with_line(LARGE, 3, "who rides the train"))
    assert looked_at == ["who rides the train"]


@pytest.mark.parametrize("with_model", [False, True])
def test_the_matcher_is_that_of_a_fresh_fit(model, with_model):
    one = model if with_model else None
    fitting = Fitting(model=one)
    for bank in (BANK[:4], with_line(BANK, 1, "something else"), BANK):
        again = fitting(bank)
    fresh = fit(BANK, one, None)
    assert [again.match(text, 7) for text in ASKED] == [fresh.match(text, 7) for text in ASKED]


def test_what_was_removed_is_found_no_more(model):
    fitting = Fitting(model=model)
    fitting(BANK)
    assert "wiki" not in {match.slug for match in fitting(BANK[:4]).match("how do I edit the wiki", 10)}


def test_a_small_change_leaves_the_thresholds(model, measured):
    fitting = Fitting(model=model)
    first = curve(fitting(LARGE))
    assert curve(fitting(with_line(LARGE, 3, "who rides the train"))) == first
    assert len(measured) == 1


def test_small_changes_add_up_until_thresholds_are_measured_again(model, measured):
    fitting, bank = Fitting(model=model), LARGE
    counts = []
    for place in range(4):
        fitting(bank)
        counts.append(len(measured))
        bank = with_line(bank, place, f"number {place} of these")
    assert counts == [1, 1, 2, 2]


def test_taking_lines_away_is_a_change_too(model, measured):
    fitting = Fitting(model=model)
    fitting(LARGE)
    fitting(LARGE[1:])
    assert len(measured) == 2


def test_thresholds_that_were_left_are_not_kept_as_those_of_the_new_bank(model, measured, tmp_path):
    changed = with_line(LARGE, 3, "who rides the train")
    fitting = Fitting(model=model, folder=tmp_path)
    fitting(LARGE)
    fitting(changed)
    Fitting(model=model, folder=tmp_path)(changed)
    assert len(measured) == 2


def test_a_new_line_that_is_like_chat_raises_what_is_needed_to_speak_unasked(model, measured):
    fitting = Fitting(model=model)
    first = curve(fitting(LARGE))
    matcher = fitting(with_line(LARGE, 3, "I think that the kernel does that itself"))
    assert len(measured) == 1
    assert curve(matcher).unasked > first.unasked
    assert matcher.match(CHAT[-1], 1)[0].slug == LARGE[3].slug
    assert matcher.match(CHAT[-1], 1)[0].score < UNASKED
    assert curve(fitting(LARGE)) == first


def test_fits_and_matches_at_the_same_time_are_as_one_after_the_other(model):
    banks = [with_line(LARGE[start:], 0, f"line {start}") for start in range(8)]
    expected = [[fit(bank, model, None).match(text, 5) for text in ASKED] for bank in banks]
    fitting = Fitting(model=model)

    def work(bank: Sequence[Entry]):
        matcher = fitting(bank)
        return [matcher.match(text, 5) for text in ASKED]

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(work, banks * 2))
    for got, wanted in zip(found, expected * 2, strict=True):
        # The curve may be that of nearly the same bank.
        assert [[match.slug for match in one] for one in got] == [[match.slug for match in one] for one in wanted]
