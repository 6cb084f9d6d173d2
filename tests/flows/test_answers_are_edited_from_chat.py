"""Moderators change answers from chat: they see the difference, say yes, and the next who asks hears the new words."""

from typing import Any

import pytest

from tests.foreign.driver import foreign_client

pytestmark = pytest.mark.homeserver

CHICKENS = """---
questions:
  - Who looks after the red chickens?
  - red chickens, who feeds them
  - is somebody feeding the chickens
source: https://example.org/wiki
topic: animals
---
Ana looks after the chickens.
"""
QUESTION = "Steward, who looks after the red chickens?"


@pytest.fixture
async def farm(bot, person, tmp_path):
    """A member and a moderator in a room with the bot, the moderator's control room, and a bank with one answer."""
    folder = tmp_path / "bank"
    folder.mkdir()
    (folder / "chickens.md").write_text(CHICKENS)
    ana, mo = await person("ana"), await person("mo")
    room = await ana.create_room()
    await mo.join(room)
    control = await mo.create_room(preset="private_chat")
    steward = await bot(
        rooms=[{"room": room, "name": "yard"}], control_room={"room": control}, faq={"folder": str(folder)}
    )
    await mo.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
    await steward.start()
    return ana, mo, room, control, steward


async def hears(who, room, steward) -> Any:
    return await who.next_event(room, steward.user)


async def keeps(mo, room, steward, command: str) -> str:
    """The moderator types this, and taps ✅ below the difference; what the bot says then."""
    await mo.say(room, command)
    shown = await hears(mo, room, steward)
    assert "✅ keeps it" in shown["content"]["body"], shown["content"]["body"]
    await mo.react(room, shown["event_id"], "✅")
    return str((await hears(mo, room, steward))["content"]["body"])


async def answered(who, room, steward, question: str = QUESTION) -> str:
    """What somebody hears who asks this now."""
    asked = await who.say(room, question)
    while True:
        said = (await hears(who, room, steward))["content"]
        if said.get("m.relates_to", {}).get("m.in_reply_to", {}).get("event_id") == asked:
            return str(said["body"])


async def is_answered_before_long(who, room, steward, question: str, words: str) -> None:
    """The matcher learns new phrasings beside the work: whoever asks a moment too early isn't answered by them yet."""
    for _ in range(20):
        if words in await answered(who, room, steward, f"Steward, {question}"):
            return
    raise AssertionError(question)


async def test_an_answer_is_edited_and_stays_so_and_is_undone(farm):
    ana, mo, room, control, steward = farm
    assert "Ana looks after" in await answered(ana, room, steward)

    assert "Ana looks after" in (await hears(mo, room, steward))["content"]["body"]
    await mo.say(room, "!faq edit chickens Ben looks after the chickens.\n\nOn Sundays it is Cleo.")
    shown = await hears(mo, room, steward)
    assert "-Ana looks after the chickens.\n+Ben looks after the chickens." in shown["content"]["body"]
    await ana.react(room, shown["event_id"], "✅")
    assert "Ana looks after" in await answered(ana, room, steward), "it isn't a member's to say"
    await mo.react(room, shown["event_id"], "✅")
    said = None
    while said is None or "Kept" not in said:
        said = (await hears(mo, room, steward))["content"]["body"]
    assert said == "Kept. To take it back: `!faq undo chickens`"
    told = (await mo.next_event(control, steward.user))["content"]["body"]
    assert (mo.user in told, "faq edit chickens" in told) == (True, True)

    assert "Cleo" in await answered(ana, room, steward)
    await steward.kill()
    await steward.start()
    assert "Cleo" in await answered(ana, room, steward)

    await mo.say(control, "!faq undo chickens")
    undoing = await hears(mo, control, steward)
    assert "The last change of `chickens` was *edit*" in undoing["content"]["body"]
    await mo.react(control, undoing["event_id"], "✅")
    while "Kept" not in (await hears(mo, control, steward))["content"]["body"]:
        pass
    assert "Ana looks after" in await answered(ana, room, steward)


async def test_a_question_is_learned_in_reply_to_it(farm):
    ana, mo, room, _, steward = farm
    asked = await ana.say(room, "any idea whose turn it is with the hens this week?")
    await mo.reply(room, asked, "!faq learn chickens")
    shown = await hears(mo, room, steward)
    assert "+  - any idea whose turn it is with the hens this week?" in shown["content"]["body"]
    assert ana.user not in shown["content"]["body"]
    await mo.react(room, shown["event_id"], "✅")
    assert "Kept" in (await hears(mo, room, steward))["content"]["body"]

    await is_answered_before_long(mo, room, steward, "any idea whose turn it is with the hens this week?", "Ana looks")


