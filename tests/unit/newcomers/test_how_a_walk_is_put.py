"""What is said on a walk, in all languages."""

from dataclasses import asdict, replace
from string import Formatter

import pytest

from bot.errors import ConfigError
from bot.matrix.render import html
from handlers.newcomers.desk import Desk
from handlers.newcomers.guide import sentences, wording
from handlers.newcomers.guide.phrases import Word
from handlers.newcomers.guide.said import intent, language
from handlers.newcomers.guide.walking import Note, Tells
from handlers.newcomers.guide.wiring import check, commands
from handlers.newcomers.languages import OURS
from handlers.newcomers.settings import Settings
from tests.support.fakes import START
from tests.unit.newcomers.routes import PLACE, guide, step, steps, walk


def braces(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_all_languages_have_all_sentences_with_the_same_gaps():
    assert set(sentences.SENTENCES) == set(OURS)
    english = asdict(sentences.ENGLISH)
    for lang in OURS:
        for name, text in asdict(sentences.of(lang)).items():
            assert text.strip(), (lang, name)
            assert braces(text) == braces(english[name]), (lang, name)
            assert lang == "en" or name == "stop" or text != english[name], (lang, name)


def test_all_notes_are_sentences():
    for note in Note:
        assert all(wording.note(note, lang) for lang in OURS)


@pytest.mark.parametrize("lang", OURS)
def test_what_is_said_to_be_said_is_understood(lang):
    words = sentences.of(lang)
    for name, word in (("next", Word.NEXT), ("back", Word.BACK), ("stop", Word.STOP)):
        meant = intent(getattr(words, name).strip("`"), "Social.coop")
        assert meant is not None
        assert meant.word is word
        assert lang in meant.langs
    for text in (words.no_such, words.reminder, words.remind_when, words.elsewhere, words.stopped, words.done):
        for code in text.split("`")[1::2]:
            assert code == "join" or intent(code, "Social.coop") is not None, code


@pytest.mark.parametrize(
    ("index", "lang", "line"),
    [
        (0, "en", "Say `next`, `stop` or a step's number, or tap below."),
        (1, "en", "Say `next`, `back`, `stop` or a step's number, or tap below."),
        (3, "en", "This is the last step. Say `back`, `stop` or a step's number, or tap below."),
        (1, "de", "Sag `weiter`, `zurück`, `stopp` oder die Nummer eines Schritts, oder tippe unten."),
        (3, "es", "Este es el último paso. Di `atrás`, `parar` o el número de un paso, o toca abajo."),
        (0, "fr", "Dis `suivant`, `stop` ou le numéro d'une étape, ou touche ci-dessous."),
        (1, "nl", "Say `next`, `back`, `stop` or a step's number, or tap below."),
    ],
)
def test_only_what_makes_sense_is_offered(index, lang, line):
    assert wording.controls(4, index, lang) == line


def test_the_only_step_can_only_be_ended():
    assert wording.controls(1, 0, "en") == "This is the last step. Say `stop`, or tap below."
    assert wording.taps(1, 0) == ("⏹️",)


def test_a_step_is_its_heading_its_text_and_what_to_say():
    assert wording.step(steps(), 1, "de") == (
        "**Schritt 2 von 4: Benehmen**\n\nSei nett.\n\n"
        "Sag `weiter`, `zurück`, `stopp` oder die Nummer eines Schritts, oder tippe unten."
    )
    assert "\n\nIt asks.\n\nHere it is.\n\nSay" in wording.step(steps(), 2, "en", form="Here it is.")


def test_a_step_without_a_translation_is_shown_in_its_first_language():
    assert wording.step(steps(), 3, "de").startswith("**Schritt 4 von 4: Afterwards**\n\nYou wait.\n\n")


def test_the_overview_is_a_numbered_list():
    shown = wording.told(Tells(note=Note.OVERVIEW, lang="en"), walk("conduct"), steps())
    assert html(shown).count("<li>") == 4
    assert "you are here" in shown.splitlines()[3]
    gone = wording.told(Tells(note=Note.OVERVIEW, lang="en"), walk("gone"), steps())
    assert "you are here" not in gone


def test_the_reminder_of_a_step_that_is_gone_speaks_of_the_first():
    assert "step 1 of 4: What it is" in wording.reminder(walk("gone"), steps(), PLACE)


def test_a_reminder_names_its_time():
    assert wording.remind_noted(START, "de") == "Ich erinnere dich hier einmal: 2026-05-04 12:00 UTC."


def problems(settings: dict[str, object], **place: object) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as error:
        check(Settings.model_validate({"guide": settings}), replace(PLACE, **place))  # type: ignore[arg-type]
    return error.value.problems


def test_a_guide_that_leads_nowhere_is_an_error():
    assert problems(guide(), registration_form=None) == (
        "newcomers.guide: there is no registration.form that the walk could lead to; give its address",
    )


def test_all_mistakes_are_told_at_once():
    assert problems(guide(service="form"), registration_form=None) == (
        "newcomers.guide: there is no registration.form that the walk could lead to; give its address",
        "newcomers.guide.service: there is no service 'form'; services has registration",
    )


def test_a_walk_on_which_the_form_is_never_given_is_an_error():
    assert problems(guide(steps=(step("a", {"en": "A"}, {"en": "a"}),), service="form"), services=()) == (
        "newcomers.guide.steps: none of them gives the form's address; write form: true at the one that does",
        "newcomers.guide.service: there is no service 'form'; services is empty",
    )


def test_a_guide_without_mistakes_and_none_at_all_are_fine():
    several = (step("a", {"en": "A"}, {"en": "a"}, form=True), step("b", {"en": "B"}, {"en": "b"}, form=True))
    check(Settings.model_validate({"guide": guide(service="registration", steps=several)}), PLACE)
    check(Settings(), replace(PLACE, registration_form=None))


def test_the_command_is_there_if_there_is_anything_to_join():
    def names(settings: Settings, form: str | None) -> list[str]:
        desk = Desk(settings=settings, place=replace(PLACE, registration_form=form))
        return [command.name for command in commands(desk)]

    assert names(Settings(), None) == []
    assert names(Settings(), "https://example.org") == ["join"]
    assert names(Settings.model_validate({"guide": guide()}), "https://example.org") == ["join"]


@pytest.mark.parametrize(
    ("args", "is_it"),
    [
        *(("", True), ("de", True), ("social.coop", True), ("the co-op please", True), ("us", True)),
        *(("nicht", False), ("me for dinner", False), ("the moderators", False)),
    ],
)
def test_without_a_prefix_the_command_is_one_only_where_it_can_hardly_be_a_question(args, is_it):
    (command,) = commands(Desk(settings=Settings.model_validate({"guide": guide()}), place=PLACE))
    assert command.bare(args) is is_it


def test_nobody_is_asked_for_a_language_that_is_none():
    assert language("please", frozenset()) is None
