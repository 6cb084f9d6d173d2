"""JSON as somebody makes it who means us harm: everything that a JSON parser may hand on, within Matrix's numbers."""

from typing import Any

from hypothesis import strategies as st

#: Event JSON holds whole numbers within 53 bits; text may be anything.
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), st.text(max_size=12)
)

#: Text that can be written as UTF-8.
TEXT: st.SearchStrategy[str] = st.text(st.characters(codec="utf-8"), max_size=40)

#: Any JSON.
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)


def shaped(shape: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """Objects with these fields, some of them missing and some of them anything at all."""
    return st.fixed_dictionaries({}, optional={name: st.one_of(value, JSON) for name, value in shape.items()})


_ID = st.sampled_from(["$1", "$2", "@ana:example.org", "@steward:example.org", ""])
_RELATION = shaped(
    {
        "rel_type": st.sampled_from(["m.thread", "m.replace", "m.annotation", "m.reference"]),
        "event_id": _ID,
        "key": st.sampled_from(["👍", "1️⃣"]),
        "is_falling_back": st.booleans(),
        "m.in_reply_to": shaped({"event_id": _ID}),
    }
)
_WORDS = {
    "msgtype": st.sampled_from(["m.text", "m.notice", "m.emote", "m.image"]),
    "body": st.one_of(st.text(), st.just("> <@ana:example.org> quote\n\nSteward: hi")),
    "m.mentions": shaped({"user_ids": st.lists(_ID), "room": st.booleans()}),
    "m.relates_to": _RELATION,
    "membership": st.sampled_from(["join", "leave", "invite", "ban", "knock"]),
    "redacts": _ID,
}

#: The content of an event.
CONTENT = shaped({**_WORDS, "m.new_content": shaped(_WORDS)})

#: Whole events of a timeline.
EVENT = shaped(
    {
        "type": st.sampled_from(
            [
                *("m.room.message", "m.reaction", "m.room.member", "m.room.redaction", "m.room.encrypted"),
                *("m.sticker", "m.room.encryption", "m.room.create", "org.example.other"),
            ]
        ),
        "sender": _ID,
        "event_id": _ID,
        "state_key": _ID,
        "origin_server_ts": st.integers(0, 2**53 - 1),
        "redacts": _ID,
        "content": CONTENT,
        "unsigned": shaped({"prev_content": shaped(_WORDS)}),
    }
)
