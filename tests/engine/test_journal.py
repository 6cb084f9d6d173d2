"""The journal: every event once, in order, and its text no longer than it is needed."""

import pytest
from sqlalchemy import select

from bot.storage import journal, schema
from bot.storage.engine import Storage
from bot.storage.journal import DONE, FAILED, UNREADABLE, Entry
from tests.support.house import ANA, BEN, ROOM, entry

STEWARD = "@steward:example.org"


async def write(storage: Storage, *entries: Entry) -> None:
    async with storage.begin() as tx:
        await journal.write(tx, entries)


async def finish(storage: Storage, one: Entry, state: str = DONE, why: str = "done") -> bool:
    async with storage.begin() as tx:
        return await journal.finish(tx, one, state, why)


async def waiting(storage: Storage, room: str = ROOM) -> list[str]:
    return [one.key for one in await journal.waiting(storage, room)]


async def kept(storage: Storage) -> list[tuple[str, str, str | None]]:
    """Every entry: its key, its state, its text."""
    rows = await storage.rows(select(schema.journal).order_by(schema.journal.c.id))
    return [(row.key, row.state, row.body) for row in rows]


async def test_what_comes_back_is_what_was_written(storage: Storage) -> None:
    body = {"type": "m.room.message", "content": {"body": 'quotes " \\ \u0000 🌱 עברית', "n": [1, None, 1.5]}}
    written = entry("$1", sender=BEN, at=1.25, received=2.5, body=body)
    await write(storage, written)
    (read,) = await journal.waiting(storage, ROOM)
    assert (read.source, read.key, read.kind, read.room) == ("matrix", "$1", "m.room.message", ROOM)
    assert (read.sender, read.at, read.received, read.body) == (BEN, 1.25, 2.5, body)


async def test_an_event_is_written_once_however_often_it_comes(storage: Storage) -> None:
    await write(storage, entry("$1"), entry("$2"), entry("$1", body={"text": "again"}))
    await write(storage, entry("$2"), entry("$3"))
    assert await waiting(storage) == ["$1", "$2", "$3"]
    (first, _, _) = await journal.waiting(storage, ROOM)
    assert first.body == {"text": "$1"}


async def test_a_handled_event_that_comes_again_stays_handled(storage: Storage) -> None:
    await write(storage, entry("$1"))
    (one,) = await journal.waiting(storage, ROOM)
    await finish(storage, one)
    await write(storage, entry("$1"))
    assert await waiting(storage) == []


async def test_nothing_to_write_is_fine(storage: Storage) -> None:
    await write(storage)
    assert await journal.depth(storage) == 0


async def test_entries_wait_in_the_order_in_which_they_came_and_not_of_their_time(storage: Storage) -> None:
    await write(storage, entry("$late", at=9.0), entry("$early", at=1.0))
    await write(storage, entry("$middle", at=5.0))
    assert await waiting(storage) == ["$late", "$early", "$middle"]


async def test_each_room_has_its_own_line(storage: Storage) -> None:
    await write(storage, entry("$1", "!a"), entry("$2", "!b"), entry("$3", "!a"))
    assert await waiting(storage, "!a") == ["$1", "$3"]
    assert await waiting(storage, "!b") == ["$2"]
    assert sorted(await journal.waiting_rooms(storage)) == ["!a", "!b"]


async def test_a_long_line_is_read_in_parts(storage: Storage) -> None:
    await write(storage, *(entry(f"${number}") for number in range(25)))
    assert [one.key for one in await journal.waiting(storage, ROOM)] == [f"${number}" for number in range(20)]
    assert len(await journal.waiting(storage, ROOM, limit=3)) == 3
    assert await journal.depth(storage) == 25


async def test_finishing_erases_the_text_and_is_done_once(storage: Storage) -> None:
    await write(storage, entry("$1"), entry("$2"))
    (one, _) = await journal.waiting(storage, ROOM)
    assert await finish(storage, one, DONE, "answered")
    assert not await finish(storage, one, FAILED, "again")
    assert await kept(storage) == [("$1", DONE, None), ("$2", "waiting", '{"text": "$2"}')]
    assert await journal.depth(storage) == 1


