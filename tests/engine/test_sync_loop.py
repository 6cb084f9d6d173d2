"""The sync loop: what it asks, what it keeps before it goes on, and what can't stop it."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from sqlalchemy import select

from bot.effects import Effects
from bot.errors import CryptoError, LoginFailed, Permanent, StorageError, TryLater
from bot.matrix.api import Api, Denied, Failing, LoggedOut
from bot.matrix.crypto.machine import Machine
from bot.matrix.line import Line
from bot.matrix.rooms import RoomBook
from bot.matrix.sync import FIRST_WAIT, POLL, TOKEN, Sync
from bot.ports import RoomInfo
from bot.storage import journal, outbox, state
from bot.storage.engine import Storage
from bot.storage.rooms import Room
from bot.storage.schema import audit
from tests.support.fakes import START, FakeClock
from tests.support.house import ANA, CONTROL, ROOM, entry, on_any_database

US = "@steward:example.org"

pytestmark = on_any_database


class EndOfTest(BaseException):
    """Nothing more is asked."""


@dataclass
class FakeApi:
    """Answers in the given order: an exception is raised. `asked` has every path with its query."""

    answers: list[Any]
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    line: Line = field(default_factory=Line)

    async def call(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        del method, body
        self.asked.append((path.rpartition("/")[2], dict(options.get("query") or {})))
        if not self.answers:
            raise EndOfTest
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer


@dataclass
class FakeMachine:
    """Encryption that has nothing to do. `owes` is raised when it is asked to keep up."""

    owes: list[BaseException] = field(default_factory=list)
    forgot: list[str] = field(default_factory=list)

    @property
    def generation(self) -> "FakeMachine":
        return self

    async def save(self, tx: object) -> None:
        del tx

    def take_in(self, sync: dict[str, Any]) -> bool:
        del sync
        return False

    def forget_members(self, room: str) -> None:
        self.forgot.append(room)

    async def keep_up(self) -> None:
        if self.owes:
            raise self.owes.pop(0)


def event(key: str, at: float = START.timestamp()) -> dict[str, Any]:
    """Ana says something."""
    return {
        "type": "m.room.message",
        "event_id": key,
        "sender": ANA,
        "origin_server_ts": int(at * 1000),
        "content": {"msgtype": "m.text", "body": key},
    }


def news(token: str, *events: dict[str, Any], room: str = ROOM, **timeline: Any) -> dict[str, Any]:
    """A sync's answer with these events of a room."""
    section = {"timeline": {"events": list(events), **timeline}, "summary": {"m.joined_member_count": 3}}
    return {"next_batch": token, "rooms": {"join": {room: section}} if events or timeline else {}}


@dataclass
class Loop:
    """A sync loop on a database, with what came of it."""

    sync: Sync
    api: FakeApi
    machine: FakeMachine
    woken: list[str]
    told: list[Effects]

    async def until_nothing_is_asked(self) -> None:
        with pytest.raises(EndOfTest):
            await self.sync.run()

    async def journalled(self) -> list[str]:
        return [entry.key for entry in await journal.waiting(self.sync.storage, ROOM, 100)]


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the loop would have rested, each time; it doesn't."""
    rested: list[float] = []

    async def rest(seconds: float) -> None:
        rested.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", rest)
    return rested


@pytest.fixture
def make(storage: Storage, clock: FakeClock) -> Callable[..., Loop]:
    """A loop that gets these answers; we are in the room."""

    def make(*answers: Any, **changes: Any) -> Loop:
        api, machine, woken, told = FakeApi(list(answers)), FakeMachine(), list[str](), list[Effects]()

        async def log_in_again(error: LoggedOut) -> None:
            if not error.soft:
                raise LoginFailed("for good") from error
            woken.append("logged in again")

        book = RoomBook(us=US, rooms={ROOM: Room(id=ROOM, people=3), CONTROL: Room(id=CONTROL, people=2)})
        book.configured[CONTROL] = RoomInfo(id=CONTROL, name="control-room", control=True)
        given = {"log_in_again": log_in_again, "control_room": book.control_room, **changes}
        sync = Sync(
            api=cast("Api", api),
            storage=storage,
            machine=cast("Machine", machine),
            rooms=book,
            clock=clock,
            us=US,
            wake=woken.append,
            after_commit=told.append,
            **given,
        )
        return Loop(sync, api, machine, woken, told)

    return make


