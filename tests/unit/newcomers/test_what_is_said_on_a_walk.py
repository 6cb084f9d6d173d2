"""A message → what is meant: words in four languages, numbers, reminders, and the wish to join."""

from datetime import timedelta

import pytest

from handlers.newcomers.guide.phrases import CLEAR, ON_A_WALK, Word
from handlers.newcomers.guide.plain_words import phrases
from handlers.newcomers.guide.said import Intent, intent, language
from handlers.newcomers.guide.spans import REMIND
from handlers.newcomers.guide.wishes import WAYS
from handlers.newcomers.languages import OURS

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def meant(text: str) -> Intent:
    found = intent(text, "Social.coop")
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("word", "texts"),
    [
        (
            Word.NEXT,
            "next|Next!|!next|OK|o.k. next|yes|Yes, please.|go on|*next*|_next_|next please|➡️|👍🏾|let\u2019s go",
        ),
        (Word.NEXT, "weiter|Weiter, bitte!|ja|Ja, weiter|nächster Schritt|NÄCHSTER SCHRITT|alles klar|los geht's"),
        (Word.NEXT, "siguiente|¡Siguiente, por favor!|sí|si|Sí.|vale|de acuerdo|próximo paso|claro que sí"),
        (
            Word.NEXT,
            "suivant|oui|Oui, continue|d\u2019accord|étape suivante|ÉTAPE SUIVANTE|vas-y|suivant s'il te plaît",
        ),
        (Word.BACK, "back|go back|previous|⬅️|zurück|Zurueck|ZURÜCK|einen Schritt zurück|atrás|volver|retour|précédent"),
        (Word.STOP, "stop|STOP!!!|cancel|quit|⏹️|🛑|stopp|abbrechen|hör auf|parar|cancelar|arrête|ça suffit|annuler"),
        (
            Word.AGAIN,
            "again|where am i?|nochmal|noch einmal|wo bin ich?|otra vez|¿dónde estoy?|encore une fois|où suis-je ?",
        ),
        (Word.STEPS, "steps|list the steps|Schritte|Übersicht|pasos|lista de pasos|étapes|toutes les étapes"),
        (Word.NEXT, "skip this step|I've read it"),
        (Word.STOP, "I changed my mind|bye|Ich habe es mir anders überlegt|he cambiado de idea|j'ai changé d'avis"),
        (Word.LANGUAGE, "can we do this in German?|sprichst du Deutsch?|¿hablas español?|tu parles français ?"),
        (Word.LANGUAGE, "english|in German|auf deutsch|Deutsch bitte|español|en español|en français|français"),
    ],
)
def test_words_of_all_languages_are_understood(word, texts):
    for text in texts.split("|"):
        assert meant(text).word is word, text


@pytest.mark.parametrize(
    ("number", "texts"),
    [
        (0, "0"),
        (1, "étape 1|back to step 1"),
        (2, "#2|step 2|Schritt 2|2️⃣|number 2, please"),
        (3, "3|3.|(3)"),
        (4, "go to step 4"),
        (5, "paso 5"),
        (12, "12"),
    ],
)
def test_numbers_are_steps(number, texts):
    for text in texts.split("|"):
        assert (meant(text).word, meant(text).number) == (Word.NUMBER, number), text


@pytest.mark.parametrize(
    "text",
    [
        *("", "   ", "?", "!!!", "🎉", "👋", "123", "1 2", "1.5", "12345678901234567890", "٣", "I read 3 books"),
        *("no", "thanks", "hello", "no quiero", "je ne sais pas", "is it back?", "what is the next step?"),
        *("next week I'm away", "next\n\nto the sea", "stop telling me what to do", "yes but what does it cost"),
        *("weiter oben stand etwas anderes", "remind me what it costs", "remind me of Ana", "next " * 50, "ok " * 100),
    ],
)
def test_what_only_contains_a_word_is_something_else(text):
    assert intent(text, "Social.coop") is None


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("remind me", DAY),
        ("Remind me, please!", DAY),
        ("remind me tomorrow", DAY),
        ("remind me later", DAY),
        ("can you remind me in 2 hours?", 2 * HOUR),
        ("remind me in 2h", 2 * HOUR),
        ("remind me about this in an hour", HOUR),
        ("remind me in 30 minutes", HOUR / 2),
        ("remind me in half an hour", HOUR / 2),
        ("remind me next week", 7 * DAY),
        ("remind me in 14 days", 14 * DAY),
        ("remind me 3d", 3 * DAY),
        ("erinnere mich", DAY),
        ("Erinnere mich bitte morgen daran", DAY),
        ("erinner mich übermorgen", 2 * DAY),
        ("erinnere mich in zwei Stunden", 2 * HOUR),
        ("erinnere mich in einer Woche", 7 * DAY),
        ("recuérdame", DAY),
        ("recuérdamelo mañana", DAY),
        ("recuérdame en 3 días", 3 * DAY),
        ("recuérdame dentro de dos horas", 2 * HOUR),
        ("rappelle-moi", DAY),
        ("rappelle-moi demain, s'il te plaît", DAY),
        ("rappelle-moi dans 3 heures", 3 * HOUR),
        ("rappelle-moi la semaine prochaine", 7 * DAY),
    ],
)
def test_reminders_have_a_time(text, after):
    assert (meant(text).word, meant(text).after) == (Word.REMIND, after)


