"""Which room is meant by the config's alias or id, and getting into it."""

import asyncio
import itertools
from typing import Any

import pytest

from bot.errors import Permanent, StorageError, TryLater, Unacceptable
from bot.matrix.api import Denied
from bot.matrix.home import Home, Wanted
from bot.matrix.rooms import RoomBook
from bot.ports import RoomInfo
from bot.storage import state
from bot.storage.engine import Storage
from bot.storage.rooms import Room
from bot.storage.schema import sync_state
from tests.support.house import on_any_database

pytestmark = on_any_database

ALIAS, OLD, NEW, NEWEST = "#lobby:example.org", "!old:example.org", "!new:example.org", "!newest:example.org"
FORBIDDEN = Denied(403, "M_FORBIDDEN", "You are not invited to this room.")


class Whims:
    """A homeserver: where the alias leads, and which calls it refuses. `made` has every one that changes something."""

    def __init__(self, alias_leads_to: str = OLD, refused: dict[str, Exception] | None = None) -> None:
        self.leads_to, self.refused = alias_leads_to, refused or {}
        self.made: list[tuple[str, list[str]]] = []

    async def call(self, method: str, path: str, _body: Any = None, *, query: Any = None, **_: Any) -> dict[str, Any]:
        if method == "GET":
            return {"room_id": self.leads_to, "servers": ["example.org"]}
        what = path.split("/")[4]
        self.made.append((what, query["via"]))
        if what in self.refused:
            raise self.refused[what]
        return {}


def home(storage: Storage, api: Whims, room: str = ALIAS, *, control: bool = False, inside: str = OLD) -> Home:
    info = RoomInfo(id="", name="lobby", answers="when_sure", control=control)
    wanted = Wanted(room=room, via=("two.org",), info=info)
    anything: Any = api
    return Home(api=anything, storage=storage, rooms=RoomBook(rooms={inside: Room(id=inside)}), wanted=[wanted])


async def moved(home: Home, *rooms: str) -> None:
    """The room was upgraded, step by step."""
    for old, new in itertools.pairwise(rooms):
        async with home.storage.begin() as tx:
            await home.note_move(tx, home.wanted[0], old, new, ["made.org"])


async def test_an_upgraded_room_of_the_config_is_the_newest_one_also_after_a_restart(storage: Storage) -> None:
    await moved(home(storage, Whims(), OLD), OLD, NEW, NEWEST)
    api = Whims()
    again = home(storage, api, OLD)
    assert await again.rooms_before(again.wanted[0], NEWEST) == (OLD, NEW, NEWEST)

    for settle in (again.remembered, again.enter):
        await settle()
        assert again.settled == {OLD: NEWEST}
        (info,) = again.rooms.configured.values()
        assert (info.id, info.name, info.answers) == (NEWEST, "lobby", "when_sure")
    assert api.made == [("join", ["two.org", "made.org"])]


@pytest.mark.parametrize("leads_to", [OLD, NEW, NEWEST])
async def test_an_alias_that_stayed_behind_leads_to_the_same_place_as_one_that_came_along(
    storage: Storage, leads_to: str
) -> None:
    await moved(home(storage, Whims()), OLD, NEW, NEWEST)
    again = home(storage, Whims(leads_to))
    await again.remembered()
    await again.enter()
    assert set(again.rooms.configured) == {NEWEST}


async def test_an_alias_that_operators_set_anew_counts_and_begins_a_new_row(storage: Storage) -> None:
    await moved(home(storage, Whims()), OLD, NEW)
    again = home(storage, Whims("!other:example.org"))
    await again.remembered()
    await again.enter()
    assert set(again.rooms.configured) == {"!other:example.org"}
    assert await again.rooms_before(again.wanted[0], "!other:example.org") == ("!other:example.org",)


@pytest.mark.parametrize(
    ("inside", "remembered", "meant"),
    [(OLD, True, OLD), ("!elsewhere", True, NEW), (OLD, False, NEW)],
)
async def test_a_control_room_isnt_moved_by_its_alias_while_the_bot_is_in_it(
    storage: Storage, inside: str, meant: str, *, remembered: bool
) -> None:
    if remembered:
        await home(storage, Whims(OLD), control=True).enter()
    again = home(storage, Whims(NEW), control=True, inside=inside)
    await again.enter()  # also by `--check`, which remembers nothing
    assert set(again.rooms.configured) == {meant}
    assert await state.get(storage, next(iter(await names(storage)))) == meant