@pytest.fixture
async def known(storage: Storage) -> None:
    """The bot has synced before."""
    async with storage.begin() as tx:
        await state.put(tx, TOKEN, "s1")


async def token(storage: Storage) -> str | None:
    return await state.get(storage, TOKEN)


@pytest.mark.usefixtures("known")
async def test_the_first_sync_of_a_process_asks_for_the_whole_state_and_at_once_and_later_ones_wait(make) -> None:
    steward = make(news("s2"), news("s3"))
    await steward.until_nothing_is_asked()
    first, second, _ = [query for _, query in steward.api.asked]
    assert (first["since"], first["full_state"], first["timeout"]) == ("s1", "true", "0")
    assert (second["since"], "full_state" in second, second["timeout"]) == ("s2", False, str(POLL * 1000))


@pytest.mark.usefixtures("known")
async def test_only_what_is_acted_upon_is_asked_for_and_much_of_it_at_once(make) -> None:
    steward = make(news("s2"))
    await steward.until_nothing_is_asked()
    wanted = json.loads(steward.api.asked[0][1]["filter"])
    assert wanted["room"]["timeline"]["limit"] >= 100
    assert wanted["room"]["timeline"]["lazy_load_members"] is True
    assert wanted["room"]["state"]["lazy_load_members"] is True
    for part in (wanted["presence"], wanted["account_data"], wanted["room"]["ephemeral"]):
        assert part == {"types": []}


async def test_the_very_first_sync_only_finds_out_where_now_is(make, storage) -> None:
    steward = make(news("s2", event("$before")))
    await steward.until_nothing_is_asked()
    assert await steward.journalled() == []
    assert await token(storage) == "s2"
    assert json.loads(steward.api.asked[0][1]["filter"])["room"]["timeline"]["limit"] == 1


@pytest.mark.usefixtures("known")
async def test_it_is_ready_after_an_answer_and_not_before(make) -> None:
    steward = make(Failing("502"), {"rooms": {}}, news("s2"))
    seen: list[bool] = []
    steward.sync.log_in_again = None
    plain = steward.api.call

    async def watched(*args: Any, **options: Any) -> Any:
        seen.append(steward.sync.ready.is_set())
        return await plain(*args, **options)

    steward.api.call = watched
    await steward.until_nothing_is_asked()
    assert seen == [False, False, False, True]


@pytest.mark.usefixtures("known")
async def test_events_and_token_are_kept_together_or_not_at_all(make, storage, monkeypatch) -> None:
    steward = make(news("s2", event("$1")), news("s2", event("$1")))
    refused = [StorageError("the disk is full")]
    plain = state.put

    async def put(tx: Any, name: str, value: str) -> None:
        if refused:
            raise refused.pop()
        await plain(tx, name, value)

    monkeypatch.setattr(state, "put", put)
    before: list[Any] = []

    async def look(_seconds: float) -> None:
        before.append((await steward.journalled(), await token(storage), list(steward.woken)))

    monkeypatch.setattr(asyncio, "sleep", look)
    await steward.until_nothing_is_asked()

    assert before == [([], "s1", [])]
    assert [query["since"] for _, query in steward.api.asked] == ["s1", "s1", "s2"]
    assert (await steward.journalled(), await token(storage)) == (["$1"], "s2")


