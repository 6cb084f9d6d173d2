"""What of a sync becomes journal entries, whatever a sync holds."""

from typing import Any

import pytest
from hypothesis import given

from bot.matrix.sync import _invitations, entry_of
from bot.storage.journal import Entry
from tests.support.hostile import EVENT, JSON

US, ANA, ROOM = "@steward:example.org", "@ana:example.org", "!room:example.org"
NOW = 1_800_000_000.0


def event(**changes: Any) -> dict[str, Any]:
    return {
        "type": "m.room.message",
        "event_id": "$1",
        "sender": ANA,
        "origin_server_ts": 1_700_000_000_123,
        "content": {"body": "hi"},
        **changes,
    }


def test_an_event_becomes_an_entry_with_all_that_came() -> None:
    assert entry_of(event(), ROOM, US, NOW) == Entry(
        source="matrix",
        key="$1",
        kind="m.room.message",
        room=ROOM,
        sender=ANA,
        at=1_700_000_000.123,
        received=NOW,
        body=event(),
    )


def test_nothing_comes_from_the_future() -> None:
    entry = entry_of(event(origin_server_ts=int(NOW * 1000) + 99_999_999), ROOM, US, NOW)
    assert entry is not None
    assert entry.at == NOW


@pytest.mark.parametrize(
    "kind",
    ["m.room.message", "m.room.encrypted", "m.reaction", "m.room.redaction", "m.room.member", "m.sticker"],
)
def test_what_we_act_on_is_kept(kind: str) -> None:
    assert entry_of(event(type=kind), ROOM, US, NOW) is not None


@pytest.mark.parametrize(
    "changed",
    [
        {"sender": US},
        {"type": "m.room.topic"},
        {"type": "m.room.encryption"},
        {"type": "steward.invite"},
        {"type": None},
        {"type": ["m.room.message"]},
        {"content": None},
        {"content": []},
        {"content": "text"},
        {"origin_server_ts": None},
        {"origin_server_ts": "now"},
        {"origin_server_ts": []},
        {"origin_server_ts": -1},
        {"event_id": ""},
        {"event_id": "$\0"},
        {"event_id": "$\ud800"},
        {"event_id": "$" + "x" * 255},
        {"event_id": "$" + "ü" * 128},
        {"sender": "@\0:example.org"},
    ],
    ids=lambda changed: repr(changed)[:40],
)
def test_our_own_and_what_is_not_well_formed_is_left_out(changed: dict[str, Any]) -> None:
    assert entry_of(event(**changed), ROOM, US, NOW) is None


@pytest.mark.parametrize("missing", list(event()))
def test_an_event_without_one_of_its_parts_is_left_out(missing: str) -> None:
    whole = event()
    del whole[missing]
    assert entry_of(whole, ROOM, US, NOW) is None


@pytest.mark.parametrize("junk", [None, 1, "text", [], [[]], True, {}])
def test_what_is_no_event_at_all_is_left_out(junk: object) -> None:
    assert entry_of(junk, ROOM, US, NOW) is None


@given(EVENT | JSON)
def test_no_json_stops_the_loop(junk: Any) -> None:
    entry = entry_of(junk, ROOM, US, NOW)
    assert entry is None or (entry.room == ROOM and entry.at <= NOW and entry.sender != US)


def test_an_invitation_is_an_entry_once_for_each_sync() -> None:
    member = {"type": "m.room.member", "state_key": US, "sender": ANA, "content": {"membership": "invite"}}
    answer = {
        "next_batch": "s2",
        "rooms": {"invite": {"!a": {"invite_state": {"events": [member]}}, "!b": {}}},
    }
    entries = _invitations(answer, NOW)
    assert [(one.kind, one.room, one.sender) for one in entries] == [
        ("steward.invite", "!a", ""),
        ("steward.invite", "!b", ""),
    ]
    again = _invitations(answer, NOW) + _invitations({**answer, "next_batch": "s3"}, NOW)
    keys = [one.key for one in entries + again]
    assert (keys[:2], len(set(keys))) == (keys[2:4], 4)
    assert entries[0].body == {"type": "steward.invite", "state": [member]}
    assert _invitations({"next_batch": "s3"}, NOW) == []


@pytest.mark.parametrize(
    "rooms", [None, [], {"invite": None}, {"invite": {"!\0": {}}}, {"invite": {"!" + "x" * 255: {}}}], ids=range(5)
)
def test_invitations_to_nowhere_are_none(rooms: Any) -> None:
    assert _invitations({"next_batch": "s2", "rooms": rooms}, NOW) == []


@pytest.mark.parametrize(
    "section", [None, [], {"invite_state": None}, {"invite_state": {"events": ["junk"]}}], ids=repr
)
def test_an_invitation_that_says_nothing_is_one_all_the_same(section: Any) -> None:
    (entry,) = _invitations({"next_batch": "s2", "rooms": {"invite": {"!a": section}}}, NOW)
    assert entry.body["state"] == []
