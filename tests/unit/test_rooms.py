"""The room table: what a sync changes in it, and what is never taken back."""

from typing import Any

import pytest

from bot.matrix.rooms import RoomBook
from bot.ports import RoomInfo
from bot.storage.rooms import Room

US, ANA, ROOM = "@steward:example.org", "@ana:example.org", "!room:example.org"
ENCRYPTION = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}


def sync(section: dict[str, Any], kind: str = "join") -> dict[str, Any]:
    return {"rooms": {kind: {ROOM: section}}}


def going(sender: str, now: str, before: str = "join") -> dict[str, Any]:
    """Our own going, by whose doing."""
    event = {
        "type": "m.room.member",
        "state_key": US,
        "sender": sender,
        "content": {"membership": now},
        "unsigned": {"prev_content": {"membership": before}},
    }
    return {"timeline": {"events": [event]}}


def summary(people: int) -> dict[str, Any]:
    return {"summary": {"m.joined_member_count": people}}


@pytest.mark.parametrize(
    ("before", "answer", "after"),
    [
        (None, sync(summary(3)), Room(id=ROOM, people=3)),
        (None, sync({}), Room(id=ROOM)),
        (None, sync({"state": {"events": [ENCRYPTION]}}), Room(id=ROOM, encrypted=True)),
        (None, sync({"timeline": {"events": [ENCRYPTION]}}), Room(id=ROOM, encrypted=True)),
        (None, sync({"timeline": {"events": [{**ENCRYPTION, "state_key": "x"}]}}), Room(id=ROOM)),
        (None, sync({"timeline": {"events": [{"type": "m.room.encryption"}]}}), Room(id=ROOM)),
        (Room(id=ROOM, encrypted=True, people=2), sync(summary(3)), Room(id=ROOM, encrypted=True, people=3)),
        (Room(id=ROOM, people=3), sync({}), None),
        (Room(id=ROOM, people=3), sync(summary(3)), None),
        (
            Room(id=ROOM, encrypted=True, people=3),
            sync({}, "leave"),
            Room(id=ROOM, joined=False, encrypted=True),
        ),
        (Room(id=ROOM, joined=False, encrypted=True), sync({}), Room(id=ROOM, encrypted=True)),
        (None, sync({}, "leave"), Room(id=ROOM, joined=False)),
        # Thrown out: remembered until somebody lets us in again.
        (Room(id=ROOM, people=3), sync(going(ANA, "leave"), "leave"), Room(id=ROOM, joined=False, removed=True)),
        (Room(id=ROOM, people=3), sync(going(ANA, "ban"), "leave"), Room(id=ROOM, joined=False, removed=True)),
        (Room(id=ROOM, people=3), sync(going(US, "leave"), "leave"), Room(id=ROOM, joined=False)),
        (Room(id=ROOM, joined=False, removed=True), sync({}, "leave"), None),
        (Room(id=ROOM, joined=False, removed=True), sync(going(ANA, "leave"), "leave"), None),
        (Room(id=ROOM, joined=False), sync(going(ANA, "ban", "leave"), "leave"), None),
        # In one breath with our coming; and an invitation that was taken back, which is no removal.
        (None, sync(going(ANA, "leave"), "leave"), Room(id=ROOM, joined=False, removed=True)),
        (None, sync(going(ANA, "leave", "invite"), "leave"), Room(id=ROOM, joined=False)),
        (Room(id=ROOM, joined=False, removed=True), sync(summary(3)), Room(id=ROOM, people=3)),
        (None, sync({}, "invite"), None),
        (None, {}, None),
        # Nothing of what is not of the form that it ought to have.
        (None, sync({"timeline": {"events": ["junk", ENCRYPTION]}}), Room(id=ROOM, encrypted=True)),
        (None, sync({"timeline": {"events": None}, "state": None, "summary": None}), Room(id=ROOM)),
        (Room(id=ROOM, people=3), sync({"summary": {"m.joined_member_count": "2"}}), None),
        (None, {"rooms": {"join": {"!\0": {}}}}, None),
        (None, {"rooms": None}, None),
        (None, {"rooms": {"join": [], "leave": None}}, None),
    ],
)
def test_a_sync_changes_only_what_it_says(before: Room | None, answer: dict[str, Any], after: Room | None) -> None:
    book = RoomBook(rooms={} if before is None else {ROOM: before}, us=US)
    changed = book.after(answer)
    assert changed == ([] if after is None else [after])
    assert book.rooms == ({} if before is None else {ROOM: before})
    book.update(changed)
    assert book.rooms.get(ROOM) == (after or before)


