"""Authority: what standing gives which role, and who created a room."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import TryLater
from bot.matrix.api import Denied
from bot.matrix.authority import Authority, creators_of, levels_of, members
from bot.matrix.rooms import RoomBook
from bot.ports import RoomInfo
from bot.roles import PowerLevels, Role, Standing, role_of
from bot.storage.rooms import Room
from tests.support.hostile import JSON

ANA, BEN, CLEO = "@ana:example.org", "@ben:example.org", "@cleo:example.org"
MEMBER, MODERATOR, MAINTAINER, ADMIN = Role


@pytest.mark.parametrize(
    ("standing", "here", "elsewhere"),
    [
        (Standing(), MEMBER, MEMBER),
        (Standing(power_here=49), MEMBER, MEMBER),
        (Standing(power_here=50), MODERATOR, MEMBER),
        (Standing(power_here=100), MODERATOR, MEMBER),
        (Standing(power_here=float("inf")), MODERATOR, MEMBER),
        (Standing(power_here=-10), MEMBER, MEMBER),
        (Standing(in_control_room=True), MODERATOR, MODERATOR),
        (Standing(in_control_room=True, power_here=100), MODERATOR, MODERATOR),
        (Standing(listed=MODERATOR), MODERATOR, MODERATOR),
        (Standing(listed=MAINTAINER), MAINTAINER, MAINTAINER),
        (Standing(listed=MAINTAINER, in_control_room=True, power_here=100), MAINTAINER, MAINTAINER),
        (Standing(listed=ADMIN), ADMIN, ADMIN),
        (Standing(listed=ADMIN, power_here=-10), ADMIN, ADMIN),
    ],
)
def test_the_highest_of_list_control_room_and_power_counts_and_power_only_here(
    standing: Standing, here: Role, elsewhere: Role
) -> None:
    assert role_of(standing, acts_here=True) is here
    assert role_of(standing, acts_here=False) is elsewhere


def test_each_role_may_what_those_before_it_may() -> None:
    assert MEMBER < MODERATOR < MAINTAINER < ADMIN
    assert [str(role) for role in Role] == ["member", "moderator", "maintainer", "admin"]


@pytest.mark.parametrize(("person", "power"), [(ANA, float("inf")), (BEN, 50), (CLEO, -5), ("@nobody:example.org", 10)])
def test_power_is_the_persons_own_or_the_default_and_infinite_for_creators(person: str, power: float) -> None:
    levels = PowerLevels({ANA: 0, BEN: 50, CLEO: -5}, 10, frozenset({ANA}))
    assert levels.of(person) == power


def test_an_empty_room_gives_no_power() -> None:
    assert PowerLevels().of(ANA) == 0


def creation(content: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"type": "m.room.create", "state_key": "", "sender": ANA, "content": content, **changes}


@pytest.mark.parametrize(
    ("event", "creators"),
    [
        (creation({"room_version": "1", "creator": ANA}), set()),
        (creation({"creator": ANA}), set()),
        (creation({"room_version": "10", "creator": ANA}), set()),
        (creation({"room_version": "11"}), set()),
        (creation({"room_version": "11", "additional_creators": [BEN]}), set()),
        (creation({"room_version": "9", "additional_creators": None}), set()),
        (creation({"room_version": "12"}), {ANA}),
        (creation({"room_version": "12", "creator": BEN}), {ANA}),
        (creation({"room_version": "12", "additional_creators": []}), {ANA}),
        (creation({"room_version": "12", "additional_creators": [BEN, CLEO]}), {ANA, BEN, CLEO}),
        (creation({"room_version": "12", "additional_creators": [ANA, BEN]}), {ANA, BEN}),
        (creation({"room_version": "13"}), {ANA}),
        (creation({"room_version": "org.example.12"}), set()),
        (creation({"room_version": ""}), set()),
        (creation({"room_version": None}), set()),
        (creation({"room_version": ["12"]}), set()),
        (creation({}), set()),
        (creation({"room_version": "١٢"}), set()),
        (creation({"room_version": "²"}), set()),
        (creation({"room_version": "9" * 5000}), {ANA}),
        (creation({"room_version": 12}), set()),
        (creation({"room_version": "12", "additional_creators": BEN}), {ANA}),
        (creation({"room_version": "12", "additional_creators": {BEN: 1}}), {ANA}),
        (creation({"room_version": "12", "additional_creators": [None, 7, {}, [BEN], BEN]}), {ANA, BEN}),
        (creation({"room_version": "12"}, sender=None), set()),
        (creation({"room_version": "12"}, sender={"a": 1}), set()),
        ({"sender": ANA, "content": "12"}, set()),
        ({"sender": ANA, "content": None}, set()),
        ({"content": {"room_version": "12"}}, set()),
        ({}, set()),
    ],
)
def test_creators_stand_above_from_room_version_12_on(event: dict[str, Any], creators: set[str]) -> None:
    assert creators_of(event) == creators


@pytest.mark.parametrize(
    ("levels", "power"),
    [
        ({"users": {ANA: 50}}, 50),
        ({"users": {ANA: 0}, "users_default": 100}, 0),
        ({"users": {BEN: 50}, "users_default": 25}, 25),
        ({"users": {ANA: -1}}, -1),
        # Old rooms may have texts; what homeservers make of them differs.
        ({"users": {ANA: "50"}}, 0),
        ({"users": {ANA: " +0100 "}}, 0),
        ({"users": {ANA: 50.0}}, 0),
        ({"users": {ANA: 1e400}}, 0),
        ({"users": {ANA: True}, "users_default": True}, 0),
        ({"users": {ANA: None}}, 0),
        ({"users": {ANA: [50]}}, 0),
        ({"users": {ANA: {"level": 50}}}, 0),
        ({"users": [ANA]}, 0),
        ({"users": ANA}, 0),
        ({"users": None}, 0),
        ({"users_default": "100"}, 0),
        ({"users_default": 99.5}, 0),
        ({"users_default": None}, 0),
        ({}, 0),
    ],
)
def test_only_whole_numbers_are_levels(levels: dict[str, Any], power: float) -> None:
    assert levels_of(levels, {}).of(ANA) == power


def test_a_rooms_maker_has_no_power_by_the_missing_of_an_event() -> None:
    for content in ({"creator": ANA, "room_version": "10"}, {"room_version": "11"}):
        assert levels_of({}, creation(content)).of(ANA) == 0


@given(levels=st.dictionaries(st.sampled_from(["users", "users_default", "x"]), JSON), created=JSON, sender=JSON)
def test_no_state_gives_more_than_numbers(levels: dict[str, Any], created: Any, sender: Any) -> None:
    power = levels_of(levels, {"content": created, "sender": sender}).of(ANA)
    assert power == 0 or isinstance(power, int) or sender == ANA or created["room_version"].isdecimal()


# Asked of a homeserver


class Whims:
    """A homeserver's answers, by the end of their path; an error is raised."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers, self.asked = answers, 0

    async def call(self, _method: str, path: str, _body: Any = None, **_: Any) -> Any:
        self.asked += 1
        answer: Any = next((answer for end, answer in self.answers.items() if end in path), {})
        if isinstance(answer, Exception):
            raise answer
        return answer


