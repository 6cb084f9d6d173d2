"""Whether an upgraded room is followed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matrix.tombstones import (
    MOST_HOPS,
    Move,
    Sender,
    Successor,
    Tombstone,
    closed,
    mismatch,
    read,
    refusal,
    seen,
)
from bot.roles import Role
from tests.support.hostile import JSON

MO, OLD, NEW = "@mo:one.org", "!old:one.org", "!new:two.org"
MEMBER, MODERATOR, MAINTAINER, ADMIN = Role
EVENT = {
    "type": "m.room.tombstone",
    "state_key": "",
    "event_id": "$stone",
    "sender": MO,
    "content": {"replacement_room": NEW, "body": "moved"},
}
STONE = Tombstone(id="$stone", room=OLD, sender=MO, replacement=NEW)


def in_sync(event: Any, part: str = "timeline") -> dict[str, Any]:
    return {"rooms": {"join": {OLD: {part: {"events": [event]}}, "!other": {}}}}


@pytest.mark.parametrize(
    ("answer", "rooms"),
    [
        (in_sync(EVENT), [OLD]),
        (in_sync(EVENT, "state"), [OLD]),
        # Not state; another's state; encrypted, it would be no tombstone at all.
        (in_sync({**EVENT, "state_key": None}), []),
        (in_sync({key: value for key, value in EVENT.items() if key != "state_key"}), []),
        (in_sync({**EVENT, "state_key": "x"}), []),
        (in_sync({**EVENT, "type": "m.room.encrypted"}), []),
        (in_sync("junk"), []),
        ({"rooms": {"leave": {OLD: {"state": {"events": [EVENT]}}}}}, []),
        ({"rooms": None}, []),
        ({}, []),
    ],
)
def test_a_sync_tells_of_tombstones_in_the_state_alone(answer: dict[str, Any], rooms: list[str]) -> None:
    assert seen(answer) == rooms


@pytest.mark.parametrize(
    ("changes", "stone"),
    [
        ({}, STONE),
        ({"type": "m.room.topic"}, None),
        ({"state_key": "x"}, None),
        ({"sender": None}, None),
        ({"event_id": 7}, None),
        ({"content": None}, None),
        ({"content": {}}, None),
        ({"content": {"replacement_room": "#alias:one.org"}}, None),
        ({"content": {"replacement_room": ["!x"]}}, None),
        ({"content": {"replacement_room": "!" + "x" * 255}}, None),
    ],
)
def test_a_tombstone_points_at_a_room_or_is_none(changes: dict[str, Any], stone: Tombstone | None) -> None:
    assert read(OLD, EVENT | changes) == stone


def test_no_state_is_no_tombstone() -> None:
    assert read(OLD, {}) is None


@given(event=st.fixed_dictionaries({"content": JSON, "sender": JSON, "event_id": JSON}))
def test_no_json_is_too_much(event: dict[str, Any]) -> None:
    stone = read(OLD, EVENT | event)
    assert stone is None or stone.replacement.startswith("!")


@pytest.mark.parametrize(
    ("replacement", "via"),
    [(NEW, ["one.org", "two.org"]), ("!new:one.org", ["one.org"]), ("!QpkzUlpnlSjnGwEZ1w", ["one.org"])],
)
def test_the_new_room_is_entered_through_its_makers_server_also_where_ids_have_none(
    replacement: str, via: list[str]
) -> None:
    assert Tombstone(id="$1", room=OLD, sender=MO, replacement=replacement).via == via


CIRCLE, TOO_MANY = "it leads in a circle", "these are more than 5 upgrades in a row; put the new room into the config"
STRANGERS, POWERLESS = "it isn't a moderator's", "its sender has no power over moderators there"


@pytest.mark.parametrize(
    ("room", "before", "role", "power", "why"),
    [
        # A configured room: the homeserver has seen to the sender's power.
        ("configured", 1, MEMBER, 0, None),
        ("configured", 1, MEMBER, 100, None),
        ("configured", MOST_HOPS, MEMBER, 0, None),
        ("configured", MOST_HOPS + 1, MEMBER, 0, TOO_MANY),
        # A room that we are in by a moderator's will, and a chat of members.
        ("other", 1, MODERATOR, 0, None),
        ("other", 1, MEMBER, 100, STRANGERS),
        # The control room.
        ("control", 1, MODERATOR, 50, None),
        ("control", 1, MODERATOR, float("inf"), None),
        ("control", 1, MODERATOR, 49, POWERLESS),
        ("control", 1, MAINTAINER, 0, POWERLESS),
        ("control", 1, ADMIN, 0, None),
        ("control", MOST_HOPS + 1, ADMIN, 100, TOO_MANY),
    ],
)
def test_who_may_lead_us_where(room: str, before: int, role: Role, power: float, why: str | None) -> None:
    rooms = [*(f"!{n}" for n in range(before - 1)), OLD]
    sender = Sender(role=role, power=power)
    move = Move(configured=room != "other", control=room == "control", before=rooms, sender=sender)
    assert refusal(STONE, move) == why


@pytest.mark.parametrize("replacement", [OLD, "!first", "!second"])
def test_no_room_leads_back_to_where_we_were(replacement: str) -> None:
    stone = Tombstone(id="$1", room=OLD, sender=MO, replacement=replacement)
    before = ["!first", "!second", OLD]
    assert refusal(
        stone, Move(configured=True, control=False, before=before, sender=Sender(role=ADMIN, power=100))
    ) == (CIRCLE)


NAMES = {"type": "m.room.create", "content": {"predecessor": {"room_id": OLD, "event_id": "$last"}}}
INVITE, PUBLIC = {"join_rule": "invite"}, {"join_rule": "public"}
RESTRICTED = {"join_rule": "restricted", "allow": [{"type": "m.room_membership", "room_id": "!community"}]}
OPENED = {"join_rule": "restricted", "allow": [{"type": "m.room_membership", "room_id": "!everybody"}]}
FORGED, OPEN = (
    "the new room doesn't name this one as its predecessor",
    "people could enter the new room without being invited",
)


@pytest.mark.parametrize(
    ("creation", "rule", "control", "why"),
    [
        (NAMES, PUBLIC, False, None),
        ({"content": {"predecessor": {"room_id": OLD}}}, PUBLIC, False, None),  # room version 12 names no event
        ({"content": {"predecessor": {"room_id": "!another"}}}, PUBLIC, False, FORGED),
        ({"content": {"predecessor": OLD}}, PUBLIC, False, FORGED),
        ({"content": {}}, INVITE, True, FORGED),
        ({}, INVITE, True, FORGED),
        (NAMES, INVITE, True, None),
        (NAMES, {"join_rule": "knock"}, True, None),
        (NAMES, PUBLIC, True, OPEN),
        (NAMES, {}, True, OPEN),
        (NAMES, {"join_rule": ["invite"]}, True, OPEN),
    ],
)
def test_the_new_room_has_to_know_the_old_one_and_a_control_room_to_be_closed(
    creation: dict[str, Any], rule: dict[str, Any], why: str | None, *, control: bool
) -> None:
    new = Successor(creation=creation, join_rule=rule, join_rule_before=INVITE)
    assert mismatch(STONE, new, control=control) == why


@pytest.mark.parametrize(
    ("rule", "before", "is_closed"),
    [
        (RESTRICTED, RESTRICTED, True),
        (RESTRICTED | {"join_rule": "knock_restricted"}, RESTRICTED | {"join_rule": "knock_restricted"}, True),
        (OPENED, RESTRICTED, False),
        (RESTRICTED, INVITE, False),
        (PUBLIC, PUBLIC, False),
        ({"join_rule": "restricted"}, RESTRICTED, False),
    ],
)
def test_a_room_that_lets_in_others_members_may_let_in_no_more_than_before(
    rule: dict[str, Any], before: dict[str, Any], *, is_closed: bool
) -> None:
    assert closed(rule, before) is is_closed
