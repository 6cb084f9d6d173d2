"""A foreign client (matrix-js-sdk with its Rust crypto) talks to the bot: in the clear, encrypted, and strictly."""

import asyncio
import contextlib
import json

import pytest

from tests.foreign.driver import foreign_client
from tests.support.person import Person

pytestmark = [pytest.mark.homeserver, pytest.mark.foreign]

MONEY = "less than a third"
QUESTION = "Steward, where does all the money go?"


@pytest.fixture
async def member(person):
    """A member whose client is the foreign one; logs in with `foreign_client`."""
    return await person("mia")


async def test_a_foreign_client_is_answered_in_a_plain_room(homeserver, bot, person, member):
    ana = await person("ana")
    room = await ana.create_room()
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}])
    await steward.start()
    async with foreign_client(homeserver.url, user=member.user, password="password") as client:
        await client.join(room)
        await client.say(room, QUESTION)

        answer = await client.next_from(room, steward.user)

    assert MONEY in answer["body"]
    assert not answer["encrypted"]


async def test_a_member_is_answered_in_an_encrypted_private_chat(homeserver, bot, member):
    room = await member.create_room()
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}])
    await steward.start()
    async with foreign_client(homeserver.url, user=member.user, password="password") as client:
        chat = await client.open_chat(steward.user, encrypted=True)
        await client.say(chat, "where does all the money go?")

        answer = await client.next_from(chat, steward.user)

    assert MONEY in answer["body"]
    assert answer["encrypted"]


async def test_ten_of_ten_questions_of_a_strict_client_are_read_and_answered(homeserver, bot, member):
    room = await member.create_room()
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}])
    await steward.start()
    async with foreign_client(homeserver.url, user=member.user, password="password", strict=True) as client:
        chat = await client.open_chat(steward.user, encrypted=True)
        asked = [await client.say(chat, "where does all the money go?") for _ in range(10)]

        answers = [await client.next_from(chat, steward.user) for _ in asked]
        devices = await client.device_is_cross_signed(steward.user)

    assert list(devices.values()) == [True], "the bot has one device, and it is cross-signed"
    assert [MONEY in answer["body"] for answer in answers] == [True] * 10
    assert {answer["relates_to"]["m.in_reply_to"]["event_id"] for answer in answers} == set(asked)


async def test_encryption_goes_on_after_a_restart_with_the_same_device(homeserver, bot, member):
    room = await member.create_room()
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}])
    await steward.start()
    async with foreign_client(homeserver.url, user=member.user, password="password", strict=True) as client:
        chat = await client.open_chat(steward.user, encrypted=True)
        await client.say(chat, "where does all the money go?")
        await client.next_from(chat, steward.user)
        before = await client.device_is_cross_signed(steward.user)

        await steward.kill()
        await client.say(chat, "where does all the money go?")
        await steward.start()

        assert MONEY in (await client.next_from(chat, steward.user))["body"]
        assert await client.device_is_cross_signed(steward.user) == before


async def test_it_reads_what_was_written_while_it_was_away_and_its_one_time_keys_were_used_up(homeserver, bot, member):
    room = await member.create_room()
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}])
    await steward.start()
    device = (await steward.until("logged_in"))["device"]
    async with foreign_client(homeserver.url, user=member.user, password="password") as client:
        chat = await client.open_chat(steward.user, encrypted=True)
    await steward.stop()
    claim = {"one_time_keys": {steward.user: {device: "signed_curve25519"}}}
    for _ in range(51):
        claimed = await member.call("POST", "/keys/claim", claim)
    (key,) = claimed["one_time_keys"][steward.user][device].values()
    assert key["fallback"] is True, "all one-time keys are gone"

    async with foreign_client(homeserver.url, user=member.user, password="password") as other_device:
        await other_device.say(chat, "where does all the money go?")
        await steward.start()
        assert MONEY in (await other_device.next_from(chat, steward.user))["body"]

    claimed = await member.call("POST", "/keys/claim", claim)
    (key,) = claimed["one_time_keys"][steward.user][device].values()
    assert "fallback" not in key, "there are one-time keys again"


async def test_a_message_whose_key_was_lost_is_read_when_it_is_sent_again(homeserver, bot, member):
    room = await member.create_room()
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}])
    await steward.start()
    async with foreign_client(homeserver.url, user=member.user, password="password", strict=True) as client:
        chat = await client.open_chat(steward.user, encrypted=True)
        await steward.stop()
        await client.say(chat, "where does all the money go?")
        await swallow_what_was_sent_to(steward, member)
        await steward.start()
        await steward.until("key_asked_for")

        async with asyncio.timeout(30):
            # Its app uses the fresh Olm session once it has heard of it.
            while True:
                asked = await client.say(chat, "where does all the money go?")
                with contextlib.suppress(TimeoutError):
                    answer = await client.next_from(chat, steward.user, timeout=3)
                    break

    assert MONEY in answer["body"]
    assert answer["relates_to"]["m.in_reply_to"]["event_id"] == asked


async def swallow_what_was_sent_to(steward, member):
    """Sync as the bot's device, twice: whatever keys were sent to it are then gone from the homeserver."""
    token = json.loads((steward.config.parent / "data" / "session.json").read_text())["token"]
    device = Person(member.url, member.http, steward.user, token)
    first = await device.call("GET", "/sync", timeout="0")
    assert first["to_device"]["events"], "there was something to be lost"
    await device.call("GET", "/sync", timeout="0", since=first["next_batch"])
