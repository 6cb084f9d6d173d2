"""Whom the bot lets invite it."""

import pytest

pytestmark = [pytest.mark.homeserver, pytest.mark.both_profiles]


async def test_a_member_may_open_a_private_chat_and_a_stranger_may_not(bot, person):
    ana, stranger = await person("ana"), await person("stranger")
    room = await ana.create_room()
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}])
    await steward.start()

    strange = await stranger.open_chat(steward.user)
    declined = await stranger.next_event(strange, steward.user, "m.room.member")
    chat = await ana.open_chat(steward.user)
    joined = await ana.next_event(chat, steward.user, "m.room.member")

    assert declined["content"]["membership"] == "leave"
    assert "moderators invite me" in declined["content"]["reason"]
    assert joined["content"]["membership"] == "join"


async def test_a_member_may_not_bring_the_bot_into_another_room_but_a_listed_moderator_may(bot, person):
    ana, mo = await person("ana"), await person("mo")
    room = await ana.create_room()
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}], roles={"moderator": [mo.user]})
    await steward.start()

    elsewhere = await ana.create_room(preset="private_chat", invite=[steward.user])
    declined = await ana.next_event(elsewhere, steward.user, "m.room.member")
    other = await mo.create_room(preset="private_chat", invite=[steward.user])
    joined = await mo.next_event(other, steward.user, "m.room.member")

    assert declined["content"]["membership"] == "leave"
    assert joined["content"]["membership"] == "join"


async def test_what_was_said_before_the_bot_came_is_none_of_its_business(bot, person):
    ana, mo = await person("ana"), await person("mo")
    room = await ana.create_room()
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}], roles={"moderator": [mo.user]})
    await steward.start()
    other = await mo.create_room()
    early = [await mo.say(other, f"!help {number}") for number in range(3)]
    await mo.call("POST", f"/rooms/{other}/invite", {"user_id": steward.user})
    await mo.next_event(other, steward.user, "m.room.member")

    late = await mo.say(other, "!help bot")

    answer = await mo.next_event(other, steward.user)
    assert answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == late
    assert answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] not in early


async def test_one_person_begins_only_so_many_chats_within_an_hour(bot, person):
    ana = await person("ana")
    room = await ana.create_room()
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}])
    await steward.start()

    chats = [await ana.open_chat(steward.user) for _ in range(4)]
    answers = [await ana.next_event(chat, steward.user, "m.room.member") for chat in chats]

    # Rooms are gone through side by side, so that it isn't said which of the four is the one too many.
    declined = [answer["content"] for answer in answers if answer["content"]["membership"] == "leave"]
    assert sorted(answer["content"]["membership"] for answer in answers) == ["join", "join", "join", "leave"]
    assert "within an hour" in declined[0]["reason"]
