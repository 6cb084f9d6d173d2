"""Rooms that are knocked on, and rooms that let in the members of another."""

import pytest

pytestmark = pytest.mark.homeserver


@pytest.mark.parametrize("alone", [True, False])
async def test_a_room_that_must_be_knocked_on_is_knocked_on_once_and_entered_when_let_in(bot, person, alone):
    ana = await person("ana")
    room = await ana.create_room(
        preset="private_chat",
        initial_state=[{"type": "m.room.join_rules", "state_key": "", "content": {"join_rule": "knock"}}],
    )
    rooms = [{"room": room, "name": "closed"}]
    if not alone:
        rooms.append({"room": await ana.create_room(), "name": "open-chatroom"})
    steward = await bot(rooms=rooms)

    await steward.start()
    told = await steward.until("room_not_joined")
    knock = await ana.next_event(room, steward.user, "m.room.member")

    assert "has knocked. Let it in" in told["why"]
    assert knock["content"]["membership"] == "knock"
    assert "this community's rooms" in knock["content"]["reason"]

    await ana.call("POST", f"/rooms/{room}/invite", {"user_id": steward.user})
    joined = await ana.next_event(room, steward.user, "m.room.member")
    await ana.say(room, "!help faq")

    assert joined["content"]["membership"] == "join"
    assert "`!faq" in (await ana.next_event(room, steward.user))["content"]["body"]


async def test_a_room_for_the_members_of_another_is_entered_whatever_the_order_in_the_config(bot, person):
    ana = await person("ana")
    room = await ana.create_room()
    rule = {"join_rule": "restricted", "allow": [{"type": "m.room_membership", "room_id": room}]}
    inner = await ana.create_room(
        preset="private_chat",
        initial_state=[{"type": "m.room.join_rules", "state_key": "", "content": rule}],
    )
    steward = await bot(rooms=[{"room": inner, "name": "inner"}, {"room": room, "name": "open-chatroom"}])

    await steward.start()

    assert steward.user in await ana.members(inner)
    await ana.say(inner, "!help faq")
    assert "`!faq" in (await ana.next_event(inner, steward.user))["content"]["body"]
