"""Questions without an answer are noted for those who write answers: with consent, or where the room wants it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.actions import Ask, Done, Edit, Nothing, Reply
from bot.events import Addressed, Chosen, Deleted, Edited
from bot.ports import Heard, Ours, RoomInfo
from handlers.faq import on_chosen, on_message
from handlers.faq.answering import records
from handlers.faq.answering.following import on_deleted, on_edited
from handlers.faq.answering.records import LONGEST_MISS, MISSES_KEPT, miss_of, note_miss
from handlers.faq.answering.unanswered import asked_in
from handlers.faq.tables import given_under, misses
from tests.support.fakes import START, FakeRooms, FakeSent
from tests.unit.faq.bank import ANA, LIBRARY, ROOM, Tables, house, message

QUESTION = "what is the moon made of?"
OURS = Ours(event_id="$ours", room=ROOM, handler="faq", key="unknown:$question", cause="$question", recipient=ANA)
SENT = FakeSent({"$ours": OURS})


def rooms(misses: str = "ask", heard: str | None = QUESTION, sender: str = ANA) -> FakeRooms:
    said = {"$question": Heard(id="$question", sender=sender, text=heard, at=START)} if heard is not None else {}
    return FakeRooms({ROOM: RoomInfo(id=ROOM, misses=misses)}, heard=said)


async def asked(tables: Tables, misses: str = "ask", text: str = QUESTION):
    """The bot is asked what it doesn't know; what it says."""
    (said,) = tables.keep(await on_message(LIBRARY, message(text), house(tables, rooms=rooms(misses))))
    return said


async def consents(tables: Tables, ask: Ask, option: int = 0, **more):
    """The asker taps ✅ (0) or ❌ (1); what comes of it."""
    tap = Chosen(id="$tap", room=ROOM, sender=ANA, at=START, key=ask.key, option=option, memo=ask.memo)
    decision = await on_chosen(LIBRARY, tap, house(tables, **{"rooms": rooms(), "sent": SENT, **more}))
    return tables.keep(decision) if isinstance(decision, Done) else decision


async def noted(tables: Tables) -> str | None:
    rows = await tables.rows(miss_of("$question"))
    return rows[0].text if rows else None


async def test_the_asker_is_asked_and_until_then_nothing_of_the_question_is_kept():
    tables = Tables()
    said = await asked(tables)
    assert isinstance(said, Ask)
    assert (said.who, said.emoji, said.until) == (ANA, ("✅", "❌"), START + timedelta(hours=1))
    assert said.text.startswith("I don't know an answer to that.")
    assert "May I note your question, without your name" in said.text
    assert "moon" not in str(said.memo)
    assert await noted(tables) is None


async def test_after_a_yes_the_question_is_kept_without_name_and_the_bot_says_thanks_by_an_edit():
    tables = Tables()
    (edit,) = await consents(tables, await asked(tables))
    assert isinstance(edit, Edit)
    assert edit.key == "unknown:$question"
    assert "Thank you. Your question is noted" in edit.text
    assert await noted(tables) == QUESTION
    (row,) = await tables.rows(miss_of("$question"))
    assert set(row._fields) == {"question", "text", "at"}


async def test_after_a_no_nothing_is_kept_and_the_bot_asks_no_more():
    tables = Tables()
    (edit,) = await consents(tables, await asked(tables), option=1)
    assert edit.text == "I don't know an answer to that. Ask people in the [lounge](https://example.org/lounge)."
    assert await noted(tables) is None


@pytest.mark.parametrize("gone", [rooms(heard=None), rooms(sender="@eve:example.org")])
async def test_what_cant_be_read_any_more_is_not_kept(gone):
    tables = Tables()
    assert await consents(tables, await asked(tables), rooms=gone) == Nothing("the question can't be read any more")
    assert await noted(tables) is None


async def test_where_the_room_keeps_them_it_is_kept_at_once_and_that_is_said():
    tables = Tables()
    said = await asked(tables, "keep")
    assert isinstance(said, Reply)
    assert said.text.endswith("Your question is noted, without your name, for those who write the answers.")
    assert await noted(tables) == QUESTION


async def test_where_they_arent_wanted_nothing_is_asked_and_nothing_kept():
    tables = Tables()
    said = await asked(tables, "off")
    assert isinstance(said, Reply)
    assert "note" not in said.text
    assert await noted(tables) is None


