"""What somebody hears who asked the bot."""

from datetime import timedelta
from typing import Any

import pytest

from bot.actions import Ask, Done, Nothing, Pass, Reply
from bot.events import Addressed, Chosen
from bot.facts import Answered, BestAnswer, Instance, InstanceFacts, Measured, ServiceState
from handlers.faq import best_answer, on_chosen, on_message
from handlers.faq.answering.addressed import Known, decide
from handlers.faq.answering.giving import Answer
from handlers.faq.answering.picking import Picked
from handlers.faq.library import Found, Library
from handlers.faq.matching.matcher import Match
from handlers.faq.settings import Settings
from handlers.faq.tables import given_under
from tests.support.fakes import START, FakeRooms
from tests.unit.faq.bank import ANA, BANK, LIBRARY, PLACE, ROOM, FakeFacts, Tables, entry, house, message, rooms

UNKNOWN = "I don't know an answer to that. Ask people in the [lounge](https://example.org/lounge)."


def found(*scores: float) -> tuple[Found, ...]:
    """The bank's first entries, found with these scores."""
    pairs = zip(BANK, scores, strict=False)
    return tuple(Found(one, Match(slug=one.slug, phrasing=one.title, lang="en", score=score)) for one, score in pairs)


def decided(text: str, *scores: float, choices: int = 3, **more: Any):
    picked, answer = Picked(found(*scores)), Answer(text="The answer.")
    known = Known(picked=picked, answer=answer, place=PLACE, prefix="!", now=START, misses=more.pop("misses", "off"))
    return decide(message(text, **more), known, Settings(choices=choices))


def only(decision) -> Any:
    """The one thing that is said."""
    (said,) = [action for action in decision.actions if isinstance(action, Reply | Ask)]
    return said


@pytest.mark.parametrize("score", [0.5, 0.8, 1.0])
def test_when_sure_it_answers_and_mentions_the_asker(score):
    said = only(decided("where is the money", score, 0.4))
    assert said == Reply(to="$question", room=ROOM, text="The answer.", mention=ANA, key="answer:$question")


def test_the_answer_stays_in_the_thread_of_the_question():
    assert only(decided("where is the money", 0.9, thread="$root")).in_thread == "$root"


def test_when_not_sure_it_offers_titles_to_choose_from():
    said = only(decided("money", 0.45, 0.3, 0.26, 0.1))
    assert said.text == (
        "I'm not sure which you mean:\n\n1. Where does all the money go?\n2. How much is the membership fee?\n"
        "3. How do I become a member?\n\nReply with a number or tap a reaction."
    )
    assert (said.options, said.emoji) == (tuple(one.title for one in BANK[:3]), ("1️⃣", "2️⃣", "3️⃣"))
    assert (said.who, said.mention, said.to) == (ANA, ANA, "$question")
    assert said.until == START + timedelta(hours=1)
    assert said.memo == {"slugs": ["money", "fee", "join"], "question": "$question", "thread": None, "lang": "en"}


@pytest.mark.parametrize(
    ("scores", "choices", "offered"),
    [((0.4, 0.3, 0.3), 1, 1), ((0.4, 0.3, 0.3), 2, 2), ((0.4,), 3, 1), ((0.4, 0.0, 0.0), 3, 1), ((0.25, 0.01), 3, 2)],
)
def test_no_more_titles_are_offered_than_wanted_or_than_come_near(scores, choices, offered):
    said = only(decided("money", *scores, choices=choices))
    assert len(said.options) == len(said.emoji) == offered


def test_a_single_title_is_asked_about():
    assert only(decided("money", 0.4)).text.startswith("I'm not sure. Is this what you mean?\n\n1. Where")


@pytest.mark.parametrize("scores", [(), (0.0,), (0.24, 0.2)])
def test_when_nothing_is_near_it_says_so_and_where_people_are(scores):
    assert only(decided("what is the moon made of", *scores)).text == UNKNOWN


def test_distress_gets_a_kind_sentence_and_people_never_an_entry():
    said = only(decided("I can't cope any more", 1.0))
    assert said.text.startswith("I'm sorry")
    assert PLACE.people in said.text
    assert "The answer" not in said.text


@pytest.mark.parametrize(
    ("text", "private", "expected"),
    [
        ("thanks!", False, Nothing("thanks need no answer")),
        ("danke", True, Nothing("thanks need no answer")),
        ("hi steward", False, Nothing("a greeting")),
        ("", False, Nothing("no words")),
        ("👍", True, Nothing("no words")),
        ("42!", True, Nothing("no words")),
    ],
)
def test_courtesies_get_silence(text, private, expected):
    assert decided(text, 0.9, private=private) == expected


