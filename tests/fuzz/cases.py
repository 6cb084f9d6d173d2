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
DEEP_EVENT = _sync(timeline={"events": [_event("$deep", content={"body": "x", "y": nested(900)})]})

#: The same, by anybody's invitation.
DEEP_INVITATION = {
    "next_batch": "s2",
    "rooms": {"invite": {"!new:example.org": {"invite_state": {"events": [{"type": "x", "content": nested(900)}]}}}},
}

#: An error that nobody foresaw, and not one of ours.
BROKEN_TOKEN = {"next_batch": "s\ud800", "rooms": {"invite": {"!new:example.org": {}}}}

#: Where a gap begins wasn't said: it was left out without a word.
GAP_WITHOUT_A_START = _sync(timeline={"events": [], "limited": True})
GAP = _sync(timeline={"events": [], "limited": True, "prev_batch": "p1"})

#: The next page's token can't be asked for.
BROKEN_PAGES = [{"chunk": [_event("$old")], "end": "p\ud800"}]