CONTROL, ROOM, CHAT = "!control", "!room", "!chat"
NO = Denied(403, "M_FORBIDDEN", "")


@pytest.mark.parametrize(
    "answer",
    [{}, {"joined": None}, {"joined": []}, {"joined": [ANA]}, {"joined": ANA}, {"joined": 7}, {ANA: {}}, NO],
    ids=repr,
)
def test_a_strange_list_of_members_has_nobody_on_it(answer: Any) -> None:
    api: Any = Whims({"joined_members": answer})
    assert asyncio.run(members(api, ROOM)) == frozenset()


def authority(answers: dict[str, Any] | None = None, listed: Role = MEMBER) -> Authority:
    api: Any = Whims(answers or {})
    configured = {
        CONTROL: RoomInfo(id=CONTROL, name="control-room", control=True),
        ROOM: RoomInfo(id=ROOM, name="lobby"),
    }
    book = RoomBook(rooms={room: Room(id=room) for room in (CONTROL, ROOM)}, configured=configured)
    return Authority(api=api, rooms=book, listed=lambda _person: listed)


INSIDE: dict[str, Any] = {"joined": {ANA: {}, BEN: {}}}
POWERFUL: dict[str, Any] = {"users": {ANA: 50}}


@pytest.mark.parametrize(
    ("asked", "room", "role"),
    [
        (authority(), None, MEMBER),
        (authority({"joined_members": INSIDE}), None, MODERATOR),
        (authority({"joined_members": NO, "m.room.power_levels": POWERFUL}), None, MEMBER),
        (authority({"m.room.power_levels": POWERFUL}), ROOM, MODERATOR),
        (authority({"m.room.power_levels": POWERFUL}), CHAT, MEMBER),
        (authority({"m.room.power_levels": NO}), ROOM, MEMBER),
        (authority({"m.room.create": creation({"room_version": "12"})}), ROOM, MODERATOR),
        (authority({"joined_members": TryLater("away")}, ADMIN), None, ADMIN),
    ],
)
def test_a_role_is_asked_of_the_homeserver_and_doubt_gives_none(asked: Authority, room: str | None, role: Role) -> None:
    assert asyncio.run(asked.role(ANA, room=room)) is role


def test_nothing_is_decided_while_the_homeserver_is_away() -> None:
    with pytest.raises(TryLater):
        asyncio.run(authority({"joined_members": TryLater("away")}).role(ANA))


def test_who_was_in_the_control_room_is_kept_for_whose_messages_come_first_and_never_for_a_role() -> None:
    asked = authority({"joined_members": INSIDE})
    asyncio.run(asked.role(ANA))
    assert asked.last.in_control_room == {ANA, BEN}
    gone: Any = Whims({"joined_members": {"joined": {BEN: {}}}})
    after = Authority(api=gone, rooms=asked.rooms, listed=asked.listed, last=asked.last)
    assert asyncio.run(after.role(ANA)) is MEMBER
    assert after.last.in_control_room == {BEN}


def test_a_demotion_counts_from_the_next_command_on() -> None:
    asked = authority({"joined_members": INSIDE})
    assert asyncio.run(asked.role(ANA)) is MODERATOR
    asked.api.answers["joined_members"] = {"joined": {BEN: {}}}  # type: ignore[attr-defined]
    assert asyncio.run(asked.role(ANA)) is MEMBER
