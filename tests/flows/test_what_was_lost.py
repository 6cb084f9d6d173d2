"""Keys, sessions and rooms that were lost: mended where that can be done safely, else told with the remedy."""

import contextlib
import dataclasses
import json
import shutil
import sqlite3

import pytest

from bot.errors import Exit
from tests.foreign.driver import foreign_client
from tests.support.person import Person

pytestmark = pytest.mark.homeserver


@pytest.fixture
async def at_home(bot, person):
    """A bot that has been at home in a room, and was stopped."""
    ana = await person("ana")
    room = await ana.create_room()
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}])
    await steward.start()
    await steward.stop()
    return ana, room, steward, steward.config.parent / "data"


async def ends_with(steward) -> tuple[int, str]:
    """The exit code and what was said."""
    await steward.start(ready=False)
    code = await steward.ended()
    return code, "\n".join(line["line"] for line in steward.logged if line["event"] == "plain")


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ("crypto.db", "are not the ones in its data folder. Restore the folder from a backup; or delete session.json"),
        ("store.key", "store.key is missing, and crypto.db opens with nothing else. Restore it from a backup."),
        ("cross-signing.key", "or restore cross-signing.key from a backup; or run once with --new-identity"),
    ],
)
async def test_lost_keys_stop_the_bot_with_the_remedy(at_home, lost, said):
    _, _, steward, data = at_home
    (data / lost).unlink()

    code, text = await ends_with(steward)

    assert code == Exit.CRYPTO
    assert said in text


async def test_a_store_key_that_does_not_fit_stops_the_bot(at_home):
    _, _, steward, data = at_home
    (data / "store.key").write_text("another key")

    code, text = await ends_with(steward)

    assert code == Exit.CRYPTO
    assert "don't open with this store key" in text


async def test_an_older_crypto_store_is_noticed_and_refused(at_home):
    _, _, steward, data = at_home
    shutil.copy(data / "crypto.db", data / "crypto.db.old")
    await steward.start()
    await steward.stop()
    newer = (data / "crypto.db").read_bytes()
    shutil.copy(data / "crypto.db.old", data / "crypto.db")

    code, text = await ends_with(steward)

    assert code == Exit.CRYPTO
    assert "older" in text
    assert f"delete {data / 'session.json'} and {data / 'crypto.db'}" in text

    (data / "crypto.db").write_bytes(newer)
    await steward.start()


async def test_an_older_copy_of_the_whole_folder_is_noticed_and_goes_on_as_a_new_device(at_home):
    ana, room, steward, data = at_home
    shutil.copytree(data, data.with_name("backup"))
    await steward.start()
    before = (await steward.until("ready"))["user"]
    await steward.stop()
    shutil.rmtree(data)
    data.with_name("backup").rename(data)

    code, text = await ends_with(steward)

    assert code == Exit.CRYPTO
    assert "restored from an older backup, or another copy of the bot has been running" in text
    assert str(data / "session.json") in text

    (data / "session.json").unlink()
    (data / "crypto.db").unlink()
    await steward.start()
    await steward.until("device_cross_signed")
    assert before == steward.user
    await ana.say(room, "!help")
    await ana.next_event(room, steward.user)


async def test_a_second_copy_on_another_machine_is_refused(at_home, tmp_path):
    _, _, steward, data = at_home
    copy = tmp_path / "elsewhere"
    shutil.copytree(data.parent, copy)
    other = dataclasses.replace(steward, config=copy / steward.config.name)
    await steward.start()

    code, text = await ends_with(other)

    assert code == Exit.CRYPTO
    assert "another copy of the bot has been running" in text


