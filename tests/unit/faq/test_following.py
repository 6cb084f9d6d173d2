"""What follows its cause: edits and deletions of questions."""

from dataclasses import replace

import pytest

from bot.actions import Ask, Edit, Later, Nothing, Pass, Redact
from bot.events import Addressed, Chosen, Deleted, Edited, Tick
from bot.ports import Heard, Ours
from handlers.faq import on_chosen, on_message, on_tick
from handlers.faq.answering.following import on_deleted, on_edited
from handlers.faq.library import Library
from handlers.faq.tables import given_under
from tests.support.fakes import START, FakeRooms, FakeSent
from tests.unit.faq.bank import ANA, LATER, LIBRARY, ROOM, Tables, house, knowing, message, overheard, rooms

QUESTION = "where does all the money go?"
OURS = Ours(event_id="$ours", room=ROOM, handler="faq", key="answer:$question", cause="$question", recipient=ANA)
ELSE = Ours(event_id="$else", room=ROOM, handler="faq", key="answer:$else", cause="$else", recipient=ANA)
CHOICE = Ours(event_id="$choice", room=ROOM, handler="faq", key="choice:$question", cause="$question", recipient=ANA)


def edited(text: str, sender: str = ANA, **more) -> Edited:
    new = message(text, sender=sender, **more)
    return Edited(id="$edit", room=ROOM, sender=sender, at=START, of="$question", message=new)


def deleted(of: str = "$question") -> Deleted:
    return Deleted(id="$redaction", room=ROOM, sender=ANA, at=START, of=of)


async def answered() -> Tables:
    """The tables after the question was asked of the bot and answered."""
    tables = Tables()
    tables.keep(await on_message(LIBRARY, message(QUESTION), house(tables)))
    return tables


async def waiting() -> Tables:
    """The tables while the question waits for people to answer."""
    tables = Tables()
    tables.keep(await on_message(LIBRARY, overheard(QUESTION), house(tables)))
    return tables


async def follow(tables: Tables, event: Edited | Deleted, *ours: Ours, library: Library = LIBRARY):
    sent = FakeSent({one.event_id: one for one in ours or (OURS,)})
    ports = house(tables, sent=sent)
    if isinstance(event, Edited):
        return tables.keep(await on_edited(library, event, ports))
    return tables.keep(await on_deleted(LIBRARY, event, ports))


async def test_an_edited_question_gets_its_answer_edited():
    (edit,) = await follow(await answered(), edited("is there a code of conduct?"))
    assert isinstance(edit, Edit)
    assert (edit.key, edit.room) == ("answer:$question", ROOM)
    assert edit.text.startswith("About rules.")


async def test_where_nothing_fits_the_new_words_the_answer_says_so():
    (edit,) = await follow(await answered(), edited("what is the moon made of?"))
    assert isinstance(edit, Edit)
    assert edit.text.startswith("I don't know an answer to that.")


async def test_a_corrected_typing_error_changes_nothing():
    assert await follow(await answered(), edited("Where does ALL the money go?")) == ()


async def test_words_that_are_changed_back_get_their_answer_back():
    tables = await answered()
    await follow(tables, edited("what is the moon made of?"))
    (edit,) = await follow(tables, edited(QUESTION))
    assert isinstance(edit, Edit)
    assert edit.text.startswith("About money.")


async def test_nobody_else_can_change_an_answer_by_an_edit():
    assert await follow(await answered(), edited("is there a code of conduct?", "@eve:example.org")) == ()


async def test_an_edit_of_what_was_never_answered_is_nobodys_business():
    decision = await on_edited(LIBRARY, edited(QUESTION), house())
    assert decision == Pass("no question of theirs that was answered, or waits")


async def test_a_waiting_question_is_looked_at_again_when_it_is_edited():
    tables = await waiting()
    (later,) = await follow(tables, edited("is there a code of conduct?", addressed=None))
    assert isinstance(later, Later)
    assert (later.key, later.memo["slug"]) == ("unasked:$question", "rules")


@pytest.mark.parametrize("event", [edited("never mind, found it", addressed=None), deleted()])
async def test_a_question_that_is_taken_back_within_the_grace_is_not_answered(event):
    tables = await waiting()
    assert await follow(tables, event, ELSE) == ()
    memo = {"slug": "money", "sender": ANA, "phrasing": "", "score": 0.9, "lang": "en", "question": "$question"}
    tick = Tick(id="tick", room=ROOM, sender="", at=LATER, key="unasked:$question", memo=memo)
    assert tables.keep(await on_tick(LIBRARY, tick, house(tables, rooms=rooms()))) == ()


async def test_a_deleted_question_takes_its_answer_along():
    tables = await answered()
    assert await follow(tables, deleted()) == (
        Redact(room=ROOM, key="answer:$question", reason="The question was deleted."),
    )
    assert await tables.rows(given_under("answer:$question")) == []


UNCLEAR = knowing(
    membership={"fee": 0.4, "money": 0.3},
    the_account={"wiki": 0.4, "rules": 0.3, "join": 0.3},
    is_there_a_code={"rules": 0.9},
)


async def offered() -> Tables:
    """The tables after the question was put so that it could be several things."""
    tables = Tables()
    (ask,) = tables.keep(await on_message(UNCLEAR, message("membership"), house(tables)))
    assert isinstance(ask, Ask)
    return tables


async def pick(tables: Tables, option: int):
    memo = {"slugs": ["fee", "money"], "question": "$question", "thread": None, "lang": "en"}
    tap = Chosen(id="$tap", room=ROOM, sender=ANA, at=START, key="choice:$question", option=option, memo=memo)
    decision = await on_chosen(LIBRARY, tap, house(tables))
    return decision if isinstance(decision, Nothing) else tables.keep(decision)


