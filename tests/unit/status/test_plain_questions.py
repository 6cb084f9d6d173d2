"""Which sentences ask how a service is, and which say that it fails here too."""

import time

import pytest

from handlers.status.asking import grammar, phrases
from handlers.status.asking.names import LONGEST, mentioned, near, pick
from tests.unit.status.scenes import PLACE


def asked(text: str) -> tuple[str | None, list[str]]:
    named, services = mentioned(text, PLACE.services)
    return grammar.language(named), [service.name for service in services]


@pytest.mark.parametrize(
    ("text", "lang", "services"),
    [
        ("is the wiki down?", "en", ["wiki"]),
        ("wiki down?", "en", ["wiki"]),
        ("Is the Wiki still down for anyone else?", "en", ["wiki"]),
        ("the wiki is slow", "en", ["wiki"]),
        ("hi all, why is the wiki so slow today", "en", ["wiki"]),
        ("does the wiki work?", "en", ["wiki"]),
        ("can anyone else reach the wiki?", "en", ["wiki"]),
        ("i can\u2019t open the wiki", "en", ["wiki"]),
        ("is there a problem with the wiki?", "en", ["wiki"]),
        ("status of the wiki", "en", ["wiki"]),
        ("what's wrong with Mastodon?", "en", ["mastodon"]),
        ("is https://social.example/about down?", "en", ["mastodon"]),
        ("is social.example down or is it just me?", "en", ["mastodon"]),
        ("are Mastodon and the wiki down?", "en", ["mastodon", "wiki"]),
        ("does anyone know if the wiki is back?", "en", ["wiki"]),
        ("is it down?", "en", []),
        ("ist das Wiki gerade down?", "de", ["wiki"]),
        ("geht das Wiki bei euch?", "de", ["wiki"]),
        ("Das Wiki lädt nicht", "de", ["wiki"]),
        ("was ist denn mit dem Wiki los?", "de", ["wiki"]),
        ("¿Está caída la wiki?", "es", ["wiki"]),
        ("la wiki no funciona", "es", ["wiki"]),
        ("¿qué pasa con la wiki?", "es", ["wiki"]),
        ("le wiki est en panne ?", "fr", ["wiki"]),
        ("le wiki ne marche pas", "fr", ["wiki"]),
        ("est-ce que le wiki est en panne ?", "fr", ["wiki"]),
        ("y a-t-il un problème avec le wiki ?", "fr", ["wiki"]),
    ],
)
def test_plain_questions_in_four_languages_are_understood(text, lang, services):
    assert asked(text) == (lang, services)


@pytest.mark.parametrize(
    "text",
    [
        "how do I get a wiki account?",
        "is the wiki open source?",
        "can anyone use the wiki?",
        "can people access Mastodon",
        "I wrote it down in the wiki",
        "who runs Mastodon?",
        "the wiki is great",
        "is Mastodon free?",
        "when is the wiki meeting",
        "can I use Mastodon on my phone",
        "is the wiki moderated well",
        "is the wiki down the road from the other wiki that we had in the year before last?",
        "",
        "?",
    ],
)
def test_whatever_else_is_said_of_a_service_is_left_to_others(text):
    assert asked(text)[0] is None


@pytest.mark.parametrize(
    ("text", "question"), [("is it down", True), ("wiki down?", True), ("the wiki is down", False), ("geht es", True)]
)
def test_asking_is_told_from_telling(text, question):
    assert grammar.is_question(text, mentioned(text, PLACE.services)[0]) is question


def too(text: str) -> str | None:
    return grammar.too(mentioned(text, PLACE.services)[0])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("it's down for me too", "too"),
        ("can't load it either", "too"),
        ("down for me too", "too"),
        ("Mastodon is down for me as well", "too"),
        ("yes, it doesn't work for me either", "too"),
        ("wiki doesn't work for me", "too"),
        ("not working here either", "too"),
        ("bei mir geht es auch nicht", "too"),
        ("a mí tampoco me carga", "too"),
        ("ça marche pas chez moi non plus", "too"),
        ("me too", "likewise"),
        ("bei mir auch", "likewise"),
        ("pareil", "likewise"),
        ("a mí tampoco", "likewise"),
        ("Same here!", "same"),
        ("+1", "same"),
        ("it works for me", None),
        ("it's not down for me", None),
        ("is it down for you too?", None),
        ("me too, I love cats", None),
        ("fine here", None),
        ("the lift doesn't work for me either", None),
    ],
)
def test_saying_that_it_fails_here_too_is_told_from_the_rest(text, kind):
    assert too(text) == kind


def test_no_message_takes_long_however_it_is_made():
    words = [*phrases.OPENING.split(), *phrases.TOO_OPENING.split(), "X", "G", "is", "still", "not", "it"]
    lines = [" ".join(word for _ in range(LONGEST)) for word in words]
    lines += ["is X " + "still really also " * 100, "so ok um " * 100 + "is X down", "y o e " * 100]
    begun = time.process_time()
    for line in lines:
        for named in (line, " ".join(line.split()[: grammar.MOST_WORDS])):
            grammar.language(named)
            grammar.too(named)
            grammar.is_question(named, named)
    # Some milliseconds; what takes exponentially long doesn't come back at all.
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("wiki", "wiki"),
        ("the wiki", "wiki"),
        ("WIKI", "wiki"),
        ("Mastodon", "mastodon"),
        ("social.example", "mastodon"),
        ("https://social.example/home", "mastodon"),
        ("wikki", None),
        ("", None),
        ("!!", None),
    ],
)
def test_a_service_is_picked_by_whatever_it_is_called(typed, name):
    found = pick(typed, PLACE.services)
    assert (found.name if found else None) == name


def test_a_slip_of_the_keyboard_leads_to_the_nearest():
    wrong = near("mastdon", PLACE.services)
    assert wrong is not None
    assert wrong.name == "mastodon"
    assert near("xyzzy", PLACE.services) is None