@pytest.mark.foreign
async def test_a_question_is_learned_in_an_encrypted_chat(farm, homeserver):
    _, mo, _, _, steward = farm
    async with foreign_client(homeserver.url, user=mo.user, password="password") as client:
        chat = await client.open_chat(steward.user, encrypted=True)
        asked = await client.say(chat, "wer ist diese Woche mit den Hennen dran?")
        await client.next_from(chat, steward.user)
        await client.say(chat, "!faq learn chickens de", reply_to=asked)
        shown = await client.next_from(chat, steward.user)
        assert "+  - de: wer ist diese Woche mit den Hennen dran?" in shown["body"]
        assert shown["encrypted"]

        await client.react(chat, shown["event_id"], "✅")
        assert "Kept" in (await client.next_from(chat, steward.user))["body"]
        heard = ""
        while "Ana looks after" not in heard:
            await client.say(chat, "wer ist diese Woche mit den Hennen dran?")
            heard = (await client.next_from(chat, steward.user))["body"]


async def test_a_good_answer_is_saved_once_its_author_agrees(farm):
    ana, mo, room, _, steward = farm
    good = await ana.say(room, "The bike shed is behind the hall, *left* of the gate.")
    await mo.reply(room, good, "!faq save bike-shed Where is the bike shed?")
    asked = await hears(ana, room, steward)
    assert asked["content"]["m.mentions"] == {"user_ids": [ana.user]}
    assert asked["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == good

    await mo.react(room, asked["event_id"], "✅")
    await ana.react(room, asked["event_id"], "✅")
    shown = await hears(ana, room, steward)
    assert "Its author agrees. `bike-shed` would be new" in shown["content"]["body"]
    await ana.react(room, shown["event_id"], "✅")
    await mo.react(room, shown["event_id"], "✅")
    assert "Kept" in (await hears(ana, room, steward))["content"]["body"]

    await is_answered_before_long(mo, room, steward, "where is the bike shed?", "*left* of the gate")


async def test_a_member_suggests_and_hears_what_became_of_it(farm):
    ana, mo, room, control, steward = farm
    suggested = await ana.say(room, "!faq suggest chickens: Ben looks after the chickens.")
    assert "Thank you!" in (await hears(ana, room, steward))["content"]["body"]
    shown = await hears(mo, control, steward)
    assert "+Ben looks after the chickens." in shown["content"]["body"]

    await mo.react(control, shown["event_id"], "✅")

    outcome = (await hears(ana, room, steward))["content"]
    assert "have kept your suggestion" in outcome["body"]
    assert outcome["m.relates_to"]["m.in_reply_to"]["event_id"] == suggested
    assert "Ben looks after" in await answered(ana, room, steward)


async def test_a_member_who_edits_is_refused_and_it_is_noted(farm):
    ana, mo, room, control, steward = farm
    await ana.say(room, "!faq edit chickens Nobody does.")
    assert (await hears(ana, room, steward))["content"]["body"] == "Only moderators may use `!faq edit`."
    told = (await hears(mo, control, steward))["content"]["body"]
    assert (ana.user in told, "!faq edit" in told, "refused" in told) == (True, True, True)
    assert "Ana looks after" in await answered(ana, room, steward)


async def test_a_file_that_was_changed_too_is_put_before_the_moderators(farm):
    ana, mo, room, control, steward = farm
    assert "Kept" in await keeps(mo, room, steward, "!faq edit chickens Ben looks after the chickens.")
    await steward.stop()
    file = steward.config.parents[1] / "bank" / "chickens.md"
    file.write_text(CHICKENS.replace("Ana looks", "Cleo looks"))
    await steward.start()
    assert "Kept" in await keeps(mo, room, steward, "!faq add shed Where is the shed?\n\nBehind the hall.")
    while "The file of `chickens`" not in (shown := await hears(mo, control, steward))["content"]["body"]:
        pass
    assert "-Ben looks after the chickens.\n+Cleo looks after the chickens." in shown["content"]["body"]

    await mo.react(control, shown["event_id"], "✅")
    while "the file counts" not in (await hears(mo, control, steward))["content"]["body"]:
        pass

    assert "Cleo looks after" in await answered(ana, room, steward)
