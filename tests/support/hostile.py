"""JSON as somebody makes it who means us harm: everything that a JSON parser may hand on."""

import math
import os
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

#: With how many examples a property of `tests/fuzz/` is tried. `STEWARD_FUZZ=5000` looks for new holes.
EXAMPLES = int(os.environ.get("STEWARD_FUZZ", "100"))


def fuzzed(share: float = 1.0) -> settings:
    """So often a property is tried; slow ones with a `share` of the examples. Fixtures last for all of them.

    `make guards` wants to know whether an example is found, and not the smallest.
    """
    unhealthy = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
    phases = [Phase.explicit, Phase.generate, *([] if "STEWARD_GUARDS" in os.environ else [Phase.shrink])]
    most = max(int(EXAMPLES * share), 10)
    return settings(max_examples=most, phases=phases, deadline=None, suppress_health_check=unhealthy)


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


class Deep(list[Any]):
    """Lists within lists. To be shown they would have to be walked through, and that is what can't be done."""

    def __repr__(self) -> str:
        return "[…]"


def nested(depth: int, inner: Any = 0) -> Any:
    """As many lists within each other."""
    for _ in range(depth):
        inner = Deep([inner])
    return inner


#: What no honest homeserver sends, and Python's parser reads all the same: numbers beyond every column, half
#: characters, NULs, texts like novels, lists in lists in lists.
WILD: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from([math.nan, math.inf, -math.inf, 1e308, 0.5, -1, 2**31, 2**63, -(2**63) - 1, 10**400]),
    st.sampled_from(["\ud800", "\0", "$\0", "!\udfff:example.org", "x" * 300, "ü" * 128, "s" * 70_000]),
    st.sampled_from([nested(150), nested(3000), {"content": nested(300)}]),
)

#: Any JSON, and what goes beyond it.
ANYTHING: st.SearchStrategy[Any] = st.one_of(JSON, WILD)


def shaped(shape: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """Objects with these fields, some of them missing and some of them anything at all."""
    return st.fixed_dictionaries({}, optional={name: st.one_of(value, JSON) for name, value in shape.items()})


def wildly_shaped(shape: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """The same, and wilder. Most fields are as they should be, so that what comes is looked into."""
    likely = {name: st.one_of(value, value, value, ANYTHING) for name, value in shape.items()}
    return st.one_of(st.fixed_dictionaries(likely), st.fixed_dictionaries({}, optional=likely))


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
