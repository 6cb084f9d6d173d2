"""The private chat with a person is found where we have spoken, or where we made it; there is never a second one."""

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

import pytest

from bot.errors import Permanent, TryLater
from bot.matrix.api import Denied, Failing
from bot.matrix.chats import MARK, Chats
from bot.matrix.rooms import RoomBook
from bot.ports import RoomInfo
from bot.storage import outbox
from bot.storage.outbox import Row
from bot.storage.rooms import Room
from tests.support.fakes import Crash
from tests.support.house import ANA, BEN, on_any_database

US = "@steward:example.org"

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


@dataclass
class Homeserver:
    """Rooms with their members and whom they were made for, as far as the bot may ask. `asked` has every call.

    `trouble` comes of making rooms, `late` after one was made, `refuses` of inviting.
    """

    rooms: dict[str, dict[str, str]] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    creators: dict[str, str] = field(default_factory=dict)
    encrypted: set[str] = field(default_factory=set)
    trouble: list[BaseException] = field(default_factory=list)
    late: list[BaseException] = field(default_factory=list)
    refuses: Exception | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)
    made: list[dict[str, Any]] = field(default_factory=list)

    async def call(self, method: str, path: str, body: Any = None, **_options: Any) -> dict[str, Any]:
        parts = [unquote(part) for part in path.split("/")[4:]]
        self.asked.append((method, "/".join(parts)))
        match method, parts:
            case "POST", ["createRoom"]:
                return {"room_id": self._make(body)}
            case "GET", ["joined_rooms"]:
                return {"joined_rooms": [room for room, people in self.rooms.items() if people.get(US) == "join"]}
            case "GET", ["rooms", room, "joined_members"]:
                return {"joined": {one: {} for one, now in self.rooms[room].items() if now == "join"}}
            case "GET", ["rooms", room, "state", "m.room.create", ""]:
                content = {MARK: self.marks[room]} if room in self.marks else {}
                return {"sender": self.creators.get(room, US), "content": content}
            case "GET", ["rooms", room, "state", "m.room.encryption", ""]:
                return {"algorithm": "m.megolm.v1.aes-sha2"} if room in self.encrypted else {}
            case "PUT", ["rooms", room, "state", "m.room.encryption", ""]:
                assert body == {"algorithm": "m.megolm.v1.aes-sha2"}
                self.encrypted.add(room)
                return {"event_id": "$encrypted"}
            case "GET", ["rooms", room, "state", "m.room.member", person]:
                return self._membership(room, person)
            case "PUT", ["rooms", room, "state", "m.room.member", person]:
                if self.refuses is not None:
                    raise self.refuses
                assert body == {"membership": "invite", "is_direct": True}
                self.rooms[room][person] = "invite"
                return {"event_id": "$invited"}
        raise AssertionError((method, path))

    def _make(self, body: dict[str, Any]) -> str:
        if self.trouble:
            raise self.trouble.pop(0)
        self.made.append(body)
        room = f"!made{len(self.made)}:example.org"
        self.rooms[room], self.marks[room] = {US: "join"}, body["creation_content"][MARK]
        if self.late:  # the room is there, and whoever was to be invited isn't
            raise self.late.pop(0)
        self.rooms[room] |= dict.fromkeys(body["invite"], "invite")
        return room

    def _membership(self, room: str, person: str) -> dict[str, Any]:
        if self.rooms[room].get(US) != "join":
            raise Denied(403, "M_FORBIDDEN", "not in the room")
        if person not in self.rooms[room]:
            raise Denied(404, "M_NOT_FOUND", "no such state")
        return {"membership": self.rooms[room][person]}

    def leaves(self, room: str, person: str, how: str = "leave") -> None:
        self.rooms[room][person] = how


MADE = "!made1:example.org"


@pytest.fixture
def homeserver() -> Homeserver:
    return Homeserver()


@pytest.fixture
def book() -> RoomBook:
    return RoomBook(us=US)


@pytest.fixture
def chats(homeserver, storage, book) -> Chats:
    return Chats(api=homeserver, storage=storage, rooms=book)


async def spoken_in(storage, homeserver, book, room, number=1) -> None:
    """Ana has been answered there, in private."""
    async with storage.begin() as tx:
        await outbox.mark_sent(tx, replace(ROW, room=room), f"${room}", float(number))
    homeserver.rooms[room] = {US: "join", ANA: "join"}
    book.rooms[room] = Room(id=room, joined=True, people=2)


async def test_where_there_is_none_a_chat_is_made_once_encrypted_and_for_them(homeserver, chats):
    assert await chats.open(ANA) == MADE
    assert await chats.open(ANA) == MADE, "also before they have come"
    homeserver.rooms[MADE][ANA] = "join"
    assert await chats.open(ANA) == MADE

    (made,) = homeserver.made
    assert (made["invite"], made["is_direct"], made["preset"]) == ([ANA], True, "trusted_private_chat")
    assert made["creation_content"] == {MARK: ANA}
    state = {one["type"]: one["content"] for one in made["initial_state"]}
    assert state["m.room.encryption"] == {"algorithm": "m.megolm.v1.aes-sha2"}
    assert state["m.room.history_visibility"] == {"history_visibility": "invited"}


