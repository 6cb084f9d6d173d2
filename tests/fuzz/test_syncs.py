"""Syncs: whatever a homeserver answers, the turn ends, the token moves with a commit, and no event beside is lost."""

import json
import math
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from hypothesis import example, given, reject
from hypothesis import strategies as st
from sqlalchemy import select

from bot.actions import Decision, Done, Say
from bot.addressing import Identity
from bot.errors import StewardError
from bot.events import Deleted, Edited, Invited, Joined, Left, Message, Reaction
from bot.handler import Opened
from bot.matrix import wire
from bot.matrix.api import Api, Denied, Failing, understood
from bot.matrix.crypto import key_requests
from bot.matrix.crypto.machine import Machine, NoKey
from bot.matrix.rooms import RoomBook
from bot.matrix.sync import TOKEN, Sync
from bot.matrix.translate import Translator
from bot.ports import Ports, RoomInfo
from bot.readers import Sent
from bot.storage import journal, schema, state
from bot.storage.engine import Storage
from bot.storage.rooms import Room
from tests.engine.test_sync_loop import FakeMachine, event, news
from tests.fuzz import cases
from tests.fuzz.conftest import Emptied
from tests.fuzz.test_state import readable
from tests.support.devices import KeyServer, device
from tests.support.fakes import FakeClock
from tests.support.hostile import ANYTHING, CONTENT, JSON, WILD, fuzzed, wildly_shaped
from tests.support.house import CONTROL, ROOM, House, entry, on_any_database

US, CLOSE = "@steward:example.org", "!close:example.org"

_ID = st.one_of(
    st.sampled_from(["$1", "$2", "$3", "@ana:example.org", US, ""]),
    st.sampled_from(["$\0", "$\ud800", "$" + "x" * 300, "$" + "ü" * 128]),
)
_ROOM_ID = st.sampled_from(
    [ROOM, CLOSE, "!new:example.org", "", "!\0", "!\ud800", "!" + "r" * 254, "!" + "r" * 255, "@x"]
)
_KINDS = st.sampled_from(
    [
        *("m.room.message", "m.reaction", "m.room.member", "m.room.redaction", "m.room.encrypted", "m.sticker"),
        *("m.room.encryption", "m.room.tombstone", "m.room.create", "m.key.verification.start", "steward.invite"),
    ]
)
_EVENT = wildly_shaped(
    {
        "type": _KINDS,
        "sender": _ID,
        "event_id": _ID,
        "state_key": st.sampled_from(["", US, "@ana:example.org"]),
        "origin_server_ts": st.integers(0, 2**53 - 1),
        "content": CONTENT,
        "redacts": _ID,
        "unsigned": wildly_shaped({"prev_content": wildly_shaped({"membership": st.sampled_from(["join", "leave"])})}),
    }
)
_EVENTS = st.lists(st.one_of(_EVENT, _EVENT, ANYTHING), max_size=3)
_TOKEN = st.sampled_from(["p1", "p2", "", "p\ud800", "p\0"])
_TIMELINE = wildly_shaped({"events": _EVENTS, "limited": st.booleans(), "prev_batch": _TOKEN})
_SECTION = wildly_shaped(
    {
        "timeline": _TIMELINE,
        "state": wildly_shaped({"events": _EVENTS}),
        "summary": wildly_shaped({"m.joined_member_count": st.integers(-1, 2**40)}),
    }
)
_INVITED = wildly_shaped({"invite_state": wildly_shaped({"events": _EVENTS})})
_ROOMS = wildly_shaped(
    {
        "join": st.dictionaries(_ROOM_ID, _SECTION | ANYTHING, max_size=2),
        "leave": st.dictionaries(_ROOM_ID, _SECTION | ANYTHING, max_size=1),
        "invite": st.dictionaries(_ROOM_ID, _INVITED | ANYTHING, max_size=2),
    }
)
_TO_DEVICE = wildly_shaped({"events": st.lists(wildly_shaped({"type": _KINDS, "sender": _ID, "content": CONTENT}))})
SYNC = wildly_shaped(
    {
        "next_batch": st.sampled_from(["s2", "s2", "s2", "s\0", "s\ud800", "", "s" * 3000]),
        "rooms": _ROOMS,
        "to_device": _TO_DEVICE,
        "device_lists": wildly_shaped({"changed": st.lists(_ID), "left": st.lists(_ID)}),
        "device_one_time_keys_count": wildly_shaped({"signed_curve25519": st.integers(-1, 100)}),
        "device_unused_fallback_key_types": st.lists(st.sampled_from(["signed_curve25519"])),
    }
)
PAGE = st.one_of(
    wildly_shaped({"chunk": _EVENTS, "end": _TOKEN, "start": _TOKEN}),
    st.sampled_from([Denied(403, "M_FORBIDDEN", "no")]),
)


