"""In a room that wants it, the bot answers unasked: when it is very sure, after a while, and if nobody else has."""

import pytest

from tests.support.bot_process import ROOT

pytestmark = [pytest.mark.homeserver, pytest.mark.both_profiles]

FAQ = ROOT / "faq"
QUESTION = "Where does all the money go?"


@pytest.fixture
async def room_that_wants_it(bot, person):
    """Two members, a room with `answers: when_sure`, and a short wait."""
    ana, ben = await person("ana"), await person("ben")
    room = await ana.create_room()
    await ben.join(room)
    steward = await bot(
        rooms=[{"room": room, "name": "open-chatroom", "answers": "when_sure"}],
        faq={"folder": str(FAQ), "grace": "2s"},
    )
    await steward.start()
    return ana, ben, room, steward


async def test_it_answers_in_a_thread_and_the_second_asker_gets_a_link_to_the_first_answer(room_that_wants_it):
    ana, ben, room, steward = room_that_wants_it

    asked = await ana.say(room, QUESTION)
    first = await ana.next_event(room, steward.user)
    again = await ben.say(room, QUESTION)
    second = await ana.next_event(room, steward.user)

    assert "less than a third" in first["content"]["body"]
    assert first["content"]["m.relates_to"]["rel_type"] == "m.thread"
    assert first["content"]["m.relates_to"]["event_id"] == asked
    assert first["event_id"] in second["content"]["body"]
    assert second["content"]["m.relates_to"]["event_id"] == again
    assert second["content"]["m.mentions"] == {"user_ids": [ben.user]}


async def test_it_is_silent_when_somebody_else_has_spoken(room_that_wants_it):
    ana, ben, room, steward = room_that_wants_it

    await ana.say(room, QUESTION)
    await ben.say(room, "mostly on hosting and stipends, I think")
    await ben.say(room, "Who pays for Social.coop?")

    answer = await ana.next_event(room, steward.user)
    assert answer["content"]["m.mentions"] == {"user_ids": [ben.user]}, "only the second question was left open"


async def test_it_is_silent_when_it_is_not_a_question_for_it_and_for_who_opted_out(room_that_wants_it):
    ana, ben, room, steward = room_that_wants_it
    await ana.say(room, "!optout")
    await ana.next_event(room, steward.user)

    await ana.say(room, QUESTION)
    await ben.say(room, "ana: did you see the money that the farm made?")
    await ben.say(room, "Who pays for Social.coop?")

    answer = await ana.next_event(room, steward.user)
    assert answer["content"]["m.mentions"] == {"user_ids": [ben.user]}
    assert "Its members" in answer["content"]["body"]


async def test_elsewhere_it_answers_only_who_speaks_to_it(bot, person):
    ana = await person("ana")
    room = await ana.create_room()
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}], faq={"folder": str(FAQ), "grace": "0s"})
    await steward.start()

    await ana.say(room, QUESTION)
    asked = await ana.say(room, f"Steward, {QUESTION}")

    answer = await ana.next_event(room, steward.user)
    assert answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == asked
