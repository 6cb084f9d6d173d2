"""Somebody verifies the bot with a foreign client: by comparing emoji, in a private chat or from device to device."""

import asyncio

import pytest

from tests.foreign.driver import foreign_client

pytestmark = [pytest.mark.homeserver, pytest.mark.foreign]


@pytest.fixture
async def moderator(person):
    """A moderator whose client is the foreign one; logs in with `foreign_client`."""
    return await person("mo")


@pytest.fixture
async def room(moderator):
    """The bot's one room."""
    return await moderator.create_room()


@pytest.fixture
async def steward(bot, room, moderator):
    """A bot with a room and a moderator."""
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}], roles={"moderator": [moderator.user]})
    await steward.start()
    return steward


async def device_of(steward):
    return (await steward.until("logged_in"))["device"]


def client_of(homeserver, who):
    return foreign_client(homeserver.url, user=who.user, password="password", strict=True)


async def asked_for_help(client, steward):
    """An encrypted private chat in which the bot has answered."""
    chat = await client.open_chat(steward.user)
    await client.say(chat, "help")
    await client.next_from(chat, steward.user)
    return chat


async def test_a_moderator_verifies_the_bot_in_a_private_chat(homeserver, steward, moderator):
    async with client_of(homeserver, moderator) as client:
        chat = await asked_for_help(client, steward)
        assert not await client.sees_as_verified(steward.user)

        verification = await client.verify(steward.user, room=chat)
        emoji, numbers = await verification.emoji()
        said = await client.next_from(chat, steward.user)
        await verification.confirm()
        await client.until_verified(steward.user)

        assert " · ".join(f"{symbol} {name}" for symbol, name in emoji) in said["body"]
        assert " ".join(map(str, numbers)) in said["body"]
        assert said["encrypted"]
        assert said["msgtype"] == "m.notice"
        assert await client.device_is_verified(steward.user, await device_of(steward))
        assert (await steward.until("verification_done"))["user"] == moderator.user


async def test_a_moderator_verifies_the_bots_device(homeserver, steward, moderator):
    async with client_of(homeserver, moderator) as client:
        chat = await asked_for_help(client, steward)

        verification = await client.verify(steward.user, device=await device_of(steward))
        emoji, numbers = await verification.emoji()
        said = await client.next_from(chat, steward.user)
        await verification.confirm()
        await client.until_verified(steward.user)

        logged = await steward.until("verification_emoji")
        assert logged["emoji"] == ", ".join(name for _, name in emoji)
        assert logged["numbers"] == " ".join(map(str, numbers))
        assert " · ".join(f"{symbol} {name}" for symbol, name in emoji) in said["body"]


@pytest.mark.parametrize("transport", ["room", "device"])
async def test_where_the_app_waits_the_bot_starts(homeserver, steward, moderator, transport):
    async with client_of(homeserver, moderator) as client:
        chat = await asked_for_help(client, steward)
        to = {"room": chat} if transport == "room" else {"device": await device_of(steward)}

        verification = await client.verify(steward.user, **to)
        emoji, _ = await verification.emoji(start=False)
        await verification.confirm()
        await client.until_verified(steward.user)

        assert (await steward.until("verification_emoji"))["emoji"] == ", ".join(name for _, name in emoji)


@pytest.mark.parametrize("transport", ["room", "device"])
async def test_a_member_is_refused_and_the_bot_answers_on(homeserver, steward, room, person, transport):
    mia = await person("mia")
    await mia.join(room)
    async with client_of(homeserver, mia) as client:
        chat = await asked_for_help(client, steward)
        to = {"room": chat} if transport == "room" else {"device": await device_of(steward)}

        verification = await client.verify(steward.user, **to)

        assert await verification.cancelled() == "m.user"
        assert not await client.sees_as_verified(steward.user)
        assert [line for line in steward.logged if line["event"] == "verification_requested"] == []
        await client.say(chat, "help")
        assert "!faq" in (await client.next_from(chat, steward.user))["body"], "it said nothing else in between"


async def test_who_sees_other_emoji_ends_it_and_the_moderators_hear_of_it(homeserver, bot, moderator):
    room, control = await moderator.create_room(), await moderator.create_room(preset="private_chat")
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}], control_room={"room": control})
    await moderator.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
    await steward.start()
    async with client_of(homeserver, moderator) as client:
        chat = await asked_for_help(client, steward)
        verification = await client.verify(steward.user, room=chat)
        await verification.emoji()
        await client.next_from(chat, steward.user)

        await verification.mismatch()

        alarm = await client.next_from(control, steward.user)
        assert f"While {moderator.user} was verifying me" in alarm["body"]
        assert (await steward.until("verification_mismatch"))["code"] == "m.mismatched_sas"
        assert not await client.sees_as_verified(steward.user)

        again = await client.verify(steward.user, room=chat)
        await again.emoji()
        await again.confirm()
        await client.until_verified(steward.user)


async def test_a_cancelled_verification_leaves_nothing_behind(homeserver, steward, moderator):
    async with client_of(homeserver, moderator) as client:
        chat = await asked_for_help(client, steward)
        await (await client.verify(steward.user, room=chat)).cancel()
        assert (await steward.until("verification_ended"))["code"] == "m.user"

        await client.say(chat, "!verify")

        told = (await client.next_from(chat, steward.user))["body"]
        assert await device_of(steward) in told
        assert steward.user in told


async def test_a_request_that_came_while_the_bot_was_away_is_answered(homeserver, steward, moderator):
    device = await device_of(steward)
    async with client_of(homeserver, moderator) as client:
        await asked_for_help(client, steward)
        await steward.stop()
        verification = await client.verify(steward.user, device=device)

        await steward.start()

        await verification.emoji()
        await verification.confirm()
        await client.until_verified(steward.user)


async def test_a_restart_ends_what_is_under_way_and_the_next_one_succeeds(homeserver, steward, moderator):
    async with client_of(homeserver, moderator) as client:
        chat = await asked_for_help(client, steward)
        verification = await client.verify(steward.user, room=chat)
        await client.next_from(chat, steward.user, kind="m.key.verification.ready")
        await steward.kill()
        await steward.start()

        async with asyncio.TaskGroup() as both:
            seeing = both.create_task(verification.emoji())
            assert await verification.cancelled() == "m.unknown_transaction"
            seeing.cancel()

        again = await client.verify(steward.user, room=chat)
        await again.emoji()
        await again.confirm()
        await client.until_verified(steward.user)
