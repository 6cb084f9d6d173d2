"""Where we have spoken with somebody is remembered with what was sent."""

from dataclasses import replace

from bot.storage import outbox
from bot.storage.outbox import Row
from tests.support.house import ANA, BEN

ROW = Row(room="!old:example.org", kind="send", type="m.room.message", content={"body": "hi"}, recipient=ANA)


async def test_the_rooms_with_a_person_are_found_the_latest_first(storage):
    said = [
        (ROW, 1.0),
        (replace(ROW, room="!new:example.org", txn="2"), 2.0),
        (replace(ROW, room="!bens:example.org", recipient=BEN, txn="3"), 3.0),
        (replace(ROW, txn="4"), 0.5),
    ]
    async with storage.begin() as tx:
        await outbox.add(tx, [row for row, _ in said])
        for number, (row, at) in enumerate(said):
            await outbox.mark_sent(tx, row, f"${number}", at)

    assert await outbox.rooms_with(storage, ANA) == ["!new:example.org", "!old:example.org"]
    assert await outbox.rooms_with(storage, "@nobody:example.org") == []
