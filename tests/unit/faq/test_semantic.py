"""Matching with the model: small banks, look-alikes, what is kept, and that nothing makes it fail."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from handlers.faq.bank.entries import Phrasing
from handlers.faq.matching import background
from handlers.faq.matching.confidence import NEAR, SURE, UNASKED, Curve
from handlers.faq.matching.fitting import Fitting, fit
from handlers.faq.matching.kept import keep, kept
from handlers.faq.matching.lexical import Lexical
from handlers.faq.matching.model import Model
from handlers.faq.matching.semantic import Semantic
from tests.unit.faq.bank import BANK, entry

FOLDER = Path(__file__).parents[3] / ".cache/model"
CHAT = (
    "everything is always on fire",
    "to school",
    "i think the kernel does that",
    "sure",
    "brb",
    "thanks that worked",
)

OTHER = Curve(near=0.1, sure=0.2, unasked=0.3, top=9)


@dataclass
class Counting:
    """The real model; counts the texts that it was given."""

    model: Model = field(default_factory=lambda: Model.load(FOLDER))
    count: int = 0

    @property
    def name(self):
        return self.model.name

    def embed(self, texts):
        self.count += len(texts)
        return self.model.embed(texts)


@pytest.fixture(scope="module")
def loaded():
    return Model.load(FOLDER)


@pytest.fixture
def model(loaded, monkeypatch):
    monkeypatch.setattr(background, "chat", lambda: CHAT)
    return Counting(loaded)


@pytest.fixture
def matcher(model):
    return fit(BANK, model, None)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("what happens to the dues I pay", "money"),
        ("how expensive is it to join", "fee"),
        ("I'd like to sign up", "join"),
        ("correct a page of the wiki", "wiki"),
        ("nothing loads, is the site broken", "down"),
        ("waht are teh rulse here", "rules"),
    ],
)
def test_what_means_the_same_is_found_in_other_words(matcher, text, slug):
    assert matcher.match(text)[0].slug == slug


def test_a_phrasing_word_for_word_is_certain(matcher):
    best = matcher.match("  WHERE does all the money go ")[0]
    assert (best.slug, best.score, best.phrasing) == ("money", 1.0, "Where does all the money go?")


def test_a_look_alike_holds_its_entry_back(matcher):
    found = next(match for match in matcher.match("where do I send my invoice", 10) if match.slug == "money")
    assert found.look_alike == "where do I send my invoice"
    assert found.score < NEAR


def test_the_language_of_the_nearest_phrasing_is_told(model):
    lines = (Phrasing("where is the server"), Phrasing("wo steht der Server", "de"))
    matcher = fit([_with("place", lines)], model, None)
    assert matcher.match("wo steht denn der Server")[0].lang == "de"


def test_a_phrasing_that_two_entries_share_is_certain_for_neither(model):
    matcher = fit([entry(slug, "how does it work at all") for slug in ("one", "two")], model, None)
    assert all(match.score < SURE for match in matcher.match("how does it work at all"))


def test_few_words_are_never_enough_to_speak_unasked(matcher):
    assert all(match.score < UNASKED for match in matcher.match("is there a membership"))


@pytest.mark.parametrize("bank", [(), BANK[:1], BANK[:2], (entry("a", "x"),), (entry("a", "😀"), entry("b", "😀"))])
def test_any_small_bank_can_be_fitted_and_asked(model, bank):
    matcher = fit(bank, model, None)
    for text in ("where does the money go", "x", "😀", ""):
        assert all(0 <= match.score <= 1 for match in matcher.match(text))


@pytest.mark.parametrize(
    "text",
    ["", " ", "😀", "???", "```code```", "https://example.org", "\x00", "\ud800", "قهوة", "a" * 65_536, "ab " * 30_000],
)
def test_no_text_makes_it_fail(matcher, text):
    assert all(match.score < SURE for match in matcher.match(text))


def test_scores_fall_and_limit_is_how_many_come_back(matcher):
    found = matcher.match("what does the membership fee pay for", 10)
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)
    assert [len(matcher.match("the member wiki money rules", limit)) for limit in (0, 1, 3)] == [0, 1, 3]


def test_the_same_bank_gives_the_same_matches(model):
    text = "where does my fee end up"
    assert fit(BANK, model, None).match(text, 7) == fit(BANK, model, None).match(text, 7)


def test_without_a_model_words_and_letters_are_compared():
    assert isinstance(fit(BANK, None, None), Lexical)


def test_what_was_embedded_once_is_kept(model, tmp_path):
    first = Fitting(model=model, folder=tmp_path)(BANK)
    count = model.count
    assert count == len({*_texts(BANK), *CHAT})
    again = Fitting(model=model, folder=tmp_path)((*BANK, entry("new", "something new altogether")))
    assert model.count == count + 1
    assert first.match("where's the money")[0].slug == again.match("where's the money")[0].slug == "money"


def test_thresholds_are_kept_for_the_same_bank_alone(model, tmp_path, monkeypatch):
    first = fit(BANK, model, tmp_path)
    assert isinstance(first, Semantic)
    monkeypatch.setattr("handlers.faq.matching.thresholds.measured", lambda *_: OTHER)
    kept_one = fit(BANK, model, tmp_path)
    assert isinstance(kept_one, Semantic)
    assert kept_one.curve == first.curve
    other = fit(BANK[:4], model, tmp_path)
    assert isinstance(other, Semantic)
    assert other.curve == OTHER


def test_a_cache_that_was_damaged_is_made_again(model, tmp_path):
    before = fit(BANK, model, tmp_path).match("where's the money")
    for file in tmp_path.iterdir():
        file.write_bytes(file.read_bytes()[:-7])
    count = model.count
    assert fit(BANK, model, tmp_path).match("where's the money") == before
    assert model.count > count + len(CHAT)


def test_whatever_whole_file_is_found_in_the_cache_is_survived(model, tmp_path):
    fit(BANK, model, tmp_path)
    for file in list(tmp_path.iterdir()):
        keep(tmp_path, file.name, b"PK\x03\x04 no archive")
        assert kept(tmp_path, file.name) == b"PK\x03\x04 no archive"
    assert fit(BANK, model, tmp_path).match("where's the money")[0].slug == "money"


def test_a_cache_that_cannot_be_written_is_done_without(model, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    assert fit(BANK, model, blocked / "cache").match("where's the money")[0].slug == "money"


def test_nothing_is_left_beside_what_is_kept(model, tmp_path):
    fit(BANK, model, tmp_path)
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(".")]


def test_the_chat_that_ships_is_there_whole():
    lines = background.chat()
    assert len(lines) == 4000
    assert all(line.strip() for line in lines)


def test_embeddings_that_are_kept_are_near_enough_to_those_that_were_made(model, tmp_path):
    fresh, stored = (fit(BANK, model, tmp_path) for _ in range(2))
    made, read = ([match.score for match in one.match("how do I pay for it", 7)] for one in (fresh, stored))
    assert np.allclose(made, read, atol=1e-3)


def _with(slug, lines):
    return type(BANK[0])(slug=slug, questions=lines, body="About it.")


def _texts(bank):
    return (line.text for one in bank for line in (*one.questions, *one.not_))
