"""`!faq`, `!optout` and `!optin`."""

from dataclasses import replace
from typing import Any

import pytest

from bot.actions import Reply
from bot.commands import Call
from bot.errors import Refused
from bot.events import Addressed
from bot.facts import OptedOut
from bot.ports import Ours
from handlers.faq import on_message
from handlers.faq.answering.optout import OPTIN, OPTOUT, on_opted_out
from handlers.faq.commands import MOST_LISTED, run
from handlers.faq.library import Library
from handlers.faq.settings import Settings
from tests.support.fakes import FakeSent
from tests.unit.faq.bank import ANA, LIBRARY, PLACE, ROOM, Tables, entry, house, message, rooms


async def faq(args: str, *, library: Library = LIBRARY, reply_to: str | None = None, **more) -> Any:
    """What `!faq <args>` says."""
    said = message(f"faq {args}", addressed=Addressed.PREFIX, reply_to=reply_to)
    decision = await run(library, Call(name="faq", args=args, message=said), house(**more))
    (action,) = Tables().keep(decision)
    return action.text


async def test_alone_it_lists_the_topics_with_their_counts():
    assert await faq("") == (
        "- about (2)\n- joining (1)\n- money (2)\n- status (1)\n\nThe answers of a topic: `!faq about`"
    )


async def test_an_empty_bank_says_so():
    assert await faq("", library=Library.of([], Settings(), PLACE)) == "I have no answers yet."


async def test_a_name_gives_the_answer():
    assert (await faq("rules")).startswith("About rules.")


async def test_a_question_gives_the_answer():
    assert (await faq("where does all the money go?")).startswith("About money.")


async def test_a_topic_that_is_no_name_lists_its_answers():
    assert await faq("about") == "- `rules`: Is there a code of conduct?\n- `wiki`: How do I edit the wiki?"


async def test_entries_for_other_rooms_are_neither_listed_nor_given():
    assert "office" not in await faq("search office")
    assert (await faq("staff")).startswith("I don't know")
    assert (await faq("staff", rooms=rooms(name="staff"))).startswith("About staff.")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("wiki", "- `wiki`: How do I edit the wiki?"),
        ("WIKI edit", "- `wiki`: How do I edit the wiki?"),
        ("memb fee", "- `money`: Where does all the money go?\n- `fee`: How much is the membership fee?"),
        ("zebra", "Nothing found. Try fewer or other words."),
    ],
)
async def test_search_finds_answers_by_the_beginnings_of_words(wanted, found):
    assert await faq(f"search {wanted}") == found


async def test_search_for_nothing_is_refused_with_an_example():
    with pytest.raises(Refused, match="Search for what"):
        await faq("search")


async def test_long_lists_are_cut():
    many = Library.of([entry(f"e{n}", f"Question {n}?") for n in range(30)], Settings(), PLACE)
    lines = (await faq("search question", library=many)).split("\n")
    assert len(lines) == MOST_LISTED + 1
    assert lines[-1] == f"- … and {30 - MOST_LISTED} more"


async def test_why_tells_entry_phrasing_score_runner_up_and_thresholds():
    text = await faq("why where does all the money go?")
    assert text.startswith('Best: `money`, nearest to "Where does all the money go?", score 1.00.\n\nRunner-up: `')
    assert "Asked: answered with `money`. Unasked: answered after the grace period." in text
    assert text.endswith("Answered when asked from 0.5, a choice from 0.25, unasked from 0.75.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("where does the money go, Ana?", "Unasked: silent (directed at somebody)."),
        ("where do I send my invoice", 'held back by its look-alike "where do I send my invoice"'),
        ("zebra", "No word of it is in any entry."),
    ],
)
async def test_why_tells_why_it_would_be_silent(text, expected):
    assert expected in await faq(f"why {text}")


async def test_why_in_reply_to_an_answer_tells_why_that_was_given():
    tables = Tables()
    tables.keep(await on_message(LIBRARY, message("where does the money go"), house(tables)))
    ours = Ours(event_id="$ours", room=ROOM, handler="faq", key="answer:$question", cause=None, recipient=ANA)
    text = await faq("why", reply_to="$ours", tables=tables, sent=FakeSent({"$ours": ours}))
    assert text.startswith('It came from `money`: nearest to "Where does all the money go?", score')


async def test_why_in_reply_to_an_answer_that_was_named_says_so():
    tables = Tables()
    said = message("faq rules", addressed=Addressed.PREFIX)
    tables.keep(await run(LIBRARY, Call(name="faq", args="rules", message=said), house(tables)))
    ours = Ours(event_id="$ours", room=ROOM, handler="faq", key="answer:$question", cause=None, recipient=ANA)
    text = await faq("why", reply_to="$ours", tables=tables, sent=FakeSent({"$ours": ours}))
    assert text == r"It came from `rules` \(asked for by its name\)."


async def test_why_without_a_text_is_refused_with_what_to_write():
    with pytest.raises(Refused, match="Why what"):
        await faq("why")


async def test_opting_out_and_in_again():
    tables = Tables()
    for command, out in ((OPTOUT, True), (OPTOUT, True), (OPTIN, False), (OPTIN, False)):
        call = Call(name=command.name, args="", message=message(command.name))
        (said,) = tables.keep(await command.run(call, house(tables)))
        assert isinstance(said, Reply)
        assert f"`!{'optin' if out else 'optout'}`" in said.text
        assert ("no greeting" if out else "greet you") in said.text
        assert await on_opted_out(OptedOut(ANA), house(tables)) is out


@pytest.mark.parametrize("typed", ["🙂", "123", "thanks", "hello", "https://example.org/wiki/Main", "`code`", "?"])
async def test_a_command_always_gets_a_sentence(typed):
    assert await faq(typed)


@pytest.mark.parametrize(
    ("typed", "begins"), [("money de", "Für gute Zwecke."), ("money", "About"), ("money en", "About")]
)
async def test_an_answer_is_given_by_its_name_in_the_language_that_is_named_behind_it(typed, begins):
    money = replace(LIBRARY.entries["money"], translations={"de": "Für gute Zwecke."})
    library = Library.of([money, LIBRARY.entries["rules"]], Settings(), PLACE)
    said = await faq(typed, library=library)
    assert said.startswith(begins)
    assert ("Quelle:" in said) is (typed == "money de")


async def test_why_in_reply_to_an_answer_says_the_threshold_and_that_the_runner_up_isnt_kept():
    tables = Tables()
    tables.keep(await on_message(LIBRARY, message("where does the money go"), house(tables)))
    ours = Ours(event_id="$ours", room=ROOM, handler="faq", key="answer:$question", cause=None, recipient=ANA)
    text = await faq("why", reply_to="$ours", tables=tables, sent=FakeSent({"$ours": ours}))
    assert "Which answer came second isn't kept" in text
    assert "Answered when asked from 0" in text


async def test_why_in_another_room_tells_nothing_of_an_answer():
    tables = Tables()
    tables.keep(await on_message(LIBRARY, message("where does the money go", room="!x:example.org"), house(tables)))
    there = Ours(event_id="$o", room="!x:example.org", handler="faq", key="answer:$question", cause=None, recipient=ANA)
    with pytest.raises(Refused, match="Why what"):
        await faq("why", reply_to="$o", tables=tables, sent=FakeSent({"$o": there}))
