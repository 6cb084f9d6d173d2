"""A question without an answer is noted for those who write answers, if the asker agrees; it goes with its message."""

import pytest

pytestmark = pytest.mark.homeserver

QUESTION = "when is the concert in Leipzig?"


@pytest.fixture
async def lounge(bot, person):
    """A member in a room; a moderator in the control room, where the bot is too."""
    ana, mia = await person("ana"), await person("mia")
    room, control = await ana.create_room(), await mia.create_room(preset="private_chat")

    async def make(**settings):
        steward = await bot(rooms=[{"room": room, "name": "lounge", **settings}], control_room={"room": control})
        await mia.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
        await steward.start()
        return ana, mia, room, control, steward

    return make


async def reviewed(mia, control, steward) -> str:
    await mia.say(control, "!faq review")
    return str((await mia.next_event(control, steward.user))["content"]["body"])


async def test_with_consent_it_is_on_the_review_list_and_gone_when_the_message_is(lounge):
    ana, mia, room, control, steward = await lounge()
    asked = await ana.say(room, f"Steward, {QUESTION}")
    said = await ana.next_event(room, steward.user)
    assert "May I note your question, without your name" in said["content"]["body"]
    assert QUESTION not in await reviewed(mia, control, steward)

    await ana.react(room, said["event_id"], "✅")

    thanks = (await ana.next_event(room, steward.user))["content"]
    assert thanks["m.relates_to"] == {"rel_type": "m.replace", "event_id": said["event_id"]}
    assert "Thank you" in thanks["m.new_content"]["body"]
    listed = await reviewed(mia, control, steward)
    assert f'no answer to "{QUESTION}"' in listed
    assert ana.user not in listed

    await ana.call("PUT", f"/rooms/{room}/redact/{asked}/1", {})

    removal = await ana.next_event(room, steward.user, "m.room.redaction")
    assert said["event_id"] in (removal.get("redacts"), removal["content"].get("redacts"))
    assert QUESTION not in await reviewed(mia, control, steward)


async def test_where_the_room_keeps_them_that_is_said_and_a_moderator_takes_it_off(lounge):
    ana, mia, room, control, steward = await lounge(misses="keep")
    await ana.say(room, f"Steward, {QUESTION}")
    said = (await ana.next_event(room, steward.user))["content"]["body"]
    assert "Your question is noted, without your name" in said
    listed = await reviewed(mia, control, steward)
    code = listed.split(" no answer to")[0].split()[-1].strip("`")

    await mia.say(control, f"!faq review done {code}")

    while "Done, thank you." not in (await mia.next_event(control, steward.user))["content"]["body"]:
        pass
    assert QUESTION not in await reviewed(mia, control, steward)
