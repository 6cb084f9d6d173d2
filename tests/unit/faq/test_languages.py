"""The bot answers in the language that it was asked in, as far as it speaks it."""

from dataclasses import fields, replace
from string import Formatter

import pytest

from bot.actions import Ask
from handlers.faq import on_chosen, on_message
from handlers.faq.answering import wording
from handlers.faq.answering.language import spoken
from handlers.faq.answering.live import Live
from handlers.faq.answering.manners import distress_in
from handlers.faq.answering.sentences import ENGLISH, SENTENCES, Sentences
from handlers.faq.bank.entries import Phrasing
from handlers.faq.library import Library
from handlers.faq.settings import Settings
from tests.support.fakes import START
from tests.unit.faq.bank import PLACE, Tables, entry, house, message
from tests.unit.faq.test_answering import chosen, only

MONEY = entry(
    "money",
    "Where does all the money go?",
    "what do you do with the fees",
    source="https://example.org/wiki/Main_Page",
    as_of="2024-05",
    translations={"de": "Für gute Zwecke.", "es": "A buenas causas."},
)
GERMAN = Phrasing("Wohin geht das ganze Geld?", "de")
FRENCH = Phrasing("Où va tout l'argent ?", "fr")
OTHERS = (entry("fee", "How much is the fee?"), entry("rules", "Is there a code of conduct?"))


def library() -> Library:
    money = replace(MONEY, questions=(*MONEY.questions, GERMAN, FRENCH))
    return Library.of((money, *OTHERS), Settings(), PLACE)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("where is the office of this co-op", "en"),
        ("Wo ist denn das Büro?", "de"),
        ("¿Dónde está la oficina y quién tiene la llave?", "es"),
        ("Où est le bureau et qui a les clés ?", "fr"),
        ("zebra", "en"),
        ("die", "en"),
        ("", "en"),
        ("ما هو القمر", "en"),
        ("ich will nicht mehr leben", "de"),
    ],
)
def test_a_few_words_tell_the_language(text, lang):
    assert spoken(text) == lang


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("I want to die", "en"),
        ("Ich will sterben", "de"),
        ("ya no puedo más", "es"),
        ("je veux mourir", "fr"),
        ("x " * 3000 + "I want to die" + " y" * 2000, "en"),
        ("my app is dying", None),
    ],
)
def test_distress_is_heard_in_each_language_wherever_it_stands(text, lang):
    assert distress_in(text) == lang


@pytest.mark.parametrize("lang", sorted(SENTENCES))
@pytest.mark.parametrize("name", [field.name for field in fields(Sentences)])
def test_each_language_has_each_sentence_with_the_same_things_in_it(lang, name):
    def filled_in(sentence: str) -> set[str]:
        return {field for _, field, _, _ in Formatter().parse(sentence) if field}

    sentence = getattr(SENTENCES[lang], name)
    assert sentence.strip()
    assert filled_in(sentence) == filled_in(getattr(ENGLISH, name))


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("de", "Für gute Zwecke.\n\nQuelle: {page}, Stand 2024-05; noch nicht geprüft."),
        ("fr", "About money.\n\nSource : {page}, à la date du 2024-05 ; pas encore relu."),
        ("pt", "About money.\n\nSource: {page}, as of 2024-05; not yet reviewed."),
    ],
)
def test_what_isnt_translated_is_given_as_it_is_with_its_source_in_the_askers_language(lang, text):
    page = "[Main Page](https://example.org/wiki/Main_Page)"
    assert wording.answer(MONEY, Live(), lang) == text.format(page=page)


async def test_the_phrasing_that_matched_tells_the_language_of_the_answer():
    said = only(await on_message(library(), message("wohin geht das ganze Geld"), house()))
    assert said.text.startswith("Für gute Zwecke.\n\nQuelle:")


async def test_titles_to_choose_from_are_in_the_askers_language_and_so_is_the_answer_that_is_chosen():
    bank = library()
    tables = Tables()
    (ask,) = tables.keep(await on_message(bank, message("Geld ganze Frage Haus Zaun Baum Hof"), house(tables)))
    assert isinstance(ask, Ask)
    assert ask.text.startswith("Ich bin nicht sicher.")
    assert "1. Wohin geht das ganze Geld?" in ask.text
    said = only(await on_chosen(bank, replace(chosen(0, []), memo=ask.memo), house(tables)))
    assert said.text.startswith("Für gute Zwecke.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Wo ist die nächste Sternwarte und wer macht das?", "Darauf weiß ich keine Antwort."),
        ("Ich will nicht mehr leben", "Das tut mir leid"),
        ("no quiero vivir", "Lo siento"),
        ("je veux mourir", "Je suis désolé"),
    ],
)
async def test_the_bots_own_sentences_are_in_the_askers_language(text, said):
    decision = await on_message(library(), message(text), house())
    assert only(decision).text.startswith(said)


def test_a_correction_and_a_link_are_said_in_the_language_of_the_answer():
    assert wording.corrected("Ja.", START, "de") == "Ja.\n\n(Diese Antwort wurde um 2026-05-04 12:00 UTC berichtigt.)"
    assert wording.given_before(MONEY, "!r", "$e", "es").startswith("Esto lo he contestado aquí hace un momento: [")
