"""Stored rows: what an older or broken version has left ends with a reason, and costs nothing beside it."""

import json
import math
import uuid
from datetime import timedelta
from typing import Any, cast

from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from bot.actions import Ask, Decision, Done, Later, Say
from bot.addressing import Identity
from bot.events import Chosen, Message, Outcome, Reaction, Signal, Tick
from bot.handler import Opened
from bot.matrix.api import Api, Denied
from bot.matrix.crypto.machine import Machine
from bot.matrix.home import Home, Wanted
from bot.matrix.rooms import RoomBook
from bot.matrix.send import MatrixSender
from bot.matrix.translate import Translator
from bot.outbox import Outbox
from bot.ports import Ports, RoomInfo
from bot.readers import Sent
from bot.schedule import Schedule
from bot.storage import jobs, journal, outbox, schema, state
from bot.storage.engine import Storage
from bot.storage.rooms import Room
from tests.fuzz import cases
from tests.fuzz.conftest import Emptied
from tests.fuzz.test_syncs import Locked, _Nobody
from tests.support.fakes import START, FakeClock
from tests.support.hostile import CONTENT, JSON, fuzzed
from tests.support.house import ANA, CONTROL, ROOM, House, entry, said

US, NOW = "@steward:example.org", START.timestamp()

#: What may stand where JSON should; no database takes a NUL or half a character.
WRITTEN = st.one_of(
    st.sampled_from(
        ["", " ", "null", "[]", "7", '"text"', "{", "}{", "{}", "NaN", "9" * 5000, '{"key": 1}', "\ufeff{}"]
    ),
    st.sampled_from(
        ["[" * 100_000, "[" * 900 + "]" * 900, '{"a":' * 900 + "1" + "}" * 900, '{"body": "\\u0000\\ud800"}']
    ),
    JSON.map(json.dumps),
    CONTENT.map(lambda content: json.dumps({"type": "m.room.message", "content": content})),
    st.sampled_from(['{"key": "faq:k", "memo": {}}', '{"key": "nobody:k", "memo": {}}', '{"key": ":", "memo": 7}']),
    st.sampled_from(['{"hook": "kuma"}', '{"hook": "k", "format": "f", "raw": "r"}', '{"key": "k", "ok": 1, "x": 2}']),
)
TIMES = st.sampled_from([0.0, -1.0, NOW, NOW - 90_000, NOW + 90_000, 1e18, 1e300, -1e300, math.inf])
WORDS = st.sampled_from(["", "faq", "engine", "other", "x" * 16, "ü" * 16])
IDS = st.one_of(st.none(), WORDS, st.just("i" * 255))


