"""Who is in which room and since when, who was there before: as the homeserver says, whatever it says."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest

from bot.errors import TryLater
from bot.matrix.api import Denied, Failing
from bot.matrix.authority import MOST_VERSIONS, Stay, earlier_versions, stay
from bot.matrix.rooms import RoomBook
from bot.ports import RoomInfo
from bot.readers import Rooms
from bot.storage.rooms import Room

US, ANA, BEN = "@steward:example.org", "@ana:example.org", "@ben:example.org"
LOBBY, TECH, FAR, OTHER = "!lobby:example.org", "!tech:example.org", "!far:example.org", "!other:example.org"
SINCE = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
CAME = int(SINCE.timestamp() * 1000)


def membership(now: Any = "join", at: Any = CAME) -> dict[str, Any]:
    return {"type": "m.room.member", "content": {"membership": now}, "origin_server_ts": at}


@dataclass
class Homeserver:
    """Answers with what is put here by room and person, by room (creations), or raises `trouble`."""

    members: dict[tuple[str, str], Any] = field(default_factory=dict)
    creations: dict[str, Any] = field(default_factory=dict)
    joined: dict[str, Any] = field(default_factory=dict)
    trouble: Exception | None = None
    asked: list[tuple[str, ...]] = field(default_factory=list)

    async def call(self, method: str, path: str, _body: Any = None, **options: Any) -> Any:
        room, *rest = (unquote(part) for part in path.split("/")[5:])
        self.asked.append((room, *rest))
        if self.trouble is not None:
            raise self.trouble
        match rest:
            case ["joined_members"]:
                found = self.joined.get(room)
            case ["state", "m.room.create", ""]:
                found = self.creations.get(room)
            case ["state", "m.room.member", person]:
                assert options["query"] == {"format": "event"}
                found = self.members.get((room, person))
            case _:
                raise AssertionError((method, path))
        if found is None:
            raise Denied(404, "M_NOT_FOUND", "no such state")
        return found


def rooms(homeserver: Homeserver) -> Rooms:
    """The port. The bot is in the lobby and in the tech chat, and not (yet) in the room that is far away."""
    anything: Any = homeserver
    book = RoomBook(
        us=US,
        rooms={LOBBY: Room(id=LOBBY), TECH: Room(id=TECH), OTHER: Room(id=OTHER)},
        configured={room: RoomInfo(id=room) for room in (LOBBY, TECH, FAR)},
    )
    return Rooms(storage=anything, book=book, api=anything, us=US, hear=anything)


NO_WORDS: list[Any] = [None, 7, ["join"], {}]
NONSENSE: list[Any] = [
    *({}, {"content": None}, {"content": "join"}, {"content": {}}, {"content": {"membership": "join"}}),
    *(membership(now) for now in NO_WORDS),
    *(membership(at=at) for at in (None, "yesterday", True, -1, 1e300, float("nan"), float("inf"), 10**400, 2**62)),
]


# How somebody stands to a room


@pytest.mark.parametrize("now", ["join", "invite", "leave", "ban", "knock"])
async def test_how_somebody_stands_to_a_room_and_since_when_is_what_the_homeserver_says(now: str) -> None:
    api: Any = Homeserver(members={(LOBBY, ANA): membership(now)})
    assert await stay(api, LOBBY, ANA) == Stay(now, SINCE)
    assert await stay(api, LOBBY, BEN) is None


@pytest.mark.parametrize("answer", NONSENSE, ids=repr)
async def test_nonsense_for_an_answer_says_nothing(answer: Any) -> None:
    api: Any = Homeserver(members={(LOBBY, ANA): answer})
    assert await stay(api, LOBBY, ANA) is None
    assert await rooms(api).entered(ANA) == {}
    with_before: Any = Homeserver(members={(OTHER, ANA): answer}, creations={LOBBY: upgraded_from(OTHER)})
    assert await rooms(with_before).was_in_before(ANA, LOBBY) is False


@pytest.mark.parametrize("error", [Failing("502"), TryLater("later")])
async def test_a_homeserver_that_does_not_answer_now_is_asked_later(error: TryLater) -> None:
    port = rooms(Homeserver(trouble=error))
    for asked in (port.entered(ANA), port.was_in_before(ANA, LOBBY), port.members(LOBBY), port.shares_room(ANA)):
        with pytest.raises(TryLater):
            await asked


# In which rooms, and who


async def test_the_rooms_that_somebody_has_entered_are_the_configured_ones_that_they_and_we_are_in() -> None:
    homeserver = Homeserver(
        members={(LOBBY, ANA): membership(), (TECH, ANA): membership("leave"), (OTHER, ANA): membership()}
    )
    homeserver.members[FAR, ANA] = membership()
    assert await rooms(homeserver).entered(ANA) == {LOBBY: SINCE}
    assert FAR not in [room for room, *_ in homeserver.asked], "we aren't there, so it can't be told"


@pytest.mark.parametrize("now", ["invite", "leave", "ban", "knock", "elsewhere"])
async def test_who_is_not_in_has_not_entered(now: str) -> None:
    assert await rooms(Homeserver(members={(LOBBY, ANA): membership(now)})).entered(ANA) == {}


async def test_rooms_that_are_settled_anew_while_one_is_asked_disturb_nothing() -> None:
    class Moving(Homeserver):
        async def call(self, method: str, path: str, _body: Any = None, **options: Any) -> Any:
            port.book.configured.pop(TECH, None)
            port.book.configured[OTHER] = RoomInfo(id=OTHER)
            return await super().call(method, path, _body, **options)

    port = rooms(Moving(members={(LOBBY, ANA): membership()}, joined={}))
    assert await port.entered(ANA) == {LOBBY: SINCE}
    port.book.configured.pop(OTHER)
    assert await port.shares_room(ANA) is False


async def test_the_members_of_a_room_are_who_is_in_it_now() -> None:
    homeserver = Homeserver(joined={LOBBY: {"joined": {ANA: {}, BEN: {"display_name": "Ben"}}}})
    port = rooms(homeserver)
    assert await port.members(LOBBY) == {ANA, BEN}
    assert await port.members(FAR) == frozenset()
    assert [await port.is_in(person, LOBBY) for person in (ANA, US)] == [True, False]


@pytest.mark.parametrize("answer", [{}, {"joined": None}, {"joined": [ANA]}, {"joined": ANA}])
async def test_a_list_of_members_that_is_none_has_nobody(answer: Any) -> None:
    assert await rooms(Homeserver(joined={LOBBY: answer})).members(LOBBY) == frozenset()


# Earlier versions


def upgraded_from(room: Any) -> dict[str, Any]:
    return {"predecessor": {"room_id": room, "event_id": "$x"}}


V1, V2, V3 = "!v1:example.org", "!v2:example.org", LOBBY
THREE = {V3: upgraded_from(V2), V2: upgraded_from(V1), V1: {"room_version": "9"}}


async def test_the_versions_before_are_those_that_creations_name_the_latest_first() -> None:
    api: Any = Homeserver(creations=THREE)
    assert await earlier_versions(api, V3) == (V2, V1)
    assert await earlier_versions(api, V1) == ()


async def test_a_version_that_may_not_be_seen_ends_the_row() -> None:
    api: Any = Homeserver(creations={V3: upgraded_from(V2)})
    assert await earlier_versions(api, V3) == (V2,)


@pytest.mark.parametrize(
    "creation",
    [
        *({}, {"predecessor": None}, {"predecessor": V2}, {"predecessor": {}}, {"predecessor": [V2]}),
        *(upgraded_from(room) for room in (None, 7, "", [V2], "!\0", "!" + "x" * 255)),
        upgraded_from(LOBBY),
    ],
    ids=repr,
)
async def test_a_creation_that_names_no_room_or_itself_comes_from_none(creation: Any) -> None:
    api: Any = Homeserver(creations={LOBBY: creation})
    assert await earlier_versions(api, LOBBY) == ()


async def test_a_circle_and_a_row_without_end_are_walked_once_and_not_for_ever() -> None:
    circle: Any = Homeserver(creations={V3: upgraded_from(V2), V2: upgraded_from(V3)})
    assert await earlier_versions(circle, V3) == (V2,)
    endless: Any = Homeserver(creations={f"!{n}": upgraded_from(f"!{n + 1}") for n in range(100)})
    assert len(await earlier_versions(endless, "!0")) == MOST_VERSIONS


@pytest.mark.parametrize("version", [V1, V2])
@pytest.mark.parametrize(
    ("now", "was"), [("join", True), ("leave", True), ("ban", True), ("invite", False), ("knock", False), (None, False)]
)
async def test_who_was_in_any_earlier_version_was_there_before(version: str, now: str | None, *, was: bool) -> None:
    members = {(version, ANA): membership(now)} if now else {}
    members[V3, ANA] = membership()
    homeserver = Homeserver(members=members, creations=THREE)
    assert await rooms(homeserver).was_in_before(ANA, V3) is was


async def test_in_a_room_that_was_never_upgraded_nobody_was_before() -> None:
    homeserver = Homeserver(members={(LOBBY, ANA): membership()}, creations={LOBBY: {"room_version": "11"}})
    assert await rooms(homeserver).was_in_before(ANA, LOBBY) is False
