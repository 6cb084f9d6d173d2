"""Rooms' state, history and verifications: whatever a homeserver answers, nobody gains by it and nothing breaks."""

import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.errors import TryLater
from bot.matrix import authority, history, tombstones
from bot.matrix.api import Denied
from bot.matrix.verification import flow as flows
from bot.matrix.verification import messages, policy
from bot.roles import Role
from tests.support.hostile import ANYTHING, JSON, WILD, fuzzed, wildly_shaped
from tests.unit.verification.app import BOT, flow

US, ANA, BEN, ROOM, NEW = BOT.user, "@ana:example.org", "@ben:example.org", "!room:example.org", "!new:example.org"
NOW = 1_800_000_000.0

_PEOPLE = st.sampled_from([ANA, BEN, US, "", "@\0", "@" + "x" * 300])
_LEVEL = st.one_of(st.integers(-(2**70), 2**70), st.sampled_from(["100", "50", 99.9, math.inf, True, None, [100]]))
LEVELS = wildly_shaped(
    {
        "users": st.dictionaries(_PEOPLE, _LEVEL | WILD),
        "users_default": _LEVEL | WILD,
        "ban": _LEVEL,
        "events": ANYTHING,
    }
)
CREATION = wildly_shaped(
    {
        "type": st.just("m.room.create"),
        "sender": _PEOPLE,
        "content": wildly_shaped(
            {
                "room_version": st.sampled_from(["1", "10", "11", "12", "013", "1" * 400, "²", "١٢", "12.0", "x", ""]),
                "additional_creators": st.lists(_PEOPLE | WILD),
                "predecessor": wildly_shaped({"room_id": st.sampled_from([ROOM, NEW])}),
                "creator": _PEOPLE,
            }
        ),
    }
)