async def test_in_a_private_chat_the_asker_is_asked():
    said = message(QUESTION, private=True, addressed=Addressed.PRIVATE)
    (ask,) = Tables().keep(await on_message(LIBRARY, said, house(rooms=FakeRooms())))
    assert isinstance(ask, Ask)


async def test_a_long_question_is_cut():
    tables = Tables()
    await asked(tables, "keep", "moon " * 1000)
    assert len(await noted(tables) or "") == LONGEST_MISS


async def test_what_is_kept_has_its_term():
    tables = Tables()
    tables.keep(Done(note_miss("$question", QUESTION, START)))
    tables.keep(Done(note_miss("$other", QUESTION, START + MISSES_KEPT + timedelta(seconds=1))))
    assert await noted(tables) is None


async def test_a_deleted_question_takes_the_note_and_the_words_of_the_bot_along():
    tables = Tables()
    await asked(tables, "keep")
    event = Deleted(id="$redaction", room=ROOM, sender=ANA, at=START, of="$question")
    (gone,) = tables.keep(await on_deleted(LIBRARY, event, house(tables, sent=SENT)))
    assert gone.key == "unknown:$question"
    assert await noted(tables) is None


async def edited(tables: Tables, text: str, **more):
    new = message(text, **more)
    event = Edited(id="$edit", room=ROOM, sender=new.sender, at=START, of="$question", message=new)
    return tables.keep(await on_edited(LIBRARY, event, house(tables, rooms=rooms(), sent=SENT)))


async def test_an_edited_question_is_kept_in_its_new_words():
    tables = Tables()
    await asked(tables, "keep")
    assert await edited(tables, "what is the sun made of?") == ()
    assert await noted(tables) == "what is the sun made of?"


async def test_a_question_that_isnt_kept_is_not_kept_by_editing_it():
    tables = Tables()
    await asked(tables)
    await edited(tables, "what is the sun made of?")
    assert await noted(tables) is None


async def test_once_there_is_an_answer_to_the_new_words_the_old_ones_are_forgotten_and_the_answer_given_in_place():
    tables = Tables()
    await asked(tables, "keep")
    (edit,) = await edited(tables, "is there a code of conduct?")
    assert (edit.key, edit.text.split("\n")[0]) == ("unknown:$question", "About rules.")
    assert await noted(tables) is None


async def test_nobody_else_changes_what_is_kept():
    tables = Tables()
    await asked(tables, "keep")
    await edited(tables, "what is the sun made of?", sender="@eve:example.org")
    assert await noted(tables) == QUESTION


async def test_a_yes_after_the_question_got_its_answer_means_nothing_and_a_no_removes_the_answer():
    tables = Tables()
    ask = await asked(tables)
    await edited(tables, "is there a code of conduct?")
    assert await consents(tables, ask) == Nothing("answered meanwhile")
    (gone,) = await consents(tables, ask, option=1)
    assert gone.key == "unknown:$question"
    assert await tables.rows(given_under("unknown:$question")) == []


@pytest.mark.parametrize(
    ("said", "command", "question"),
    [
        ("faq what is it?", True, "what is it?"),
        ("FAQ what is it?", True, "what is it?"),
        ("faq what is it?", False, "faq what is it?"),
        ("Mastodon: how do I mute?", False, "Mastodon: how do I mute?"),
        ("error 500: what now?", False, "error 500: what now?"),
    ],
)
def test_a_question_is_kept_without_its_command_and_with_all_other_words(said, command, question):
    assert asked_in(Heard(id="$question", sender=ANA, text=said, at=START, command=command)) == question


async def test_what_is_noted_after_a_yes_has_the_askers_own_words():
    tables = Tables()
    said = rooms(heard="Mastodon: what is the moon made of?")
    await consents(tables, await asked(tables), rooms=said)
    assert await noted(tables) == "Mastodon: what is the moon made of?"


async def test_so_many_are_kept_and_the_oldest_go(monkeypatch):
    monkeypatch.setattr(records, "MOST_KEPT", 3)
    tables = Tables()
    for number in range(5):
        tables.keep(Done(note_miss(f"${number}", QUESTION, START + timedelta(seconds=number))))
    assert sorted(row.question for row in await tables.rows(select(misses))) == ["$2", "$3", "$4"]
