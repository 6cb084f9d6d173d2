"""A picture is uploaded, encrypted where the room is, and then said; once, or not at all."""

import base64
import hashlib
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.actions import Picture
from bot.effects import row_of
from bot.errors import Permanent, SlowDown, TryLater, Unreachable
from bot.matrix.api import Denied, Failing
from bot.matrix.media import UPLOADS
from bot.matrix.rooms import RoomBook
from bot.matrix.said_before import OWN_ID
from bot.matrix.send import MatrixSender
from bot.storage.outbox import Row
from bot.storage.rooms import Room
from tests.support.fakes import START, FakeClock
from tests.support.house import ANA, ROOM

PNG = b"\x89PNG\r\n\x1a\n and so on"
PICTURE = Picture(
    to="$asked",
    room=ROOM,
    mention=ANA,
    image=PNG,
    name="uptime.png",
    alt="Mastodon was up.",
    width=900,
    height=200,
    in_thread="$root",
)


class Homeserver:
    """Takes uploads and messages; `trouble` comes of the next uploads, `away` of any other call."""

    def __init__(self, *trouble: Exception, away: Exception | None = None) -> None:
        self.trouble, self.away = list(trouble), away
        self.uploads: list[tuple[bytes, str]] = []
        self.said: list[tuple[str, dict[str, Any]]] = []
        self.sealed: list[dict[str, Any]] = []

    async def upload(self, data: bytes, content_type: str) -> str:
        if self.trouble:
            raise self.trouble.pop(0)
        self.uploads.append((data, content_type))
        return f"mxc://example.org/{len(self.uploads)}"

    async def call(self, method: str, path: str, body: Any = None, **_options: Any) -> Any:
        if self.away is not None:
            raise self.away
        if "m.room.encryption" in path:
            raise Denied(404, "M_NOT_FOUND", "no such state")
        if method == "PUT":
            self.said.append((path, body))
        return {"event_id": "$new"}

    async def encrypt(self, _room: str, _kind: str, content: dict[str, Any]) -> dict[str, Any]:
        self.sealed.append(content)
        return {"ciphertext": "…"}


def row(**changes: Any) -> Row:
    return replace(row_of(PICTURE), txn="row", created=START.timestamp(), **changes)


async def deliver(homeserver: Homeserver, row: Row, *, encrypted: bool = False) -> str | None:
    rooms = RoomBook(us="@steward:example.org", rooms={ROOM: Room(id=ROOM, encrypted=encrypted)})
    both: Any = homeserver
    return await MatrixSender(api=both, machine=both, rooms=rooms, clock=FakeClock()).deliver(row, None)


async def test_in_a_plain_room_the_message_points_at_the_picture() -> None:
    homeserver = Homeserver()
    assert await deliver(homeserver, row()) == "$new"
    assert homeserver.uploads == [(PNG, "image/png")]
    ((where, content),) = homeserver.said
    assert where.endswith("/send/m.room.message/row")
    assert content == {
        "msgtype": "m.image",
        "body": "Mastodon was up.",
        "filename": "uptime.png",
        "url": "mxc://example.org/1",
        "info": {"w": 900, "h": 200, "mimetype": "image/png", "size": len(PNG)},
        "m.mentions": {"user_ids": [ANA]},
        "m.relates_to": {
            "rel_type": "m.thread",
            "event_id": "$root",
            "is_falling_back": False,
            "m.in_reply_to": {"event_id": "$asked"},
        },
        OWN_ID: "row",
    }


async def test_in_an_encrypted_room_only_its_readers_can_open_the_picture() -> None:
    homeserver = Homeserver()
    await deliver(homeserver, row(encrypted=True), encrypted=True)
    ((secret, kind),) = homeserver.uploads
    (content,) = homeserver.sealed
    assert "url" not in content
    assert kind == "application/octet-stream"
    assert opened(secret, content["file"]) == PNG
    assert content["file"]["url"] == "mxc://example.org/1"
    assert PNG not in secret


def opened(secret: bytes, file: dict[str, Any]) -> bytes:
    """What an encrypted attachment holds, opened as the specification says."""

    def decoded(text: str) -> bytes:
        return base64.urlsafe_b64decode(text.translate(str.maketrans("+/", "-_")) + "==")

    assert file["v"] == "v2"
    assert file["key"]["alg"] == "A256CTR"
    assert decoded(file["hashes"]["sha256"]) == hashlib.sha256(secret).digest()
    cipher = Cipher(algorithms.AES(decoded(file["key"]["k"])), modes.CTR(decoded(file["iv"])))
    return cipher.decryptor().update(secret)


async def test_every_upload_has_a_key_of_its_own() -> None:
    homeserver = Homeserver()
    await deliver(homeserver, row(encrypted=True), encrypted=True)
    await deliver(homeserver, row(encrypted=True), encrypted=True)
    first, second = homeserver.sealed
    assert first["file"]["key"]["k"] != second["file"]["key"]["k"]
    assert first["file"]["iv"] != second["file"]["iv"]


@pytest.mark.parametrize("trouble", [Failing("away"), SlowDown("slowly", 5.0), Unreachable("away", 1.0)], ids=repr)
async def test_an_upload_that_fails_is_tried_again_and_nothing_is_said_before(trouble: Exception) -> None:
    homeserver = Homeserver(trouble)
    with pytest.raises(TryLater):
        await deliver(homeserver, row())
    assert homeserver.said == []
    assert await deliver(homeserver, row(attempts=1)) == "$new"
    assert [where.rpartition("/")[2] for where, _ in homeserver.said] == ["row"]


async def test_a_picture_that_the_homeserver_does_not_take_is_given_up() -> None:
    with pytest.raises(Permanent, match="M_TOO_LARGE"):
        await deliver(Homeserver(Denied(413, "M_TOO_LARGE", "too large")), row())


@pytest.mark.parametrize("trouble", [SlowDown("slowly", 5.0), Unreachable("away", 1.0)], ids=repr)
async def test_a_picture_is_not_given_up_because_of_others(trouble: Exception) -> None:
    with pytest.raises(TryLater):
        await deliver(Homeserver(trouble), row(attempts=UPLOADS))


async def test_a_picture_is_given_up_where_uploads_alone_keep_failing() -> None:
    failing = Failing("the homeserver answered 404 with something that isn't Matrix's JSON")
    with pytest.raises(TryLater):
        await deliver(Homeserver(failing), row(attempts=UPLOADS - 1))
    with pytest.raises(Permanent, match="can't be uploaded"):
        await deliver(Homeserver(failing), row(attempts=UPLOADS))


async def test_a_picture_waits_for_a_homeserver_that_is_away() -> None:
    with pytest.raises(TryLater):
        await deliver(Homeserver(away=Failing("away")), row(attempts=UPLOADS))
