"""One row → one call: as which transaction, in which form, and what is looked at first."""

from dataclasses import replace
from typing import Any

import pytest

from bot.errors import StewardError, TryLater
from bot.matrix.api import Denied
from bot.matrix.rooms import RoomBook
from bot.matrix.said_before import OWN_ID
from bot.matrix.send import REMEMBERED, MatrixSender
from bot.storage.outbox import Row
from bot.storage.rooms import Room
from tests.support.fakes import START, FakeClock
from tests.support.house import ANA, ROOM

US = "@steward:example.org"
PLAIN = Denied(404, "M_NOT_FOUND", "no such state")
ROW = Row(room=ROOM, kind="send", type="m.room.message", content={"body": "hi"}, txn="row", created=START.timestamp())


class Homeserver:
    """Has this history, and says this about the room's encryption. `calls` has each call's method and path's end."""

    def __init__(self, encryption: Any = PLAIN, history: Any = ()) -> None:
        self.encryption, self.history, self.calls = encryption, history, list[tuple[str, str, Any]]()

    async def call(self, method: str, path: str, body: Any = None, **_options: Any) -> Any:
        self.calls.append((method, path, body))
        if "m.room.encryption" in path:
            if isinstance(self.encryption, Exception):
                raise self.encryption
            return self.encryption
        return {"chunk": list(self.history)} if method == "GET" else {"event_id": "$new"}

    def put(self) -> list[tuple[str, Any]]:
        return [(path, body) for method, path, body in self.calls if method == "PUT"]


class Sealing:
    """Stands for encryption: nobody reads what comes of it."""

    async def encrypt(self, _room: str, _kind: str, _content: dict[str, Any]) -> dict[str, Any]:
        return {"ciphertext": "…"}


def sender(homeserver: Homeserver, *, encrypted: bool = False) -> MatrixSender:
    api: Any = homeserver
    machine: Any = Sealing()
    rooms = RoomBook(us=US, rooms={ROOM: Room(id=ROOM, encrypted=encrypted)})
    return MatrixSender(api=api, machine=machine, rooms=rooms, clock=FakeClock())


async def test_a_message_carries_its_own_id_and_is_sent_as_its_own_transaction() -> None:
    homeserver = Homeserver()
    assert await sender(homeserver).deliver(ROW, None) == "$new"
    ((where, content),) = homeserver.put()
    assert where.endswith("/send/m.room.message/row")
    assert content == {"body": "hi", OWN_ID: "row"}


OURS = {"event_id": "$old", "sender": US, "content": {OWN_ID: "row"}, "origin_server_ts": START.timestamp() * 1000}


@pytest.mark.parametrize(
    ("row", "encrypted"),
    [(replace(ROW, created=START.timestamp() - REMEMBERED - 1), False), (ROW, True)],
    ids=["it is old", "the room became encrypted"],
)
async def test_what_may_have_been_forgotten_is_looked_for_first(row: Row, *, encrypted: bool) -> None:
    homeserver = Homeserver(history=[OURS])
    assert await sender(homeserver, encrypted=encrypted).deliver(row, None) == "$old"
    assert homeserver.put() == []


@pytest.mark.parametrize(
    "event",
    [
        {**OURS, "sender": ANA},
        {**OURS, "content": {OWN_ID: "another"}},
        {**OURS, "content": {}},
        {**OURS, "content": None, "unsigned": None},
    ],
)
async def test_nobody_elses_event_is_taken_for_ours(event: dict[str, Any]) -> None:
    homeserver = Homeserver(history=[event])
    row = replace(ROW, created=START.timestamp() - REMEMBERED - 1)
    assert await sender(homeserver).deliver(row, None) == "$new"


@pytest.mark.parametrize(
    "said",
    [Denied(403, "M_FORBIDDEN", "no"), Denied(404, "M_UNRECOGNIZED", "no"), TryLater("away"), {"algorithm": "m.new"}],
    ids=repr,
)
async def test_only_a_room_that_is_known_to_be_plain_gets_anything_in_the_clear(said: Any) -> None:
    homeserver = Homeserver(encryption=said)
    if isinstance(said, Exception):
        with pytest.raises(StewardError):
            await sender(homeserver).deliver(ROW, None)
        assert homeserver.put() == []
    else:
        await sender(homeserver).deliver(ROW, None)
        assert [content for _, content in homeserver.put()] == [{"ciphertext": "…", OWN_ID: "row"}]


async def test_what_stands_in_a_thread_of_ours_names_its_root_twice() -> None:
    homeserver = Homeserver()
    relation = {"rel_type": "m.thread", "is_falling_back": True, "m.in_reply_to": {}}
    row = replace(ROW, content={"body": "hi", "m.relates_to": relation})
    await sender(homeserver).deliver(row, "$root")
    ((_, content),) = homeserver.put()
    assert content["m.relates_to"] == {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$root"},
    }