@pytest.mark.parametrize(
    ("people", "configured", "private"), [(2, False, True), (2, True, False), (1, False, False), (3, False, False)]
)
def test_a_private_chat_is_the_two_of_us_outside_of_the_configured_rooms(
    people: int, *, configured: bool, private: bool
) -> None:
    info = {ROOM: RoomInfo(id=ROOM, name="lobby")} if configured else {}
    assert RoomBook(rooms={ROOM: Room(id=ROOM, people=people)}, configured=info).private(ROOM) is private


def test_an_unknown_room_is_none_of_these() -> None:
    book = RoomBook()
    assert (book.joined(ROOM), book.encrypted(ROOM), book.private(ROOM)) == (False, False, False)
    assert book.info(ROOM) == RoomInfo(id=ROOM)


@pytest.mark.parametrize(("joined", "found"), [(True, ROOM), (False, None)])
def test_the_control_room_counts_once_we_are_in_it(found: str | None, *, joined: bool) -> None:
    control = RoomInfo(id=ROOM, name="control-room", control=True)
    book = RoomBook(
        rooms={ROOM: Room(id=ROOM, joined=joined), "!other": Room(id="!other")},
        configured={"!other": RoomInfo(id="!other", name="lobby"), ROOM: control},
    )
    assert book.control_room() == found


OPS, CONTROL = "!ops:example.org", "!control:example.org"


@pytest.mark.parametrize(("inside", "found"), [((OPS, CONTROL), OPS), ((OPS,), OPS), ((CONTROL,), CONTROL), ((), None)])
def test_the_operators_are_in_a_room_of_their_own_or_in_the_moderators(inside: tuple[str, ...], found: str) -> None:
    book = RoomBook(
        rooms={room: Room(id=room, joined=room in inside) for room in (OPS, CONTROL)},
        configured={
            CONTROL: RoomInfo(id=CONTROL, name="control-room", control=True),
            OPS: RoomInfo(id=OPS, name="operators", operators=True),
        },
    )
    assert book.operators() == found


def test_a_room_is_found_by_its_name_once_we_are_in_it() -> None:
    info = RoomInfo(id=ROOM, name="tech-chat")
    book = RoomBook(us=US, configured={ROOM: info})
    assert book.named("tech-chat") is None
    book.update([Room(id=ROOM, people=3)])
    assert book.named("tech-chat") == ROOM
    assert book.named("open-chatroom") is None
    book.update([Room(id=ROOM, joined=False)])
    assert book.named("tech-chat") is None


def test_a_room_can_be_spoken_in_from_when_it_let_us_in_until_a_sync_says_otherwise() -> None:
    book = RoomBook(us=US, configured={ROOM: RoomInfo(id=ROOM, name="ops", notices=True, operators=True, control=True)})
    assert (book.operators(), book.control_room(), book.named("ops"), book.noticed()) == (None, None, None, [])
    book.entered.add(ROOM)
    assert (book.operators(), book.control_room(), book.named("ops")) == (ROOM, ROOM, ROOM)
    assert [info.id for info in book.noticed()] == [ROOM]
    assert not book.joined(ROOM), "what is told before the sync is none of its business yet"
    book.update([Room(id=ROOM, joined=False)])
    assert book.operators() is None
