"""What people make of the bot's answers: they rate them, have them removed, and moderators see what to look at."""

import pytest

pytestmark = pytest.mark.homeserver

QUESTION = "Steward, where does all the money go?"


@pytest.fixture
async def lounge(bot, person):
    """Two members in a room, a moderator in the control room, and an answer that Ana was given."""
    ana, ben, mia = await person("ana"), await person("ben"), await person("mia")
    room, control = await ana.create_room(), await mia.create_room(preset="private_chat")
    await ben.join(room)
    steward = await bot(rooms=[{"room": room, "name": "lounge"}], control_room={"room": control})
    await mia.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
    await steward.start()
    await ana.say(room, QUESTION)
    answer = await ana.next_event(room, steward.user)
    return ana, ben, mia, room, control, steward, answer["event_id"]


async def handled(who, room, steward):
    """Whatever was said in the room before has been handled: what is said after it is answered."""
    await who.say(room, "!faq money")
    return await who.next_event(room, steward.user)


async def reviewed(mia, control, steward) -> str:
    await mia.say(control, "!faq review")
    return str((await mia.next_event(control, steward.user))["content"]["body"])


async def test_a_thumb_down_puts_the_answer_on_the_review_list_and_taking_it_back_takes_it_off(lounge):
    ana, ben, mia, room, control, steward, answer = lounge
    thumb = await ben.react(room, answer, "👎🏽")
    await handled(ana, room, steward)
    assert "money-where-goes was rated 👎 1, 👍 0" in (await reviewed(mia, control, steward)).replace("`", "")

    await ben.call("PUT", f"/rooms/{room}/redact/{thumb}/1", {})
    await handled(ana, room, steward)

    assert "👎" not in await reviewed(mia, control, steward)


async def test_the_asker_removes_an_answer_and_somebody_else_does_not(lounge):
    ana, ben, mia, room, control, steward, answer = lounge
    await ben.react(room, answer, "❌")
    await handled(ana, room, steward)
    assert "body" in (await ana.call("GET", f"/rooms/{room}/event/{answer}"))["content"]

    await ana.react(room, answer, "❌")

    removal = await ana.next_event(room, steward.user, "m.room.redaction")
    assert answer in (removal.get("redacts"), removal["content"].get("redacts"))
    assert removal["content"]["reason"] == "The asker didn't want it."
    assert "was removed by somebody" in await reviewed(mia, control, steward)


async def test_nobody_is_told_anything_in_a_room_that_they_arent_in(lounge):
    ana, _, mia, room, _, steward, _ = lounge
    await ana.say(room, f"!faq tell {mia.user} join-registration")
    said = await ana.next_event(room, steward.user)
    assert said["content"]["body"].startswith("I can't tell that person here.")


async def test_an_answer_is_told_to_somebody_who_may_remove_it(lounge):
    ana, ben, _, room, _, steward, _ = lounge
    await ana.say(room, f"!faq tell {ben.user} join-registration")
    told = await ben.next_event(room, steward.user)
    while told["content"]["m.mentions"] != {"user_ids": [ben.user]}:
        told = await ben.next_event(room, steward.user)
    assert "thinks this may help" in told["content"]["body"]

    await ben.react(room, told["event_id"], "❌")

    removal = await ben.next_event(room, steward.user, "m.room.redaction")
    assert told["event_id"] in (removal.get("redacts"), removal["content"].get("redacts"))