def row_of(**columns: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(columns)


_SOURCES = st.sampled_from(["matrix", "timer", "outcome", "hook", "other", ""])
_KINDS = st.sampled_from(
    ["m.room.message", "m.room.encrypted", "m.reaction", "steward.invite", "timer", "hook", "x" * 64, ""]
)
ENTRY = row_of(
    source=_SOURCES,
    kind=_KINDS,
    sender=WORDS,
    body=st.none() | WRITTEN,
    at=TIMES,
    received=TIMES,
    state=st.sampled_from([journal.WAITING, journal.WAITING, journal.WAITING, journal.UNREADABLE, "strange"]),
    why=WORDS,
)


async def speaks(event: Any, _ports: Ports) -> Decision:
    return Done((Say(room=ROOM, text=f"heard {getattr(event, 'text', type(event).__name__)}"),))


def house(storage: Storage) -> House:
    """The engine behind Matrix's real translator."""
    machine = Locked()
    machine.requests = _Nobody()
    book = RoomBook(us=US, rooms={ROOM: Room(id=ROOM, people=3)})
    who = Identity(user_id=US, names=("Steward",), prefixes=("!",))
    read: Any = Translator(us=who, rooms=book, machine=cast("Machine", machine), sent=Sent(storage))
    on = dict.fromkeys((Message, Reaction, Tick, Chosen, Outcome, Signal), speaks)
    return House(storage=storage, reader=read, handlers={"faq": Opened(on=on)})


def good(key: str) -> journal.Entry:
    content = {"msgtype": "m.text", "body": key}
    return entry(key, body={"type": "m.room.message", "content": content})


@fuzzed(0.5)
@given(rows=st.lists(ENTRY, min_size=1, max_size=4))
@example(rows=[cases.HALF_AN_ENTRY])
@example(rows=[cases.DEEP_ENTRY])
async def test_every_entry_comes_to_its_end(emptied: Emptied, rows: list[dict[str, Any]]) -> None:
    storage = await emptied()
    home = house(storage)
    await home.journalled(good("$before"))
    async with storage.begin() as tx:
        for number, row in enumerate(rows):
            await tx.execute(insert(schema.journal).values(key=f"$bad{number}", room=ROOM, **row))
    await home.journalled(good("$after"))
    await home.works()
    became = {row.key: row for row in await storage.rows(select(schema.journal))}
    assert {became["$before"].state, became["$after"].state} == {journal.DONE}
    waited = [became[f"$bad{number}"] for number, row in enumerate(rows) if row["state"] == journal.WAITING]
    assert all(row.state in {journal.DONE, journal.FAILED, journal.UNREADABLE} and row.why for row in waited)
    texts = await home.queued()
    assert [text for text in texts if text in {"heard $before", "heard $after"}] == ["heard $before", "heard $after"]
    # What is in no state that we know is kept its time and then forgotten like all else.
    home.clock.forward(8 * 86_400)
    await Schedule(storage=storage, clock=home.clock, wake=lambda _room: None).forget()
    left = {row.key for row in await storage.rows(select(schema.journal))}
    recent = {f"$bad{n}" for n, row in enumerate(rows) if row["received"] > NOW}
    assert left <= recent | {row.key for row in waited if row.state == journal.UNREADABLE} | {
        f"$bad{n}" for n, row in enumerate(rows) if row["state"] == journal.UNREADABLE
    }


ROW = row_of(
    kind=st.sampled_from(["send", "send", "redact", "join", "leave", "other", ""]),
    type=st.sampled_from(["m.room.message", "m.reaction", "m.room.power_levels", ""]),
    content=st.none() | WRITTEN,
    handler=WORDS,
    key=IDS,
    about=IDS,
    cause=IDS,
    recipient=IDS,
    urgent=st.booleans(),
    encrypted=st.booleans(),
    attempts=st.sampled_from([0, 1, 4, -1, 100, 2**31 - 1]),
    not_before=TIMES,
    created=TIMES,
)


class Homeserver:
    """Takes what can be written, as the real line does, and has no room that is encrypted."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def call(self, method: str, path: str, body: Any = None, **_options: Any) -> Any:
        json.dumps(body)
        if "m.room.encryption" in path:
            raise Denied(404, "M_NOT_FOUND", "no such state")
        if method == "GET":
            return {"chunk": []}
        if isinstance(body, dict):
            self.said.append(str(body.get("body")))
        return {"event_id": f"${len(self.said)}"}


def sending(storage: Storage, clock: FakeClock, homeserver: Homeserver) -> Outbox:
    rooms = RoomBook(us=US, rooms={ROOM: Room(id=ROOM)})
    sender = MatrixSender(api=cast("Api", homeserver), machine=cast("Machine", None), rooms=rooms, clock=clock)
    return Outbox(storage=storage, sender=sender, clock=clock, told=frozenset({"faq"}), control_room=lambda: CONTROL)


def saying(text: str) -> outbox.Row:
    return outbox.Row(room=ROOM, kind="send", type="m.room.message", content={"body": text}, handler="faq", created=NOW)


@fuzzed(0.5)
@given(rows=st.lists(ROW, min_size=1, max_size=3))
@example(rows=[cases.HALF_A_ROW])
async def test_every_row_is_sent_or_given_up_and_those_beside_it_are_sent_once(
    emptied: Emptied, rows: list[Any]
) -> None:
    storage, clock, homeserver = await emptied(), FakeClock(), Homeserver()
    async with storage.begin() as tx:
        await outbox.add(tx, [saying("before")])
        for row in rows:
            values = {**row, "txn": uuid.uuid4().hex, "state": outbox.WAITING, "room": ROOM}
            await tx.execute(insert(schema.outbox).values(**values))
        await outbox.add(tx, [saying("after")])
    work = sending(storage, clock, homeserver)
    for _ in range(100):
        wait = await work.work(ROOM)
        if wait is None:
            break
        clock.forward(wait)
    assert await outbox.waiting(storage, ROOM) == []
    assert [text for text in homeserver.said if text in {"before", "after"}] == ["before", "after"]
    query = select(schema.outbox).where(schema.outbox.c.state == outbox.FAILED)
    assert all(row.why for row in await storage.rows(query))


JOB = row_of(handler=WORDS, id=st.uuids().map(lambda one: one.hex), room=st.just(ROOM), due=TIMES, memo=WRITTEN)


@fuzzed(0.5)
@given(rows=st.lists(JOB, min_size=1, max_size=3, unique_by=lambda row: row["id"]))
@example(rows=[cases.HALF_A_JOB])
async def test_every_job_is_handed_on_and_none_holds_up_the_others(emptied: Emptied, rows: list[Any]) -> None:
    storage, clock = await emptied(), FakeClock()
    async with storage.begin() as tx:
        for number, row in enumerate(rows):
            await tx.execute(insert(schema.jobs).values(key=f"bad{number}", **row))
        await jobs.add_job(tx, "faq", Later(at=START, key="good", room=ROOM))
    home = house(storage)
    await Schedule(storage=storage, clock=clock, wake=lambda _room: None).turn()
    await home.works()
    assert await jobs.due(storage, NOW) == []
    became = [row for row in await storage.rows(select(schema.journal)) if row.source == "timer"]
    assert len(became) == 1 + sum(row["due"] <= NOW for row in rows)
    assert {row.state for row in became} <= {journal.DONE, journal.FAILED}
    assert all(row.why for row in became)
    assert "heard Tick" in await home.queued()


ASK = row_of(
    handler=WORDS,
    who=st.sampled_from([None, ANA]),
    options=st.integers(-1, 20),
    emoji=WRITTEN,
    until=TIMES,
    memo=WRITTEN,
)


@fuzzed(0.5)
@given(rows=st.lists(ASK, min_size=1, max_size=3))
@example(rows=[cases.HALF_AN_ASK])
async def test_no_question_of_ours_spoils_another_ones_answer(emptied: Emptied, rows: list[Any]) -> None:
    storage = await emptied()
    async with storage.begin() as tx:
        for number, row in enumerate(rows):
            await tx.execute(insert(schema.asks).values(key=f"bad{number}", room=ROOM, **row))
        ask = Ask(
            room=ROOM,
            to="$q",
            text="Which?",
            mention=ANA,
            options=("a", "b"),
            key="good",
            who=ANA,
            until=START + timedelta(hours=1),
        )
        await jobs.open_ask(tx, "faq", ask)
        await tx.execute(insert(schema.sent).values(event_id="$ask", room=ROOM, handler="faq", key="good", at=NOW))
    home = House(storage=storage, handlers={"faq": Opened(on={Message: speaks, Chosen: speaks})})
    await home.happens(said("2", "$answer", reply_to="$ask"))
    assert (await home.became("$answer"))[0] == journal.DONE
    assert await home.queued() == ["heard Chosen"]
    await home.happens(said("3", "$number"))
    assert (await home.became("$number"))[0] == journal.DONE


@fuzzed(0.5)
@given(moved=WRITTEN)
@example(moved="{")  # the start ended with a traceback, each time
async def test_where_a_room_has_moved_is_known_or_not(emptied: Emptied, moved: str) -> None:
    storage = await emptied()
    wanted = Wanted(room=ROOM, via=(), info=RoomInfo(id="", name="room"))
    home = Home(api=cast("Api", None), storage=storage, rooms=RoomBook(us=US), wanted=[wanted])
    async with storage.begin() as tx:
        await home.note_move(tx, wanted, "!old", ROOM, [])
        (name,) = [row.name for row in await tx.execute(select(schema.sync_state)) if row.name.startswith("moved")]
        await state.put(tx, name, moved)
    await home.remembered()
    assert all(isinstance(room, str) for room in home.rooms.configured)


async def test_half_an_entry_ends_as_failed(emptied: Emptied) -> None:
    storage = await emptied()
    async with storage.begin() as tx:
        await tx.execute(insert(schema.journal).values(key="$half", room=ROOM, **cases.HALF_AN_ENTRY))
    home = house(storage)
    await home.works()
    assert (await home.became("$half"))[0] == journal.FAILED
    (told,) = await home.queued(CONTROL)
    assert "failed on an event" in told


async def test_half_a_row_is_given_up_and_nothing_is_said(emptied: Emptied) -> None:
    storage, homeserver = await emptied(), Homeserver()
    async with storage.begin() as tx:
        values = {**cases.HALF_A_ROW, "txn": "half", "state": outbox.WAITING, "room": ROOM}
        await tx.execute(insert(schema.outbox).values(**values))
    await sending(storage, FakeClock(), homeserver).work(ROOM)
    assert homeserver.said == []
    (row,) = await storage.rows(select(schema.outbox).where(schema.outbox.c.room == ROOM))
    assert (row.state, row.why) == (outbox.FAILED, "what was to be sent can't be read")
