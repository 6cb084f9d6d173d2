"""What is said about the form, in four languages."""

import re
import string
from dataclasses import asdict
from datetime import timedelta

import pytest

from bot.matrix.render import html, plain
from handlers.newcomers.form.sentences import ENGLISH, SENTENCES
from handlers.newcomers.form.state import FormKnown
from handlers.newcomers.form.waiting import YES, offer
from handlers.newcomers.form.wording import back, giving, stopped
from handlers.newcomers.guide.offered import is_yes
from handlers.newcomers.languages import OURS
from tests.support.fakes import START
from tests.unit.newcomers.gates import FORM, desk

WORKS = FormKnown(works=True, measured=START)
FAILS = FormKnown(fails=True, measured=START, evidence="HTTP 503 after 0.3 s")
NOW = START + timedelta(minutes=1)
TITLES = {
    "en": "the registration form",
    "de": "das Anmeldeformular",
    "es": "el formulario de registro",
    "fr": "le formulaire d'inscription",
}
every_language = pytest.mark.parametrize("lang", OURS)


def test_every_language_has_every_sentence_with_the_same_blanks():
    assert set(SENTENCES) == set(OURS)
    for lang in OURS:
        for name, sentence in asdict(SENTENCES[lang]).items():
            assert sentence.strip()
            assert blanks(sentence) == blanks(getattr(ENGLISH, name)), (lang, name)
            assert lang == "en" or sentence != getattr(ENGLISH, name), (lang, name)


def blanks(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@every_language
def test_a_form_that_works_is_given_with_its_time(lang):
    text = giving(WORKS, desk(), lang, NOW)
    assert f"[{TITLES[lang]}]({FORM})" in text
    assert "12:00 UTC" in text


@every_language
def test_the_word_that_takes_the_offer_is_understood_and_is_no_step_of_the_walk(lang):
    (word,) = SENTENCES[lang].offer.split("`")[1::2]
    assert YES[word] == lang
    assert is_yes(word)


@every_language
def test_a_form_that_could_not_be_looked_at_is_given_with_that_doubt(lang):
    text = giving(FormKnown(), desk(), lang, NOW)
    assert f"[{TITLES[lang]}]({FORM})" in text
    assert SENTENCES[lang].unknown.format(url=FORM) == text
    assert "UTC" not in text


@every_language
def test_a_form_that_fails_is_not_given_and_it_is_said_what_was_measured(lang):
    text = giving(FAILS, desk(), lang, NOW)
    assert FORM not in text
    assert "12:00 UTC" in text
    assert "HTTP 503 after 0.3 s." in plain(text)


def test_a_newcomer_learns_that_it_is_not_their_fault_and_may_go_on():
    text = giving(FAILS, desk(), "en", NOW)
    assert "That is nothing you did." in text
    assert "can go on meanwhile" in text


def test_where_there_is_no_walk_none_is_spoken_of():
    alone = desk(walk=False)
    assert "walk" not in giving(FAILS, alone, "en", NOW)
    assert "That is nothing you did." in giving(FAILS, alone, "en", NOW)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("open", "registrations are open (asked at 11:57 UTC)."),
        ("open, by approval", "that somebody has to approve each of them (asked at 11:57 UTC)."),
        ("closed", "registrations are closed (asked at 11:57 UTC). The form may tell more. Ask Ana."),
    ],
)
def test_what_the_mastodon_server_says_is_told_with_its_time(said, expected):
    known = FormKnown(works=True, measured=START, registrations=said, asked=START - timedelta(minutes=3))
    assert giving(known, desk(), "en", NOW).endswith(expected)


@every_language
@pytest.mark.parametrize("said", ["open", "open, by approval", "closed"])
def test_each_of_its_words_has_a_sentence_of_its_own(lang, said):
    known = FormKnown(works=True, measured=START, registrations=said, asked=START)
    others = {
        giving(FormKnown(works=True, measured=START, registrations=one, asked=START), desk(), lang, NOW)
        for one in ("open", "open, by approval", "closed", None)
    }
    assert len(others) == 4
    assert "Mastodon" in giving(known, desk(), lang, NOW)


@pytest.mark.parametrize("said", [None, "maybe"])
def test_where_the_server_does_not_say_nothing_is_said(said):
    known = FormKnown(works=True, measured=START, registrations=said, asked=START)
    assert giving(known, desk(), "en", NOW) == giving(WORKS, desk(), "en", NOW)


def test_a_broken_form_has_no_more_to_tell():
    known = FormKnown(fails=True, measured=START, evidence="HTTP 503", registrations="closed", asked=START)
    assert giving(known, desk(), "en", NOW).endswith("registrations are closed (asked at 12:00 UTC). Ask Ana.")


def test_times_of_another_day_have_their_date():
    known = FormKnown(works=True, measured=START, registrations="open", asked=START - timedelta(days=1))
    text = giving(known, desk(), "en", START + timedelta(hours=13))
    assert "at 2026-05-04 12:00 UTC." in text
    assert "at 2026-05-03 12:00 UTC)" in text


@every_language
@pytest.mark.parametrize(
    "evidence",
    [
        "](https://evil.example) [click](https://evil.example)",
        "<b>@room</b> {url} {0} %s",
        "a\n\n# heading\n- list\n> quote",
        "\u202egnp.exe\u200b",
        "`code` **bold** ~~gone~~ | table",
        "x" * 5000,
        "",
    ],
)
def test_whatever_was_measured_stays_words(lang, evidence):
    text = giving(FormKnown(fails=True, measured=START, evidence=evidence), desk(), lang, NOW)
    shown = html(text)
    assert re.findall(r"<(\w+)", shown) == ["p"]
    assert "\u202e" not in text
    assert "\u200b" not in text
    assert len(plain(text)) < 800


def test_an_address_with_parentheses_is_a_link_all_the_same():
    text = giving(WORKS, desk(form="https://join.example.org/form_(new)?a=1&b=2"), "en", NOW)
    assert '<a href="https://join.example.org/form_%28new%29?a=1&amp;b=2">the registration form</a>' in html(text)


@every_language
def test_without_an_address_people_are_asked(lang):
    text = giving(FormKnown(), desk(form=None), lang, NOW)
    assert text.endswith("Ask Ana.")
    assert "](" not in text


@every_language
def test_who_waited_gets_the_address(lang):
    text = back(WORKS, desk(), lang, NOW)
    assert text.startswith(SENTENCES[lang].back)
    assert f"]({FORM})" in text


@every_language
def test_who_waited_too_long_is_told_whom_to_ask(lang):
    assert stopped(desk(), lang).endswith("Ask Ana.")


def test_who_speaks_another_language_gets_english():
    assert giving(WORKS, desk(), "pt", NOW) == giving(WORKS, desk(), "en", NOW)


@every_language
def test_the_offer_can_be_taken_by_a_tap(lang):
    ask = offer("!chat:example.org", "@ana:example.org", lang, "$asked", START)
    assert (ask.emoji, ask.options, ask.who, ask.memo) == (("✅",), ("yes",), "@ana:example.org", {"lang": lang})
    assert "✅" in ask.text
    assert "?" not in ask.text, "who says yes to a question says it to the walk"
    assert ask.until == START + timedelta(days=1)
    assert len(ask.key) < 255
    assert ask.key != offer("!chat:example.org", "@ana:example.org", lang, "$asked-again", START).key
