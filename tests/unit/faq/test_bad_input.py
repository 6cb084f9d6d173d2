"""Whatever comes in: nothing raises, and what is said to it makes sense."""

import pytest

from bot.actions import Ask, Done, Nothing, Pass, Reply
from bot.commands import Call
from bot.events import Addressed, Chosen, Edited
from bot.facts import BestAnswer
from handlers.faq import best_answer, on_chosen, on_message
from handlers.faq.answering.following import on_edited
from handlers.faq.commands import run
from tests.support.fakes import START
from tests.unit.faq.bank import ANA, LIBRARY, ROOM, Tables, house, message, overheard

LONG = ("where does all the money go? " * 3000)[: 64 * 1024]
ODD = [
    LONG,
    "a" * 64 * 1024,
    "? " * 32 * 1024,
    "and what " * 8000,
    "\n" * 64 * 1024,
    "😀" * 1000,
    "😀👍🏽 1️⃣ 🏳️‍🌈",
    "```python\nprint('where does all the money go?')\n```",
    "```" + "x" * 10_000,
    "`!faq money`",
    "أين تذهب كل الأموال؟",
    "\u202ewhere does all the money go?\u202c",
    "לאן הולך הכסף ומה המחיר?",
    "\x00\x01\x02",
    "\ud800 where does the money go",
    "<script>alert(1)</script>",
    "*" * 5000 + "[" * 5000,
    "{money} {0} {{ status }} %s",
    "where does the money go? " + "z" * 16_000,
]


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("way", [message, overheard])
async def test_nothing_that_is_said_raises_and_at_most_one_thing_is_said_to_it(text, way):
    tables = Tables()
    decision = await on_message(LIBRARY, way(text), house(tables))
    assert isinstance(decision, Done | Nothing | Pass)
    assert len(tables.keep(decision)) <= 1


@pytest.mark.parametrize("text", ODD)
async def test_nothing_raises_as_a_command_an_edit_or_a_question_of_another_handler(text):
    tables = Tables()
    tables.keep(await on_message(LIBRARY, message("where does all the money go?"), house(tables)))
    new = message(text)
    event = Edited(id="$edit", room=ROOM, sender=ANA, at=START, of="$question", message=new)
    tables.keep(await on_edited(LIBRARY, event, house(tables)))
    tables.keep(await run(LIBRARY, Call(name="faq", args=text.strip(), message=new), house(tables)))
    await best_answer(LIBRARY, BestAnswer(text), house(tables))


@pytest.mark.parametrize(
    ("text", "why"),
    [("😀" * 1000, "no words"), ("```\nwhere does the money go?\n```", "no words"), ("\x00\x01", "no words")],
)
async def test_what_has_no_words_gets_silence(text, why):
    assert await on_message(LIBRARY, message(text), house()) == Nothing(why)


async def test_a_question_in_another_script_gets_an_honest_i_dont_know():
    (said,) = Tables().keep(await on_message(LIBRARY, message("أين تذهب كل الأموال؟"), house()))
    assert said.text.startswith("I don't know an answer to that.")


async def test_a_question_at_the_start_of_something_long_is_answered():
    said = message("where does all the money go? " * 30 + "lorem ipsum " * 5000)
    (answer,) = Tables().keep(await on_message(LIBRARY, said, house()))
    assert answer.text.startswith("About money.")


DISTRESS = ["I want to die", "can you tell me where the money goes, I want to kill myself", "ich will nicht mehr leben"]


@pytest.mark.parametrize("text", DISTRESS)
@pytest.mark.parametrize("args", ["{}", "search {}"])
async def test_distress_behind_the_command_gets_people_and_no_entry(text, args):
    call = Call(name="faq", args=args.format(text), message=message(text, addressed=Addressed.PREFIX))
    (said,) = Tables().keep(await run(LIBRARY, call, house()))
    assert isinstance(said, Reply)
    assert "[lounge](https://example.org/lounge)" in said.text
    assert "About" not in said.text


@pytest.mark.parametrize("text", DISTRESS)
async def test_distress_that_wasnt_said_to_the_bot_gets_silence(text):
    assert await on_message(LIBRARY, overheard(text + "?"), house()) == Nothing("for people, not for a bot")


@pytest.mark.parametrize("text", DISTRESS)
async def test_distress_is_no_question_for_other_handlers(text):
    assert await best_answer(LIBRARY, BestAnswer(text), house()) is None


@pytest.mark.parametrize("text", DISTRESS)
async def test_distress_is_never_noted_as_a_question(text):
    (said,) = Tables().keep(await on_message(LIBRARY, message(text), house()))
    assert not isinstance(said, Ask)


@pytest.mark.parametrize("key", ["choice:$x", "unknown:$x"])
async def test_a_choice_whose_question_is_gone_does_nothing_bad(key):
    memo = {"slugs": ["gone"], "question": "$x", "lang": "xx"}
    tap = Chosen(id="$tap", room=ROOM, sender=ANA, at=START, key=key, option=0, memo=memo)
    decision = await on_chosen(LIBRARY, tap, house())
    assert isinstance(decision, Done | Nothing)
