"""Keys when the sync overtakes an answer, when the crypto store fails, and when the process is killed in between."""

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StorageError, TryLater
from bot.matrix.crypto.devices import ASKS
from bot.matrix.rooms import RoomBook
from bot.matrix.sync import Sync
from bot.storage import journal, state
from bot.storage.engine import Storage
from tests.support.devices import Device, KeyServer, device
from tests.support.fakes import Crash, FakeClock
from tests.support.house import ANA, ROOM, entry, on_any_database

US, BEN = "@steward:example.org", "@ben:example.org"
OTHER = "!other:example.org"

pytestmark = on_any_database


@dataclass(kw_only=True)
class World:
    """A key server and devices on it. `bot` and `ana` are there from the beginning."""

    storage: Storage
    folder: Path
    server: KeyServer = field(default_factory=KeyServer)
    bot: Device = field(init=False)
    ana: Device = field(init=False)

    async def device(self, user: str, name: str) -> Device:
        return await device(self.server, self.storage, self.folder, user, name)

    async def restarts(self) -> Device:
        """The bot's next process, on what the last one has left."""
        self.bot.machine.olm.store.database.close()
        return await self.device(*self.bot.name)

    @property
    def crypto_db(self) -> Path:
        return Path(self.bot.machine.olm.store.database_path)

    def shared_with(self, user: str) -> set[str]:
        """The devices of this person's that something was sent to."""
        return {name for _, messages in self.server.sent for name in messages.get(user, {})}


@pytest.fixture
async def world(storage: Storage, tmp_path: Path) -> World:
    made = World(storage=storage, folder=tmp_path)
    made.bot, made.ana = await made.device(US, "STEWARD"), await made.device(ANA, "PHONE")
    return made


class OnTheWay:
    """Answers of the key server to these calls, each held up until it may arrive."""

    def __init__(self, bot: Device, end: str) -> None:
        self.end, self.real = end, bot.machine.api.call
        self.asked, self.arrives = asyncio.Event(), asyncio.Event()
        bot.machine.api.call = self.call  # type: ignore[method-assign, assignment]

    async def call(self, method: str, where: str, body: Any = None, **options: Any) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(json.dumps(await self.real(method, where, body, **options)))
        if where.endswith(self.end) and not self.arrives.is_set():
            self.asked.set()
            await self.arrives.wait()
        return answer


