"""Before any matching: is this said to nobody in particular, and a question? And what is only courtesy?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.faq.answering.asking import why_silent
from handlers.faq.answering.manners import is_distress, only_greeting, only_thanks


@pytest.mark.parametrize(
    "text",
    [
        "Where does all the money go?",
        "hi all, where does the money go",
        "Hello everyone! Is there a code of conduct?",
        "quick question: how do I join",
        "anyone know how to edit the wiki",
        "I'm trying to sign up and the form won't open",
        "not sure where to find the rules",
        "im 16, can i join",
        "Is it slow for you too, or just me?",
        "wie werde ich Mitglied",
        "weiß jemand, wo das Formular ist",
        "¿dónde está el formulario?",
        "no puedo entrar en el wiki",
        "où va tout l'argent",
        "est-ce que le serveur est en panne",
        "where are the rules (https://example.org/?page=1)",
        "since yesterday, is the site slow?",
    ],
)
def test_a_question_to_the_room_may_be_answered(text):
    assert why_silent(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Ana, where does the money go?", "directed at somebody"),
        ("Ana: where does the money go?", "directed at somebody"),
        ("hey Ana, where does the money go?", "directed at somebody"),
        ("@ana where does the money go?", "directed at somebody"),
        ("Ximena, ¿me pasas el pad de la reunión?", "directed at somebody"),
        ("did you ever join that credit union, Paul?", "directed at somebody"),
        ("!seen ana in the room?", "directed at somebody"),
        ("money?", "too few words of their own"),
        ("> where does the money go?", "too few words of their own"),
        ("> where does the money go?\nthis.", "too few words of their own"),
        ("https://example.org/where?does=the&money=go", "too few words of their own"),
        ("```\nwhere does the money go?\n```", "too few words of their own"),
        ("😀😀😀?", "too few words of their own"),
        ("", "too few words of their own"),
        ("the money goes to good causes", "no question"),
        ("see https://example.org/?where=money for more", "no question"),
        ("I love this place so much", "no question"),
        ("have you tried turning it off and on?", "a question back"),
        ("what version do you have?", "a question back"),
        ("could you paste the error?", "a question back"),
        ("I want to die, where do I go?", "for people, not for a bot"),
    ],
)
def test_everything_else_is_left_alone_for_a_reason(text, why):
    assert why_silent(text) == why


def test_a_mention_or_a_reply_is_directed_at_somebody():
    text = "where does the money go?"
    assert why_silent(text, mentions=frozenset({"@ana:example.org"})) == "directed at somebody"
    assert why_silent(text, replies=True) == "directed at somebody"


@given(st.text())
def test_no_text_makes_it_fail(text):
    assert why_silent(text) is None or why_silent(text)
    assert only_thanks(text) in {True, False}
    assert only_greeting(text) in {True, False}
    assert is_distress(text) in {True, False}


@pytest.mark.parametrize(
    "text",
    ["thanks!", "Thank you so much", "thx", "ok cool, thanks", "Danke dir!", "vielen Dank, super", "¡Muchas gracias!",
     "merci beaucoup", "great, that works", "got it, thanks steward", "nice", "never mind, thanks"],
)  # fmt: skip
def test_thanks_are_known(text):
    assert only_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "hi",
        "hi steward",
        "Hello there!",
        "good morning everyone",
        "Hallo!",
        "Guten Morgen",
        "¡Hola a todos!",
        "salut tout le monde",
    ],
)
def test_greetings_are_known(text):
    assert only_greeting(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "😀",
        "thanks, but where is the form?",
        "good rules",
        "hi, how do I join",
        "the server is super slow today, thanks for nothing",
    ],
)
def test_what_asks_or_tells_something_is_no_courtesy(text):
    assert not only_thanks(text)
    assert not only_greeting(text)


@pytest.mark.parametrize(
    "text",
    ["I can't cope any more", "i cant go on anymore...", "I want to kill myself", "feeling suicidal tonight",
     "I'm being harassed right now", "I am afraid for my life",
     "Ich kann nicht mehr.", "ich will nicht mehr leben", "Ich halte das nicht mehr aus",
     "quiero morirme", "ya no puedo más", "no quiero vivir así",
     "je n'en peux plus", "J'ai envie de mourir", "je veux me faire du mal"],
)  # fmt: skip
def test_distress_is_noticed(text):
    assert is_distress(text)


@pytest.mark.parametrize(
    "text",
    ["my app keeps dying", "how do I kill a process", "I can't log in any more", "ich kann nicht mehr einloggen",
     "how do I report harassment", "someone is harassing me", "no puedo más que tres fotos subir",
     "delete myself from the list",
     "je ne peux plus me connecter", "die Seite will nicht laden"],
)  # fmt: skip
def test_trouble_with_machines_and_reports_still_get_their_answer(text):
    assert not is_distress(text)
