"""Cases that were found by looking for them, kept so that they are tried each time; each says what it broke."""

from typing import Any

from bot.markdown import escape
from tests.support.hostile import nested

#: Emphasis has no depth of its own in Markdown: these came out as HTML with hundreds of elements in each other.
DEEP = [
    "*a **b " * 300 + "x" + " c** d*" * 300,
    "***a " * 300 + " b***" * 300,
    "*" * 2000 + "a" + "*" * 2000,
]

#: Each opening was looked up to the text's end: 16,000 characters held up everything for seconds.
LONG_TO_READ = ["[" * 16_000, escape("[" * 16_000), "[a](" * 5_000, "![" * 8_000]

_ROOM, _ANA = "!room:example.org", "@ana:example.org"


def _sync(**section: Any) -> dict[str, Any]:
    return {"next_batch": "s2", "rooms": {"join": {_ROOM: section}}}


def _event(key: str, **changes: Any) -> dict[str, Any]:
    plain = {"type": "m.room.message", "event_id": key, "sender": _ANA, "origin_server_ts": 1_777_890_000_000}
    return {**plain, "content": {"msgtype": "m.text", "body": key}, **changes}


#: No column takes the number, so that the same sync came again for ever.
MANY_MEMBERS = _sync(summary={"m.joined_member_count": 10**30})

#: It could be read and not be written again: the same sync came for ever.
DEEP_EVENT = _sync(timeline={"events": [_event("$deep", content={"body": "x", "y": nested(5000)})]})

#: The same, by anybody's invitation.
DEEP_INVITATION = {
    "next_batch": "s2",
    "rooms": {"invite": {"!new:example.org": {"invite_state": {"events": [{"type": "x", "content": nested(5000)}]}}}},
}

#: An error that nobody foresaw, and not one of ours.
BROKEN_TOKEN = {"next_batch": "s\ud800", "rooms": {"invite": {"!new:example.org": {}}}}

#: Where a gap begins wasn't said: it was left out without a word.
GAP_WITHOUT_A_START = _sync(timeline={"events": [], "limited": True})
GAP = _sync(timeline={"events": [], "limited": True, "prev_batch": "p1"})

#: The next page's token can't be asked for.
BROKEN_PAGES = [{"chunk": [_event("$old")], "end": "p\ud800"}]

_NOW = 1_777_888_800.0

#: One row that couldn't be read, and nothing in its room was any more.
HALF_AN_ENTRY = {
    "source": "matrix",
    "kind": "m.room.message",
    "sender": _ANA,
    "body": '{"type": "m.room',
    "at": _NOW,
    "received": _NOW,
    "state": "waiting",
    "why": "",
}
DEEP_ENTRY = {**HALF_AN_ENTRY, "body": '{"type": ' + "[" * 100_000 + "]" * 100_000 + "}"}

#: The same on the way out.
HALF_A_ROW = {
    "kind": "send",
    "type": "m.room.message",
    "content": '{"body": "hal',
    "handler": "faq",
    "key": "k",
    "about": None,
    "cause": None,
    "recipient": None,
    "urgent": False,
    "encrypted": False,
    "attempts": 0,
    "not_before": 0.0,
    "created": _NOW,
}

#: One job that couldn't be read ended the program, as soon as it was due, after each start.
HALF_A_JOB = {"handler": "faq", "id": "0" * 32, "room": _ROOM, "due": 0.0, "memo": '{"half": '}

#: Whoever wrote a number in its room was told that something went wrong.
HALF_AN_ASK = {"handler": "faq", "who": None, "options": 2, "emoji": '["1', "until": 1e18, "memo": "{"}