async def names(storage: Storage) -> set[str]:
    """Under which names something is kept."""

    return {row.name for row in await storage.rows(sync_state.select())}


async def test_a_closed_room_is_knocked_on_once_and_waited_for(storage: Storage) -> None:
    api = Whims(refused={"join": FORBIDDEN})
    waiting = home(storage, api, inside="!elsewhere")
    for _ in range(3):
        await waiting.enter()
        assert isinstance(waiting.missing[ALIAS], TryLater)
        assert "has knocked. Let it in" in str(waiting.missing[ALIAS])
        assert not waiting.hopeless()
    via = ["two.org", "example.org"]
    assert api.made == [("join", via), ("knock", via), ("join", via), ("join", via)]


@pytest.mark.parametrize(
    ("refused", "made"),
    [
        ({"join": FORBIDDEN, "knock": FORBIDDEN}, ["join", "knock"]),
        ({"join": Denied(404, "M_NOT_FOUND", "")}, ["join"]),
        ({"join": Denied(403, "M_INVITE_BLOCKED", "")}, ["join"]),
    ],
)
async def test_where_knocking_is_no_use_it_is_hopeless(
    storage: Storage, refused: dict[str, Exception], made: list[str]
) -> None:
    api = Whims(refused=refused)
    lost = home(storage, api, inside="!elsewhere")
    await lost.enter()
    assert isinstance(lost.missing[ALIAS], Permanent)
    assert lost.hopeless()
    assert [what for what, _ in api.made] == made


async def test_what_may_pass_is_tried_again_soon_and_is_never_hopeless(storage: Storage) -> None:
    at_home = home(storage, Whims())
    at_home.missing = {ALIAS: TryLater("502")}
    assert (at_home.passing(), at_home.hopeless()) == (True, False)
    at_home.missing = {ALIAS: Permanent("no")}
    assert (at_home.passing(), at_home.hopeless()) == (False, True)


@pytest.mark.parametrize("answer", [{}, {"room_id": None}, {"room_id": 7}, {"room_id": OLD, "servers": "example.org"}])
async def test_a_directory_that_answers_with_nonsense_may_come_to_itself(
    storage: Storage, answer: dict[str, Any]
) -> None:
    class Nonsense(Whims):
        async def call(self, *_: Any, **__: Any) -> dict[str, Any]:
            return answer

    at_home = home(storage, Nonsense())
    await at_home.enter()
    assert not at_home.hopeless()
    assert set(at_home.missing) == (set() if answer.get("room_id") == OLD else {ALIAS})


@pytest.mark.parametrize(("error", "hopeless"), [(StorageError("locked"), False), (Unacceptable("no"), True)])
async def test_a_database_in_trouble_is_no_reason_to_give_a_room_up(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, error: StorageError, *, hopeless: bool
) -> None:
    async def fail(*_: Any) -> None:
        raise error

    at_home = home(storage, Whims())
    with monkeypatch.context() as patched:
        patched.setattr(state, "put", fail)
        await at_home.enter()
    assert at_home.hopeless() is hopeless
    assert at_home.passing() is not hopeless
    await at_home.enter()
    assert at_home.missing == {}
    (room,) = at_home.rooms.configured
    assert at_home.rooms.inside(room), "no sync has told of it yet"


async def test_a_room_that_is_upgraded_while_the_directory_is_asked_stays_the_new_one(storage: Storage) -> None:
    asked, answer = asyncio.Event(), asyncio.Event()

    class Slow(Whims):
        async def call(self, *args: Any, **more: Any) -> dict[str, Any]:
            asked.set()
            await answer.wait()
            return await super().call(*args, **more)

    at_home = home(storage, Slow())
    at_home.rooms.rooms[NEW] = Room(id=NEW)
    entering = asyncio.create_task(at_home.enter())
    async with asyncio.timeout(5):
        await asked.wait()
        await moved(at_home, OLD, NEW)
        at_home.settle(at_home.wanted[0], NEW)
        answer.set()
        await entering
    assert set(at_home.rooms.configured) == {NEW}
