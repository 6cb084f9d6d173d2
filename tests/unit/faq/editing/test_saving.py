"""Somebody's good answer becomes an entry: they are asked first, then the moderator; before that nothing is kept."""

from dataclasses import replace

import pytest

from bot.actions import Ask
from bot.errors import Refused
from tests.support.fakes import START
from tests.unit.faq.bank import ANA, ROOM
from tests.unit.faq.editing.chat import BEN, MO, Chat, texts

SHED = "save shed Where is the   bike shed?"


async def asked(chat: Chat, text: str = "It's behind the *hall*.") -> Ask:
    """Ana has given a good answer, and is asked."""
    return await chat.shows(SHED, reply_to=chat.hears(text))


async def test_the_author_is_asked_below_their_answer_for_a_week():
    ask = await asked(Chat())
    assert (ask.to, ask.room, ask.who, ask.mention) == ("$earlier", ROOM, ANA, ANA)
    assert ask.emoji == ("✅", "❌")
    assert (ask.until - START).days == 7
    assert "`shed`" in ask.text
    assert "hall" not in str(ask.memo), "their words aren't kept before they agree"


async def test_after_a_yes_the_moderator_sees_it_like_any_change():
    chat = Chat()
    (shown,) = await chat.picks(await asked(chat), who=ANA)
    assert isinstance(shown, Ask)
    assert (shown.to, shown.who, shown.mention) == ("$said1", MO, MO)
    assert shown.text.startswith("Its author agrees. `shed` would be new:")
    assert await chat.text("shed") is None

    await chat.picks(shown)

    assert await chat.text("shed") == "---\nquestions:\n  - Where is the bike shed?\n---\nIt's behind the *hall*.\n"
    ((edit),) = (await chat.library()).edits.values()
    assert (edit.author, edit.what) == (MO, "save")
    assert ANA not in (edit.after or "")


async def test_after_a_no_nothing_is_kept():
    chat = Chat()
    assert texts(await chat.picks(await asked(chat), 1, who=ANA)) == [
        "Then I keep nothing. Thank you for the answer all the same."
    ]


async def test_the_answer_is_taken_as_it_stands_when_they_agree():
    chat = Chat()
    ask = await asked(chat)
    chat.hears("It's in the cellar.")
    (shown,) = await chat.picks(ask, who=ANA)
    assert isinstance(shown, Ask)
    assert "+It's in the cellar." in shown.text


async def test_an_answer_that_is_gone_by_then_is_not_kept():
    chat = Chat()
    ask = await asked(chat)
    chat.heard.clear()
    assert texts(await chat.picks(ask, who=ANA)) == ["I can't read that answer any more, so I keep nothing."]


async def test_an_answer_that_is_no_good_by_then_is_not_kept():
    chat = Chat()
    ask = await asked(chat)
    chat.hears("It's <b>there</b>.")
    (said,) = texts(await chat.picks(ask, who=ANA))
    assert said.startswith("Thank you! It can't be kept all the same. That can't be kept: HTML")


async def test_who_is_no_moderator_any_more_by_then_keeps_nothing():
    chat = Chat()
    ask = await asked(chat)
    chat.roles.clear()
    assert texts(await chat.picks(ask, who=ANA)) == [
        "Thank you! Whoever asked may not keep it any more, so I keep nothing."
    ]


async def test_ones_own_answer_needs_no_consent():
    chat = Chat()
    shown = await chat.shows(SHED, reply_to=chat.hears("Behind the hall.", sender=MO))
    assert "`shed` would be new:" in shown.text
    assert shown.who == MO


USAGE = "Reply to the good answer with a new name and the question"
BAD = [
    ("save", "Behind the hall.", "`!faq save bike-shed Where is the bike shed?`"),
    ("save shed", "Behind the hall.", USAGE),
    (SHED, None, USAGE),
    ("save money Where?", "There.", "`money` is the name of an answer already. Choose another."),
    ("save Bike_Shed Where?", "There.", "can't be a name"),
    (SHED, "It is <b>there</b>.", "That can't be kept: HTML"),
    (SHED, "word " * 10_000, "too long an answer"),
    (SHED, " ", "That can't be kept: no answer"),
    (f"save shed {'where ' * 100}", "There.", "expected at most 300"),
]


@pytest.mark.parametrize(("typed", "earlier", "why"), BAD)
async def test_what_cannot_be_saved_is_refused_before_anybody_is_asked(typed: str, earlier: str | None, why: str):
    chat = Chat()
    with pytest.raises(Refused) as refused:
        await chat.says(typed, reply_to=chat.hears(earlier, sender=BEN) if earlier else None)
    assert why in str(refused.value)


async def test_its_own_words_are_not_saved():
    chat = Chat()
    with pytest.raises(Refused, match="Those are my own words"):
        await chat.says(SHED, reply_to=chat.hears("Behind the hall.", sender=chat.ports.me))


async def test_a_consent_that_came_from_somebody_else_counts_for_nothing():
    chat = Chat()
    ask = replace(await asked(chat), who=BEN)
    assert texts(await chat.picks(ask, who=BEN)) == ["I can't read that answer any more, so I keep nothing."]