@dataclass
class Whims:
    """A homeserver that answers syncs and `/messages` as given."""

    syncs: list[Any]
    pages: list[Any] = field(default_factory=list)

    async def call(self, _method: str, path: str, _body: Any = None, **options: Any) -> Any:
        # As the real one does: a token has to go into an address.
        json.dumps(options.get("query"), ensure_ascii=False).encode()
        answer = self.syncs.pop(0) if path.endswith("/sync") else (self.pages.pop(0) if self.pages else {"chunk": []})
        if isinstance(answer, Exception):
            raise answer
        return answer


class Locked(FakeMachine):
    """Encryption that has no key for anything, and asks for each."""

    requests: Any = None

    async def decrypt(self, room: str, event: dict[str, Any]) -> dict[str, Any]:
        key_requests.missing(room, event)
        raise NoKey("its key isn't here")


def syncing(storage: Storage, api: Any, machine: Any) -> Sync:
    """A loop that has synced before."""

    async def nobody(error: Exception) -> None:
        raise error

    book = RoomBook(us=US, rooms={ROOM: Room(id=ROOM, people=3), CONTROL: Room(id=CONTROL, people=2)})
    book.configured[CONTROL] = RoomInfo(id=CONTROL, name="control-room", control=True)
    return Sync(
        api=cast("Api", api),
        storage=storage,
        machine=cast("Machine", machine),
        rooms=book,
        clock=FakeClock(),
        us=US,
        wake=lambda _room: None,
        log_in_again=nobody,
        control_room=book.control_room,
    )


async def journalled(storage: Storage) -> list[str]:
    return [row.key for row in await storage.rows(select(schema.journal.c.key).order_by(schema.journal.c.id))]


async def begin(emptied: Emptied) -> Storage:
    storage = await emptied()
    async with storage.begin() as tx:
        await state.put(tx, TOKEN, "s1")
    return storage


def beside(sync: dict[str, Any], good: list[str]) -> dict[str, Any]:
    """The same answer, with events that nothing is wrong with before, among and after the others of a room."""
    rooms = wire.mapping(sync, "rooms")
    joined = wire.mapping(rooms, "join")
    section = wire.mapping(joined, ROOM)
    timeline = wire.mapping(section, "timeline")
    bad = wire.listed(timeline, "events")
    mixed = [event(good[0]), *bad[:1], event(good[1]), *bad[1:], event(good[2])]
    section = {**section, "timeline": {**timeline, "events": mixed}}
    return {**sync, "rooms": {**rooms, "join": {**joined, ROOM: section}}}


def usable(token: object) -> bool:
    """Whether a homeserver can be given this token again, and a database can keep it."""
    return (
        isinstance(token, str) and token != "" and "\0" not in token and token.encode(errors="ignore").decode() == token
    )


GOOD = ["$good1", "$good2", "$good3"]


@fuzzed(0.7)
@given(sync=SYNC, pages=st.lists(PAGE, max_size=3))
@example(sync=cases.MANY_MEMBERS, pages=[])
@example(sync=cases.DEEP_EVENT, pages=[])
@example(sync=cases.DEEP_INVITATION, pages=[])
@example(sync=cases.BROKEN_TOKEN, pages=[])
@example(sync=cases.GAP_WITHOUT_A_START, pages=[])
@example(sync=cases.GAP, pages=cases.BROKEN_PAGES)
async def test_a_sync_is_taken_whole_or_not_at_all(emptied: Emptied, sync: Any, pages: list[Any]) -> None:
    storage = await begin(emptied)
    answer = beside(sync, GOOD)
    loop = syncing(storage, Whims([answer, news("s3", event("$after"))], list(pages)), Locked())
    try:
        await loop.turn()
    except StewardError:
        assert not usable(answer.get("next_batch")) or not all(readable(page) for page in pages)
        assert (await state.get(storage, TOKEN), await journalled(storage)) == ("s1", [])
    else:
        assert await state.get(storage, TOKEN) == answer["next_batch"]
        assert [key for key in await journalled(storage) if key in GOOD] == GOOD
    await loop.turn()
    assert await state.get(storage, TOKEN) == "s3"
    assert (await journalled(storage))[-1] == "$after"


async def speaks(event: Any, _ports: Ports) -> Decision:
    text = event.text if isinstance(event, Message) else f"{type(event).__name__} by {event.sender}"
    return Done((Say(room=event.room, text=text),))


