"""Room keys that come late, or not at all: between two devices with real encryption."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from nio.crypto import Session
from sqlalchemy import select

from bot.actions import Nothing
from bot.addressing import Identity
from bot.errors import CryptoError, Permanent
from bot.events import Message
from bot.handler import Opened
from bot.matrix.crypto import key_requests
from bot.matrix.crypto.key_requests import ALGORITHM, MOST
from bot.matrix.crypto.machine import NoKey
from bot.matrix.rooms import RoomBook
from bot.matrix.translate import Translator
from bot.schedule import REPLAYS_KEPT, Schedule
from bot.storage import journal
from bot.storage.engine import Storage
from bot.storage.schema import message_indices
from bot.unreadable import LIVE
from tests.support.devices import Device, FakeApi, KeyServer, device
from tests.support.fakes import FakeClock, FakeSent
from tests.support.house import ANA, ROOM, House, entry, on_any_database

US = "@steward:example.org"
MakeDevice = Callable[[str, str], Awaitable[Device]]

pytestmark = on_any_database


@pytest.fixture
def server() -> KeyServer:
    return KeyServer()


@pytest.fixture
def make(server: KeyServer, storage: Storage, tmp_path: Path) -> MakeDevice:
    return lambda user, name: device(server, storage, tmp_path, user, name)


@pytest.fixture
async def bot(make: MakeDevice) -> Device:
    return await make(US, "STEWARD")


@pytest.fixture
async def ana(make: MakeDevice) -> Device:
    return await make(ANA, "PHONE")


@contextlib.asynccontextmanager
async def asking(bot: Device) -> Any:
    """While this runs, keys are asked for."""
    task = asyncio.create_task(bot.machine.requests.run())
    try:
        yield
    finally:
        task.cancel()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0)


def requests(server: KeyServer) -> list[dict[str, Any]]:
    """The room key requests that were made."""
    return [messages for kind, messages in server.sent if kind == "m.room_key_request"]


async def loses_the_key(bot: Device, ana: Device, text: str = "hello") -> dict[str, Any]:
    """Ana says something, and what carries its key is lost on the way."""
    event = await ana.say(ROOM, text)
    bot.sync(losing="m.room.encrypted")
    return event


def house_with(bot: Device, storage: Storage, heard: list[str]) -> House:
    """The engine behind the real translator, with somebody who listens."""

    async def hears(message: Message, _ports: Any) -> Nothing:
        heard.append(message.text)
        return Nothing("heard")

    us = Identity(user_id=US, names=("Steward",), prefixes=("!",))
    reads: Any = Translator(us=us, rooms=RoomBook(), machine=bot.machine, sent=FakeSent())
    return House(storage=storage, clock=FakeClock(), reader=reads, handlers={"faq": Opened(on={Message: hears})})


async def comes(house: House, event: dict[str, Any], **changes: Any) -> None:
    """The event comes in and is looked at."""
    about = {"kind": event["type"], "sender": event["sender"], "body": event, **changes}
    await house.journalled(entry(event["event_id"], **about))
    await house.works()


# Late keys


async def test_an_event_whose_key_comes_later_is_read_then_and_handled_once(
    bot: Device, ana: Device, storage: Storage
) -> None:
    heard: list[str] = []
    house = house_with(bot, storage, heard)
    event = await ana.say(ROOM, "hello")
    await comes(house, event)
    assert (await house.became("$1"))[0] == journal.UNREADABLE
    assert heard == []

    for _ in range(2):
        bot.sync()
        async with storage.begin() as tx:
            await journal.retry_unreadable(tx)
        await house.works()
    await comes(house, event)

    assert heard == ["hello"]
    assert (await house.became("$1"))[0] == journal.DONE


async def test_a_key_that_comes_is_told_apart_from_what_is_none(bot: Device, ana: Device) -> None:
    assert not bot.sync()
    await ana.say(ROOM, "hello")
    assert bot.sync()
    assert not bot.sync()


# Asking


async def test_a_missing_key_is_asked_for_once_of_the_sender_and_of_ourselves(
    bot: Device, ana: Device, server: KeyServer, storage: Storage
) -> None:
    house = house_with(bot, storage, [])
    async with asking(bot):
        for number in range(3):
            event = await loses_the_key(bot, ana)
            await comes(house, {**event, "event_id": f"${number}"})
        await until(lambda: len(server.sent) > 1)

    session = event["content"]["session_id"]
    content = {
        "action": "request",
        "body": {
            "algorithm": "m.megolm.v1.aes-sha2",
            "room_id": ROOM,
            "session_id": session,
            "sender_key": ana.machine.olm.account.identity_keys["curve25519"],
        },
        "requesting_device_id": "STEWARD",
        "request_id": session,
    }
    assert requests(server) == [{ANA: {"*": content}, US: {"*": content}}]


async def test_what_was_asked_for_is_remembered_by_the_next_process(
    bot: Device, ana: Device, server: KeyServer, make: MakeDevice
) -> None:
    event = await loses_the_key(bot, ana)
    async with asking(bot):
        bot.machine.requests.want(ROOM, event)
        await settled(server)
    assert requests(server)
    server.sent.clear()
    again = await make(*bot.name)
    async with asking(again):
        again.machine.requests.want(ROOM, event)
        again.machine.requests.want(ROOM, {**event, "content": {**event["content"], "session_id": "another"}})
        await until(lambda: bool(requests(server)))
    assert [one[US]["*"]["body"]["session_id"] for one in requests(server)] == ["another"]


async def test_no_more_than_so_many_are_asked_for_in_a_minute(bot: Device, ana: Device, server: KeyServer) -> None:
    now = [0.0]
    bot.machine.requests.seconds = lambda: now[0]
    event = await ana.say(ROOM, "hello")

    def want(count: int, name: str) -> None:
        for number in range(count):
            bot.machine.requests.want(ROOM, {**event, "content": {"session_id": f"{name}{number}"}})

    async with asking(bot):
        want(MOST * 2, "a")
        await until(lambda: len(requests(server)) == MOST)
        now[0] = 59.0
        want(MOST, "b")
        now[0] = 60.0
        want(1, "c")
        await until(lambda: len(requests(server)) == MOST + 1)
    assert requests(server)[-1][US]["*"]["request_id"] == "c0"


async def test_only_so_many_requests_are_remembered(bot: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_requests, "REMEMBERED", 5)
    for number in range(7):
        wanted = key_requests.Missing(room=ROOM, sender=ANA, session=str(number), device=None, sender_key=None)
        key_requests.remember(bot.machine.olm, wanted)
    kept = bot.machine.olm.store.load_outgoing_key_requests()
    assert list(kept) == list(bot.machine.olm.outgoing_key_requests)
    assert (len(kept), "1" in kept, "2" in kept) == (5, False, True)


async def test_keys_for_old_history_are_not_asked_for(bot: Device, ana: Device, storage: Storage) -> None:
    house = house_with(bot, storage, [])
    event = await loses_the_key(bot, ana)
    now = house.clock.now().timestamp()
    await comes(house, event, at=now - LIVE.total_seconds() - 1)
    assert (await house.became("$1"))[0] == journal.UNREADABLE
    assert bot.machine.olm.outgoing_key_requests == {}


@pytest.mark.parametrize("session", [None, 1, "", "x" * 300, "\0", {}])
async def test_an_event_that_names_no_key_has_none_asked_for(bot: Device, session: Any) -> None:
    bot.machine.requests.want(ROOM, {"sender": ANA, "content": {"session_id": session}})
    assert bot.machine.olm.outgoing_key_requests == {}


async def test_a_refused_request_is_let_go_and_the_next_one_is_made(
    bot: Device, ana: Device, server: KeyServer
) -> None:
    event = await loses_the_key(bot, ana)
    server.refuses["sendToDevice"] = Permanent("no")
    async with asking(bot):
        bot.machine.requests.want(ROOM, event)
        await until(lambda: bot.machine.olm.outgoing_key_requests == {})
        server.refuses.clear()
        bot.machine.requests.want(ROOM, event)
        await until(lambda: len(requests(server)) == 1)


async def test_a_key_that_comes_by_itself_ends_the_asking(bot: Device, ana: Device, server: KeyServer) -> None:
    event = await ana.say(ROOM, "hello")
    async with asking(bot):
        bot.machine.requests.want(ROOM, event)
        await until(lambda: bool(requests(server)))
    bot.sync()
    await bot.machine.keep_up()

    session = event["content"]["session_id"]
    cancelled = {"action": "request_cancellation", "requesting_device_id": "STEWARD", "request_id": session}
    assert requests(server)[1:] == [{ANA: {"*": cancelled}}, {US: {"*": cancelled}}]
    assert bot.machine.olm.outgoing_key_requests == bot.machine.olm.store.load_outgoing_key_requests() == {}


async def test_the_senders_device_gets_a_fresh_olm_session_once_an_hour(
    bot: Device, ana: Device, server: KeyServer
) -> None:
    now = [0.0]
    bot.machine.requests.seconds = lambda: now[0]
    bot.machine.devices.seconds = lambda: now[0]
    event = await loses_the_key(bot, ana)
    key = bot.machine.olm.account.identity_keys["curve25519"]
    before = len(ana.machine.olm.session_store[key])
    async with asking(bot):
        for seconds, sessions in ((0.0, 1), (3599.0, 1), (3600.0, 2)):
            now[0] = seconds
            event["content"]["session_id"] += "x"
            bot.machine.requests.want(ROOM, event)
            await settled(server)
            ana.sync()
            assert len(ana.machine.olm.session_store[key]) - before == sessions
    assert all(isinstance(one, Session) for one in ana.machine.olm.session_store[key])


async def settled(server: KeyServer) -> None:
    """Nothing more is asked of the server."""
    seen = -1
    while seen != len(server.calls):
        seen = len(server.calls)
        for _ in range(20):
            await asyncio.sleep(0)


async def test_a_device_without_a_key_to_claim_is_not_asked_again_at_each_sync(
    bot: Device, ana: Device, server: KeyServer
) -> None:
    event = await loses_the_key(bot, ana)
    server.one_time.clear()
    server.calls.clear()
    async with asking(bot):
        bot.machine.requests.want(ROOM, event)
        await until(lambda: any("claim" in call for call in server.calls))
    server.calls.clear()
    await bot.machine.keep_up()
    assert [call for call in server.calls if "claim" in call] == []


# Answers to it


async def forward(giver: Device, taker: Device, session: str, giving: dict[str, Any]) -> None:
    """A forwarded room key, sealed for a device as any client does it."""
    await giver.machine.devices.learn(ROOM, [taker.name[0]])
    await giver.machine.devices.claim({taker.name[0]: [taker.name[1]]})
    olm = giver.machine.olm
    theirs = olm.device_store[taker.name[0]][taker.name[1]]
    known = next(one for one in olm.inbound_group_store if one.id == session)
    content = {
        "algorithm": ALGORITHM,
        "forwarding_curve25519_key_chain": [],
        "room_id": ROOM,
        "sender_claimed_ed25519_key": known.ed25519,
        "sender_key": known.sender_key,
        "session_id": known.id,
        "session_key": known.export_session(known.first_known_index),
        **giving,
    }
    session_with = olm.session_store.get(theirs.curve25519)
    sealed = olm._olm_encrypt(session_with, theirs, "m.forwarded_room_key", content)  # noqa: SLF001 - nio has no other way
    await giver.machine.devices.send("m.room.encrypted", {taker.name[0]: {taker.name[1]: sealed}})


@pytest.mark.parametrize(
    ("giver", "asked", "verified", "taken"),
    [
        (ANA, False, False, False),
        (ANA, True, False, False),
        (ANA, True, True, False),
        (US, False, True, False),
        (US, True, False, False),
        (US, True, True, True),
    ],
)
async def test_a_forwarded_key_is_taken_only_when_asked_for_and_from_a_verified_device_of_our_own(
    bot: Device, make: MakeDevice, server: KeyServer, *, giver: str, asked: bool, verified: bool, taken: bool
) -> None:
    from_device = await make(giver, "GIVER")
    event = await from_device.say(ROOM, "hello")
    server.inbox.clear()
    if asked:
        key_requests.remember(bot.machine.olm, key_requests.missing(ROOM, event))  # type: ignore[arg-type]
    await bot.machine.devices.learn(ROOM, [giver])
    if verified:
        bot.machine.olm.verify_device(bot.machine.olm.device_store[giver]["GIVER"])
    await forward(from_device, bot, event["content"]["session_id"], {})

    bot.sync()

    if taken:
        assert (await bot.machine.decrypt(ROOM, event))["content"]["body"] == "hello"
    else:
        with pytest.raises(NoKey):
            await bot.machine.decrypt(ROOM, event)


@pytest.mark.parametrize("changed", [{"room_id": "!other:example.org"}, {"algorithm": "m.other"}])
async def test_a_forwarded_key_for_something_else_than_was_asked_for_is_not_taken(
    bot: Device, make: MakeDevice, server: KeyServer, changed: dict[str, Any]
) -> None:
    tablet = await make(US, "TABLET")
    event = await tablet.say(ROOM, "hello")
    server.inbox.clear()
    key_requests.remember(bot.machine.olm, key_requests.missing(ROOM, event))  # type: ignore[arg-type]
    await bot.machine.devices.learn(ROOM, [US])
    bot.machine.olm.verify_device(bot.machine.olm.device_store[US]["TABLET"])
    await forward(tablet, bot, event["content"]["session_id"], changed)

    bot.sync()

    with pytest.raises(NoKey):
        await bot.machine.decrypt(ROOM, event)
    assert list(bot.machine.olm.inbound_group_store) == []


async def test_a_withheld_key_is_logged_with_the_specifications_word_for_it(
    bot: Device, server: KeyServer, capsys: pytest.CaptureFixture[str]
) -> None:
    content = {"algorithm": ALGORITHM, "room_id": ROOM, "session_id": "s", "code": "m.unverified", "reason": "secret"}
    server.inbox[bot.name] = [{"type": "m.room_key.withheld", "sender": ANA, "content": content}]
    assert not bot.sync()
    said = capsys.readouterr().out
    assert all(part in said for part in ("room_key_withheld", ANA, ROOM, "m.unverified"))
    assert "secret" not in said


# Devices


@pytest.mark.usefixtures("ana")
async def test_a_new_device_means_a_new_key_in_every_room_that_its_owner_is_in(bot: Device, make: MakeDevice) -> None:
    rooms = (ROOM, "!other:example.org")
    before = [(await bot.say(room, "hello"))["content"]["session_id"] for room in rooms]
    tablet = await make(ANA, "TABLET")
    bot.machine.olm.add_changed_users({ANA})

    events = [await bot.say(room, "hello", f"${room}") for room in rooms]

    tablet.sync()
    assert [
        (await tablet.machine.decrypt(room, event))["content"]["body"]
        for room, event in zip(rooms, events, strict=True)
    ]
    assert not {event["content"]["session_id"] for event in events} & set(before)


# Replays


async def test_a_message_that_comes_again_as_another_event_is_refused_also_after_a_restart(
    bot: Device, ana: Device, make: MakeDevice
) -> None:
    event = await ana.say(ROOM, "!kick ben")
    bot.sync()
    assert (await bot.machine.decrypt(ROOM, event))["content"]["body"] == "!kick ben"
    replayed = {**event, "event_id": "$again", "origin_server_ts": event["origin_server_ts"] + 1}

    for machine in (bot.machine, (await make(*bot.name)).machine):
        with pytest.raises(CryptoError, match="a replayed message"):
            await machine.decrypt(ROOM, replayed)
        assert (await machine.decrypt(ROOM, event))["content"]["body"] == "!kick ben"


async def test_which_message_used_what_is_forgotten_after_its_term(bot: Device, ana: Device, storage: Storage) -> None:
    event = await ana.say(ROOM, "hello")
    bot.sync()
    await bot.machine.decrypt(ROOM, event)
    clock = FakeClock()
    schedule = Schedule(storage=storage, clock=clock, wake=lambda _: None)
    for seconds, kept in ((REPLAYS_KEPT.total_seconds(), 1), (1, 0)):
        clock.forward(seconds)
        await schedule.forget()
        assert len(await storage.rows(select(message_indices))) == kept


async def test_a_replay_is_nobodys_business(bot: Device, ana: Device, storage: Storage) -> None:
    heard: list[str] = []
    house = house_with(bot, storage, heard)
    event = await ana.say(ROOM, "hello")
    bot.sync()
    await comes(house, event)
    await comes(house, {**event, "event_id": "$again"})
    assert heard == ["hello"]
    assert await house.became("$again") == (journal.DONE, "engine: not believed: a replayed message")


async def test_what_one_person_encrypted_is_not_believed_to_be_from_another(bot: Device, ana: Device) -> None:
    event = await ana.say(ROOM, "!ban @ben:example.org")
    bot.sync()
    await bot.say(ROOM, "an answer, after which Ana's devices are known")
    with pytest.raises(CryptoError, match="somebody else than its sender"):
        await bot.machine.decrypt(ROOM, {**event, "sender": "@mod:example.org"})
    assert (await bot.machine.decrypt(ROOM, event))["content"]["body"] == "!ban @ben:example.org"


async def test_what_is_not_believed_uses_up_no_index(bot: Device, ana: Device) -> None:
    """Else whoever replays a message into another room would have the true one refused."""
    event = await ana.say(ROOM, "hello")
    bot.sync()
    session = next(iter(bot.machine.olm.inbound_group_store))
    other = "!other:example.org"
    bot.machine.olm.inbound_group_store[other][session.sender_key][session.id] = session
    with pytest.raises(CryptoError, match="another room"):
        await bot.machine.decrypt(other, {**event, "event_id": "$elsewhere"})
    assert (await bot.machine.decrypt(ROOM, event))["content"]["body"] == "hello"


# What encryption owes


@pytest.mark.parametrize(
    "said",
    [{}, {"device_one_time_keys_count": {}}, {"device_one_time_keys_count": {"signed_curve25519": 0}}],
    ids=["not said", "not counted", "none"],
)
async def test_one_time_keys_are_filled_up_from_none_whether_that_is_said_or_not(
    bot: Device, server: KeyServer, said: dict[str, Any]
) -> None:
    server.one_time.clear()
    bot.machine.take_in(said)
    await bot.machine.keep_up()
    assert len(server.one_time[bot.name]) >= 25


async def test_a_fallback_key_that_was_used_is_replaced(
    bot: Device, server: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploaded: list[Any] = []
    plain = server.answer

    def answer(caller: tuple[str, str], method: str, where: str, body: Any) -> dict[str, Any]:
        uploaded.append(body)
        return plain(caller, method, where, body)

    monkeypatch.setattr(server, "answer", answer)
    count = {"device_one_time_keys_count": {"signed_curve25519": 50}}
    bot.machine.take_in({**count, "device_unused_fallback_key_types": ["signed_curve25519"]})
    await bot.machine.keep_up()
    assert uploaded == []
    bot.machine.take_in({**count, "device_unused_fallback_key_types": []})
    await bot.machine.keep_up()
    assert [len(body["fallback_keys"]) for body in uploaded if body and "fallback_keys" in body] == [1]


async def test_of_two_messages_at_once_one_shares_the_rooms_key(
    bot: Device, ana: Device, server: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = FakeApi.call

    async def takes_a_moment(self: FakeApi, *args: Any, **options: Any) -> dict[str, Any]:
        await asyncio.sleep(0)
        return await plain(self, *args, **options)

    monkeypatch.setattr(FakeApi, "call", takes_a_moment)
    await asyncio.gather(ana.say(ROOM, "one"), ana.say(ROOM, "two", "$2"))
    assert [kind for kind, _ in server.sent] == ["m.room.encrypted"]
    assert bot.sync()


async def test_after_somebody_came_or_went_the_key_is_another(bot: Device, ana: Device) -> None:
    first, second = await ana.say(ROOM, "one"), await ana.say(ROOM, "two")
    ana.machine.forget_members(ROOM)
    third = await ana.say(ROOM, "three")
    assert first["content"]["session_id"] == second["content"]["session_id"] != third["content"]["session_id"]
    assert bot.sync()
