"""Mistakes of the operator: each a sentence that says what to do, with its own exit code."""

import pytest

from bot.demo.ports import free_port
from bot.errors import Exit
from tests.support.bot_process import PASSWORD, BotProcess, write_config

pytestmark = pytest.mark.homeserver


async def said(bot: BotProcess) -> tuple[int, str]:
    """The exit code and what was said on standard error, apart from logs."""
    await bot.start(ready=False)
    code = await bot.ended()
    return code, "\n".join(line["line"] for line in bot.logged if line["event"] == "plain")


async def test_an_unreachable_homeserver(tmp_path):
    config = write_config(tmp_path, f"http://127.0.0.1:{free_port()}", "@steward:steward.localhost")

    code, text = await said(BotProcess("@steward:steward.localhost", config))

    assert code == Exit.UNREACHABLE
    assert "can't be reached" in text


async def test_a_wrong_password(bot):
    steward = await bot()
    steward.password = "not it"

    code, text = await said(steward)

    assert code == Exit.LOGIN
    assert text == f"The homeserver doesn't accept this password for {steward.user}. Check both."


async def test_a_missing_secret(bot):
    steward = await bot()
    steward.config.write_text(steward.config.read_text().replace("STEWARD_PASSWORD", "STEWARD_NOT_SET"))

    code, text = await said(steward)

    assert code == Exit.CONFIG
    assert "STEWARD_NOT_SET is not set" in text
    assert PASSWORD not in text


async def test_a_wrong_key_in_the_config(bot):
    steward = await bot(community={"name": "Test", "peeple": "Ask around."})

    code, text = await said(steward)

    assert code == Exit.CONFIG
    assert 'community.peeple: unknown key; did you mean "people"?' in text


async def test_only_rooms_that_do_not_exist(bot):
    steward = await bot(rooms=[{"room": "#nowhere:steward.localhost", "name": "nowhere"}])

    code, text = await said(steward)

    assert code == Exit.ROOMS
    assert text == "#nowhere:steward.localhost doesn't exist. Check its spelling in the config."


async def test_a_room_that_may_not_be_joined_is_told_while_the_others_work(bot, person):
    ana = await person("ana")
    closed = await ana.create_room(preset="private_chat")
    room = await ana.create_room()
    steward = await bot(rooms=[{"room": closed, "name": "closed"}, {"room": room, "name": "open-chatroom"}])

    await steward.start()

    told = await steward.until("room_not_joined")
    assert told["why"] == f"{closed} may not be joined. Invite the bot there, or let it in."
    await ana.say(room, "!help")
    assert "!faq" in (await ana.next_event(room, steward.user))["content"]["body"]


async def test_two_bots_on_one_folder(bot, person):
    ana = await person("ana")
    steward = await bot(rooms=[{"room": await ana.create_room(), "name": "open-chatroom"}])
    await steward.start()

    code, text = await said(BotProcess(steward.user, steward.config))

    assert code == Exit.IN_USE
    assert text.startswith("Another Steward is running on ")


async def test_the_bot_waits_for_a_homeserver_that_is_away_when_it_is_not_new(bot, person):
    ana = await person("ana")
    steward = await bot(rooms=[{"room": await ana.create_room(), "name": "open-chatroom"}])
    await steward.start()
    await steward.stop()
    url = steward.config.read_text()
    steward.config.write_text(url.replace(ana.url, f"http://127.0.0.1:{free_port()}"))

    await steward.start(ready=False)

    await steward.until("start_put_off")


async def test_check_says_that_all_is_well_or_which_room_is_not(bot, person):
    ana = await person("ana")
    room = await ana.create_room()
    rooms = [{"room": room, "name": "open-chatroom"}, {"room": "#nowhere:steward.localhost", "name": "nowhere"}]
    steward = await bot(rooms=rooms)

    code, text = await said(steward.checking())

    assert code == Exit.ROOMS
    assert "#nowhere:steward.localhost doesn't exist." in text