@on_any_database
@fuzzed(1)
@given(sync=SYNC)
@example(sync=cases.DEEP_EVENT)
async def test_whatever_was_journalled_is_worked_off(emptied: Emptied, sync: Any) -> None:
    storage = await begin(emptied)
    machine = cast("Machine", Locked())
    machine.requests = cast("Any", _Nobody())
    loop = syncing(storage, Whims([beside({**sync, "next_batch": "s2"}, GOOD)]), machine)
    await loop.turn()
    who = Identity(user_id=US, names=("Steward",), prefixes=("!",))
    read: Any = Translator(us=who, rooms=loop.rooms, machine=machine, sent=Sent(storage))
    kinds = (Message, Edited, Deleted, Reaction, Joined, Left, Invited)
    home = House(storage=storage, reader=read, handlers={"faq": Opened(on=dict.fromkeys(kinds, speaks))})
    for room in await journal.waiting_rooms(storage):
        await home.works(room)
    assert await journal.depth(storage) == 0
    became = await storage.rows(select(schema.journal.c.key, schema.journal.c.state, schema.journal.c.why))
    assert all(row.why for row in became)
    assert {row.state for row in became if row.key in GOOD} == {journal.DONE}


class _Nobody:
    """Asks nobody for keys."""

    def want(self, room: str, event: dict[str, Any]) -> None:
        key_requests.missing(room, event)


@on_any_database
@fuzzed(0.1)
@given(syncs=st.lists(SYNC, min_size=1, max_size=3))
@example(syncs=[{"to_device": {"events": ["junk", {"type": "m.room.encrypted", "content": 7}]}}])
@example(syncs=[{"device_one_time_keys_count": {"signed_curve25519": 1 - 2**53}}])  # was made up for without end
async def test_encryption_takes_in_whatever_comes_and_owes_no_less(
    emptied: Emptied, tmp_path, syncs: list[Any]
) -> None:
    storage = await begin(emptied)
    ours = await device(KeyServer(), storage, tmp_path, US, "DEVICE")
    for sync in syncs:
        ours.machine.take_in(sync)
        await ours.machine.keep_up()


@fuzzed(0.5)
@given(inner=st.one_of(WILD, st.text(max_size=20)), depth=st.integers(0, 20_000), closed=st.booleans())
@example(
    inner=0, depth=100_000, closed=True
)  # what one person wrote so deep made the whole answer unreadable, for good
@example(inner=10**400, depth=1, closed=True)
def test_what_is_nested_without_end_costs_nothing_beside_it(inner: Any, depth: int, *, closed: bool) -> None:
    try:
        core = json.dumps(inner if depth < 10 else 0)
    except RecursionError:  # the deepest of them can't always be written down from where the test stands
        reject()
    written = "[" * depth + core + "]" * (depth if closed else depth // 2)
    raw = '{"next_batch": "s2", "to_device": {"events": [' + written + ', {"a\\"]": "[[["}]}}'
    try:
        answer = understood(200, {}, raw.encode())
    except Failing:
        assert not closed
        return
    assert answer["next_batch"] == "s2"
    assert answer["to_device"]["events"][-1] == {'a"]': "[[["}


SAID = st.one_of(JSON, st.sampled_from(["\ud800", "\0", "x" * 70_000, 10**400, math.nan]))


@fuzzed(1)
@given(status=st.sampled_from([400, 401, 403, 404, 413, 500, 503]), errcode=SAID, error=SAID)
@example(status=403, errcode="M_FORBIDDEN", error="half a character: \ud800")  # was refused on and on, and never noted
@example(status=502, errcode="M_UNKNOWN", error="\0")
def test_what_a_homeserver_says_is_wrong_can_be_noted(status: int, errcode: Any, error: Any) -> None:
    body = {"errcode": errcode, "error": error}
    with pytest.raises(StewardError) as raised:
        understood(status, {}, json.dumps(body).encode())
    said = str(raised.value)
    assert wire.text(said, 2000) == said


@fuzzed(0.3)
@given(st.integers(1, 9000))
@example(5000)  # Python refuses to read so long a number, and with it went the whole answer
def test_no_number_is_too_long(digits: int) -> None:
    answer = understood(200, {}, b'{"a": ' + b"9" * digits + b', "next_batch": "s2"}')
    assert answer["next_batch"] == "s2"


async def test_a_page_may_be_larger_than_a_database_takes_in_one_question(emptied: Emptied) -> None:
    """All ids went into one question, whose parameters are counted."""
    storage = await emptied()
    async with storage.begin() as tx:
        await journal.write(tx, [entry("$69999")])
    assert await journal.known(storage, [f"${number}" for number in range(70_000)]) == {"$69999"}


async def test_a_gap_whose_beginning_is_not_said_is_counted(emptied: Emptied) -> None:
    """It was left out without a word."""
    loop = syncing(await begin(emptied), Whims([cases.GAP_WITHOUT_A_START]), Locked())
    await loop.turn()
    assert loop.lost == 1
