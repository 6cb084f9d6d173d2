"""What is a message of a verification, in a room and from device to device; and who gets an answer to a request."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.addressing import Identity
from bot.inbox import Ignored
from bot.matrix.crypto.machine import believed
from bot.matrix.rooms import RoomBook
from bot.matrix.sync import FILTER, entry_of
from bot.matrix.translate import Translator
from bot.matrix.verification.messages import EVENTS, Message, from_device, from_room
from bot.matrix.verification.policy import MOST_FLOWS, REQUESTS_EACH, WINDOW, Budget, Standing, ignored, refused
from bot.roles import Role
from tests.support.fakes import FakeSent
from tests.support.hostile import JSON

US, ANA, CHAT, NOW = "@steward:example.org", "@ana:example.org", "!chat:example.org", 10_000.0

REQUEST = {"from_device": "PHONE", "methods": ["m.sas.v1", "m.qr_code.show.v1"], "transaction_id": "t"}
IN_ROOM = {"msgtype": "m.key.verification.request", "to": US, "body": "…", "from_device": "PHONE", "methods": []}
REFERENCE = {"m.relates_to": {"rel_type": "m.reference", "event_id": "$request"}}


def device_event(kind: str, content: Any, **changes: Any) -> dict[str, Any]:
    return {"type": kind, "sender": ANA, "content": content, **changes}


def room_event(kind: str, content: Any, **changes: Any) -> dict[str, Any]:
    return {**device_event(kind, content), "event_id": "$1", "origin_server_ts": 5000, **changes}


def test_a_to_device_event_is_a_message_with_its_transaction() -> None:
    content = REQUEST | {"timestamp": 9000_000}
    assert from_device(device_event("m.key.verification.request", content)) == Message(
        kind="request", sender=ANA, transaction="t", content=content, at=9000.0
    )


@pytest.mark.parametrize(
    "event",
    [
        device_event("m.room.encrypted", REQUEST),
        device_event("m.key.verification.unheard_of", REQUEST),
        device_event("m.key.verification.request", {**REQUEST, "transaction_id": 1}),
        device_event("m.key.verification.request", {**REQUEST, "transaction_id": "t" * 300}),
        device_event("m.key.verification.request", None),
        device_event("m.key.verification.request", REQUEST, sender=None),
    ],
)
def test_other_to_device_events_are_none(event: dict[str, Any]) -> None:
    assert from_device(event) is None


def test_a_rooms_request_is_known_by_its_event_and_what_follows_by_its_reference() -> None:
    request = from_room(CHAT, room_event("m.room.message", IN_ROOM), US)
    assert request == Message(kind="request", sender=ANA, transaction="$1", content=IN_ROOM, room=CHAT, at=5.0)
    for kind in EVENTS:
        followed = from_room(CHAT, room_event(kind, REFERENCE), US)
        assert followed is not None
        assert (f"m.key.verification.{followed.kind}", followed.transaction) == (kind, "$request")


@pytest.mark.parametrize(
    "event",
    [
        room_event("m.room.message", IN_ROOM | {"to": ANA}),
        room_event("m.room.message", IN_ROOM | {"msgtype": "m.text"}),
        room_event("m.room.message", {"msgtype": "m.text", **REFERENCE}),
        room_event("m.key.verification.request", REFERENCE),
        room_event("m.key.verification.start", {}),
        room_event("m.key.verification.start", {"m.relates_to": {"rel_type": "m.thread", "event_id": "$request"}}),
        room_event("m.key.verification.start", {"m.relates_to": {"rel_type": "m.reference", "event_id": 1}}),
        room_event("m.reaction", REFERENCE),
    ],
)
def test_other_events_in_a_room_are_none(event: dict[str, Any]) -> None:
    assert from_room(CHAT, event, US) is None


@given(content=JSON, kind=st.one_of(st.sampled_from(["m.room.message", *EVENTS]), JSON), rest=JSON)
def test_no_event_is_too_much(content: Any, kind: Any, rest: Any) -> None:
    assert from_device(device_event(kind, content, sender=rest)) is None
    event = from_room(CHAT, room_event(kind, content, sender=rest, event_id=rest), US)
    assert event is None or event.kind != "request"


# How they get here


@pytest.mark.parametrize("kind", EVENTS)
def test_a_message_of_a_verification_may_be_encrypted(kind: str) -> None:
    opened = believed({"type": kind, "room_id": CHAT, "content": {}}, CHAT, room_event("m.room.encrypted", REFERENCE))
    message = from_room(CHAT, opened, US)
    assert message is not None
    assert message.transaction == "$request"


def test_the_homeserver_is_asked_for_them_and_they_are_kept_until_they_are_worked_off() -> None:
    asked = json.loads(FILTER)["room"]["timeline"]["types"]
    for kind in EVENTS:
        assert kind in asked
        assert entry_of(room_event(kind, REFERENCE), CHAT, US, NOW) is not None


@pytest.mark.parametrize(
    "event", [room_event("m.room.message", IN_ROOM), room_event("m.key.verification.key", REFERENCE)]
)
def test_they_are_taken_out_of_what_handlers_see(event: dict[str, Any]) -> None:
    unused: Any = None
    taken: list[tuple[str, dict[str, Any]]] = []

    def take(room: str, body: dict[str, Any]) -> bool:
        taken.append((room, body))
        return True

    who = Identity(user_id=US, names=("Steward",), prefixes=("!",))
    translate = Translator(us=who, rooms=RoomBook(), machine=unused, sent=FakeSent(), verification=take)
    entry = entry_of(event, CHAT, US, NOW)
    assert entry is not None
    assert asyncio.run(translate(entry)) == Ignored("a verification")
    assert taken == [(CHAT, event)]


# Who gets an answer

ASKED = Message(kind="request", sender=ANA, transaction="t", content=REQUEST, at=NOW)


@pytest.mark.parametrize(
    ("request_", "private", "why"),
    [
        (ASKED, False, ""),
        (replace(ASKED, room=CHAT), True, ""),
        (replace(ASKED, room=CHAT), False, "not in a private chat"),
        (replace(ASKED, sender=US), False, "from our own account"),
        (replace(ASKED, content={**REQUEST, "from_device": None}), False, "it names no device"),
        (replace(ASKED, content={**REQUEST, "methods": ["m.qr_code.show.v1"]}), False, "no method in common"),
        (replace(ASKED, content={"from_device": "PHONE"}), False, "no method in common"),
        (replace(ASKED, at=NOW - 600), False, ""),
        (replace(ASKED, at=NOW - 601), False, "too old"),
        (replace(ASKED, at=NOW + 300), False, ""),
        (replace(ASKED, at=NOW + 301), False, "too old"),
        (replace(ASKED, at=None), False, "too old"),
        (replace(ASKED, kind="start", at=None, content={"from_device": "PHONE"}), False, ""),
    ],
)
def test_a_request_is_ignored_for_a_reason(request_: Message, *, private: bool, why: str) -> None:
    assert ignored(request_, US, NOW, private=private) == why


MODERATOR = Standing(role=Role.MODERATOR, device_known=True, flows=0)


@pytest.mark.parametrize(
    ("standing", "word"),
    [
        (MODERATOR, ""),
        (replace(MODERATOR, role=Role.ADMIN, flows=MOST_FLOWS - 1), ""),
        (replace(MODERATOR, role=Role.MEMBER), "Only moderators"),
        (replace(MODERATOR, flows=MOST_FLOWS), "Too many"),
        (replace(MODERATOR, device_known=False), "isn't known"),
    ],
)
def test_only_moderators_with_a_known_device_are_not_refused(standing: Standing, word: str) -> None:
    assert word in refused(standing)
    assert bool(word) == bool(refused(standing))


def test_a_budget_is_each_ones_own_and_comes_back_with_time() -> None:
    budget = Budget(REQUESTS_EACH)
    assert [budget.take(ANA, NOW) for _ in range(REQUESTS_EACH + 1)] == [True] * REQUESTS_EACH + [False]
    assert budget.take("@ben:example.org", NOW)
    assert not budget.take(ANA, NOW + WINDOW - 1)
    assert budget.take(ANA, NOW + WINDOW)
