"""Bots in one room: two Stewards leave each other alone, and a bot that answers every answer is left alone."""

import asyncio
import contextlib
from typing import Any

import pytest

from bot.matrix.said_before import OWN_ID
from tests.support.bot_process import ROOT

pytestmark = pytest.mark.homeserver

QUESTION = "where does all the money go?"


def spoken(events: list[dict[str, Any]], *users: str) -> list[str]:
    """What these have said, oldest first."""
    return [one["content"]["body"] for one in events if one["type"] == "m.room.message" and one["sender"] in users]


async def test_of_two_stewards_the_one_that_is_asked_answers_and_neither_answers_the_other(bot, person):
    ana, mo = await person("ana"), await person("mo")
    room = await ana.create_room()
    control = await mo.create_room(preset="private_chat")
    rooms = [{"room": room, "name": "open-chatroom"}]
    first = await bot(rooms=rooms, control_room={"room": control})
    second = await bot(rooms=rooms, profile={"name": "Butler"})
    await mo.call("POST", f"/rooms/{control}/invite", {"user_id": first.user})
    for one in (first, second):
        await one.start()

    for one in (first, second, first):
        asked = await ana.say(room, QUESTION, **{"m.mentions": {"user_ids": [one.user]}})
        answer = await ana.next_event(room, one.user)
        assert answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == asked
        assert OWN_ID in answer["content"]

    told = (await mo.next_event(control, first.user))["content"]["body"]
    assert second.user in told
    assert "another Steward" in told

    # As a Steward might that speaks loud, and names the other; then the other's own way, a reaction.
    marked = {OWN_ID: "x", "m.mentions": {"user_ids": [first.user, second.user]}}
    await ana.say(room, f"Steward, {QUESTION}", **marked)
    await ana.say(room, "!help", **marked)

    asked = await ana.say(room, "!help")
    for one in (first, second):
        answer = await ana.next_event(room, one.user)
        assert answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == asked
    assert len(spoken(await ana.history(room), first.user, second.user)) == 5


async def test_where_another_steward_answers_it_does_not_speak_unasked(bot, person):
    ana = await person("ana")
    room = await ana.create_room()
    rooms = [{"room": room, "name": "open-chatroom", "answers": "when_sure"}]
    faq = {"folder": str(ROOT / "faq"), "grace": "0s"}
    first, second = await bot(rooms=rooms, faq=faq), await bot(rooms=rooms, profile={"name": "Butler"}, faq=faq)
    await first.start()
    await ana.say(room, QUESTION)
    assert "less than a third" in (await ana.next_event(room, first.user))["content"]["body"], "alone it speaks"

    await second.start()
    for _ in range(2):  # at the second one each has seen the other answer the first
        await ana.say(room, "!help")
        await ana.next_event(room, first.user)
        await ana.next_event(room, second.user)
    before = len(spoken(await ana.history(room), first.user, second.user))
    await ana.say(room, "Who pays for Social.coop?")
    for _ in range(2):
        await ana.say(room, "!help")
        await ana.next_event(room, first.user)
        await ana.next_event(room, second.user)

    assert len(spoken(await ana.history(room), first.user, second.user)) == before + 4


async def test_a_bot_that_comes_back_after_every_answer_is_left_alone(bot, person):
    robot, mo = await person("robot"), await person("mo")
    room = await robot.create_room()
    control = await mo.create_room(preset="private_chat")
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}], control_room={"room": control})
    await mo.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
    await steward.start()

    async def talk() -> None:
        last = await robot.say(room, "!help")
        while True:
            last = (await robot.next_event(room, steward.user, seconds=60))["event_id"]
            await robot.reply(room, last, "!help")

    talking = asyncio.create_task(talk())
    told = (await mo.next_event(control, steward.user, seconds=60))["content"]["body"]

    assert robot.user in told
    assert "again and again" in told
    await mo.join(room)
    await mo.say(room, "!help bot")
    events = await robot.history(room)
    while not any("`!bot" in text for text in spoken(events, steward.user)):
        await mo.next_event(room, steward.user)
        events = await robot.history(room)
    assert 20 < len(spoken(events, steward.user)) < 60
    talking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await talking
