"""The welcome against a real homeserver: once for good, in the room or in private, never twice, never in a flood."""

import pytest

pytestmark = pytest.mark.homeserver

SOON = {"welcome": {"wait": "2s", "flood": {"joins": 5}}}


async def greeting(member, room: str, user: str) -> tuple[str, list[str]]:
    """The next thing that the bot says in a room, and whom it mentions."""
    content = (await member.next_event(room, user))["content"]
    assert content["msgtype"] == "m.notice"
    return content["body"], content["m.mentions"].get("user_ids", [])


async def invitation(member) -> str:
    """The room that they are invited to; waits for it."""
    while not (invited := (await member.call("GET", "/sync", timeout="1000"))["rooms"].get("invite", {})):
        pass
    (room,) = invited
    return str(room)


async def spoken(member, room: str, user: str) -> list[str]:
    """All that the bot has said in a room."""
    history = await member.history(room)
    return [one["content"]["body"] for one in history if (one["sender"], one["type"]) == (user, "m.room.message")]


@pytest.fixture
async def hall(bot, person):
    """Ana's two rooms, which greet newcomers, the moderators' room, and the bot, not yet at work."""
    ana = await person("ana")
    chat, tech = await ana.create_room(room_version="10"), await ana.create_room()
    control = await ana.create_room(preset="private_chat")
    steward = await bot(
        rooms=[
            {"room": chat, "name": "chat", "welcome": "room"},
            {"room": tech, "name": "tech", "welcome": "room", "about": "when something doesn't work"},
        ],
        control_room={"room": control},
        newcomers=SOON,
    )
    await ana.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
    return ana, chat, tech, control, steward


async def test_newcomers_are_greeted_once_for_good_whatever_is_killed_and_wherever_they_go(hall, person):
    ana, chat, tech, _, steward = hall
    new, newer = await person("new"), await person("newer")
    await steward.start()

    await new.join(chat)
    await steward.until("newcomers_looked_at")
    await steward.kill()
    await steward.start()
    text, mentioned = await greeting(ana, chat, steward.user)
    assert mentioned == [new.user]
    assert "when something doesn't work" in text

    # Who was greeted goes about; who comes last is greeted alone.
    await new.call("POST", f"/rooms/{chat}/leave", {})
    await new.join(chat)
    await new.join(tech)
    await steward.kill()
    await steward.start()
    await newer.join(tech)
    assert (await greeting(ana, tech, steward.user))[1] == [newer.user]
    assert [len(await spoken(ana, room, steward.user)) for room in (chat, tech)] == [1, 1]


async def test_those_who_come_together_are_greeted_together_and_who_has_gone_is_not(hall, person):
    ana, chat, _, _, steward = hall
    people = [await person(name) for name in ("ben", "cleo", "gone")]
    await steward.start()

    async with steward.paused():
        for one in people:
            await one.join(chat)
        await people[2].call("POST", f"/rooms/{chat}/leave", {})
    text, mentioned = await greeting(ana, chat, steward.user)

    assert sorted(mentioned) == sorted(one.user for one in people[:2])
    assert people[2].user not in text


async def test_who_followed_an_upgraded_room_is_no_newcomer(hall, person):
    ana, chat, _, _, steward = hall
    old, new = await person("old"), await person("new")
    await old.join(chat)
    await steward.start()

    upgraded = str((await ana.call("POST", f"/rooms/{chat}/upgrade", {"new_version": "11"}))["replacement_room"])
    while steward.user not in await ana.members(upgraded):
        await ana.next_event(upgraded, steward.user, "m.room.member")
    await steward.until("room_upgraded")
    await old.join(upgraded)
    await new.join(upgraded)

    assert (await greeting(ana, upgraded, steward.user))[1] == [new.user]


async def test_where_it_may_not_speak_the_moderators_hear_so_once(hall, person):
    ana, chat, tech, control, steward = hall
    new, newer = await person("new"), await person("newer")
    await steward.start()
    levels = await ana.state(chat, "m.room.power_levels")
    await ana.put_state(chat, "m.room.power_levels", {**levels, "events_default": 50})

    await new.join(chat)
    told, _ = await greeting(ana, control, steward.user)
    await newer.join(tech)

    assert f"could not send in {chat}" in told
    assert (await greeting(ana, tech, steward.user))[1] == [newer.user]
    assert len(await spoken(ana, control, steward.user)) == 1


async def test_a_flood_gets_no_greeting_and_the_moderators_one_word(hall, person):
    ana, chat, tech, control, steward = hall
    crowd = [await person(f"one{number}") for number in range(8)]
    await steward.start()

    async with steward.paused():
        for number, one in enumerate(crowd):
            await one.join((chat, tech)[number % 2])
    told, _ = await greeting(ana, control, steward.user)
    await ana.say(chat, "!welcome")
    shown, mentioned = await greeting(ana, chat, steward.user)

    assert "That looks like a flood, so I greet nobody in these rooms until nobody new has come for 10 minutes" in told
    assert mentioned == [ana.user]
    assert not any(one.user in shown for one in crowd)
    assert [len(await spoken(ana, room, steward.user)) for room in (chat, tech, control)] == [1, 0, 1]


async def test_in_private_it_writes_to_the_chat_that_there_is_or_invites_to_an_encrypted_one(bot, person):
    ana, known, new = await person("ana"), await person("known"), await person("new")
    lobby, room = await ana.create_room(), await ana.create_room()
    rooms = [{"room": lobby, "name": "lobby"}, {"room": room, "name": "chat", "welcome": "private"}]
    steward = await bot(rooms=rooms, newcomers=SOON)
    await steward.start()
    await known.join(lobby)
    chat = await known.open_chat(steward.user)
    await known.next_event(chat, steward.user, "m.room.member")
    await known.say(chat, "!help")
    await known.next_event(chat, steward.user)

    await known.join(room)
    await new.join(room)
    text, _ = await greeting(known, chat, steward.user)
    theirs = await new.join(await invitation(new))

    assert text.startswith("Welcome to chat")
    assert known.user in text
    assert (await new.state(theirs, "m.room.encryption"))["algorithm"] == "m.megolm.v1.aes-sha2"
    await new.next_event(theirs, steward.user, "m.room.encrypted")
    assert await spoken(ana, room, steward.user) == []
