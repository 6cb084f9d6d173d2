"""What everybody may read of an incident's timeline."""

from sqlalchemy import insert

from bot.readers import Memory
from handlers.status import records, tables
from handlers.status.records import Moment
from tests.support.fakes import START


async def test_what_is_public_is_read_in_order_and_without_who_did_it(storage):
    async with storage.begin() as tx:
        for incident, text, public in (("a", "1", True), ("b", "2", True), ("a", "3", False), ("a", "4", True)):
            row = {"incident": incident, "at": START.timestamp(), "kind": "said", "text": text, "public": public}
            await tx.execute(insert(tables.timeline).values(**row, who="@ana:example.org"))

    found = await records.public_moments(Memory(storage), ["a"])

    assert {key: [one.text for one in moments] for key, moments in found.items()} == {"a": ["1", "4"]}
    assert found["a"][0] == Moment(incident="a", at=START, kind="said", text="1", id=1)
    assert await records.public_moments(Memory(storage), []) == {}