class Homeserver:
    """Answers each path with what is given for its end."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers, self.asked = answers, 0

    async def call(self, _method: str, path: str, _body: Any = None, **_options: Any) -> Any:
        self.asked += 1
        found: Any = next((answer for part, answer in self.answers.items() if part in path), {})
        if isinstance(found, list):
            found = found.pop(0) if found else {"chunk": []}
        if isinstance(found, Exception):
            raise found
        # The real one hands on objects alone.
        return found if isinstance(found, dict) else {}


@fuzzed(3)
@given(levels=LEVELS, creation=CREATION)
async def test_power_is_what_the_state_says_in_numbers_or_a_creators(levels: Any, creation: Any) -> None:
    api: Any = Homeserver({"m.room.power_levels": levels, "m.room.create": creation})
    power = (await authority.power_levels(api, ROOM)).of(ANA)
    assert isinstance(power, int | float)
    assert power == power  # noqa: PLR0124 - only what is no number differs from itself
    if power == math.inf:
        content = creation["content"]
        assert content["room_version"].isascii()
        assert int(content["room_version"][:9]) >= 12
        assert creation.get("sender") == ANA or ANA in content["additional_creators"]
    elif power:
        users = levels["users"] if isinstance(levels.get("users"), dict) else {}
        assert any(power == said and type(said) is int for said in (users.get(ANA), levels.get("users_default")))


@fuzzed(2)
@given(wildly_shaped({"joined": st.dictionaries(_PEOPLE, ANYTHING), "chunk": ANYTHING}))
async def test_members_are_those_who_are_said_to_be(answer: Any) -> None:
    api: Any = Homeserver({"joined_members": answer})
    joined = answer.get("joined")
    assert await authority.members(api, ROOM) == (set(joined) if isinstance(joined, dict) else set())


STONE = wildly_shaped(
    {
        "type": st.just("m.room.tombstone"),
        "event_id": st.sampled_from(["$stone", "", "$\ud800"]),
        "state_key": st.sampled_from(["", "x"]),
        "sender": _PEOPLE,
        "content": wildly_shaped(
            {"replacement_room": st.sampled_from([NEW, ROOM, "", "#x:y", "!\0"]), "body": ANYTHING}
        ),
    }
)
RULE = wildly_shaped({"join_rule": st.sampled_from(["invite", "public", "knock", "restricted"]), "allow": ANYTHING})


@fuzzed(3)
@given(stone=STONE, creation=CREATION, rule=RULE, before=RULE, control=st.booleans())
def test_no_tombstone_leads_where_it_should_not(
    stone: Any, creation: Any, rule: Any, before: Any, *, control: bool
) -> None:
    read = tombstones.read(ROOM, stone)
    if read is None:
        return
    assert read.replacement.startswith("!")
    assert all(isinstance(server, str) and server for server in read.via)
    move = tombstones.Move(
        configured=True, control=control, before=[ROOM], sender=tombstones.Sender(role=Role.ADMIN, power=100)
    )
    assert (tombstones.refusal(read, move) is not None) == (read.replacement == ROOM)
    new = tombstones.Successor(creation=creation, join_rule=rule, join_rule_before=before)
    if tombstones.mismatch(read, new, control=control) is None:
        assert creation["content"]["predecessor"]["room_id"] == ROOM
        if control:
            assert rule["join_rule"] != "public"


_EVENT = wildly_shaped(
    {
        "type": st.sampled_from(["m.room.message", "m.room.member"]),
        "event_id": st.sampled_from(["$1", "$2", "$3", "$known"]),
        "state_key": _PEOPLE,
        "origin_server_ts": st.integers(0, 2**53),
        "content": wildly_shaped({"membership": st.sampled_from(["join", "leave"])}),
        "unsigned": wildly_shaped({"prev_content": wildly_shaped({"membership": st.just("leave")})}),
    }
)
PAGES = st.lists(
    st.one_of(
        wildly_shaped({"chunk": st.lists(_EVENT | ANYTHING, max_size=4), "end": st.sampled_from(["p1", "p2", ""])}),
        st.just(Denied(403, "M_FORBIDDEN", "no")),
    ),
    max_size=6,
)


def readable(page: Any) -> bool:
    """Whether it is a page of history, or a clear no."""
    return isinstance(page, Denied) or (isinstance(page, dict) and isinstance(page.get("chunk"), list))


@fuzzed(2)
@given(pages=PAGES, endless=st.booleans())
async def test_a_walk_ends_and_brings_what_can_be_told_apart_down_to_what_is_known(
    pages: Any, *, endless: bool
) -> None:
    async def known(ids: list[str]) -> set[str]:
        return {"$known"} & set(ids)

    again = {"chunk": [{"event_id": "$again", "origin_server_ts": NOW * 1000}], "end": "p1"}
    api: Any = Homeserver({"messages": [*pages, *([again] * 1000 if endless else [])]})
    gap = history.Gap(room=ROOM, start="p0", until="s1")
    try:
        walk = await history.walk(api, gap, known, US, NOW)
    except TryLater:
        assert not all(readable(page) for page in pages)
        return
    assert api.asked <= history.MOST_PAGES
    ids = [event["event_id"] for event in walk.events]
    assert all(isinstance(one, str) and one for one in ids)
    assert "$known" not in ids


_FROM = st.sampled_from(["PHONE", "", "\0"])
CONTENT = wildly_shaped(
    {
        "from_device": _FROM,
        "transaction_id": st.sampled_from(["t", ""]),
        "methods": st.lists(st.sampled_from(["m.sas.v1"]) | WILD),
        "method": st.just("m.sas.v1"),
        "timestamp": st.integers(0, 2**53),
        "msgtype": st.just(messages.REQUEST),
        "to": st.just(US),
        "hashes": st.lists(st.just("sha256") | WILD),
        "key_agreement_protocols": st.lists(st.just("curve25519-hkdf-sha256") | WILD),
        "message_authentication_codes": st.lists(st.just("hkdf-hmac-sha256.v2") | WILD),
        "short_authentication_string": st.lists(st.sampled_from(["emoji", "decimal"]) | WILD),
        "key": st.text(max_size=50),
        "mac": st.dictionaries(st.text(max_size=9), ANYTHING, max_size=3),
        "keys": st.text(max_size=9),
        "code": st.text(max_size=9),
        "m.relates_to": wildly_shaped({"rel_type": st.just("m.reference"), "event_id": st.just("$request")}),
    }
)
_KINDS = st.sampled_from([messages.REQUEST, *messages.EVENTS, "m.room.message"])
VERIFYING = wildly_shaped({"type": _KINDS, "sender": _PEOPLE, "event_id": _FROM, "content": CONTENT})


@fuzzed(3)
@given(event=VERIFYING, stage=st.sampled_from(list(flows.Stage)), private=st.booleans())
def test_no_message_of_a_verification_is_too_much(event: Any, stage: flows.Stage, *, private: bool) -> None:
    for message in (messages.from_device(event), messages.from_room(ROOM, event, US)):
        if message is None:
            continue
        assert isinstance(policy.ignored(message, US, NOW, private=private), str)
        if stage in {flows.Stage.SHOWN, flows.Stage.PROVED}:
            continue
        step = flows.advance(flow(stage=stage, start={"from_device": "PHONE"}), message, NOW)
        assert isinstance(step.flow.stage, flows.Stage)


@fuzzed(1)
@given(JSON | WILD)
def test_what_is_no_event_belongs_to_no_verification(event: Any) -> None:
    if isinstance(event, dict):
        assert messages.from_device(event) is None
