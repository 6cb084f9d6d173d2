"""What follows its cause: edits and deletions of questions."""

import pytest

from bot.actions import Edit, Later, Pass, Redact
from bot.events import Deleted, Edited, Tick
from bot.ports import Ours
from handlers.faq import on_message
from handlers.faq.answering.following import on_deleted, on_edited
from handlers.faq.answering.unasked import on_tick
from tests.support.fakes import START, FakeSent
from tests.unit.faq.bank import ANA, LATER, LIBRARY, ROOM, Tables, house, message, overheard, rooms

QUESTION = "where does all the money go?"
OURS = Ours(event_id="$ours", room=ROOM, handler="faq", key="answer:$question", cause="$question", recipient=ANA)
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


async def follow(tables: Tables, event: Edited | Deleted, *ours: Ours):
    sent = FakeSent({one.event_id: one for one in ours or (OURS,)})
    ports = house(tables, sent=sent)
    if isinstance(event, Edited):
        return tables.keep(await on_edited(LIBRARY, event, ports))
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
    assert await follow(tables, event) == ()
    memo = {"slug": "money", "sender": ANA, "phrasing": "", "score": 0.9, "lang": "en", "question": "$question"}
    tick = Tick(id="tick", room=ROOM, sender="", at=LATER, key="unasked:$question", memo=memo)
    assert tables.keep(await on_tick(LIBRARY, tick, house(tables, rooms=rooms()))) == ()


async def test_a_deleted_question_takes_its_answer_along():
    tables = await answered()
    assert await follow(tables, deleted()) == (
        Redact(room=ROOM, key="answer:$question", reason="The question was deleted."),
    )
    assert await follow(tables, deleted()) == ()


async def test_a_deleted_question_takes_the_choice_along():
    (gone,) = await follow(Tables(), deleted(), CHOICE)
    assert isinstance(gone, Redact)
    assert gone.key == "choice:$question"


async def test_other_deletions_are_nobodys_business():
    assert await on_deleted(LIBRARY, deleted("$other"), house()) == Pass("nothing was said to it")
