"""The answers that ship with the project."""

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.events import Message
from bot.handler import Opened
from handlers import faq
from handlers.faq.bank.entries import Bank
from handlers.faq.bank.reading import read_bank
from handlers.faq.library import Library
from handlers.faq.matching.confidence import SURE
from handlers.faq.settings import Settings
from tests.unit.faq.bank import PLACE, Tables, house, message

ROOT = Path(__file__).parents[3]
LANGUAGES = ("de", "es", "fr")


@pytest.fixture(scope="module")
def bank() -> Bank:
    return read_bank(ROOT / "faq")


@pytest.fixture(scope="module")
def library(bank: Bank) -> Library:
    return Library.of(bank.entries, Settings(), PLACE)


def test_all_78_are_read_without_a_problem(bank):
    assert (bank.problems, bank.warnings, len(bank.entries)) == ((), (), 78)


def test_each_has_a_dozen_phrasings_and_some_in_each_language_and_look_alikes(bank):
    for entry in bank.entries:
        counted = Counter(phrasing.lang for phrasing in entry.questions)
        assert counted["en"] >= 12, entry.slug
        assert min(counted[lang] for lang in LANGUAGES) >= 2, entry.slug
        assert len(entry.not_) >= 5, entry.slug


def test_each_answer_is_short_in_each_language_and_says_where_it_is_from_and_from_when(bank):
    for entry in bank.entries:
        for answer in (entry.body, *entry.translations.values()):
            assert len(answer.split()) <= 80, entry.slug
        assert entry.source, entry.slug
        assert entry.as_of, entry.slug
        assert entry.reviewed is None, "only a person of the community may say so"


def test_translations_lead_to_the_same_places_and_hold_the_same_figures(bank):
    for entry in bank.entries:
        assert set(entry.translations) == set(LANGUAGES), entry.slug
        for answer in entry.translations.values():
            for pattern in (r"\]\(([^)\s]+)\)", r"\{\{(.*?)\}\}"):
                assert sorted(re.findall(pattern, answer)) == sorted(re.findall(pattern, entry.body)), entry.slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Where does all the money go?", "money-where-goes"),
        ("Is this instance based in the US or somewhere else?", "hosting-location"),
        ("What's the Matrix chat thing and should I be on that?", "matrix-chat"),
        ("Are there any coop jobs available to me?", "coop-jobs"),
    ],
)
def test_the_wikis_common_questions_are_answered(library, text, slug):
    best = library.find(text, None)[0]
    assert (best.match.slug, best.match.score >= SURE) == (slug, True)


def test_every_phrasing_finds_its_own_entry(bank, library):
    for entry in bank.entries:
        for phrasing in entry.questions:
            assert library.matcher.match(phrasing.text, 1)[0].slug == entry.slug, phrasing.text


def test_no_look_alike_is_answered_when_asked_by_the_entry_that_must_not(bank, library):
    for entry in bank.entries:
        for line in entry.not_:
            best = library.matcher.match(line.text, 1)
            assert not best or best[0].slug != entry.slug or best[0].score < SURE, line.text


async def test_the_handler_opens_on_it_and_answers():
    place = type(PLACE)(root=ROOT, community="Social.coop", people="Ask people.", registration_form=None)
    opened = faq.HANDLER.open(Settings(grace=timedelta(0)), place)
    assert isinstance(opened, Opened)
    assert opened.problems == ()
    on_message = opened.on[Message]
    (said, *_) = Tables().keep(await on_message(message("Where does all the money go?"), house()))
    assert "less than a third" in said.text
    assert "Source: [Main Page](https://wiki.social.coop/wiki/Main_Page), as of 2024; not yet reviewed." in said.text
