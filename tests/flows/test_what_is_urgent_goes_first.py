"""Under a homeserver's usual limits everything arrives, late; and what is urgent doesn't queue behind the rest."""

import asyncio
from typing import cast

import pytest

from bot.clock import SystemClock
from bot.matrix.api import Api
from bot.matrix.crypto.machine import Machine
from bot.matrix.rooms import RoomBook
from bot.matrix.send import MatrixSender
from bot.outbox import Outbox
from bot.storage import outbox
from bot.storage.engine import Storage, database_url
from bot.storage.migrate import migrate
from bot.storage.outbox import Row
from tests.support.person import Person

pytestmark = [pytest.mark.homeserver, pytest.mark.both_profiles]

#: More than Synapse lets an account say at once.
MANY = 14


def row(room: str, text: str, *, urgent: bool = False) -> Row:
    content = {"msgtype": "m.text", "body": text, "m.mentions": {}}
    return Row(room=room, kind="send", type="m.room.message", content=content, urgent=urgent)


async def drained(work: Outbox, room: str) -> None:
    """Work off a room, waiting as it says."""
    while (wait := await work.work(room)) is not None:  # noqa: ASYNC110 - as long as the outbox asks for
        await asyncio.sleep(wait)


async def test_what_is_urgent_passes_what_waits_in_other_rooms(homeserver, http, person, unique, tmp_path):
    ana = await person("ana")
    chat, tech = await ana.create_room(), await ana.create_room()
    user = await homeserver.register(f"steward-{unique}", "password")
    me = await Person.log_in(homeserver.url, http, user, "password")
    for room in (chat, tech):
        await me.join(room)
    migrate(database_url(None, tmp_path))
    storage = Storage(database_url(None, tmp_path))
    api = Api(me.url, http)
    api.token = me.token
    sender = MatrixSender(api=api, machine=cast("Machine", None), rooms=RoomBook(us=user), clock=SystemClock())
    work = Outbox(storage=storage, sender=sender, clock=SystemClock())
    async with storage.begin() as tx:
        await outbox.add(tx, [row(chat, f"chat {number}") for number in range(MANY)])

    slow = asyncio.create_task(drained(work, chat))
    if homeserver.profile == "defaults":
        while work.held_until < SystemClock().steady():  # noqa: ASYNC110 - nobody tells when the limit is met
            await asyncio.sleep(0.01)
    async with storage.begin() as tx:
        await outbox.add(tx, [row(tech, "the server is down", urgent=True)])
    await drained(work, tech)
    left = await outbox.depth(storage)
    await slow
    await storage.close()

    said = [event["content"]["body"] for event in await ana.history(chat) if event["type"] == "m.room.message"]
    assert said == [f"chat {number}" for number in range(MANY)]
    urgent = [event for event in await ana.history(tech) if event["type"] == "m.room.message"]
    assert len(urgent) == 1
    if homeserver.profile == "defaults":
        assert left[0] > 0, "the rest still waited when the urgent message had gone out"
