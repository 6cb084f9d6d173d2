"""Anybody may suggest; the moderators see the difference in their room; the author hears what became of it."""

from datetime import timedelta
from typing import Any

import pytest

from bot.actions import Ask, Audit, Reply
from bot.errors import Refused
from handlers.faq.editing import suggestions
from tests.support.fakes import START
from tests.unit.faq.bank import ANA, ROOM
from tests.unit.faq.editing.chat import BEN, CONTROL, MO, MONEY, Chat, texts

KEPT = "The moderators have kept your suggestion for `money`. Thank you!"
LEFT = "The moderators have left `money` as it is. Thank you for the suggestion all the same."


async def suggests(chat: Chat, text: str = "To the cats.", who: str = ANA, **more: Any) -> Ask:
    return await chat.shows(f"suggest money: {text}", who=who, **more)


async def test_the_moderators_see_it_and_the_author_is_told_so():
    ask, told = await Chat().says("suggest budget: To the cats.", who=ANA)
    assert isinstance(ask, Ask)
    assert (ask.room, ask.to, ask.mention, ask.who) == (CONTROL, "", "", None)
    assert ask.text.startswith("@ana:example\\.org has a suggestion. `money` would change:")
    assert "-To good causes.\n+To the cats." in ask.text
    assert (ask.until - START).days == 7
    assert told == Reply(
        to="$said1",
        room=ROOM,
        text="Thank you! The moderators have it before them; I'll tell you here what they say.",
        mention=ANA,
    )


async def test_what_is_kept_is_kept_under_the_authors_name_and_they_are_told_where_they_said_it():
    chat = Chat()
    actions = await chat.picks(await suggests(chat, thread="$root"))
    assert await chat.text("money") == MONEY.replace("good causes", "the cats")
    (edit,) = (await chat.library()).edits.values()
    assert (edit.author, edit.what) == (ANA, "suggest")
    (noted,) = [one for one in actions if isinstance(one, Audit)]
    assert (noted.who, noted.what, noted.room) == (MO, "faq suggest money", CONTROL)
    (told,) = [one for one in actions if isinstance(one, Reply)]
    assert told == Reply(to="$said1", room=ROOM, text=KEPT, mention=ANA, in_thread="$root")


async def test_what_is_turned_down_changes_nothing_and_they_are_told():
    chat = Chat()
    actions = await chat.picks(await suggests(chat), 1)
    assert texts(actions) == ["Left as it is.", LEFT]
    assert [(one.what, one.outcome) for one in actions if isinstance(one, Audit)] == [
        ("faq suggest money", "left as it is")
    ]
    assert await chat.text("money") == MONEY


async def test_who_is_no_moderator_decides_nothing():
    chat = Chat()
    ask = await suggests(chat)
    assert texts(await chat.picks(ask, who=BEN)) == ["Only moderators may decide that, so nothing was kept."]
    assert await chat.text("money") == MONEY


async def test_an_entry_that_was_changed_meanwhile_is_shown_again_and_the_author_hears_in_the_end():
    chat = Chat()
    ask = await suggests(chat)
    await chat.keeps("edit money topic: fees")
    (again,) = await chat.picks(ask)
    assert isinstance(again, Ask)
    assert (again.room, again.who) == (CONTROL, None)
    assert texts(await chat.picks(again))[-1] == KEPT


async def test_an_entry_that_says_so_by_now_is_not_kept_again():
    chat = Chat()
    ask = await suggests(chat)
    await chat.keeps("edit money To the cats.")
    assert texts(await chat.picks(ask)) == ["Nothing was kept. That changes nothing: `money` says so already.", LEFT]


async def test_at_most_five_of_one_person_wait():
    chat = Chat()
    asks = [await suggests(chat, f"To cat {number}.") for number in range(5)]
    with pytest.raises(Refused, match="5 suggestions of yours wait for the moderators already"):
        await suggests(chat)
    await suggests(chat, who=BEN)
    await chat.picks(asks[0], 1)
    await suggests(chat)


async def test_at_most_ten_of_one_person_in_a_day():
    chat = Chat()
    for number in range(10):
        await chat.picks(await suggests(chat, f"To cat {number}."), 1)
    with pytest.raises(Refused, match="more than 10 suggestions in a day"):
        await suggests(chat)
    chat.now = START + timedelta(days=1, seconds=1)
    await suggests(chat)


async def test_what_nobody_decides_on_is_told_after_a_week_and_makes_room():
    chat = Chat()
    for number in range(5):
        await suggests(chat, f"To cat {number}.")
    chat.now = START + timedelta(days=7)
    assert texts(await chat.keeps_up()) == []
    chat.now = START + timedelta(days=7, seconds=1)
    told = await chat.keeps_up()
    assert (
        texts(told)
        == ["Nobody has decided on your suggestion for `money` within 7 days. You may suggest it again."] * 5
    )
    assert [(one.to, one.mention) for one in told if isinstance(one, Reply)] == [
        (f"$said{number}", ANA) for number in range(1, 6)
    ]
    assert texts(await chat.keeps_up()) == []
    await suggests(chat)


async def test_nothing_is_remembered_of_a_suggestion_that_is_over_for_a_day():
    chat = Chat()
    await chat.picks(await suggests(chat), 1)
    await chat.keeps_up()
    assert len(await chat.tables.rows(suggestions.of(ANA))) == 1
    chat.now = START + timedelta(days=1, seconds=1)
    await chat.keeps_up()
    assert await chat.tables.rows(suggestions.of(ANA)) == []


BAD = [
    ("suggest", "`!faq suggest bike-shed: It is behind the hall now.`"),
    ("suggest money", "Write the answer's name and what it should say"),
    ("suggest money:", "Write the answer's name and what it should say"),
    ("suggest mony: To the cats.", "Did you mean `money`?"),
]
UNFIT = [
    ("suggest money: To <b>cats</b>", "That can't be kept: HTML"),
    ("suggest money: " + "word " * 10_000, "too long an answer"),
    ("suggest money: To good causes.", "That changes nothing"),
]


@pytest.mark.parametrize(("typed", "why"), BAD)
async def test_what_cannot_be_kept_does_not_reach_the_moderators(typed: str, why: str):
    chat = Chat()
    with pytest.raises(Refused) as refused:
        await chat.says(typed, who=ANA)
    assert why in str(refused.value)
    assert await chat.tables.rows(suggestions.of(ANA)) == []


@pytest.mark.parametrize(("typed", "why"), UNFIT)
async def test_what_is_unfit_does_not_reach_the_moderators_and_counts_for_the_day(typed: str, why: str):
    chat = Chat()
    for _ in range(10):
        (told,) = await chat.says(typed, who=ANA)
        assert isinstance(told, Reply)
        assert why in told.text
    assert await chat.tables.rows(suggestions.over()) == []
    with pytest.raises(Refused, match="more than 10 suggestions in a day"):
        await suggests(chat)


async def test_what_is_shown_again_waits_for_a_week_from_then_on():
    chat = Chat()
    ask = await suggests(chat)
    chat.now = START + timedelta(days=6)
    await chat.keeps("edit money topic: fees")
    (again,) = await chat.picks(ask)
    assert isinstance(again, Ask)
    chat.now = START + timedelta(days=13)
    assert again.until == chat.now
    assert texts(await chat.keeps_up()) == []
    chat.now += timedelta(seconds=1)
    assert len(texts(await chat.keeps_up())) == 1


async def test_without_a_room_of_moderators_it_says_so():
    with pytest.raises(Refused, match="there is no room of moderators here"):
        await suggests(Chat(control=None))
