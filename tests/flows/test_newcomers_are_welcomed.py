"""Newcomers are greeted once for good: after a while, together, where the config says, and not against their will."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.foreign.driver import foreign_client
from tests.support.greetings import (
    greeted_alone,
    greeted_in,
    mentioned,
    next_greeting,
    times_greeted,
    together,
)

pytestmark = pytest.mark.homeserver

SECRET = "a-secret-of-this-flow"
#: Long enough that people who come at once are greeted together, short enough to be waited for.
WAIT = {"wait": "1s"}


def newcomers(**welcome: Any) -> dict[str, Any]:
    return {"welcome": {**WAIT, **welcome}}


@pytest.fixture
async def lobby(bot, person):
    """Lea's room, in which newcomers are greeted, and the bot at home there."""
    lea = await person("lea")
    room = await lea.create_room()
    steward = await bot(
        rooms=[{"room": room, "name": "lobby", "welcome": "room", "about": "whatever you like"}], newcomers=newcomers()
    )
    await steward.start()
    return steward, lea, room


# In the room


async def test_those_who_come_together_are_greeted_in_one_message_that_mentions_them_alone(bot, person):
    lea = await person("lea")
    room = await lea.create_room()
    rooms = [{"room": room, "name": "lobby", "welcome": "room", "about": "whatever you like"}]
    # They may come in two syncs: the second must not take longer than this.
    steward = await bot(rooms=rooms, newcomers=newcomers(wait="5s"))
    await steward.start()
    people = [await person(name) for name in ("ana", "ben", "cleo")]
    await together(steward, room, people)

    greeting = await next_greeting(lea, room, steward)

    assert mentioned(greeting) == {one.user for one in people}
    assert greeting["msgtype"] == "m.notice", "it disturbs nobody's phone"
    assert "m.relates_to" not in greeting
    body = greeting["body"]
    assert "lobby" in body
    assert "whatever you like" in body
    assert "!optout" in body
    assert all(one.user in greeting["formatted_body"] for one in people)
    await greeted_alone(lea, await person("dee"), room, steward)
    assert len(await greeted_in(lea, room, steward)) == 2, "neither those who were there, nor anybody twice"


async def test_the_words_are_a_template_with_the_room_the_others_and_how_to_ask(bot, person):
    lea = await person("lea")
    room, tech = await lea.create_room(), await lea.create_room()
    text = (
        "Welcome {{ people }} to {{ room }}! "
        "{% for one in rooms %}{{ one.name }}: {{ one.about }}. {% endfor %}Say {{ prefix }}help."
    )
    steward = await bot(
        rooms=[
            {"room": room, "name": "lobby", "welcome": "room"},
            {"room": tech, "name": "tech-chat", "about": "when *something* fails"},
        ],
        newcomers=newcomers(text=text),
    )
    await steward.start()
    ana = await person("ana")
    await ana.join(room)

    greeting = await next_greeting(lea, room, steward)

    assert greeting["body"].startswith("Welcome ")
    assert "tech-chat: when " in greeting["body"]
    assert greeting["body"].endswith("Say !help.")
    assert mentioned(greeting) == {ana.user}


async def test_who_leaves_and_comes_again_or_goes_elsewhere_is_not_greeted_again_also_after_a_restart(bot, person):
    lea, ana = await person("lea"), await person("ana")
    rooms = [await lea.create_room() for _ in range(3)]
    first, second, third = rooms
    steward = await bot(
        rooms=[{"room": room, "name": f"room-{number}", "welcome": "room"} for number, room in enumerate(rooms)],
        newcomers=newcomers(),
    )
    await steward.start()
    await greeted_alone(lea, ana, first, steward)

    await ana.call("POST", f"/rooms/{first}/leave", {})
    await ana.join(first)
    await ana.join(second)
    for number, room in enumerate((first, second)):
        await greeted_alone(lea, await person(f"ben{number}"), room, steward)
    await steward.stop()
    await steward.start()
    await ana.call("POST", f"/rooms/{second}/leave", {})
    await ana.join(second)
    await ana.join(third)
    for number, room in enumerate((second, third)):
        await greeted_alone(lea, await person(f"cleo{number}"), room, steward)

    counts = await times_greeted(lea, rooms, steward)
    assert counts[ana.user] == 1
    assert set(counts.values()) == {1}


async def test_who_does_not_stay_is_not_greeted_and_who_comes_back_then_is(lobby, person):
    steward, lea, room = lobby
    ana = await person("ana")
    async with steward.paused():
        await ana.join(room)
        await ana.call("POST", f"/rooms/{room}/leave", {})
    await greeted_alone(lea, await person("ben"), room, steward)

    await greeted_alone(lea, ana, room, steward)


