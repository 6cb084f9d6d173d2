"""Keys, sessions and rooms that were lost: mended where that can be done safely, else told with the remedy."""

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
        ("cross-signing.key", "Restore cross-signing.key from a backup; or run once with --new-identity"),
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
