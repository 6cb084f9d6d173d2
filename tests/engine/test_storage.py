"""Storage: transactions that are whole or not at all, and the small tables."""

import asyncio
import contextlib
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from bot.actions import Audit
from bot.errors import InUse, StorageError, passes
from bot.lock import locked
from bot.storage import audit, journal, rooms, schema, state
from bot.storage.engine import POOL, Storage, database_url
from bot.storage.rooms import Room
from tests.support.fakes import Crash
from tests.support.house import entry, on_any_database


@pytest.mark.parametrize(
    ("configured", "driver"),
    [
        (None, "sqlite+aiosqlite"),
        ("sqlite:////var/lib/steward/x.db", "sqlite+aiosqlite"),
        ("postgresql://steward@db/steward", "postgresql+psycopg"),
        ("postgresql+asyncpg://steward@db/steward", "postgresql+psycopg"),
    ],
)
def test_the_driver_is_chosen_here(tmp_path: Path, configured: str | None, driver: str) -> None:
    assert database_url(configured, tmp_path).drivername == driver


def test_without_a_database_it_is_a_file_in_the_folder(tmp_path: Path) -> None:
    assert database_url(None, tmp_path).database == str(tmp_path / "steward.db")


def test_other_databases_are_refused_with_what_to_use(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="mysql is not supported; use postgresql://"):
        database_url("mysql://db/steward", tmp_path)


async def test_what_is_written_is_there_once_the_block_has_ended(storage: Storage) -> None:
    async with storage.begin() as tx:
        await state.put(tx, "name", "value")
        assert await state.get(storage, "name") is None
    assert await state.get(storage, "name") == "value"


@pytest.mark.parametrize("error", [ValueError, asyncio.CancelledError, Crash])
async def test_whatever_is_raised_inside_takes_everything_back(storage: Storage, error: type[BaseException]) -> None:
    async def break_off() -> None:
        async with storage.begin() as tx:
            await state.put(tx, "name", "value")
            await journal.write(tx, [entry("$1")])
            raise error

    with pytest.raises(error):
        await break_off()
    assert await state.get(storage, "name") is None
    assert await journal.depth(storage) == 0
    async with storage.begin() as tx:
        await state.put(tx, "name", "later")
    assert await state.get(storage, "name") == "later"


async def test_a_write_that_the_database_refuses_is_a_sentence_and_takes_the_others_back(storage: Storage) -> None:
    async def be_refused() -> None:
        async with storage.begin() as tx:
            await state.put(tx, "name", "value")
            await tx.execute(text("INSERT INTO sync_state (name) VALUES ('no value')"))

    with pytest.raises(StorageError, match="The database refused a write: "):
        await be_refused()
    assert await state.get(storage, "name") is None


async def test_a_query_that_the_database_refuses_is_a_sentence(storage: Storage) -> None:
    with pytest.raises(StorageError, match="The database could not be read: "):
        await storage.rows(text("SELECT * FROM nowhere"))


async def test_many_writers_at_once_wait_for_each_other(storage: Storage) -> None:
    async def write(number: int) -> None:
        async with storage.begin() as tx:
            await journal.write(tx, [entry(f"${number}")])

    await asyncio.gather(*map(write, range(30)))
    assert await journal.depth(storage) == 30


async def test_two_connections_to_one_database_write_in_turn(storage: Storage) -> None:
    other = Storage(storage.url)
    try:
        async with storage.begin() as tx:
            await state.put(tx, "name", "first")
            second = asyncio.create_task(_put(other, "name", "second"))
            await asyncio.sleep(0)
            assert not second.done()
        await second
        assert await state.get(storage, "name") == "second"
    finally:
        await other.close()


async def _put(storage: Storage, name: str, value: str) -> None:
    async with storage.begin() as tx:
        await state.put(tx, name, value)


async def test_a_rows_number_is_never_given_twice(storage: Storage) -> None:
    async with storage.begin() as tx:
        await journal.write(tx, [entry("$1"), entry("$2")])
    (before,) = (await storage.rows(select(func.max(schema.journal.c.id))))[0]
    async with storage.begin() as tx:
        await tx.execute(schema.journal.delete())
    async with storage.begin() as tx:
        await journal.write(tx, [entry("$3")])
    (after,) = (await storage.rows(select(func.max(schema.journal.c.id))))[0]
    assert after > before