@pytest.mark.parametrize(("state", "text"), [(DONE, None), (FAILED, None), (UNREADABLE, '{"text": "$1"}')])
async def test_only_what_could_not_be_read_keeps_its_text(storage: Storage, state: str, text: str | None) -> None:
    await write(storage, entry("$1"))
    (one,) = await journal.waiting(storage, ROOM)
    await finish(storage, one, state)
    assert await kept(storage) == [("$1", state, text)]


async def test_what_could_not_be_read_comes_back_in_its_place_when_keys_come(storage: Storage) -> None:
    await write(storage, entry("$1"), entry("$2"), entry("$other", "!other"), entry("$handled"))
    for one in await journal.waiting(storage, ROOM):
        await finish(storage, one, UNREADABLE if one.key == "$1" else DONE)
    (other,) = await journal.waiting(storage, "!other")
    await finish(storage, other, UNREADABLE)
    await write(storage, entry("$3"))

    async with storage.begin() as tx:
        assert await journal.retry_unreadable(tx) == ["!other", ROOM]

    assert await waiting(storage) == ["$1", "$3"]
    (first, *_) = await journal.waiting(storage, ROOM)
    assert first.body == {"text": "$1"}
    assert await finish(storage, first)
    async with storage.begin() as tx:
        assert await journal.retry_unreadable(tx) == []


async def test_known_are_those_that_were_written_whatever_became_of_them(storage: Storage) -> None:
    await write(storage, entry("$1"), entry("$2"))
    (one, _) = await journal.waiting(storage, ROOM)
    await finish(storage, one)
    assert await journal.known(storage, ["$1", "$2", "$3"]) == {"$1", "$2"}
    assert await journal.known(storage, []) == set()


async def test_old_entries_are_forgotten_by_their_age_and_state(storage: Storage) -> None:
    states = {"done": DONE, "failed": FAILED, "unreadable": UNREADABLE}
    for name, state in states.items():
        await write(storage, entry(f"$old {name}", received=100.0), entry(f"$new {name}", received=200.0))
        for one in await journal.waiting(storage, ROOM):
            await finish(storage, one, state, "")
    await write(storage, entry("$old waiting", received=100.0))

    async with storage.begin() as tx:
        await journal.prune(tx, handled_before=150.0, unreadable_before=50.0)
    assert {key for key, _, _ in await kept(storage)} == {
        *("$new done", "$new failed", "$old unreadable", "$new unreadable", "$old waiting")
    }
    async with storage.begin() as tx:
        await journal.prune(tx, handled_before=50.0, unreadable_before=150.0)
    lost = [one for one in await kept(storage) if one[0] == "$old unreadable"]
    assert lost == [("$old unreadable", FAILED, None)]
    async with storage.begin() as tx:
        assert await journal.retry_unreadable(tx) == [ROOM]  # the new one alone
    assert await waiting(storage) == ["$new unreadable", "$old waiting"]


@pytest.mark.parametrize(
    ("later", "spoke"),
    [
        ([], False),
        ([entry("$2", sender=BEN)], True),
        ([entry("$2", sender=BEN, kind="m.room.encrypted")], True),
        ([entry("$2", sender=BEN, kind="m.sticker")], True),
        ([entry("$2", sender=BEN, kind="m.reaction")], False),
        ([entry("$2", sender=BEN, kind="m.room.member")], False),
        ([entry("$2", sender=ANA)], False),
        ([entry("$2", sender=STEWARD)], False),
        ([entry("$2", sender="")], False),
        ([entry("$2", "!other", sender=BEN)], False),
        ([entry("$2", sender=ANA), entry("$3", sender=BEN)], True),
    ],
)
async def test_others_spoke_when_somebody_else_has_said_something_since(
    storage: Storage, later: list[Entry], *, spoke: bool
) -> None:
    await write(storage, entry("$before", sender=BEN), entry("$1"), *later)
    assert await journal.others_spoke(storage, ROOM, "$1", {ANA, STEWARD}) is spoke


async def test_others_spoke_counts_what_is_handled_already(storage: Storage) -> None:
    await write(storage, entry("$1"), entry("$2", sender=BEN))
    for one in await journal.waiting(storage, ROOM):
        await finish(storage, one)
    assert await journal.others_spoke(storage, ROOM, "$1", {ANA})


async def test_nobody_spoke_after_an_event_that_is_not_known(storage: Storage) -> None:
    await write(storage, entry("$1", sender=BEN))
    assert not await journal.others_spoke(storage, ROOM, "$unknown", {ANA})