async def test_bots_bridged_ghosts_and_who_wants_to_be_left_alone_are_not_greeted(bot, person):
    lea = await person("lea")
    room, quiet = await lea.create_room(), await lea.create_room()
    rooms = [{"room": room, "name": "lobby", "welcome": "room"}, {"room": quiet, "name": "quiet"}]
    steward = await bot(rooms=rooms, newcomers=newcomers(ignore=["@*-bot-*:*", "@irc-*:*"]))
    await steward.start()
    shy, weather, ghost = await person("shy"), await person("weather-bot"), await person("irc-eve")
    await shy.join(quiet)
    await shy.say(quiet, "!optout")
    await shy.next_event(quiet, steward.user)

    await together(steward, room, [shy, weather, ghost])
    await greeted_alone(lea, await person("ana"), room, steward)

    assert len(await greeted_in(lea, room, steward)) == 1
    assert await greeted_in(lea, quiet, steward) == [], "there nobody is greeted"


async def test_where_the_bot_may_not_speak_moderators_hear_it_once_and_it_greets_elsewhere(bot, person):
    lea, mo, ana = await person("lea"), await person("mo"), await person("ana")
    control = await mo.create_room(preset="private_chat")
    mute = await lea.create_room(power_level_content_override={"events_default": 50})
    room = await lea.create_room()
    steward = await bot(
        rooms=[{"room": mute, "name": "mute", "welcome": "room"}, {"room": room, "name": "lobby", "welcome": "room"}],
        control_room={"room": control},
        newcomers=newcomers(),
    )
    await mo.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
    await steward.start()
    await ana.join(mute)

    line = await steward.until("greeting_not_said")

    assert (line["level"], line["room"]) == ("warning", mute)
    assert ana.user not in str(line)
    assert f"could not send in {mute}" in (await mo.next_event(control, steward.user))["content"]["body"]
    await greeted_alone(lea, await person("ben"), room, steward)
    assert await greeted_in(lea, mute, steward) == []
    asked = await mo.say(control, "!help bot")
    answer = (await mo.next_event(control, steward.user))["content"]
    assert answer["m.relates_to"]["m.in_reply_to"]["event_id"] == asked, "one word, and no more"


async def test_welcome_shows_it_again_to_whoever_asks(lobby):
    steward, lea, room = lobby
    asked = await lea.say(room, "!welcome")
    answer = (await lea.next_event(room, steward.user))["content"]
    assert answer["m.relates_to"]["m.in_reply_to"]["event_id"] == asked
    assert "whatever you like" in answer["body"]

    chat = await lea.open_chat(steward.user)
    await lea.next_event(chat, steward.user, "m.room.member")
    await lea.say(chat, "!welcome")
    assert "Test Co-op" in (await lea.next_event(chat, steward.user))["content"]["body"]


# Upgrades


async def test_after_an_upgrade_old_members_are_not_greeted_and_newcomers_are(bot, person):
    lea, mo = await person("lea"), await person("mo")
    old = [await person(f"old{number}") for number in range(6)]
    room = await lea.create_room(room_version="10")
    control = await mo.create_room(preset="private_chat")
    for one in old:
        await one.join(room)
    await old[0].call("POST", f"/rooms/{room}/leave", {})
    steward = await bot(
        rooms=[{"room": room, "name": "lobby", "welcome": "room"}],
        control_room={"room": control},
        newcomers=newcomers(flood={"joins": 5}),
    )
    await mo.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
    await steward.start()

    new = (await lea.call("POST", f"/rooms/{room}/upgrade", {"new_version": "11"}))["replacement_room"]
    assert f"I follow to {new}" in (await mo.next_event(control, steward.user))["content"]["body"]
    await together(steward, new, old)
    await greeted_alone(lea, await person("ana"), new, steward)

    await mo.say(control, "!bot")
    assert "last sync" in (await mo.next_event(control, steward.user))["content"]["body"], "no word of a flood"


async def test_who_was_there_before_an_upgrade_that_the_bot_was_away_for_is_not_greeted(bot, person, unique):
    lea, old = await person("lea"), await person("old")
    room = await lea.create_room(room_alias_name=f"lobby-{unique}", room_version="10")
    await old.join(room)
    steward = await bot(
        rooms=[{"room": f"#lobby-{unique}:steward.localhost", "name": "lobby", "welcome": "room"}],
        newcomers=newcomers(),
    )
    await steward.start()
    await steward.stop()

    new = (await lea.call("POST", f"/rooms/{room}/upgrade", {"new_version": "11"}))["replacement_room"]  # and its alias
    await steward.start()
    while steward.user not in await lea.members(new):
        await lea.next_event(new, steward.user, "m.room.member")
    await old.join(new)
    await greeted_alone(lea, await person("ana"), new, steward)


