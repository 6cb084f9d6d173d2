"""What newcomers are told as it is shipped: short, in four languages, with the hedges of its sources."""

import re
from pathlib import Path

import pytest

from bot.config import Config, load
from handlers import ALL
from handlers.newcomers.settings import GuideSettings, Settings

ROOT = Path(__file__).parents[3]
LANGUAGES = {"en", "de", "es", "fr"}
#: A sentence, its end included. Abbreviations with full stops are few, and would only make texts look longer.
_SENTENCE = re.compile(r"[^.!?:]+[.!?:]+(?=\s|$)")


@pytest.fixture(scope="module")
def config() -> Config:
    sections = {handler.name: handler.settings for handler in ALL}
    return load(ROOT / "config.yaml", sections, env={"STEWARD_PASSWORD": "none is needed"})


@pytest.fixture(scope="module")
def settings(config: Config) -> Settings:
    found = config.sections["newcomers"]
    assert isinstance(found, Settings)
    return found


@pytest.fixture(scope="module")
def guide(settings: Settings) -> GuideSettings:
    assert settings.guide is not None
    return settings.guide


def test_the_steps_and_which_of_them_has_the_form(guide):
    names = ["what-it-is", "code-of-conduct", "membership", "accounts", "the-form", "what-next"]
    assert [step.name for step in guide.steps] == names
    assert [step.name for step in guide.steps if step.form] == ["the-form"]


def test_all_is_said_in_every_language_with_the_same_links(guide, settings):
    people = settings.people
    matters = (people.application, people.payment, people.age, people.conflict)
    for words in (*(step.title for step in guide.steps), *(step.text for step in guide.steps), *matters):
        assert set(words) == LANGUAGES
        links = {lang: sorted(re.findall(r"\]\(([^)]+)\)", text)) for lang, text in words.items()}
        assert len({tuple(found) for found in links.values()}) == 1, links


def test_no_text_is_long(guide, settings):
    people = settings.people
    texts = [step.text for step in guide.steps]
    for words in (*texts, people.application, people.payment, people.age, people.conflict):
        for text in words.values():
            assert len(text.split()) <= 95, text
            if "\n" not in text:
                assert len(_SENTENCE.findall(re.sub(r"\([^)]*\)", "", text))) <= 6, text


def test_no_step_gives_the_forms_address_itself(guide, config):
    host = config.registration.form.split("/")[2]
    assert not any(host in text for step in guide.steps for text in step.text.values())


@pytest.mark.parametrize(
    ("name", "hedges"),
    [
        ("membership", ["As of about 2020", "I don't know the current figure"]),
        ("the-form", ["As of 2023", "I never ask for applications"]),
        ("what-next", ["I don't know how long it takes", "appears to be the official account"]),
    ],
)
def test_the_hedges_of_the_sources_are_kept(guide, name, hedges):
    (step,) = (step for step in guide.steps if step.name == name)
    assert all(hedge in step.text["en"] for hedge in hedges)
    years = {lang: sorted(re.findall(r"\b20\d\d\b", text)) for lang, text in step.text.items()}
    assert len({tuple(found) for found in years.values()}) == 1, years


def test_the_answers_under_which_the_walk_can_begin_are_there_and_say_so(guide):
    for slug in guide.under:
        text = (ROOT / "faq" / f"{slug}.md").read_text()
        assert text.count("👋") == text.count("`!join`") == len(LANGUAGES), slug
