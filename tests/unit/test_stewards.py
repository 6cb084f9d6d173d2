"""Other Stewards: their mark, and what follows from seeing one answer in a room of ours."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import stewards
from bot.actions import Audit
from bot.addressing import Identity
from bot.events import Joined, Left
from bot.inbox import Ignored
from bot.matrix.rooms import RoomBook
from bot.matrix.said_before import OWN_ID
from bot.matrix.translate import Translator
from bot.ports import RoomInfo
from bot.readers import Rooms
from bot.stewards import COUNTED, Stewards
from bot.storage.journal import Entry
from bot.storage.rooms import Room
from tests.support.fakes import START, FakeClock, FakeSent

US, OTHER, THIRD = "@steward:example.org", "@other-steward:example.org", "@third:example.org"
ROOM, ELSEWHERE, CHAT = "!room:example.org", "!elsewhere:example.org", "!chat:example.org"
NOW = START.timestamp()
TOLD = Audit(
    who=OTHER, what="is another Steward, and answers in this room", outcome="I don't speak unasked there", room=ROOM
)
NOT_ENCRYPTED: Any = None


class Reader:
    """The translator with a room of the config and a private chat."""

    def __init__(self) -> None:
        self.stewards, self.clock = Stewards(), FakeClock()
        self.translate = Translator(
            us=Identity(user_id=US, names=("Steward",), prefixes=("!",)),
            rooms=RoomBook(
                rooms={CHAT: Room(id=CHAT, people=2)},
                configured={ROOM: RoomInfo(id=ROOM, name="lobby", answers="when_sure")},
            ),
            machine=NOT_ENCRYPTED,
            sent=FakeSent(),
            stewards=self.stewards,
            clock=self.clock,
        )

    def read(self, content: dict[str, Any], kind: str = "m.room.message", **changes: Any) -> Any:
        body = {"type": kind, "content": content, "state_key": OTHER}
        plain = Entry(source="matrix", kind=kind, key="$1", room=ROOM, sender=OTHER, at=NOW, received=NOW, body=body)
        return asyncio.run(self.translate(replace(plain, **changes)))


REPLY = {"m.relates_to": {"m.in_reply_to": {"event_id": "$question"}}}
IN_THREAD = {
    "m.relates_to": {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$x"},
    }
}
MARKED = {"msgtype": "m.text", "body": "Steward, !help", "m.mentions": {"user_ids": [US]}, OWN_ID: "abc"}


@pytest.mark.parametrize(
    ("content", "kind", "changes", "told"),
    [
        (MARKED, "m.room.message", {}, ()),
        (MARKED | REPLY, "m.room.message", {}, (TOLD,)),
        (MARKED | IN_THREAD, "m.room.message", {}, (TOLD,)),
        (MARKED | REPLY | {"msgtype": "m.notice"}, "m.room.message", {}, (TOLD,)),
        (MARKED | REPLY | {OWN_ID: None}, "m.room.message", {}, (TOLD,)),
        # Without its key the mark is seen outside.
        ({"algorithm": "m.megolm.v1.aes-sha2", OWN_ID: "abc"} | REPLY, "m.room.encrypted", {}, (TOLD,)),
        # Not a room of ours; or long ago.
        (MARKED | REPLY, "m.room.message", {"room": ELSEWHERE}, ()),
        (MARKED | REPLY, "m.room.message", {"room": CHAT}, ()),
        (MARKED | REPLY, "m.room.message", {"at": NOW - COUNTED}, ()),
        # An edit, and a reaction, are no answers.
        (MARKED | {"m.relates_to": {"rel_type": "m.replace", "event_id": "$x"}}, "m.room.message", {}, ()),
        (
            {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$x", "key": "1"}, OWN_ID: "a"},
            "m.reaction",
            {},
            (),
        ),
    ],
)
def test_what_another_steward_sends_is_never_taken_up(
    content: dict[str, Any], kind: str, changes: dict[str, Any], told: tuple[Audit, ...]
) -> None:
    assert Reader().read(content, kind, **changes) == Ignored("another Steward's", told)


@pytest.mark.parametrize(("membership", "kind"), [("join", Joined), ("leave", Left)])
def test_the_mark_hides_nobodys_coming_and_going(membership: str, kind: type[Any]) -> None:
    body = {
        "type": "m.room.member",
        "state_key": OTHER,
        "content": {"membership": membership, OWN_ID: "x"},
        "unsigned": {"prev_content": {"membership": "join" if membership == "leave" else "leave"}},
    }
    assert isinstance(Reader().read({}, "m.room.member", body=body), kind)


def test_without_the_mark_people_are_read_as_ever() -> None:
    content = {key: value for key, value in MARKED.items() if key != OWN_ID}
    assert Reader().read(content | REPLY).text == "help"


def test_the_operators_are_told_once_of_each_until_it_was_away_for_an_hour() -> None:
    seen = Stewards()

    def answers(message: str, who: str, minutes: float) -> int:
        at = NOW + minutes * 60
        return len(seen.answered(ROOM, who, message, at, at))

    assert [answers("$1", OTHER, 0), answers("$2", OTHER, 1), answers("$3", THIRD, 2), answers("$4", OTHER, 3)] == [
        *(1, 0, 1, 0)
    ]
    assert answers("$5", OTHER, 62) == 0
    assert answers("$6", OTHER, 122) == 1


def test_a_decision_that_is_made_again_tells_again() -> None:
    reader = Reader()
    assert [reader.read(MARKED | REPLY).told for _ in range(3)] == [(TOLD,)] * 3
    assert reader.read(MARKED | REPLY, key="$2").told == ()


@pytest.mark.parametrize(
    ("configured", "minutes", "answers"),
    [("when_sure", 59, "addressed"), ("when_sure", 60, "when_sure"), ("off", 1, "off"), ("addressed", 1, "addressed")],
)
def test_where_another_steward_answers_nothing_is_said_unasked(configured: str, minutes: int, answers: str) -> None:
    seen = Stewards()
    seen.answered(ROOM, OTHER, "$1", NOW, NOW)
    now = (START + timedelta(minutes=minutes)).timestamp()
    infos = {room: RoomInfo(id=room, name="x", answers=configured) for room in (ROOM, ELSEWHERE)}
    none: Any = None
    rooms = Rooms(
        storage=none,
        book=RoomBook(configured=infos),
        api=none,
        us=US,
        restrained=lambda room: seen.here(room, now),
        hear=none,
    )
    assert rooms.info(ROOM).answers == answers
    assert rooms.info(ELSEWHERE).answers == configured


def test_an_older_answer_that_comes_late_shortens_nothing() -> None:
    seen = Stewards()
    seen.answered(ROOM, OTHER, "$2", NOW, NOW)
    seen.answered(ROOM, OTHER, "$1", NOW - 1800, NOW)
    assert seen.here(ROOM, NOW + COUNTED - 1)


def test_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stewards, "KEPT", 10)
    seen = Stewards()
    for number in range(50):
        seen.answered(ROOM, f"@{number}:example.org", f"${number}", NOW, NOW)
    assert len(seen.seen) == 10
