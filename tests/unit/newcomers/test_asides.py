"""What is said beside the steps."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.newcomers.guide import asides
from handlers.newcomers.guide.asides import looks_pasted, resume_line, wants_an_answer
from handlers.newcomers.guide.records import Walk
from handlers.newcomers.settings import Step
from tests.support.fakes import START
from tests.support.house import ANA

STEPS = tuple(
    Step(name=name, title={"en": f"The {name}", "de": f"Das {name}"}, text={"en": "…"})
    for name in ("one", "two", "three")
)
WALK = Walk(person=ANA, room="!chat:example.org", step="two", lang="en", begun=START, touched=START)


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("en", "Our walk waits at step 2 of 3: The two. Say `next` to go on."),
        ("de", "Unser Rundgang wartet bei Schritt 2 von 3: Das two. Sag `weiter`, um weiterzugehen."),
        ("es", "Nuestro recorrido espera en el paso 2 de 3: The two. Di `siguiente` para seguir."),
        ("fr", "Notre parcours attend à l'étape 2 sur 3 : The two. Dis `suivant` pour continuer."),
        ("pt", "Our walk waits at step 2 of 3: The two. Say `next` to go on."),
    ],
)
def test_the_walk_is_brought_to_mind_in_its_language(lang, line):
    assert resume_line(replace(WALK, lang=lang), STEPS) == line


@pytest.mark.parametrize(
    "walk", [replace(WALK, step="three"), replace(WALK, finished=True), replace(WALK, step="gone")]
)
def test_where_nothing_waits_nothing_is_said(walk):
    assert resume_line(walk, STEPS) == ""


def test_every_language_says_everything_and_nothing_is_left_to_fill_in():
    for lang, words in asides.ASIDES.items():
        assert words.pasted, lang
        assert words.only_text, lang
        assert not {"{", "}"} & set(words.pasted + words.only_text + resume_line(replace(WALK, lang=lang), STEPS)), lang


@pytest.mark.parametrize(
    "text",
    [
        "cost?",
        "¿cuánto",
        "Where does the money go",
        "I have no idea what Loomio is",
        "my cousin told me of this",
        "thanks, but how long does it take?",
        "Was kostet das",
        "c'est cher pour moi",
    ],
)
def test_questions_and_statements_want_an_answer(text):
    assert wants_an_answer(text)


@pytest.mark.parametrize(
    "text",
    [
        "thanks!",
        "Thank you so much for your help",
        "ok, got it",
        "hm",
        "hello",
        "guten Morgen",
        "Vielen Dank, das war sehr hilfreich",
        "muchas gracias por la ayuda",
        "merci beaucoup, c'est très bien",
        "👍",
        "…",
        "",
        "https://example.org/?a=b",
        "tschüss dann",
    ],
)
def test_thanks_and_the_like_want_none(text):
    assert not wants_an_answer(text)


def test_what_is_as_long_as_an_application_looks_pasted():
    assert looks_pasted("a" * 281)
    assert not looks_pasted("a" * 280)


@given(st.text())
def test_no_text_makes_it_fail(text):
    assert wants_an_answer(text) in {True, False}
