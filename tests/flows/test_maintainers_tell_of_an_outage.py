"""Maintainers open, update, acknowledge and resolve an incident from chat; members read of it, and may not."""

import asyncio
from typing import Any

import pytest

pytestmark = pytest.mark.homeserver

SERVICES = [{"name": "mastodon", "title": "Mastodon", "url": "https://social.example"}]


@pytest.fixture
async def community(bot, person):
    """A room with a member, the maintainers' control room, and the bot in both."""
    ana, mo = await person("ana"), await person("mo")
    room = await ana.create_room()
    await mo.join(room)
    control = await mo.create_room(preset="private_chat")
    steward = await bot(
        rooms=[{"room": room, "name": "tech-chat", "notices": True}],
        control_room={"room": control},
        roles={"maintainer": [mo.user]},
        services=SERVICES,
        status={},
    )
    await mo.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
    await steward.start()
    return ana, mo, room, control, steward


async def said(person: Any, room: str, steward: Any, *words: str, notice: bool = False) -> dict[str, Any]:
    """The next message of the bot's in which all of these stand, also as an edit; `notice`: a loud one."""
    async with asyncio.timeout(30):
        while True:
            event: dict[str, Any] = await person.next_event(room, steward.user)
            text = event["content"].get("m.new_content", event["content"])["body"]
            if all(word in text for word in words) and (not notice or event["content"]["msgtype"] == "m.text"):
                return event


async def test_an_incident_is_told_from_its_opening_to_its_end(community):
    ana, mo, room, control, steward = community

    await mo.say(control, "!incident open mastodon “Posts arrive late”")
    notice = await said(ana, room, steward, "Mastodon", "Posts arrive late", notice=True)
    assert mo.user not in str(notice["content"])

    await ana.react(room, notice["event_id"], "👀")
    await mo.react(room, notice["event_id"], "👀")
    edited = await said(ana, room, steward, "Somebody is on it")
    assert edited["content"]["m.relates_to"] == {"rel_type": "m.replace", "event_id": notice["event_id"]}
    await said(mo, control, steward, mo.user, "acknowledged")

    await mo.reply(room, notice["event_id"], "!incident update The queue is being worked off")
    await said(ana, room, steward, "The queue is being worked off")
    await mo.say(control, "!ack")
    await said(mo, control, steward, "Somebody is on it already")

    await mo.say(control, "!incident resolve")
    back = await said(ana, room, steward, "Mastodon", "back", notice=True)
    assert back["event_id"] != notice["event_id"]


async def test_a_member_is_refused_and_their_eyes_say_nothing(community):
    ana, mo, room, control, steward = community

    await ana.say(room, "!incident open mastodon It is down!")
    await said(ana, room, steward, "Only maintainers may use `!incident`.")
    await ana.say(room, "!ack")
    await said(ana, room, steward, "Only maintainers may use `!ack`.")

    await mo.say(control, "!incident list")
    await said(mo, control, steward, "No incident is open.")