@pytest.mark.usefixtures("known")
async def test_an_answer_that_comes_twice_is_taken_once(make) -> None:
    steward = make(news("s2", event("$1")), news("s2", event("$1")), news("s3", event("$1"), event("$2")))
    await steward.until_nothing_is_asked()
    assert await steward.journalled() == ["$1", "$2"]


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    "trouble",
    [
        Failing("reset"),
        TryLater("an answer without sense"),
        Denied(400, "M_BAD_JSON", "no"),
        Permanent("odd"),
        ValueError("nobody thought of this"),
        {"next_batch": 7},
        {"next_batch": "s2", "rooms": "none"},
    ],
    ids=repr,
)
async def test_nothing_that_comes_stops_the_loop(make, storage, trouble) -> None:
    steward = make(trouble, news("s3", event("$1")))
    await steward.until_nothing_is_asked()
    assert await steward.journalled() == ["$1"]
    assert await token(storage) == "s3"


@pytest.mark.usefixtures("known")
async def test_what_encryption_owes_the_homeserver_is_tried_again_and_stops_nothing(make) -> None:
    steward = make(news("s2", event("$1")), news("s3", event("$2")))
    steward.machine.owes = [Failing("502")]
    await steward.until_nothing_is_asked()
    assert await steward.journalled() == ["$1", "$2"]


@pytest.mark.usefixtures("known")
async def test_a_soft_logout_logs_in_again_and_goes_on_with_the_same_token(make) -> None:
    steward = make(LoggedOut("M_UNKNOWN_TOKEN", soft=True), news("s2", event("$1")))
    await steward.until_nothing_is_asked()
    assert steward.woken == ["logged in again", ROOM]
    assert [query["since"] for _, query in steward.api.asked] == ["s1", "s1", "s2"]


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("ending", [LoggedOut("M_UNKNOWN_TOKEN", soft=False), CryptoError("rolled back")], ids=repr)
async def test_what_a_person_must_decide_ends_the_loop(make, ending) -> None:
    steward = make(ending)
    with pytest.raises((LoginFailed, CryptoError)):
        await steward.sync.run()


@pytest.mark.usefixtures("known")
async def test_a_failing_homeserver_is_asked_as_often_as_the_line_allows_and_then_at_once(make, waits) -> None:
    steward = make(Failing("502"), Failing("502"), news("s2"))
    steward.api.line.failed()
    await steward.until_nothing_is_asked()
    assert all(0 < wait <= 1.25 for wait in waits)
    assert [query["timeout"] for _, query in steward.api.asked] == ["0", "0", "0", str(POLL * 1000)]


@pytest.mark.usefixtures("known")
async def test_a_homeserver_that_refuses_a_sync_is_asked_less_and_less_often(make, waits) -> None:
    steward = make(*[Denied(403, "M_FORBIDDEN", "no") for _ in range(5)], news("s2"))
    await steward.until_nothing_is_asked()
    assert [FIRST_WAIT * 2**n <= wait <= FIRST_WAIT * 2**n * 1.25 for n, wait in enumerate(waits)] == [True] * 5


@pytest.mark.usefixtures("known")
async def test_a_gap_is_filled_before_the_token_moves(make, storage) -> None:
    limited = news("s2", event("$3"), limited=True, prev_batch="p1")
    page = {"chunk": [event("$2"), event("$1")]}
    steward = make(limited, Failing("502"), limited, page)
    await steward.until_nothing_is_asked()
    assert [where for where, _ in steward.api.asked] == ["sync", "messages", "sync", "messages", "sync"]
    assert await steward.journalled() == ["$1", "$2", "$3"]
    assert await token(storage) == "s2"
    assert ROOM in steward.machine.forgot


@pytest.mark.usefixtures("known")
async def test_a_page_of_history_that_is_none_ends_no_gap(make) -> None:
    limited = news("s2", event("$3"), limited=True, prev_batch="p1")
    steward = make(limited, {}, limited, {"chunk": [event("$2")]})
    await steward.until_nothing_is_asked()
    assert await steward.journalled() == ["$2", "$3"]


@pytest.mark.usefixtures("known")
async def test_a_gap_that_may_not_be_seen_is_counted_too(make) -> None:
    limited = news("s2", event("$3"), limited=True, prev_batch="p1")
    steward = make(limited, Denied(403, "M_FORBIDDEN", "not here any more"))
    await steward.until_nothing_is_asked()
    assert await steward.journalled() == ["$3"]
    assert steward.sync.lost == 1