async def test_a_value_replaces_the_one_before(storage: Storage) -> None:
    async with storage.begin() as tx:
        await state.put(tx, "name", "old")
        await state.put(tx, "name", "new")
        await state.put(tx, "other", "x")
    assert await state.get(storage, "name") == "new"
    assert await state.get(storage, "unknown") is None


async def test_a_room_that_was_encrypted_once_stays_so(storage: Storage) -> None:
    for now in (
        Room(id="!room", people=2),
        Room(id="!room", encrypted=True, people=3),
        Room(id="!room", encrypted=False, people=4),
        Room(id="!room", encrypted=False, joined=False, people=0),
    ):
        async with storage.begin() as tx:
            await rooms.save(tx, now)
    assert await rooms.load(storage) == {"!room": Room(id="!room", encrypted=True, joined=False, people=0)}


async def test_a_removal_is_kept_until_we_are_in_again(storage: Storage) -> None:
    for removed in (True, False):
        async with storage.begin() as tx:
            await rooms.save(tx, Room(id="!room", joined=not removed, removed=removed))
        assert (await rooms.load(storage))["!room"].removed is removed


async def test_rooms_are_kept_one_by_one(storage: Storage) -> None:
    both = {"!a": Room(id="!a", people=7), "!b": Room(id="!b", encrypted=True, people=2)}
    async with storage.begin() as tx:
        for room in both.values():
            await rooms.save(tx, room)
    assert await rooms.load(storage) == both


async def test_the_audit_log_shows_the_newest_first(storage: Storage) -> None:
    async with storage.begin() as tx:
        for number in range(5):
            deed = Audit(who="@ana:x", what=f"deed {number}", outcome="done", room="!r", event_id=f"${number}")
            await audit.note(tx, deed, 100.0 + number)
    lines = await audit.latest(storage, 3)
    assert [(line.what, line.at) for line in lines] == [("deed 4", 104.0), ("deed 3", 103.0), ("deed 2", 102.0)]
    assert (lines[0].who, lines[0].outcome, lines[0].room) == ("@ana:x", "done", "!r")


@pytest.mark.parametrize(
    ("containing", "found"),
    [
        ("@ana", ["!kick"]),
        ("kick", ["!kick"]),
        ("_", ["!ban_all"]),
        ("%", []),
        ("'; --", []),
        ("", ["!ban_all", "!kick"]),
    ],
)
async def test_the_audit_log_is_searched_for_words_and_not_for_patterns(
    storage: Storage, containing: str, found: list[str]
) -> None:
    async with storage.begin() as tx:
        await audit.note(tx, Audit(who="@ana:x", what="!kick", outcome="refused"), 1.0)
        await audit.note(tx, Audit(who="@ben:x", what="!ban_all", outcome="done"), 2.0)
    assert [line.what for line in await audit.latest(storage, 10, containing)] == found


def test_a_folder_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    with locked(folder), pytest.raises(InUse, match=rf"Another Steward is running on {folder}"), locked(folder):
        pass
    with locked(folder):
        assert stat.S_IMODE((folder / "lock").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_lock_is_free_again_when_its_holder_has_failed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="failed"), locked(tmp_path):
        raise ValueError("failed")
    with locked(tmp_path):
        pass


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        with locked(tmp_path):
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    with locked(tmp_path):
        pass


def test_a_folder_that_cant_be_used_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StorageError, match="file can't be used: "), locked(tmp_path / "file"):
        pass


@on_any_database
async def test_sqlite_is_durable_and_leaves_nothing_behind(storage: Storage) -> None:
    pragmas = ("journal_mode", "synchronous", "secure_delete")
    # 2 is FULL: what was said to be kept survives a power cut. Erased words are overwritten on the disk.
    assert [(await storage.rows(text(f"PRAGMA {name}")))[0][0] for name in pragmas] == ["wal", 2, 1]


async def test_when_all_connections_are_taken_that_is_a_sentence_and_passes(storage: Storage) -> None:
    pool: Any = storage.engine.pool
    pool._timeout = 0.1  # noqa: SLF001 - half a minute otherwise
    async with contextlib.AsyncExitStack() as taken:
        for _ in range(POOL["pool_size"] + POOL["max_overflow"]):
            await taken.enter_async_context(storage.engine.connect())
        for use in (_put(storage, "name", "value"), state.get(storage, "name")):
            with pytest.raises(StorageError, match="All connections to the database are taken") as caught:
                await use
            assert passes(caught.value)
    await _put(storage, "name", "value")
    assert await state.get(storage, "name") == "value"
