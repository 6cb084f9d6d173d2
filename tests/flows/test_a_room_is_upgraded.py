"""Tombstones: the bot follows a room into its next version, and nobody lures it elsewhere."""

import pytest

pytestmark = pytest.mark.homeserver


async def said(person, room: str, user: str) -> str:
    return str((await person.next_event(room, user))["content"]["body"])


async def upgrade(person, room: str, version: str = "11") -> str:
    return str((await person.call("POST", f"/rooms/{room}/upgrade", {"new_version": version}))["replacement_room"])


async def until_in(person, room: str, user: str) -> None:
    """Wait for somebody to come into a room that one is in."""
    while user not in await person.members(room):
        await person.next_event(room, user, "m.room.member")


@pytest.fixture
async def community(bot, person):
    """A room of the config by its id, a control room, a member, a moderator."""
    ana, mo = await person("ana"), await person("mo")
    room = await ana.create_room(room_version="10")
    control = await mo.create_room(preset="private_chat", room_version="10")
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}], control_room={"room": control})
    await mo.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
    await steward.start()
    return ana, mo, room, control, steward


@pytest.mark.parametrize("version", ["11", "12"])
async def test_it_follows_is_at_home_there_and_still_is_after_a_restart(community, person, version):
    ana, mo, room, control, steward = community
    old_member, new_member = await person("old"), await person("new")
    await old_member.join(room)

    new = await upgrade(ana, room, version)
    told = await said(mo, control, steward.user)

    assert f"{ana.user}: upgraded open-chatroom → I follow to {new}" == told
    await until_in(ana, new, steward.user)
    await new_member.join(new)
    for _ in range(2):
        await ana.say(new, "!help faq")
        assert "`!faq" in await said(ana, new, steward.user)
        # The one is a room of the community now, and the other isn't any more: who is there may open a chat.
        for member, may in ((new_member, "join"), (old_member, "leave")):
            chat = await member.open_chat(steward.user)
            came = await member.next_event(chat, steward.user, "m.room.member")
            assert came["content"]["membership"] == may
        await steward.stop()
        await steward.start()
    await mo.say(control, "!help bot")
    await said(mo, control, steward.user)
    assert len([e for e in await mo.history(control) if "I follow" in str(e["content"].get("body"))]) == 1


async def test_a_room_that_does_not_name_the_old_one_is_left_again_and_the_old_one_stays_home(community):
    ana, mo, room, control, steward = community
    trap = await ana.create_room()

    await ana.put_state(room, "m.room.tombstone", {"body": "this way", "replacement_room": trap})
    told = await said(mo, control, steward.user)

    assert told == (
        f"{ana.user}: pointed from open-chatroom to {trap} → I don't follow: "
        "the new room doesn't name this one as its predecessor"
    )
    assert steward.user not in await ana.members(trap)
    await steward.stop()
    await steward.start()
    await ana.say(room, "!help faq")
    assert "`!faq" in await said(ana, room, steward.user)
    assert len([e for e in await mo.history(control) if "I don't follow" in str(e["content"].get("body"))]) == 1
    assert len([e for e in await ana.history(trap) if e.get("state_key") == steward.user]) == 2, "it came, and went"


async def test_a_circle_of_rooms_is_walked_once(community):
    ana, mo, room, control, steward = community
    new = await upgrade(ana, room)
    await said(mo, control, steward.user)
    await until_in(ana, new, steward.user)

    await ana.put_state(new, "m.room.tombstone", {"body": "back", "replacement_room": room})

    assert "it leads in a circle" in await said(mo, control, steward.user)
    await ana.say(new, "!help faq")
    assert "`!faq" in await said(ana, new, steward.user)


async def test_where_it_may_not_enter_it_says_so_and_comes_when_anybody_there_invites_it(bot, person):
    ana, mo = await person("ana"), await person("mo")
    room = await ana.create_room(preset="private_chat", room_version="10")
    control = await mo.create_room(preset="private_chat")
    steward = await bot(rooms=[{"room": room, "name": "closed"}], control_room={"room": control})
    await mo.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
    await ana.call("POST", f"/rooms/{room}/invite", {"user_id": steward.user})
    await steward.start()

    new = await upgrade(ana, room)
    assert "Invite me there" in await said(mo, control, steward.user)
    await ana.call("POST", f"/rooms/{new}/invite", {"user_id": steward.user})
    await until_in(ana, new, steward.user)

    assert f"I follow to {new}" in await said(mo, control, steward.user)
    await ana.say(new, "!help faq")
    assert "`!faq" in await said(ana, new, steward.user)