# In private


@pytest.fixture
async def private(bot, person, monkeypatch):
    """Lea's room, whose newcomers are written to, and a quiet one; Mo, the moderator; a hook for monitoring."""
    monkeypatch.setenv("STEWARD_HOOK", SECRET)
    lea, mo = await person("lea"), await person("mo")
    room, quiet = await lea.create_room(), await lea.create_room()
    control = await mo.create_room(preset="private_chat")
    steward = await bot(
        rooms=[
            {"room": room, "name": "lobby", "welcome": "private", "about": "whatever you like"},
            {"room": quiet, "name": "quiet", "notices": True},
        ],
        control_room={"room": control},
        newcomers=newcomers(),
        services=[{"name": "mastodon", "title": "Mastodon", "url": "https://social.example"}],
        web={"listen": "127.0.0.1:0", "hooks": [{"name": "monitor", "format": "generic", "path": "${STEWARD_HOOK}"}]},
        status={"gather": "1s"},
    )
    await mo.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
    await steward.start()
    return Private(steward=steward, lea=lea, mo=mo, room=room, quiet=quiet, control=control)


@dataclass(frozen=True, kw_only=True)
class Private:
    """Who and what there is."""

    steward: Any
    lea: Any
    mo: Any
    room: str
    quiet: str
    control: str

    async def nothing_was_told(self) -> None:
        """The next that moderators hear is the answer to what they ask."""
        asked = await self.mo.say(self.control, "!help bot")
        answer = (await self.mo.next_event(self.control, self.steward.user))["content"]
        assert answer["m.relates_to"]["m.in_reply_to"]["event_id"] == asked

    async def the_room_is_quiet(self) -> None:
        """The bot has said nothing there."""
        events = await self.lea.history(self.room)
        assert [one for one in events if (one["sender"], one["type"]) == (self.steward.user, "m.room.message")] == []


@pytest.mark.foreign
async def test_in_private_each_is_written_to_in_an_encrypted_chat_and_the_room_is_quiet(homeserver, private, person):
    ana = await person("ana")
    async with foreign_client(homeserver.url, user=ana.user, password="password", strict=True) as client:
        await client.join(private.room)
        chat = await client.next_invite()
        await client.join(chat)
        greeting = await client.next_from(chat, private.steward.user)

    assert greeting["encrypted"]
    assert greeting["body"].startswith("Welcome")
    assert "whatever you like" in greeting["body"]
    assert greeting["msgtype"] == "m.notice"
    await private.the_room_is_quiet()
    await private.nothing_was_told()


async def test_who_has_a_private_chat_with_the_bot_is_greeted_there(private, person):
    steward, ana = private.steward, await person("ana")
    await ana.join(private.quiet)
    chat = await ana.open_chat(steward.user)
    await ana.next_event(chat, steward.user, "m.room.member")
    await ana.say(chat, "!help bot")
    await ana.next_event(chat, steward.user)

    await ana.join(private.room)

    assert (await ana.next_event(chat, steward.user))["content"]["body"].startswith("Welcome")
    assert await ana.invited() == []
    await private.the_room_is_quiet()


async def test_who_blocks_invitations_is_greeted_in_the_room_without_fuss(private, person):
    blocked = []
    for name in ("ana", "ben"):
        one = await person(name)
        await one.call("PUT", f"/user/{one.user}/account_data/m.invite_permission_config", {"default_action": "block"})
        blocked.append(one)
        await greeted_alone(private.lea, one, private.room, private.steward)

    assert len(await greeted_in(private.lea, private.room, private.steward)) == len(blocked)
    await private.nothing_was_told()


async def test_who_has_left_the_private_chat_is_not_followed_and_greeted_in_the_room(http, private, person):
    steward, ana = private.steward, await person("ana")
    await ana.join(private.quiet)
    await ana.say(private.quiet, "!notify me")
    await ana.next_event(private.quiet, steward.user)
    port = (await steward.until("web_listening"))["port"]
    down = {"service": "mastodon", "state": "down", "summary": "HTTP 503", "severity": "critical"}
    async with http.post(f"http://127.0.0.1:{port}/hooks/monitor/{SECRET}", json=down) as answer:
        assert answer.status == 202
    chat = await ana.next_invite()
    await ana.call("POST", f"/rooms/{chat}/leave", {})

    await greeted_alone(private.lea, ana, private.room, steward)

    assert await ana.invited() == []
    await private.nothing_was_told()
