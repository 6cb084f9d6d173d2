"""Words that somebody takes back aren't kept: neither a suggestion nor a question that was to be learned."""

import pytest

from bot.actions import Ask, Decision, Done, Nothing, Redact, Withdraw
from bot.errors import Refused
from bot.events import Deleted
from handlers.faq import on_gone
from handlers.faq.editing import suggestions
from tests.support.fakes import START
from tests.unit.faq.bank import ANA, ROOM
from tests.unit.faq.editing.chat import CONTROL, MO, MONEY, Chat, texts

GONE = "Nothing was kept. The message whose words these are is gone."


async def deleted(chat: Chat, of: str, room: str = ROOM) -> Decision:
    event = Deleted(id="$deleted", room=room, sender=ANA, at=START, of=of)
    return await on_gone(await chat.library(), event, chat.ports)


async def test_a_suggestion_that_is_deleted_is_asked_about_no_more_and_its_words_go():
    chat = Chat()
    ask = await chat.shows("suggest money: My secret.", who=ANA)
    done = chat.tables.keep(await deleted(chat, "$said1"))
    assert done == (
        Withdraw(key=ask.key),
        Redact(room=CONTROL, key=ask.key, reason="The suggestion was taken back."),
    )
    assert await chat.tables.rows(suggestions.over()) == []
    assert isinstance(await deleted(chat, "$said1"), Nothing), "once"


async def test_wherever_it_was_shown_it_goes():
    chat = Chat()
    first = await chat.shows("suggest money: My secret.", who=ANA)
    await chat.keeps("edit money topic: fees")
    (again,) = [one for one in await chat.picks(first) if isinstance(one, Ask)]
    done = chat.tables.keep(await deleted(chat, "$said1"))
    assert [one.key for one in done if isinstance(one, Redact)] == [first.key, again.key]
    assert Withdraw(key=again.key) in done


@pytest.mark.parametrize(("of", "room"), [("$other", ROOM), ("$said1", "!other:example.org")])
async def test_other_messages_take_nothing_back(of: str, room: str):
    chat = Chat()
    await chat.shows("suggest money: To the cats.", who=ANA)
    assert isinstance(await deleted(chat, of, room), Nothing)


async def test_what_was_decided_stays():
    chat = Chat()
    await chat.picks(await chat.shows("suggest money: To the cats.", who=ANA))
    assert isinstance(await deleted(chat, "$said1"), Nothing)


@pytest.mark.parametrize("typed", ["learn money", "unlike money", "save shed Where is the shed?"])
async def test_words_that_are_gone_when_the_moderator_agrees_are_not_kept(typed: str):
    chat = Chat()
    said = chat.hears("how do I bake bread at home", sender=MO if typed.startswith("save") else ANA)
    ask = await chat.shows(typed, reply_to=said)
    del chat.heard[said]
    assert texts(await chat.picks(ask)) == [GONE]
    assert await chat.text("money") == MONEY
    assert await chat.text("shed") is None


async def test_an_answer_that_is_gone_after_its_author_agreed_is_not_kept():
    chat = Chat()
    said = chat.hears("Behind the hall.")
    consent = await chat.shows("save shed Where is the shed?", reply_to=said)
    (ask,) = [one for one in await chat.picks(consent, who=ANA) if isinstance(one, Ask)]
    del chat.heard[said]
    assert texts(await chat.picks(ask)) == [GONE]


async def test_who_is_not_entitled_leaves_the_question_open():
    chat = Chat()
    ask = await chat.shows("suggest money: To the cats.", who=ANA)
    chat.roles = {}
    assert (await chosen(chat, ask)).stays_open
    chat.roles = Chat().roles
    assert not (await chosen(chat, ask)).stays_open


async def chosen(chat: Chat, ask: Ask) -> Done:
    decision = await chat.decides(ask)
    assert isinstance(decision, Done)
    return decision


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("edit money de:", "There is nothing behind `de:`"),
        ("suggest money: de:", "There is nothing behind `de:`"),
        ("edit money nds: ", "There is nothing behind `nds:`"),
        ("edit money not: x", "`not:` isn't changed like this"),
        ("edit money questions: x", "`questions:` isn't changed like this"),
        ("edit money aliases: x", "`aliases:` isn't changed like this"),
        ("edit money rooms: x", "`rooms:` isn't changed like this"),
        ("edit money reviewed: 2024", "`reviewed:` isn't changed like this"),
        ("edit money live: nosuch", "there is no service nosuch; expected one of web"),
    ],
)
async def test_what_would_become_a_wrong_answer_is_refused(typed: str, why: str):
    chat = Chat()
    try:
        said = texts(await chat.says(typed))
    except Refused as refused:
        said = [str(refused)]
    assert why in said[0]
    await chat.shows("edit money live: web")


async def test_lines_of_any_kind_in_a_question_become_spaces():
    chat = Chat()
    await chat.keeps("add shed where\u2028is\x85the\rshed\n\nBehind the hall.")
    assert (await chat.library()).entries["shed"].title == "where is the shed"