@pytest.mark.usefixtures("known")
async def test_a_room_is_encrypted_as_soon_as_a_sync_says_so(make) -> None:
    turned = {"type": "m.room.encryption", "state_key": "", "content": {}}
    limited = news("s2", turned, limited=True, prev_batch="p1")
    steward = make(limited, Failing("502"))
    seen: list[bool] = []
    plain = steward.api.call

    async def watched(*args: Any, **options: Any) -> Any:
        seen.append(steward.sync.rooms.encrypted(ROOM))
        return await plain(*args, **options)

    steward.api.call = watched
    await steward.until_nothing_is_asked()
    # While the gap is walked, and although it failed and nothing was kept.
    assert seen == [False, True, True]


@pytest.mark.usefixtures("known")
async def test_a_gap_that_is_too_long_is_counted_and_told_to_the_operators(make, storage) -> None:
    limited = news("s2", event("$3"), limited=True, prev_batch="p1")
    old = event("$1", START.timestamp() - 25 * 3600)
    steward = make(limited, {"chunk": [event("$2")], "end": "p2"}, {"chunk": [old], "end": "p3"})
    await steward.until_nothing_is_asked()
    assert await steward.journalled() == ["$1", "$2", "$3"]
    assert steward.sync.lost == 1
    (line,) = await storage.rows(select(audit))
    assert (line.room, "older than a day" in line.outcome) == (ROOM, True)
    (said,) = await outbox.waiting(storage, CONTROL)
    assert "gave up on a gap" in said.content["body"]
    assert [row.room for effects in steward.told for row in effects.queued] == [CONTROL]


@pytest.mark.usefixtures("known")
async def test_a_sync_never_waits_for_what_is_done_about_its_events(make) -> None:
    steward = make(news("s2", event("$1")), news("s3", event("$2")))
    await steward.until_nothing_is_asked()
    # Nobody has worked anything off, and still both have come.
    assert await steward.journalled() == ["$1", "$2"]
    assert steward.woken == [ROOM, ROOM]
    assert asyncio.all_tasks() == {asyncio.current_task()}


def membership(who: str, now: str) -> dict[str, Any]:
    """Somebody comes or goes."""
    came = {"type": "m.room.member", "state_key": who, "content": {"membership": now}}
    return {**event(f"${now}"), "sender": who, **came}


@pytest.mark.usefixtures("known")
async def test_what_was_said_before_we_came_in_is_left(make) -> None:
    steward = make(news("s2", event("$before"), membership(US, "join"), event("$after")))
    await steward.until_nothing_is_asked()
    assert await steward.journalled() == ["$after"]


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("now", ["join", "leave"])
async def test_where_somebody_came_or_went_the_people_are_asked_for_anew(make, now) -> None:
    steward = make(news("s2", membership(ANA, now)), news("s3", event("$1")))
    await steward.until_nothing_is_asked()
    assert steward.machine.forgot == [ROOM]


@pytest.mark.usefixtures("known")
async def test_keys_that_came_before_a_failed_commit_still_open_what_waits(make, storage, monkeypatch) -> None:
    steward = make(news("s2"), news("s2"))
    async with storage.begin() as tx:
        await journal.write(tx, [entry("$locked", kind="m.room.encrypted")])
    (locked,) = await journal.waiting(storage, ROOM)
    async with storage.begin() as tx:
        await journal.finish(tx, locked, journal.UNREADABLE, "its key isn't here")
    came, refused, plain = [True, False], [StorageError("the disk is full")], state.put
    monkeypatch.setattr(steward.machine, "take_in", lambda _sync: came.pop(0))

    async def put(tx: Any, name: str, value: str) -> None:
        if refused:
            raise refused.pop()
        await plain(tx, name, value)

    monkeypatch.setattr(state, "put", put)
    await steward.until_nothing_is_asked()
    assert await steward.journalled() == ["$locked"]
