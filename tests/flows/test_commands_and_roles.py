"""Commands by prefix, mention, reply and in private; who may give them; what is noted of it."""

import pytest

pytestmark = [pytest.mark.homeserver, pytest.mark.both_profiles]


@pytest.fixture
async def community(bot, person):
    """A room with a member and a moderator, a control room with the moderator alone, and the bot in both."""
    ana, mo = await person("ana"), await person("mo")
    room = await ana.create_room()
    await mo.join(room)
    control = await mo.create_room(preset="private_chat")
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}], control_room={"room": control})
    await mo.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
    await steward.start()
    return ana, mo, room, control, steward


async def test_help_shows_what_the_asker_may_do(community):
    ana, mo, room, _, steward = community

    await ana.say(room, "!help")
    to_member = (await ana.next_event(room, steward.user))["content"]["body"]
    await mo.say(room, "!help")
    to_moderator = (await ana.next_event(room, steward.user))["content"]["body"]

    assert "!faq" in to_member
    assert "!audit" not in to_member
    assert "!audit" in to_moderator


@pytest.mark.parametrize("text", ["!help faq", "Steward, help faq", "steward: !help faq"])
async def test_a_command_is_taken_by_prefix_and_by_name(community, text):
    ana, _, room, _, steward = community

    await ana.say(room, text)

    assert "`!faq" in (await ana.next_event(room, steward.user))["content"]["body"]


async def test_a_command_is_taken_by_mention_by_reply_and_in_private(community):
    ana, _, room, _, steward = community

    await ana.say(room, "Steward help faq", **{"m.mentions": {"user_ids": [steward.user]}})
    mentioned = await ana.next_event(room, steward.user)
    await ana.reply(room, mentioned["event_id"], "help faq")
    replied = await ana.next_event(room, steward.user)
    chat = await ana.open_chat(steward.user)
    await ana.next_event(chat, steward.user, "m.room.member")
    await ana.say(chat, "help faq")
    private = await ana.next_event(chat, steward.user)

    for answer in (mentioned, replied, private):
        assert "`!faq" in answer["content"]["body"]


async def test_a_slip_of_the_keyboard_gets_the_nearest_name_once_a_minute(community):
    ana, _, room, _, steward = community

    await ana.say(room, "!hlep")
    assert (await ana.next_event(room, steward.user))["content"]["body"] == "Did you mean `!help`?"
    await ana.say(room, "!hlep")
    await ana.say(room, "!weather in Berlin")
    await ana.say(room, "!help bot")

    assert "`!bot" in (await ana.next_event(room, steward.user))["content"]["body"], "the others got no answer"


async def test_a_member_is_refused_what_moderators_may_and_it_is_noted(community):
    ana, mo, room, control, steward = community

    await ana.say(room, "!bot")
    assert (await ana.next_event(room, steward.user))["content"]["body"] == "Only moderators may use `!bot`."
    told = (await mo.next_event(control, steward.user))["content"]["body"]
    assert (ana.user in told, "!bot" in told, "refused" in told) == (True, True, True)

    await mo.say(control, "!audit")
    log = (await mo.next_event(control, steward.user))["content"]["body"]
    assert (ana.user in log, "refused" in log) == (True, True)


async def test_who_leaves_the_control_room_is_no_moderator_from_the_next_command_on(community):
    ana, mo, room, control, steward = community
    await mo.call("POST", f"/rooms/{control}/invite", {"user_id": ana.user})
    await ana.join(control)
    await ana.say(room, "!bot")
    assert "Steward" in (await ana.next_event(room, steward.user))["content"]["body"]

    await mo.call("POST", f"/rooms/{control}/kick", {"user_id": ana.user})
    await ana.say(room, "!bot")

    assert (await ana.next_event(room, steward.user))["content"]["body"] == "Only moderators may use `!bot`."


async def test_power_in_a_private_chat_or_an_unknown_room_gives_no_role(community):
    ana, _, _, _, steward = community
    chat = await ana.open_chat(steward.user)
    await ana.next_event(chat, steward.user, "m.room.member")

    await ana.say(chat, "!bot")

    assert (await ana.next_event(chat, steward.user))["content"]["body"] == "Only moderators may use `!bot`."


async def test_a_command_in_an_edit_or_a_notice_or_a_quote_is_never_run(community):
    ana, _, room, _, steward = community
    said = await ana.say(room, "hello everyone")
    edit = {"m.new_content": {"msgtype": "m.text", "body": "!help"}}
    await ana.say(room, "* !help", **edit, **{"m.relates_to": {"rel_type": "m.replace", "event_id": said}})
    await ana.say(room, "!help", msgtype="m.notice")
    quote = "> <@mo:example.org> !help\n\nwhat does that do, folks"
    await ana.say(room, quote, **{"m.relates_to": {"m.in_reply_to": {"event_id": said}}})

    await ana.say(room, "!help bot")

    assert "`!bot" in (await ana.next_event(room, steward.user))["content"]["body"]