async def test_where_they_have_spoken_with_us_no_chat_is_made(homeserver, chats, storage, book):
    await spoken_in(storage, homeserver, book, "!old:example.org")
    assert await chats.open(ANA) == "!old:example.org"
    assert homeserver.made == []


async def test_a_chat_is_known_for_longer_than_what_was_said_in_it(homeserver, chats, storage, book):
    await spoken_in(storage, homeserver, book, "!old:example.org")
    await chats.open(ANA)
    async with storage.begin() as tx:
        await outbox.prune(tx, sent_before=10.0)
    assert await chats.open(ANA) == "!old:example.org"
    assert homeserver.made == []


@pytest.mark.parametrize("how", ["leave", "ban"])
@pytest.mark.parametrize("joined", [True, False])
async def test_who_has_left_or_declined_is_not_followed(homeserver, chats, how, joined):
    room = await chats.open(ANA)
    if joined:
        homeserver.rooms[room][ANA] = "join"
    homeserver.leaves(room, ANA, how)
    for _ in range(2):
        with pytest.raises(Permanent, match="they have left the chat"):
            await chats.open(ANA)
    assert len(homeserver.made) == 1
    assert homeserver.rooms[room][ANA] == how


async def test_who_has_left_a_chat_that_they_made_is_not_followed(homeserver, chats, storage, book):
    await spoken_in(storage, homeserver, book, "!old:example.org")
    await chats.open(ANA)
    homeserver.leaves("!old:example.org", ANA)
    with pytest.raises(Permanent, match="they have left the chat"):
        await chats.open(ANA)
    assert homeserver.made == []


async def test_who_has_thrown_us_out_is_not_followed(homeserver, chats):
    room = await chats.open(ANA)
    homeserver.leaves(room, US)
    with pytest.raises(Permanent, match="they have left the chat"):
        await chats.open(ANA)


async def test_who_has_left_and_speaks_to_us_in_another_chat_is_answered_there(homeserver, chats, storage, book):
    homeserver.leaves(await chats.open(ANA), ANA)
    await spoken_in(storage, homeserver, book, "!new:example.org", 2)
    assert await chats.open(ANA) == "!new:example.org"
    homeserver.leaves("!new:example.org", ANA)
    with pytest.raises(Permanent):
        await chats.open(ANA)


@pytest.mark.parametrize("error", [Crash(), Failing("the answer was lost"), TryLater("timed out")])
@pytest.mark.parametrize("known", [True, False])
async def test_a_chat_that_was_made_without_our_hearing_of_it_is_found_and_they_are_invited(
    homeserver, chats, book, error, known
):
    others = {"!foreign:example.org": BEN, "!forged:example.org": ANA, "!configured:example.org": ANA}
    homeserver.rooms |= {room: {US: "join"} for room in others}
    homeserver.marks |= others
    homeserver.creators["!forged:example.org"] = BEN
    book.configured["!configured:example.org"] = RoomInfo(id="!configured:example.org")
    homeserver.late = [error]
    with pytest.raises(type(error)):
        await chats.open(ANA)
    if known:
        book.rooms[MADE] = Room(id=MADE, joined=True, people=1)

    assert await chats.open(ANA) == MADE
    assert len(homeserver.made) == 1
    assert homeserver.rooms[MADE][ANA] == "invite"
    assert homeserver.encrypted == {MADE}
    homeserver.asked.clear()
    assert await chats.open(ANA) == MADE
    assert ("GET", "joined_rooms") not in homeserver.asked, "looked for but once"


@on_any_database
async def test_a_chat_whose_making_failed_is_made_the_next_time(homeserver, chats):
    homeserver.trouble = [TryLater("no")]
    with pytest.raises(TryLater):
        await chats.open(ANA)
    assert await chats.open(ANA) == MADE


@on_any_database
async def test_who_may_not_be_invited_gets_one_chat_at_most(homeserver, chats):
    homeserver.late = [Denied(403, "M_INVITE_BLOCKED", "they block invites")]
    homeserver.refuses = Denied(403, "M_INVITE_BLOCKED", "they block invites")
    for _ in range(3):
        with pytest.raises(Permanent, match="they block invites"):
            await chats.open(ANA)
    assert len(homeserver.made) == 1


@on_any_database
async def test_an_answer_without_a_room_is_tried_again(homeserver, chats, monkeypatch):
    monkeypatch.setattr(homeserver, "_make", lambda _body: None)
    with pytest.raises(TryLater, match="which room"):
        await chats.open(ANA)


@on_any_database
async def test_while_their_homeserver_is_away_the_chat_that_was_found_is_not_looked_for_again(homeserver, chats):
    homeserver.late = [Failing("the answer was lost")]
    with pytest.raises(Failing):
        await chats.open(ANA)
    homeserver.refuses = TryLater("their homeserver is away")
    for _ in range(3):
        with pytest.raises(TryLater, match="away"):
            await chats.open(ANA)
    assert homeserver.asked.count(("GET", "joined_rooms")) == 1
    homeserver.refuses = None
    assert await chats.open(ANA) == MADE
    assert (homeserver.encrypted, len(homeserver.made)) == ({MADE}, 1)