@pytest.mark.parametrize(
    "text",
    ["remind me in 15 days", "remind me in 0h", "remind me in 5 seconds", "remind me at noon", "remind me in 9999w"],
)
def test_a_reminder_without_a_time_that_can_be_kept_is_unclear(text):
    assert (meant(text).word, meant(text).after) == (Word.REMIND, None)


@pytest.mark.parametrize(
    ("lang", "texts"),
    [
        (
            "en",
            "I'd like to join|I\u2019d like to join.|Id like to join|i want to join|I would love to become a member",
        ),
        (
            "en",
            "Hi! I'd like to join Social.coop, please.|I'm new here. I'd like to sign up|We want to join social.coop",
        ),
        (
            "en",
            "I want an account|hello, I am interested in joining|sign me up|Join!|I'd like to register|I want to apply",
        ),
        (
            "de",
            "Ich möchte beitreten|ich will mitmachen|Hallo, ich würde gern Mitglied werden|Ich hätte gerne ein Konto",
        ),
        ("de", "Ich möchte mich bei Social.coop registrieren|ich moechte bei euch mitmachen|Melde mich bitte an"),
        (
            "es",
            "Quiero unirme|¡Hola! Me gustaría unirme a Social.coop|quisiera ser miembro|Quiero registrarme, por favor",
        ),
        ("es", "quiero una cuenta|me gustaría formar parte de la comunidad|apúntame"),
        ("fr", "Je voudrais m'inscrire|Bonjour, j'aimerais rejoindre Social.coop|je veux devenir membre"),
        ("fr", "je souhaite adhérer"),
        ("fr", "j\u2019aimerais vous rejoindre|je voudrais créer un compte, s'il vous plaît|inscrivez-moi"),
    ],
)
def test_whole_sentences_begin_a_walk(lang, texts):
    for text in texts.split("|"):
        assert (meant(text).word, meant(text).langs) == (Word.START, frozenset({lang})), text


@pytest.mark.parametrize(
    "text",
    [
        "how do I join?",
        "How do I join",
        "can I join?",
        "I'd like to join?",
        "I'd like to join\uff1f",
        "what does it cost to join",
        "I want to join but I can't pay",
        "I don't want to join",
        "I would like to join the moderators",
        "I'd like to know how to join",
        "I joined last week",
        "My friend wants to join",
        "I want to join because I was banned elsewhere",
        "Ich möchte nicht beitreten",
        "wie kann ich beitreten?",
        "Ich möchte wissen, wie ich beitreten kann",
        "no quiero unirme",
        "¿cómo puedo unirme?",
        "quiero saber si puedo unirme",
        "comment puis-je m'inscrire ?",
        "je ne veux pas m'inscrire",
        "I'd like to join. " * 20,
    ],
)
def test_questions_and_other_sentences_begin_none(text):
    assert intent(text, "Social.coop") is None


def test_the_name_of_another_community_is_known_by_the_config():
    assert intent("I'd like to join Gardens United", "Gardens United") is not None
    assert intent("I'd like to join Gardens United", "Social.coop") is None


@pytest.mark.parametrize(
    ("args", "code"), [("de", "de"), ("Deutsch", "de"), ("auf Deutsch", "de"), ("nl", "nl"), ("us", None), ("", None)]
)
def test_a_language_is_known_by_its_name_and_by_the_codes_that_there_are(args, code):
    assert language(args, frozenset({"nl"})) == code


def test_all_languages_have_all_words():
    for word in (Word.NEXT, Word.BACK, Word.STOP, Word.AGAIN, Word.STEPS):
        assert all(ON_A_WALK[word].get(lang) for lang in OURS)
    assert all(written.get(lang) for written in CLEAR.values() for lang in OURS)
    assert set(REMIND) == set(WAYS) == set(OURS)


def test_no_phrase_means_two_things():
    found: dict[str, Word] = {}
    for table in (CLEAR, ON_A_WALK):
        for word, by_language in table.items():
            for phrase in {one for written in by_language.values() for one in phrases(written)}:
                assert found.setdefault(phrase, word) is word, phrase
                assert phrase


def test_words_that_may_mean_something_else_are_not_clear():
    clear = [
        text for text in ("next", "weiter", "back", "stop", "ok", "yes", "fin", "3", "n", "encore") if meant(text).clear
    ]
    assert clear == ["next", "weiter", "back", "stop"]


@pytest.mark.parametrize("unit", ["next ", "a", "I want ", "remind me ", "\ufdfa", "\u0301", "please ", "., "])
def test_long_texts_are_told_apart_by_their_length_alone(unit):
    class Unread(str):
        __slots__ = ()

        def casefold(self) -> str:
            raise AssertionError

    assert intent(Unread(unit * 100_000), "Social.coop") is None
