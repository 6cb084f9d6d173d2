"""Authority: what standing gives which role, and who created a room."""

from typing import Any

import pytest

from bot.matrix.authority import creators_of
from bot.roles import PowerLevels, Role, Standing, role_of

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
        ({"content": {"room_version": "12"}}, set()),
        ({}, set()),
    ],
)
def test_creators_stand_above_from_room_version_12_on(event: dict[str, Any], creators: set[str]) -> None:
    assert creators_of(event) == creators