@contextlib.contextmanager
def locked(world: World) -> Iterator[None]:
    """While somebody else writes into the crypto store."""
    world.bot.machine.olm.store.database.execute_sql("PRAGMA busy_timeout = 10")
    with contextlib.closing(sqlite3.connect(world.crypto_db, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextlib.contextmanager
def full(world: World, table: str) -> Iterator[None]:
    """While nothing more fits into this table of the crypto store."""
    store = world.bot.machine.olm.store.database
    refuse = "SELECT RAISE(ABORT, 'database or disk is full')"
    store.execute_sql(f"CREATE TRIGGER full BEFORE INSERT ON {table} BEGIN {refuse}; END")
    yield
    store.execute_sql("DROP TRIGGER full")


def changed(*people: str) -> dict[str, Any]:
    """A sync that says that these people's devices have changed."""
    return {"device_lists": {"changed": list(people)}, "device_one_time_keys_count": {"signed_curve25519": 50}}


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0)


# Overtaken answers


async def test_who_joins_while_a_rooms_people_are_asked_for_gets_the_key(world: World) -> None:
    on_the_way = OnTheWay(world.bot, "/members")
    saying = asyncio.create_task(world.bot.say(ROOM, "welcome"))
    await on_the_way.asked.wait()
    ben = await world.device(BEN, "LAPTOP")
    world.bot.machine.forget_members(ROOM)
    on_the_way.arrives.set()

    event = await saying

    ben.sync()
    assert (await ben.machine.decrypt(ROOM, event))["content"]["body"] == "welcome"


@pytest.mark.parametrize("held_up", ["/keys/query", "/keys/claim"])
async def test_who_joins_while_keys_are_asked_for_gets_the_key_though_known_already(world: World, held_up: str) -> None:
    ben = await world.device(BEN, "LAPTOP")
    await world.bot.machine.devices.learn(OTHER, [BEN])
    del world.server.devices[ben.name]
    on_the_way = OnTheWay(world.bot, held_up)
    saying = asyncio.create_task(world.bot.say(ROOM, "welcome"))
    await on_the_way.asked.wait()
    world.server.devices[ben.name] = {}  # joins
    world.bot.machine.forget_members(ROOM)
    on_the_way.arrives.set()

    event = await saying

    ben.sync()
    assert (await ben.machine.decrypt(ROOM, event))["content"]["body"] == "welcome"


async def test_a_room_whose_people_never_stop_changing_is_tried_later(world: World) -> None:
    real, count = world.bot.machine.api.call, 0

    async def call(method: str, where: str, body: Any = None, **options: Any) -> dict[str, Any]:
        nonlocal count
        if where.endswith("/members"):
            count += 1
            world.bot.machine.forget_members(ROOM)
        return await real(method, where, body, **options)

    world.bot.machine.api.call = call  # type: ignore[method-assign, assignment]
    with pytest.raises(TryLater):
        await world.bot.say(ROOM, "hello")
    assert count == ASKS


@pytest.mark.parametrize("known_before", [True, False])
async def test_a_device_that_is_new_while_devices_are_asked_for_gets_the_next_key(
    world: World, *, known_before: bool
) -> None:
    if known_before:
        await world.bot.say(ROOM, "zero")
        world.bot.machine.take_in(changed(ANA))
    on_the_way = OnTheWay(world.bot, "/keys/query")
    saying = asyncio.create_task(world.bot.say(ROOM, "one"))
    await on_the_way.asked.wait()
    await world.device(ANA, "LAPTOP")
    world.bot.machine.take_in(changed(ANA))
    on_the_way.arrives.set()
    await saying

    await world.bot.say(ROOM, "two")

    assert world.shared_with(ANA) == {"PHONE", "LAPTOP"}


@pytest.mark.parametrize("answer", [{}, {"chunk": None}, {"chunk": {}}])
async def test_an_answer_without_a_list_of_people_is_not_taken_for_nobody(world: World, answer: dict[str, Any]) -> None:
    real = world.bot.machine.api.call

    async def call(method: str, where: str, body: Any = None, **options: Any) -> dict[str, Any]:
        return answer if where.endswith("/members") else await real(method, where, body, **options)

    world.bot.machine.api.call = call  # type: ignore[method-assign, assignment]
    with pytest.raises(TryLater):
        await world.bot.say(ROOM, "one")
    world.bot.machine.api.call = real  # type: ignore[method-assign]
    await world.bot.say(ROOM, "two")
    assert world.shared_with(ANA) == {"PHONE"}


# A store that fails


@pytest.mark.parametrize("table", ["olmsessions", "megolminboundsessions"])
@pytest.mark.parametrize("how", ["again", "by the next process"])
async def test_a_room_key_that_could_not_be_stored_is_taken_from_the_same_sync_again(
    world: World, table: str, how: str
) -> None:
    first = await world.ana.say(ROOM, "one", "$1")
    world.bot.sync()
    sessions = list(world.bot.machine.olm.session_store)
    world.ana.machine.forget_members(ROOM)
    second = await world.ana.say(ROOM, "two", "$2")
    waiting = list(world.server.inbox[world.bot.name])

    with full(world, table), pytest.raises(StorageError):
        world.bot.sync()
    bot = await world.restarts() if how == "by the next process" else world.bot
    world.server.inbox[bot.name] = waiting

    assert bot.sync()
    for event, text in ((first, "one"), (second, "two")):
        assert (await bot.machine.decrypt(ROOM, event))["content"]["body"] == text
    if bot is world.bot:
        assert [one is before for one, before in zip(bot.machine.olm.session_store, sessions, strict=True)] == [True]


async def test_a_first_olm_message_that_could_not_be_stored_is_opened_the_next_time(world: World) -> None:
    event = await world.ana.say(ROOM, "one")
    waiting = list(world.server.inbox[world.bot.name])
    with full(world, "megolminboundsessions"), pytest.raises(StorageError):
        world.bot.sync()
    assert list(world.bot.machine.olm.session_store) == []
    world.server.inbox[world.bot.name] = waiting
    assert world.bot.sync()
    assert (await world.bot.machine.decrypt(ROOM, event))["content"]["body"] == "one"


async def test_devices_that_could_not_be_stored_get_the_next_key_all_the_same(world: World) -> None:
    await world.bot.say(ROOM, "one")
    await world.device(ANA, "LAPTOP")
    world.bot.machine.take_in(changed(ANA))
    with full(world, "devicekeys"), pytest.raises(StorageError):
        await world.bot.say(ROOM, "two")
    await world.bot.say(ROOM, "two")
    assert world.shared_with(ANA) == {"PHONE", "LAPTOP"}


@pytest.mark.parametrize("refused", [True, False])
async def test_asking_for_keys_outlives_a_locked_store(world: World, *, refused: bool) -> None:
    if refused:
        world.server.refuses["sendToDevice"] = TryLater("away")
    requests = world.bot.machine.requests
    asking = asyncio.create_task(requests.run())
    with locked(world):
        requests.want(ROOM, {"sender": ANA, "content": {"session_id": "one"}})
        await until(lambda: asking.done() or "one" not in world.bot.machine.olm.outgoing_key_requests)
    world.server.refuses.clear()
    requests.want(ROOM, {"sender": ANA, "content": {"session_id": "two"}})
    await until(lambda: asking.done() or "two" in world.bot.machine.olm.store.load_outgoing_key_requests())
    assert not asking.done()
    asking.cancel()


async def test_a_store_that_is_no_database_is_storage_trouble(world: World) -> None:
    world.bot.machine.olm.store.database.close()
    world.crypto_db.write_bytes(b"no database, " * 500)
    with pytest.raises(StorageError):
        await world.device(*world.bot.name)


# Killed in between


async def test_a_key_that_was_about_to_be_asked_for_is_asked_for_by_the_next_process(world: World) -> None:
    event = {"sender": ANA, "content": {"session_id": "abc", "device_id": "PHONE"}}
    world.bot.machine.requests.want(ROOM, event)
    again = await world.restarts()
    asking = asyncio.create_task(again.machine.requests.run())
    again.machine.requests.want(ROOM, event)
    await until(lambda: "abc" in again.machine.olm.store.load_outgoing_key_requests())
    asking.cancel()
    assert [messages[ANA]["*"]["request_id"] for kind, messages in world.server.sent if "request" in kind] == ["abc"]


async def test_late_keys_are_used_though_their_sync_was_killed_before_its_commit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = await world.ana.say(ROOM, "hello", "$1")
    async with world.storage.begin() as tx:
        await journal.write(tx, [entry("$1", kind="m.room.encrypted", body=event)])
    (unread,) = await journal.waiting(world.storage, ROOM)
    async with world.storage.begin() as tx:
        await journal.finish(tx, unread, journal.UNREADABLE, "its key isn't here")
    to_device = {"to_device": {"events": world.server.inbox.pop(world.bot.name)}}
    answer = {"next_batch": "s2", **changed(), **to_device}

    async def killed(*_: Any) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(state, "put", killed)
        with pytest.raises(Crash):
            await syncing(world, world.bot, answer).turn()
    again = await world.restarts()
    await syncing(world, again, answer).turn()

    assert (await journal.find(world.storage, "$1") or ("",))[0] == journal.WAITING
    assert (await again.machine.decrypt(ROOM, event))["content"]["body"] == "hello"


def syncing(world: World, bot: Device, answer: dict[str, Any]) -> Sync:
    """A sync loop that is given this answer."""

    class Answers:
        async def call(self, *_: Any, **_options: Any) -> Any:
            return json.loads(json.dumps(answer))

    api: Any = Answers()
    never: Any = None
    parts: dict[str, Any] = {"storage": world.storage, "machine": bot.machine, "clock": FakeClock(), "us": US}
    return Sync(api=api, rooms=RoomBook(us=US), wake=lambda _room: None, log_in_again=never, **parts)
