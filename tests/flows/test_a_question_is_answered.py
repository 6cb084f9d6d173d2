"""A member asks in a room, in several ways, and gets the community's own answer."""

import pytest

pytestmark = [pytest.mark.homeserver, pytest.mark.both_profiles]

MONEY = "less than a third"


async def test_a_mention_is_answered_as_a_reply_that_mentions_the_asker_alone(bot, person):
    ana = await person("ana")
    room = await ana.create_room()
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}])
    await steward.start()

    asked = await ana.say(room, "Steward, where does all the money go?")

    answer = (await ana.next_event(room, steward.user))["content"]
    assert MONEY in answer["body"]
    assert answer["msgtype"] == "m.notice"
    assert answer["m.relates_to"] == {"m.in_reply_to": {"event_id": asked}}
    assert answer["m.mentions"] == {"user_ids": [ana.user]}
