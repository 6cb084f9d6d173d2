"""A message that the homeserver has, and doesn't know as ours any more, isn't said again; nor in the other form."""

import time
from dataclasses import replace
from typing import Any, cast

import aiohttp
import pytest

from bot.clock import SystemClock
from bot.matrix.api import Api
from bot.matrix.crypto.machine import Machine
from bot.matrix.rooms import RoomBook
from bot.matrix.said_before import OWN_ID
from bot.matrix.send import REMEMBERED, MatrixSender
from bot.storage.outbox import Row
from tests.chaos.faults import Fault, Step, Trap
from tests.chaos.plans import OPEN
from tests.chaos.runs import until_answered
from tests.chaos.scene import ENCRYPTION, Scene, keeper, scene
from tests.support.person import Person

pytestmark = pytest.mark.homeserver


def said(room: str, text: str = "hello", *, age: float = 0.0) -> Row:
    """A row that was made some seconds ago."""
    content = {"msgtype": "m.notice", "body": text, "m.mentions": {}}
    return Row(room=room, kind="send", type="m.room.message", content=content, created=time.time() - age)


class Sealing:
    """Stands for encryption: nobody reads what comes of it."""

    async def encrypt(self, room: str, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        del room, kind, content
        return {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "…"}


def sender(me: Person, http: aiohttp.ClientSession, machine: Sealing | None = None) -> MatrixSender:
    """Sends as this person."""
    api = Api(me.url, http)
    api.token = me.token
    return MatrixSender(api=api, machine=cast("Machine", machine), rooms=RoomBook(us=me.user), clock=SystemClock())


async def bodies(me: Person, room: str) -> list[Any]:
    return [event["content"].get("body") for event in await me.history(room) if event["type"] == "m.room.message"]


@pytest.fixture
async def me(person):
    return await person("me")


async def test_after_the_homeserver_may_have_forgotten_the_history_is_looked_at(me, http):
    room = await me.create_room()
    row = said(room, age=REMEMBERED + 60)
    # As if it had been sent, long ago: the homeserver doesn't know the row's transaction.
    there = await me.send(room, row.type, {**row.content, OWN_ID: row.txn})
    for number in range(150):
        await me.say(room, f"later {number}")

    assert await sender(me, http).deliver(row, None) == there
    assert (await bodies(me, room)).count("hello") == 1


async def test_what_was_not_said_is_said_however_old_it_is(me, person, http):
    ben = await person("ben")
    room = await me.create_room()
    await ben.join(room)
    row = said(room, age=25 * 3600)
    # Somebody else's message with our id in it is not ours.
    await ben.send(room, row.type, {**row.content, OWN_ID: row.txn, "body": "not by us"})
    await me.say(room, "another of ours")

    new = await sender(me, http).deliver(row, None)

    assert [event["sender"] for event in await me.history(room) if event["event_id"] == new] == [me.user]


async def test_the_same_transaction_is_the_same_message(me, http):
    room = await me.create_room()
    row = said(room)
    first, second = [await sender(me, http).deliver(row, None) for _ in range(2)]
    assert first == second
    assert (await bodies(me, room)).count("hello") == 1


async def test_our_own_reaction_that_is_there_already_is_all_that_was_wanted(me, http):
    room = await me.create_room()
    event = await me.say(room, "nice")
    relation = {"rel_type": "m.annotation", "event_id": event, "key": "👍"}
    await me.react(room, event, "👍")
    row = replace(said(room), type="m.reaction", content={"m.relates_to": relation})
    assert await sender(me, http).deliver(row, None) is None


async def test_a_room_that_we_do_not_know_to_be_encrypted_is_asked_for_and_gets_nothing_in_the_clear(me, http):
    room = await me.create_room()
    await me.put_state(room, "m.room.encryption", ENCRYPTION)
    await sender(me, http, machine=Sealing()).deliver(said(room), None)
    kinds = [event["type"] for event in await me.history(room) if OWN_ID in event["content"]]
    assert kinds == ["m.room.encrypted"]
    assert await bodies(me, room) == []


async def test_a_room_that_became_encrypted_while_we_were_away_gets_nothing_in_the_clear(me, person, http):
    ben = await person("ben")
    room = await ben.create_room()
    await me.join(room)
    ours = sender(me, http, machine=Sealing())
    await ours.deliver(said(room, "plain still"), None)
    await me.call("POST", f"/rooms/{room}/leave", {})
    await ben.put_state(room, "m.room.encryption", ENCRYPTION)

    await ours.deliver(Row(room=room, kind="join"), None)
    await ours.deliver(said(room, "not for all"), None)

    assert await bodies(ben, room) == ["plain still"]


async def test_where_the_homeserver_can_not_say_whether_a_room_is_encrypted_nothing_is_sent(tmp_path, homeserver):
    async with scene(tmp_path, homeserver) as stage:
        stage.proxy.set(*[Trap(Fault.BROKEN, Step.STATE, nth) for nth in (1, 2)])
        async with keeper(stage.bot):
            asked = await stage.ask(OPEN)
            await until_answered(stage, OPEN, [asked])
        steps = [step for _, step in stage.proxy.asked if step in {Step.STATE, Step.SEND}]
        assert steps[:4] == [Step.STATE, Step.STATE, Step.STATE, Step.SEND]


async def encrypt_at_send(stage: Scene, *, forwarded: bool) -> None:
    """The room becomes encrypted while the answer's first try fails, before or after the homeserver took it."""

    async def encrypt(step: Step) -> None:
        if step is Step.SEND:
            stage.proxy.before = stage.proxy.after = None
            await stage.ana.put_state(stage.rooms[OPEN], "m.room.encryption", ENCRYPTION)

    stage.proxy.set(Trap(Fault.LOST if forwarded else Fault.RESET, Step.SEND))
    if forwarded:
        stage.proxy.after = encrypt
    else:
        stage.proxy.before = encrypt


@pytest.mark.parametrize(("forwarded", "becomes"), [(True, "m.room.message"), (False, "m.room.encrypted")])
async def test_a_room_that_becomes_encrypted_between_two_tries_gets_the_answer_once(
    tmp_path, homeserver, forwarded, becomes
):
    async with scene(tmp_path, homeserver) as stage, keeper(stage.bot):
        await encrypt_at_send(stage, forwarded=forwarded)
        asked = await stage.ask(OPEN)
        await until_answered(stage, OPEN, [asked])
        after = await stage.ask(OPEN)
        await until_answered(stage, OPEN, [after])

        history = await stage.ana.history(stage.rooms[OPEN])
        ours = [event for event in history if event["sender"] == stage.bot.user and "m.relates_to" in event["content"]]
        answered = [(e["content"]["m.relates_to"]["m.in_reply_to"]["event_id"], e["type"]) for e in ours]
        assert answered == [(asked, becomes), (after, "m.room.encrypted")]