async def test_a_question_that_becomes_clear_gets_its_answer_in_place_of_the_choice():
    tables = await offered()
    (edit,) = await follow(tables, edited("is there a code"), CHOICE, library=UNCLEAR)
    assert isinstance(edit, Edit)
    assert (edit.key, edit.text.split("\n")[0]) == ("choice:$question", "About rules.")
    assert await pick(tables, 0) == Nothing("answered meanwhile")


async def test_other_words_that_are_not_clear_either_get_other_titles_and_those_count():
    tables = await offered()
    (edit,) = await follow(tables, edited("the account"), CHOICE, library=UNCLEAR)
    assert isinstance(edit, Edit)
    titles = "1. How do I edit the wiki?\n2. Is there a code of conduct?"
    assert edit.text == f"I'm not sure which you mean:\n\n{titles}\n\nReply with a number or tap a reaction."
    (said,) = await pick(tables, 0)
    assert said.text.startswith("About wiki.")
    assert await pick(tables, 2) == Nothing("no longer one of the titles")


async def test_a_choice_that_still_fits_is_left():
    assert await follow(await offered(), edited("membership"), CHOICE, library=UNCLEAR) == ()


async def test_a_choice_for_words_that_find_nothing_becomes_an_i_dont_know():
    tables = await offered()
    (edit,) = await follow(tables, edited("what is the moon made of?"), CHOICE, library=UNCLEAR)
    assert isinstance(edit, Edit)
    assert edit.text.startswith("I don't know an answer to that.")


async def test_after_a_choice_was_made_the_answer_follows_the_question():
    tables = await offered()
    await pick(tables, 0)
    (edit,) = await follow(tables, edited("is there a code"), library=UNCLEAR)
    assert isinstance(edit, Edit)
    assert edit.key == "answer:$question"


async def test_a_second_question_that_is_added_gets_its_mention():
    (edit,) = await follow(await answered(), edited("Where does all the money go? And how do I edit the wiki?"))
    assert isinstance(edit, Edit)
    assert "You also asked: " in edit.text


async def test_words_that_become_a_cry_for_help_get_people_in_place_of_the_answer():
    (edit,) = await follow(await answered(), edited("I want to die"))
    assert isinstance(edit, Edit)
    assert edit.text.startswith("I'm sorry, that sounds very hard")


async def test_a_question_behind_the_command_follows_its_edit_and_a_command_is_never_run():
    tables = await answered()
    assert await follow(tables, edited("ban @ben:example.org", addressed=Addressed.PREFIX)) == ()
    (edit,) = await follow(tables, edited("faq is there a code of conduct?", addressed=Addressed.PREFIX))
    assert isinstance(edit, Edit)
    assert edit.text.startswith("About rules.")


@pytest.mark.parametrize(("sender", "follows"), [(ANA, True), ("@eve:example.org", False)])
async def test_an_edit_that_comes_before_the_answer_is_out_is_followed_if_it_is_the_askers(sender, follows):
    tables = await answered()
    heard = {"$question": Heard(id="$question", sender=ANA, text="", at=START)}
    ports = house(tables, rooms=FakeRooms(heard=heard))
    found = tables.keep(await on_edited(LIBRARY, edited("is there a code of conduct?", sender), ports))
    assert bool(found) is follows


async def test_a_deleted_question_takes_the_choice_along():
    (gone,) = await follow(Tables(), deleted(), CHOICE)
    assert isinstance(gone, Redact)
    assert gone.key == "choice:$question"


async def test_other_deletions_are_nobodys_business():
    assert await on_deleted(LIBRARY, deleted("$other"), house()) == Pass("nothing was said to it")


ELSEWHERE = "!elsewhere:example.org"


@pytest.mark.parametrize("text", ["is there a code of conduct?", "what is the moon made of?", "never mind"])
async def test_an_edit_in_another_room_changes_nothing_here(text):
    event = replace(edited(text, room=ELSEWHERE), room=ELSEWHERE)
    for tables in (await answered(), await waiting(), await offered()):
        sent = FakeSent({"$ours": OURS, "$choice": CHOICE})
        decision = await on_edited(LIBRARY, event, house(tables, sent=sent))
        assert decision == Pass("no question of theirs that was answered, or waits")


async def test_a_deletion_in_another_room_changes_nothing_here():
    event = replace(deleted(), room=ELSEWHERE)
    for tables in (await answered(), await waiting(), await offered()):
        decision = await on_deleted(LIBRARY, event, house(tables, sent=FakeSent({"$ours": OURS, "$choice": CHOICE})))
        assert decision == Pass("nothing was said to it")


async def test_a_question_that_asks_one_thing_less_loses_the_mention_of_it():
    tables = await answered()
    await follow(tables, edited("Where does all the money go? And how do I edit the wiki?"))
    (row,) = await tables.rows(given_under("answer:$question"))
    assert row.other
    (edit,) = await follow(tables, edited(LIBRARY.entries[row.slug].title))
    assert isinstance(edit, Edit)
    assert edit.text.startswith(f"About {row.slug}.")
    assert "You also asked" not in edit.text
    assert await follow(tables, edited(f"{LIBRARY.entries[row.slug].title}!")) == ()


async def test_two_questions_that_stay_the_same_two_are_left():
    tables = await answered()
    two = "Where does all the money go? And how do I edit the wiki?"
    await follow(tables, edited(two))
    assert await follow(tables, edited(f"{two}?")) == ()


async def test_a_choice_of_titles_in_another_language_gives_the_answer_in_it():
    tables = await offered()
    german = knowing("de", der_beitrag={"fee": 0.4, "money": 0.3})
    await follow(tables, edited("der beitrag"), CHOICE, library=german)
    (said,) = await pick(tables, 0)
    assert "Quelle:" in said.text
