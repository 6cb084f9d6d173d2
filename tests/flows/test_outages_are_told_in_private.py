"""Whoever asked for it hears of outages in an encrypted private chat: one, found again whatever happens."""

import asyncio
import itertools
import json
import sqlite3
import uuid
from contextlib import closing
from typing import Any

import pytest

from tests.foreign.driver import foreign_client

pytestmark = pytest.mark.homeserver

SECRET = "a-secret-of-this-flow"
LIMITS = itertools.count(1)
SERVICES = [{"name": "mastodon", "title": "Mastodon", "url": "https://social.example"}]


@pytest.fixture
async def watching(bot, person, monkeypatch):
    """A bot with a hook and a room, not yet started, and Ana in the room."""
    monkeypatch.setenv("STEWARD_HOOK", SECRET)
    ana = await person("ana")
    room = await ana.create_room()
    hooks = [{"name": "monitor", "format": "generic", "path": "${STEWARD_HOOK}"}]
    steward = await bot(
        rooms=[{"room": room, "name": "tech-chat", "notices": True}],
        services=SERVICES,
        web={"listen": "127.0.0.1:0", "hooks": hooks},
        status={"gather": "1s", "reopen": "1s"},
    )
    return steward, ana, room


async def reports(http: Any, steward: Any, state: str) -> None:
    """Monitoring says how Mastodon is."""
    port = (await steward.until("web_listening"))["port"]
    body = {"service": "mastodon", "state": state, "summary": "HTTP 503", "severity": "critical"}
    async with http.post(f"http://127.0.0.1:{port}/hooks/monitor/{SECRET}", json=body) as answer:
        assert answer.status == 202


async def invitations(person: Any) -> dict[str, list[dict[str, Any]]]:
    """The rooms that this person is invited to now, each with what they see of it."""
    # Each time another filter: for two minutes, a homeserver gives the same answer to the same first sync.
    unlike = json.dumps({"room": {"timeline": {"limit": next(LIMITS)}}})
    answer = await person.call("GET", "/sync", timeout="0", filter=unlike)
    return {room: one["invite_state"]["events"] for room, one in answer["rooms"].get("invite", {}).items()}


async def subscribed(steward: Any, person: Any, room: str) -> None:
    asked = await person.say(room, "!notify me")
    answer = await answer_to(person, room, steward, asked)
    assert "I write to you in private when any service fails" in answer


@pytest.mark.foreign
async def test_the_chat_is_opened_by_the_bot_and_what_was_said_before_they_came_can_be_read(homeserver, http, watching):
    steward, ana, room = watching
    await steward.start()
    await subscribed(steward, ana, room)
    async with foreign_client(homeserver.url, user=ana.user, password="password", strict=True) as client:
        await reports(http, steward, "down")
        chat = await client.next_invite()
        await said_in(steward, chat)
        await client.join(chat)
        down = await client.next_from(chat, steward.user)
        await reports(http, steward, "up")
        back = await client.next_from(chat, steward.user, timeout=60)

    assert "Mastodon" in down["body"]
    assert (down["encrypted"], down["msgtype"], down["shield"]["colour"]) == (True, "m.text", "NONE")
    assert "Mastodon" in back["body"]
    assert back["encrypted"]
    assert (await ana.state(chat, "m.room.history_visibility"))["history_visibility"] == "invited"


@pytest.mark.foreign
async def test_who_has_a_chat_with_the_bot_is_told_there(homeserver, http, watching):
    steward, ana, _ = watching
    await steward.start()
    async with foreign_client(homeserver.url, user=ana.user, password="password", strict=True) as client:
        chat = await client.open_chat(steward.user)
        await client.say(chat, "notify me mastodon")
        assert "when Mastodon fails" in (await client.next_from(chat, steward.user))["body"]
        await reports(http, steward, "down")
        down = await client.next_from(chat, steward.user)

    assert "!notify stop" in down["body"]
    assert down["encrypted"]
    assert await invitations(ana) == {}


async def test_who_declines_is_not_asked_again_and_hears_no_more(http, watching):
    steward, ana, room = watching
    await steward.start()
    await subscribed(steward, ana, room)
    await reports(http, steward, "down")
    await ana.next_event(room, steward.user)
    (chat,) = await invited(ana)
    await ana.call("POST", f"/rooms/{chat}/leave", {})

    await reports(http, steward, "up")
    await steward.until("send_failed")

    await until_forgotten(ana, room, steward)
    assert await invitations(ana) == {}


async def said_in(steward: Any, chat: str) -> None:
    """Wait until the bot has said something there, read from outside of it."""
    async with asyncio.timeout(30):
        while True:
            with closing(sqlite3.connect(steward.config.parent / "data" / "steward.db")) as database:
                if database.execute("SELECT 1 FROM sent WHERE room = ?", [chat]).fetchone():
                    return
            await asyncio.sleep(0.05)


async def invited(person: Any) -> dict[str, list[dict[str, Any]]]:
    """Wait until somebody invites this person."""
    while not (found := await invitations(person)):
        await person.listen()
    return found


async def until_forgotten(person: Any, room: str, steward: Any) -> None:
    """Ask until the bot says that they hear of nothing."""
    async with asyncio.timeout(60):
        body = ""
        while "You hear of no outages in private." not in body:
            asked = await person.say(room, "!notify")
            body = await answer_to(person, room, steward, asked)


async def answer_to(person: Any, room: str, steward: Any, asked: str) -> str:
    """What the bot answers to this message."""
    while True:
        content = (await person.next_event(room, steward.user))["content"]
        if content.get("m.relates_to", {}).get("m.in_reply_to", {}).get("event_id") == asked:
            return str(content["body"])


@pytest.mark.parametrize("when", ["before", "after"])
async def test_there_is_one_chat_whenever_the_bot_was_killed(http, watching, tmp_path, when):
    steward, ana, room = watching
    orders = tmp_path / "orders"
    orders.mkdir()
    steward.program, steward.env = "tests.chaos.mortal", {"MORTAL": str(orders)}
    (orders / "die").write_text(json.dumps({"point": "make a room", "when": when, "nth": 1, "id": uuid.uuid4().hex}))
    await steward.start()
    await subscribed(steward, ana, room)
    await reports(http, steward, "down")
    assert await steward.ended() == -9

    await steward.start()
    (chat,) = await invited(ana)
    await ana.join(chat)
    await ana.next_event(chat, steward.user, "m.room.encrypted")
    await steward.stop()
    assert await invitations(ana) == {}
    said = [event for event in await ana.history(chat) if event["type"] == "m.room.encrypted"]
    assert len(said) == 1
    creation = await ana.call("GET", f"/rooms/{chat}/state")
    assert [one["content"]["coop.steward.chat"] for one in creation if one["type"] == "m.room.create"] == [ana.user]