async def test_the_alias_of_an_upgraded_room_leads_to_the_same_place(bot, person, unique):
    ana = await person("ana")
    room = await ana.create_room(room_alias_name=f"open-{unique}", room_version="10")
    alias = f"#open-{unique}:steward.localhost"
    steward = await bot(rooms=[{"room": alias, "name": "open-chatroom", "answers": "when_sure"}])
    await steward.start()
    await steward.stop()

    new = await upgrade(ana, room)  # takes the alias along
    await steward.start()
    await until_in(ana, new, steward.user)
    await steward.stop()
    await steward.start()

    await ana.say(new, "!help faq")
    assert "`!faq" in await said(ana, new, steward.user)


async def test_an_upgraded_control_room_takes_the_moderators_rights_along(community):
    _, mo, room, control, steward = community

    new = await upgrade(mo, control)
    await steward.until("upgrade_not_entered")  # where nobody but moderators may speak any more, the bot may not either
    await mo.call("POST", f"/rooms/{new}/invite", {"user_id": steward.user})
    assert f"I follow to {new}" in await said(mo, new, steward.user)

    await mo.join(room)
    await mo.say(room, "!bot")
    assert "Steward" in await said(mo, room, steward.user)
    # The old room gives no rights any more.
    await mo.call("POST", f"/rooms/{new}/leave", {})
    await mo.say(room, "!bot")
    assert await said(mo, room, steward.user) == "Only moderators may use `!bot`."


@pytest.mark.parametrize("by_alias", [False, True])
async def test_a_control_room_is_not_followed_to_where_anybody_could_enter(bot, person, unique, by_alias):
    eve, mo = await person("eve"), await person("mo")
    room = await mo.create_room()
    await eve.join(room)
    control = await mo.create_room(preset="private_chat", room_version="10", room_alias_name=f"control-{unique}")
    alias = f"#control-{unique}:steward.localhost"
    steward = await bot(
        rooms=[{"room": room, "name": "open-chatroom"}], control_room={"room": alias if by_alias else control}
    )
    await mo.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
    await steward.start()

    trap = await mo.create_room(creation_content={"predecessor": {"room_id": control, "event_id": "$x"}})
    await eve.join(trap)
    await mo.put_state(control, "m.room.tombstone", {"body": "this way", "replacement_room": trap})
    told = await said(mo, control, steward.user)
    if by_alias:  # and the alias too
        await mo.call("DELETE", f"/directory/room/{alias.replace('#', '%23')}")
        await mo.call("PUT", f"/directory/room/{alias.replace('#', '%23')}", {"room_id": trap})

    assert "people could enter the new room without being invited" in told
    for _ in range(2):
        await eve.say(room, "!bot")
        assert (await said(eve, room, steward.user)).startswith("Only moderators may use")
        await said(mo, room, steward.user)
        await mo.say(room, "!bot")
        assert "last sync" in await said(mo, room, steward.user)
        await said(eve, room, steward.user)
        await steward.stop()
        await steward.start()


async def test_a_room_by_a_moderators_will_is_followed_by_their_will_alone(bot, person):
    ana, mo = await person("ana"), await person("mo")
    room = await ana.create_room()
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}], roles={"moderator": [mo.user]})
    await steward.start()
    other = await mo.create_room(room_version="10", invite=[steward.user])
    await ana.join(other)
    await until_in(mo, other, steward.user)
    levels = await mo.state(other, "m.room.power_levels")
    await mo.put_state(other, "m.room.power_levels", {**levels, "users": {**levels["users"], ana.user: 100}})

    # Ana has all the power there, but is no moderator to the bot.
    hers = await ana.create_room(creation_content={"predecessor": {"room_id": other, "event_id": "$x"}})
    await ana.put_state(other, "m.room.tombstone", {"body": "this way", "replacement_room": hers})
    refused = await steward.until("upgrade_not_followed")
    new = await upgrade(mo, other)
    await until_in(mo, new, steward.user)

    assert (refused["replacement"], refused["why"]) == (hers, "it isn't a moderator's")
    assert steward.user not in await ana.members(hers)
