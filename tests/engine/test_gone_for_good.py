"""What is refused for good is told to the operators, once, and never in a circle."""

from bot.errors import Permanent
from bot.outbox import Outbox
from bot.storage import audit, outbox
from bot.storage.outbox import Row
from tests.support.fakes import FakeSender
from tests.support.house import ROOM, on_any_database

CONTROL = "!control:example.org"


async def send(storage, clock, room):
    """Send a row to the room that the homeserver refuses for good."""
    sender = FakeSender(trouble={"no": [Permanent("M_FORBIDDEN")]})
    async with storage.begin() as tx:
        await outbox.add(tx, [Row(room=room, kind="send", type="m.room.message", content={"body": "no"})])
    woken: list[str] = []
    out = Outbox(storage=storage, sender=sender, clock=clock, wake_outbox=woken.append, control_room=lambda: CONTROL)
    await out.work(room)
    return woken


async def test_a_refusal_is_noted_and_said_in_the_control_room(storage, clock):
    woken = await send(storage, clock, ROOM)

    (noted,) = await audit.latest(storage, 5)
    assert (noted.who, noted.what, noted.outcome) == ("steward", f"could not send in {ROOM}", "M_FORBIDDEN")
    (told,) = await outbox.waiting(storage, CONTROL)
    assert "could not send" in told.content["body"]
    assert woken == [CONTROL]


@on_any_database
async def test_a_refusal_in_the_control_room_is_noted_and_said_nowhere(storage, clock):
    woken = await send(storage, clock, CONTROL)

    assert len(await audit.latest(storage, 5)) == 1
    assert await outbox.waiting_rooms(storage) == []
    assert woken == []
