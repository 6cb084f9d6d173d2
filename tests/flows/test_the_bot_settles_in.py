"""Coming into the community: rooms by alias, name and picture, one device for good."""

from pathlib import Path

import pytest

from bot.demo.homeserver import running
from tests.support.bot_process import PASSWORD, BotProcess, write_config
from tests.support.burst import ask_at_once, until_answered
from tests.support.person import Person

pytestmark = pytest.mark.homeserver

AVATAR = Path(__file__).parents[2] / "docs" / "avatar.png"


async def test_it_joins_by_alias_and_shows_its_name_and_picture(bot, person, unique):
    ana = await person("ana")
    room = await ana.create_room(room_alias_name=f"open-{unique}")
    alias = f"#open-{unique}:steward.localhost"
    profile = {"name": "The Steward", "avatar": str(AVATAR)}
    steward = await bot(rooms=[{"room": alias, "name": "open-chatroom"}], profile=profile)

    await steward.start()

    assert steward.user in await ana.members(room)
    shown = await ana.call("GET", f"/profile/{steward.user}")
    assert shown["displayname"] == "The Steward"
    assert shown["avatar_url"].startswith("mxc://")

    await steward.stop()
    await steward.start()

    assert (await ana.call("GET", f"/profile/{steward.user}")) == shown, "the picture is uploaded once"


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_it_is_the_same_device_after_a_restart(bot, person, end):
    ana = await person("ana")
    steward = await bot(rooms=[{"room": await ana.create_room(), "name": "open-chatroom"}])
    await steward.start()
    first = (await steward.until("logged_in"))["device"]

    await getattr(steward, end)()
    await steward.start()

    assert "logged_in" not in {line["event"] for line in steward.logged}
    me = await Person.log_in(ana.url, ana.http, steward.user, PASSWORD)
    devices = {device["device_id"] for device in (await me.call("GET", "/devices"))["devices"]}
    assert first in devices
    assert len(devices) == 2, "the bot's, and the one that asked"


async def test_it_may_log_in_by_token(bot, person, homeserver, http):
    ana = await person("ana")
    room = await ana.create_room()
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}])
    me = await Person.log_in(homeserver.url, http, steward.user, PASSWORD)
    text = steward.config.read_text().replace("password:", "token:")
    steward.config.write_text(text)
    steward.password = me.token

    await steward.start()

    await ana.say(room, "!help")
    assert "!faq" in (await ana.next_event(room, steward.user))["content"]["body"]


async def test_it_keeps_all_in_postgresql_where_the_config_says_so(bot, person, postgres, tmp_path):
    ana = await person("ana")
    room = await ana.create_room()
    database = postgres.create()
    address = tmp_path / "database"
    address.write_text(postgres.url(database).render_as_string(hide_password=False))
    storage = {"folder": "data", "database": f"file:{address}"}
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}], storage=storage)
    await steward.start()
    before = await ask_at_once([ana], room, 10)
    await until_answered(ana, room, steward.user, before)

    await steward.kill()
    after = await ask_at_once([ana], room, 10)
    await steward.start()

    assert await until_answered(ana, room, steward.user, after) == dict.fromkeys(before + after, 1)
    assert not (steward.config.parent / "data" / "steward.db").exists()
    await steward.stop()
    postgres.drop(database)


async def test_a_homeserver_with_its_usual_limits_gets_every_answer_through_late_rather_than_never(tmp_path, http):
    async with running(tmp_path / "synapse", profile="defaults") as homeserver:
        user = await homeserver.register("steward", PASSWORD)
        people = [await _member(homeserver, http, f"member{number}") for number in range(3)]
        room = await people[0].create_room()
        for one in people[1:]:
            await one.join(room)
        config = write_config(tmp_path, homeserver.url, user, rooms=[{"room": room, "name": "open-chatroom"}])
        steward = BotProcess(user, config)
        await steward.start()

        asked = await ask_at_once(people, room, 15)

        found = await until_answered(people[0], room, user, asked)
        assert found == dict.fromkeys(asked, 1)
        await steward.until("send_put_off")
        await steward.stop()


async def _member(homeserver, http, name: str) -> Person:
    return await Person.log_in(homeserver.url, http, await homeserver.register(name, "password"), "password")
