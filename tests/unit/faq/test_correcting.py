"""An entry that is changed corrects the answers of the last day that were given from it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions import Done, Edit, Nothing
from bot.commands import Call
from bot.events import Tick
from bot.facts import Instance, InstanceFacts, Measured, ServiceState
from bot.ports import Heard
from handlers.faq import on_message
from handlers.faq.answering.correcting import AT_ONCE, on_bank
from handlers.faq.answering.telling import run as tell
from handlers.faq.library import Library
from handlers.faq.settings import Settings
from handlers.faq.tables import Given, given_under, note_given
from tests.support.fakes import START, FakeRooms
from tests.unit.faq.bank import ANA, BANK, LIBRARY, PLACE, ROOM, FakeFacts, Tables, entry, house, knowing, message
from tests.unit.faq.editing.chat import BEN, FILES, MONEY, WIKI, Chat

NOON = START + timedelta(hours=1)


def changed(slug: str, **more) -> Library:
    """The bank with this entry changed; without it, if nothing is said of it."""
    others = [one for one in BANK if one.slug != slug]
    return Library.of(
        [*others, *(replace(one, **more) for one in BANK if one.slug == slug and more)], Settings(), PLACE
    )


async def answered(text: str = "where does all the money go?", library: Library = LIBRARY, **more) -> Tables:
    tables = Tables()
    tables.keep(await on_message(library, message(text), house(tables, **more)))
    return tables


async def ticked(tables: Tables, library: Library, **more):
    tick = Tick(id="tick", room="jobs:faq", sender="", at=NOON, key="bank")
    decision = await on_bank(library, tick, house(tables, **{"now": NOON, **more}))
    return decision if isinstance(decision, Nothing) else tables.keep(decision)


def edits(actions) -> list[Edit]:
    return [one for one in actions if isinstance(one, Edit)]


STANDS = Nothing("all answers of the last day still stand")


async def test_an_answer_whose_entry_was_changed_is_edited_and_says_so_once():
    tables, library = await answered(), changed("money", body="To good causes.")
    (edit,) = await ticked(tables, library)
    assert edit == Edit(room=ROOM, key="answer:$question", text=edit.text)
    assert edit.text.startswith("To good causes.\n\nSource: [Main Page]")
    assert edit.text.endswith("(This answer was corrected at 2026-05-04 13:00 UTC.)")
    assert await ticked(tables, library) == STANDS


@pytest.mark.parametrize(
    "library",
    [
        LIBRARY,
        changed("rules", body="Other rules."),
        changed("money", topic="other"),
        changed("money", translations={"de": "Für gute Zwecke."}),
    ],
)
async def test_other_changes_correct_nothing(library):
    assert await ticked(await answered(), library) == STANDS


async def test_an_entry_that_is_removed_withdraws_its_answer_and_when_it_comes_back_so_does_the_answer():
    tables = await answered()
    (edit,) = await ticked(tables, changed("money"))
    assert edit.text == "This answer was withdrawn: it is no longer one of the community's answers."
    assert await ticked(tables, changed("money")) == STANDS
    (edit,) = await ticked(tables, LIBRARY)
    assert edit.text.startswith("About money.")


async def test_an_entry_that_is_for_other_rooms_by_now_is_withdrawn_here():
    (edit,) = await ticked(await answered(), changed("money", rooms=("staff",)))
    assert "withdrawn" in edit.text


async def test_yesterdays_answers_are_left():
    tables, library = await answered(), changed("money", body="To good causes.")
    assert await ticked(tables, library, now=START + timedelta(days=1, seconds=1)) == STANDS


async def test_live_figures_that_change_are_no_correction():
    figures = Library.of([entry("users", "How many are we?", body="We are {{ instance.users }}.")], Settings(), PLACE)
    before = InstanceFacts(character_limit=1, users=5, registrations=None, asked=START)
    tables = await answered("how many are we", figures, facts=FakeFacts({Instance(): before}))
    assert await ticked(tables, figures, facts=FakeFacts({Instance(): replace(before, users=6)})) == STANDS


async def test_what_was_measured_is_not_corrected_by_a_change_of_words():
    measured = Measured(state="up", since=START, measured=START, evidence="HTTP 200")
    tables = await answered("is the website down?", facts=FakeFacts({ServiceState("web"): measured}))
    assert await ticked(tables, changed("down", body="Other words.")) == STANDS


async def test_the_correction_is_in_the_language_of_the_answer():
    german = knowing("de", wohin={"money": 0.9})
    tables = await answered("wohin", german)
    (edit,) = await ticked(tables, changed("money", translations={"de": "Für gute Zwecke."}))
    assert edit.text.startswith("Für gute Zwecke.\n\nQuelle:")
    assert edit.text.endswith("(Diese Antwort wurde um 2026-05-04 13:00 UTC berichtigt.)")


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({"source": "https://example.org/wiki/Right"}, "[Right](https://example.org/wiki/Right)"),
        ({"as_of": "2026-04"}, "as of 2026-04"),
        ({"reviewed": "2026-05-01"}, "reviewed 2026-05-01"),
    ],
)
async def test_everything_that_is_shown_of_an_entry_is_corrected(more, shown):
    (edit,) = await ticked(await answered(), changed("money", **more))
    assert shown in edit.text


@pytest.mark.parametrize("broken", [MONEY.replace("topic:", "topic"), MONEY.replace("questions:", "questions")])
async def test_a_slip_in_a_file_withdraws_nothing(broken):
    chat = Chat()
    chat.tables.keep(await on_message(await chat.library(), message("where does all the money go?"), chat.ports))
    chat.files = {**FILES, "money": broken}
    assert "money" not in (await chat.library()).entries
    assert not edits(await chat.keeps_up())


async def test_a_folder_that_isnt_there_or_is_empty_withdraws_nothing():
    chat = Chat()
    chat.tables.keep(await on_message(await chat.library(), message("where does all the money go?"), chat.ports))
    chat.files = {}
    assert not edits(await chat.keeps_up())


async def test_a_file_that_is_taken_away_and_an_entry_that_is_removed_from_chat_are_withdrawn():
    chat = Chat()
    chat.tables.keep(await on_message(await chat.library(), message("where does all the money go?"), chat.ports))
    chat.files = {"wiki": WIKI}
    (edit,) = edits(await chat.keeps_up())
    assert "withdrawn" in edit.text
    chat = Chat()
    chat.tables.keep(await on_message(await chat.library(), message("where does all the money go?"), chat.ports))
    await chat.keeps("remove money")
    (edit,) = edits(await chat.keeps_up())
    assert "withdrawn" in edit.text


async def test_what_somebody_was_told_still_says_by_whom():
    tables, here = Tables(), FakeRooms(inside={ROOM: frozenset({BEN})})
    here.heard = {"$question": Heard(id="$question", sender=ANA, text="faq tell …", at=START)}
    call = Call(name="faq", args=f"{BEN} money", message=message(f"faq tell {BEN} money"))
    tables.keep(await tell(LIBRARY, call, house(tables, rooms=here)))
    (edit,) = await ticked(tables, changed("money", body="To good causes."), rooms=here)
    assert edit.text.startswith(r"@ana:example\.org thinks this may help:" + "\n\nTo good causes.")


async def test_a_correction_keeps_the_mention_of_the_second_question_while_that_has_an_answer():
    two = "Is there a code of conduct? And how do I edit the wiki?"
    tables = await answered(two)
    (row,) = await tables.rows(given_under("answer:$question"))
    assert {row.slug, row.other} == {"rules", "wiki"}
    (edit,) = await ticked(tables, changed(row.slug, body="Other words."))
    assert f"You also asked: {LIBRARY.entries[row.other].title} The answer: `!faq {row.other}`" in edit.text
    others = [one for one in BANK if one.slug not in (row.slug, row.other)]
    alone = replace(LIBRARY.entries[row.slug], body="Yet other words.")
    (edit,) = await ticked(tables, Library.of([*others, alone], Settings(), PLACE))
    assert "You also asked" not in edit.text


async def test_so_many_are_corrected_at_once_the_newest_first_and_the_rest_with_the_next_tick():
    tables = Tables()
    for number in range(AT_ONCE + 3):
        given = Given(key=f"answer:${number}", room=ROOM, slug="money", digest="old")
        tables.keep(Done(note_given(given, START + timedelta(seconds=number))))
    first = [edit.key for edit in await ticked(tables, LIBRARY)]
    assert first == [f"answer:${number}" for number in range(AT_ONCE + 2, 2, -1)]
    assert [edit.key for edit in await ticked(tables, LIBRARY)] == ["answer:$2", "answer:$1", "answer:$0"]
    assert await ticked(tables, LIBRARY) == STANDS