async def test_one_time_keys_that_the_homeserver_knows_otherwise_end_the_bot_for_good(at_home):
    """Whoever restores a backup in a way that the counter misses meets this: new keys under names already taken."""
    ana, _, steward, data = at_home
    device = json.loads((data / "session.json").read_text())["device"]
    claim = {"one_time_keys": {steward.user: {device: "signed_curve25519"}}}
    with contextlib.closing(sqlite3.connect(data / "crypto.db")) as store, store:
        older = store.execute("SELECT account FROM accounts").fetchone()
    await ana.call("POST", "/keys/claim", claim)
    await steward.start()
    await steward.stop()
    with contextlib.closing(sqlite3.connect(data / "crypto.db")) as store, store:
        store.execute("UPDATE accounts SET account = ?", older)
    await ana.call("POST", "/keys/claim", claim)

    code, text = await ends_with(steward)

    assert code == Exit.CRYPTO
    assert "already has other one-time keys under the names of ours" in text


async def test_a_bot_that_is_killed_again_and_again_raises_no_false_alarm(at_home):
    ana, room, steward, _ = at_home
    for _ in range(2):
        await steward.start()
        await steward.kill()
        await steward.start(ready=False)
        await steward.kill()

    await steward.start()
    await ana.say(room, "!help")
    await ana.next_event(room, steward.user)


@pytest.mark.foreign
async def test_a_new_identity_takes_the_place_of_a_lost_one(at_home):
    ana, _, steward, data = at_home
    (data / "cross-signing.key").unlink()
    steward.options = ("--new-identity",)

    await steward.start()

    async with foreign_client(ana.url, user=ana.user, password="password", strict=True) as client:
        chat = await client.open_chat(steward.user, encrypted=True)
        await client.say(chat, "where does all the money go?")
        assert "less than a third" in (await client.next_from(chat, steward.user))["body"]


@pytest.mark.foreign
async def test_after_a_logout_for_good_the_bot_comes_back_by_its_password_and_can_still_encrypt(at_home, homeserver):
    ana, _, steward, _ = at_home
    await steward.start()
    me = await Person.log_in(homeserver.url, ana.http, steward.user, steward.password)
    await me.call("POST", "/logout/all", {})
    assert await steward.ended() == Exit.LOGIN

    await steward.start()

    async with foreign_client(ana.url, user=ana.user, password="password", strict=True) as client:
        chat = await client.open_chat(steward.user, encrypted=True)
        await client.say(chat, "where does all the money go?")
        assert "less than a third" in (await client.next_from(chat, steward.user))["body"]


async def test_files_of_the_bot_are_for_its_user_alone(at_home):
    _, _, _, data = at_home
    modes = {file.name: file.stat().st_mode & 0o077 for file in data.iterdir()}
    assert modes.keys() >= {"crypto.db", "cross-signing.key", "lock", "session.json", "steward.db", "store.key"}
    assert set(modes.values()) == {0}


async def test_a_room_that_it_was_removed_from_is_not_entered_again_until_it_is_invited(bot, person):
    ana, mo = await person("ana"), await person("mo")
    room = await ana.create_room()
    control = await mo.create_room(preset="private_chat")
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}], control_room={"room": control})
    await mo.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
    await steward.start()

    # Synapse tells rooms of a new name by joining anew, a little later: it would bring the bot back by itself.
    while (await ana.next_event(room, steward.user, "m.room.member"))["content"].get("displayname") != "Steward":
        pass
    await ana.call("POST", f"/rooms/{room}/kick", {"user_id": steward.user})
    told = (await mo.next_event(control, steward.user))["content"]["body"]
    await steward.stop()
    await steward.start()

    assert (ana.user in told, "removed the bot" in told) == (True, True)
    missed = await steward.until("room_not_joined")
    assert "was removed there. Invite it again" in missed["why"]
    assert steward.user not in await ana.members(room)

    await ana.call("POST", f"/rooms/{room}/invite", {"user_id": steward.user})
    await ana.next_event(room, steward.user, "m.room.member")
    asked = await ana.say(room, "!help")
    answer = await ana.next_event(room, steward.user)
    assert answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == asked
