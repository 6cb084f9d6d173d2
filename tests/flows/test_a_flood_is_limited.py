"""More than is reasonable: one notice, then silence; others, and moderators, are answered as ever."""

import pytest

pytestmark = pytest.mark.homeserver

LIMITS = {"person_at_once": 5, "person_per_minute": 1, "room_at_once": 1000, "room_per_minute": 1000}


async def test_a_flood_gets_one_notice_and_everybody_else_is_answered(bot, person):
    ana, ben, mo = await person("ana"), await person("ben"), await person("mo")
    room = await ana.create_room()
    for one in (ben, mo):
        await one.join(room)
    roles = {"moderator": [mo.user]}
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}], roles=roles, limits=LIMITS)
    await steward.start()

    for _ in range(12):
        await ana.say(room, "!help faq")
    asked = [await mo.say(room, "!help bot") for _ in range(8)]
    last = await ben.say(room, "!help audit")

    texts: list[str] = []
    while not texts or "`!audit" not in texts[-1]:
        answer = await ben.next_event(room, steward.user)
        texts.append(answer["content"]["body"])
    assert answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == last
    assert len([text for text in texts if "`!faq" in text]) == 5
    assert len([text for text in texts if "more than I can answer at once" in text]) == 1
    assert len([text for text in texts if "`!bot" in text]) == len(asked)
