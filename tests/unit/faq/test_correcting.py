"""An entry that is changed corrects the answers of the last day that were given from it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions import Edit, Nothing
from bot.events import Tick
from bot.facts import Instance, InstanceFacts, Measured, ServiceState
from handlers.faq import on_message
from handlers.faq.answering.correcting import on_bank
from handlers.faq.library import Library
from handlers.faq.settings import Settings
from tests.support.fakes import START
from tests.unit.faq.bank import BANK, LIBRARY, PLACE, ROOM, FakeFacts, Tables, entry, house, knowing, message

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
        changed("money", topic="other", reviewed="2026-05-01"),
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