def test_a_greeting_in_private_is_told_how_to_ask():
    said = only(decided("hello", 0.9, private=True))
    assert said.text == r"Hello! Ask me anything about Example\.coop, or type `!help` to see what I can do."


async def test_a_question_goes_all_the_way_and_is_remembered():
    tables = Tables()
    decision = await on_message(LIBRARY, message("where does the money go"), house(tables))
    (said,) = tables.keep(decision)
    assert said.text == (
        "About money.\n\nSource: [Main Page](https://example.org/wiki/Main_Page), as of 2024-05; not yet reviewed."
    )
    (row,) = await tables.rows(given_under("answer:$question"))
    assert (row.room, row.slug, row.score, row.at) == (ROOM, "money", pytest.approx(1, abs=0.5), START.timestamp())


@pytest.mark.parametrize("answers", ["addressed", "when_sure"])
async def test_the_same_question_is_answered_each_time_it_is_asked_of_the_bot(answers):
    tables = Tables()
    for number in (1, 2):
        asked = message("where does the money go", id=f"${number}")
        assert len(tables.keep(await on_message(LIBRARY, asked, house(tables, rooms=rooms(answers))))) == 1


async def test_where_answers_are_off_it_leaves_the_message_to_others():
    decision = await on_message(LIBRARY, message("where does the money go"), house(rooms=rooms("off")))
    assert decision == Pass("answers are off here")


async def test_in_private_it_answers_always():
    asked = message("where does the money go", private=True, addressed=Addressed.PRIVATE)
    assert isinstance(await on_message(LIBRARY, asked, house(rooms=FakeRooms())), Done)


def chosen(option: int, slugs: list[str]) -> Chosen:
    memo = {"slugs": slugs, "question": "$question", "thread": "$root"}
    return Chosen(id="$tap", room=ROOM, sender=ANA, at=START, key="choice:$question", option=option, memo=memo)


async def test_the_chosen_title_is_answered_as_a_reply_to_the_question():
    said = only(await on_chosen(LIBRARY, chosen(1, ["money", "rules"]), house()))
    assert (said.to, said.in_thread, said.mention, said.key) == ("$question", "$root", ANA, "answer:$question")
    assert said.text.startswith("About rules.")


async def test_a_title_that_was_removed_meanwhile_is_told():
    said = only(await on_chosen(LIBRARY, chosen(0, ["gone"]), house()))
    assert said.text == "That answer has been removed since. Please ask again."


MEASURED = Measured(
    state="unreachable", since=START - timedelta(hours=1), measured=START, evidence="HTTP 502 from example.org"
)


async def test_a_live_entry_is_answered_with_what_was_measured():
    facts = FakeFacts({ServiceState("web"): MEASURED})
    said = only(await on_message(LIBRARY, message("is the website down"), house(facts=facts)))
    assert said.text == (
        "[the website](https://example.org): unreachable (since 2026-05-04 11:00 UTC).\n\n"
        "Source, as of 2026-05-04 12:00 UTC: HTTP 502 from example.org"
    )


async def test_without_a_measurement_a_live_entry_says_so():
    said = only(await on_message(LIBRARY, message("is the website down"), house()))
    assert said.text == (
        "I have no measurement of [the website](https://example.org). About down.\n\n"
        "Source: this community's own answers; not yet reviewed."
    )


FIGURES = entry(
    "figures",
    "How many people are here?",
    body="We are {{ instance.users }}. Form: {{ registration.form }}. Posts: {{ instance.character_limit }}. "
    "It is {{ registrations }}. Now {{ status }}.",
)


async def figures(known) -> Any:
    library = Library.of([FIGURES], Settings(), PLACE)
    return only(await on_message(library, message("how many people are here"), house(facts=FakeFacts(known)))).text


async def test_live_figures_are_filled_in_and_dated():
    instance = InstanceFacts(character_limit=500, users=12345, registrations="by approval", asked=START)
    text = await figures({Instance(): instance, ServiceState("web"): MEASURED})
    assert text.startswith(
        "We are 12,345. Form: https://example.org/join. Posts: 500. It is by approval. Now the website: unreachable."
    )
    assert text.endswith("Live figures were read at 2026-05-04 12:00 UTC.")


async def test_unknown_figures_are_left_out_and_that_is_said():
    text = await figures({})
    assert text.startswith("Form: https://example.org/join.\n\nA live figure could not be read just now.\n\nSource:")


@pytest.mark.parametrize(
    ("text", "slug"),
    [("where does the money go", "money"), ("what is the moon made of", None), ("office door code", None)],
)
async def test_other_handlers_are_told_only_what_is_sure_and_for_everybody(text, slug):
    known = await best_answer(LIBRARY, BestAnswer(text), house())
    assert (known and known.slug) == slug
    if isinstance(known, Answered):
        assert known.title == "Where does all the money go?"
        assert "About money." in known.text
