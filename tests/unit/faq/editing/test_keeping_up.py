"""Files and changes from chat: what has arrived in the folder is a file again; where both changed, people decide."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions import Ask, Audit, Later
from handlers.faq.bank.merging import FOLLOW
from handlers.faq.editing.keeping_up import KEPT, OPEN
from handlers.faq.tables import edit_of, edits_of
from tests.support.fakes import START
from tests.unit.faq.editing.chat import BEN, CONTROL, FILES, MO, MONEY, WIKI, Chat, texts

FROM_CHAT = MONEY.replace("good causes", "the cats")
FROM_FILE = MONEY.replace("good causes", "the dogs")


async def edited(**files: str) -> Chat:
    """A bank that was changed from chat, whose folder has other files since."""
    chat = Chat()
    await chat.keeps("edit money To the cats.")
    chat.files = {**FILES, **files}
    return chat


async def edits(chat: Chat, slug: str = "money") -> list[tuple[int, str, str, str | None]]:
    """The entry's history, the first first."""
    found = map(edit_of, await chat.tables.rows(edits_of(slug)))
    return [(edit.number, edit.what, edit.author, edit.after) for edit in reversed(list(found))]


async def asked(chat: Chat) -> Ask:
    (ask,) = await chat.keeps_up()
    assert isinstance(ask, Ask)
    return ask


async def test_a_bank_without_changes_needs_nothing():
    chat = Chat()
    assert await chat.keeps_up() == ()


async def test_what_has_arrived_in_the_folder_follows_it_from_then_on():
    chat = await edited(money=FROM_CHAT)
    assert await chat.keeps_up() == ()
    assert (await edits(chat))[-1] == (2, FOLLOW, "steward", FROM_CHAT)
    assert await chat.keeps_up() == ()
    assert len(await edits(chat)) == 2, "once"

    chat.files = {**FILES, "money": FROM_FILE}

    assert await chat.text("money") == FROM_FILE
    assert await chat.keeps_up() == ()


async def test_what_was_removed_from_both_follows_the_folder_too():
    chat = Chat()
    await chat.keeps("remove wiki")
    chat.files = {"money": MONEY}
    await chat.keeps_up()
    assert (await edits(chat, "wiki"))[-1] == (2, FOLLOW, "steward", None)
    chat.files = FILES
    assert await chat.text("wiki") == WIKI


async def test_the_last_change_can_be_undone_after_it_has_arrived():
    chat = await edited(money=FROM_CHAT)
    await chat.keeps_up()
    await chat.keeps("undo money")
    assert await chat.text("money") == MONEY


async def test_a_file_that_was_changed_after_the_change_from_chat_is_put_before_the_moderators_once():
    chat = await edited(money=FROM_FILE)
    ask = await asked(chat)
    assert (ask.room, ask.to, ask.who) == (CONTROL, "", None)
    assert ask.text.startswith("The file of `money` was changed after a change from chat (*edit* by @mo:example\\.org)")
    assert "-To the cats.\n+To the dogs." in ask.text
    assert await chat.text("money") == FROM_CHAT, "until then the change counts"
    assert await chat.keeps_up() == ()
    chat.files = {**FILES, "money": MONEY.replace("good causes", "the birds")}
    assert "+To the birds." in (await asked(chat)).text
    chat.now = START + OPEN + timedelta(seconds=1)
    await chat.keeps_up()
    assert "+To the birds." in (await asked(chat)).text, "after a month it is asked again"


async def test_yes_takes_the_file():
    chat = await edited(money=FROM_FILE)
    noted, later = await chat.picks(await asked(chat))
    assert await chat.text("money") == FROM_FILE
    assert (await edits(chat))[-1] == (2, FOLLOW, MO, FROM_FILE)
    assert isinstance(noted, Audit)
    assert (noted.who, noted.outcome) == (MO, "the file counts")
    assert later == Later(at=START, key="bank", room=CONTROL)
    chat.files = {**FILES, "money": MONEY}
    assert await chat.text("money") == MONEY


async def test_no_keeps_the_change_beside_this_version_of_the_file():
    chat = await edited(money=FROM_FILE)
    (noted,) = await chat.picks(await asked(chat), 1)
    assert isinstance(noted, Audit)
    assert noted.outcome == "the change from chat counts"
    assert await chat.text("money") == FROM_CHAT
    assert (await edits(chat))[-1] == (2, KEPT, MO, FROM_CHAT)
    assert await chat.keeps_up() == ()
    await chat.keeps("undo money")
    assert await chat.text("money") == MONEY, "the decision itself is nothing to undo"


async def test_a_file_that_was_taken_away_is_asked_about_too():
    chat = Chat()
    await chat.keeps("edit money To the cats.")
    chat.files = {"wiki": WIKI}
    ask = await asked(chat)
    assert ask.text.startswith("The file of `money` was taken away after")
    await chat.picks(ask)
    assert await chat.text("money") is None


async def test_a_broken_file_is_not_offered():
    chat = await edited(money="---\nquestions:\n---\nNo questions.\n")
    assert await chat.keeps_up() == ()
    assert await chat.text("money") == FROM_CHAT


async def test_without_a_control_room_nobody_is_asked():
    chat = replace(await edited(money=FROM_FILE), control=None)
    assert await chat.keeps_up() == ()


@pytest.mark.parametrize("option", [0, 1])
async def test_what_changed_meanwhile_is_not_decided(option: int):
    chat = await edited(money=FROM_FILE)
    ask = await asked(chat)
    await chat.keeps("edit money To the fish.")
    before = await edits(chat)
    assert texts(await chat.picks(ask, option)) == ["`money` has been changed meanwhile, so nothing was done."]
    assert await edits(chat) == before


async def test_another_change_from_chat_does_not_settle_what_becomes_of_the_file():
    chat = await edited(money=FROM_FILE)
    await chat.keeps("edit money To the fish.")
    ask = await asked(chat)
    assert "-To the fish.\n+To the dogs." in ask.text
    await chat.picks(ask)
    assert await chat.text("money") == FROM_FILE


async def test_a_file_that_was_changed_once_more_is_another_question():
    chat = await edited(money=FROM_FILE)
    ask = await asked(chat)
    chat.files = {**FILES, "money": MONEY.replace("good causes", "the birds")}
    assert texts(await chat.picks(ask)) == ["`money` has been changed meanwhile, so nothing was done."]
    assert await chat.text("money") == FROM_CHAT


async def test_who_is_no_moderator_decides_nothing():
    chat = await edited(money=FROM_FILE)
    actions = await chat.picks(await asked(chat), who=BEN)
    assert texts(actions) == ["Only moderators may decide that, so nothing was kept."]
    assert await chat.text("money") == FROM_CHAT
