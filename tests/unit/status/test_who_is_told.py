"""Which rooms hear of which news."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.ports import RoomInfo
from handlers.status import opened
from handlers.status.notices.routing import Room, Rota, rooms_for, rota
from handlers.status.settings import Settings
from handlers.status.states import Severity
from tests.support.fakes import FakeRooms
from tests.unit.status.scenes import PLACE

TECH, OPEN, OPS = Room(id="!tech"), Room(id="!open"), Room(id="!ops", operators=True)
ROTA = Rota(named={"tech-chat": TECH, "open-chatroom": OPEN}, noticed=(TECH,), operators=OPS)
WIKI_TO_ALL = {"services": ["wiki"], "rooms": ["tech-chat", "open-chatroom"]}
CRITICAL_TO_TECH = {"severities": ["critical"], "rooms": ["tech-chat", "operators"]}
NOWHERE: dict[str, list[str]] = {"rooms": []}


def settings(*routes) -> Settings:
    return Settings.model_validate({"routes": tuple({k: tuple(v) for k, v in route.items()} for route in routes)})


@pytest.mark.parametrize(
    ("routes", "service", "severity", "told"),
    [
        ((), "mastodon", Severity.CRITICAL, (TECH,)),
        ((), "mastodon", Severity.WARNING, (TECH,)),
        ((), "mastodon", Severity.INFO, (OPS,)),
        ((), "nobody-knows", Severity.CRITICAL, (OPS,)),
        ((WIKI_TO_ALL,), "wiki", Severity.INFO, (TECH, OPEN)),
        ((WIKI_TO_ALL,), "mastodon", Severity.CRITICAL, (OPS,)),
        ((WIKI_TO_ALL, CRITICAL_TO_TECH), "wiki", Severity.CRITICAL, (TECH, OPEN)),
        ((CRITICAL_TO_TECH, WIKI_TO_ALL), "wiki", Severity.CRITICAL, (TECH, OPS)),
        ((NOWHERE, CRITICAL_TO_TECH), "mastodon", Severity.CRITICAL, ()),
    ],
)
def test_the_first_route_that_fits_says_who_is_told(routes, service, severity, told):
    assert rooms_for(service, severity, settings(*routes), PLACE, ROTA) == told


def test_where_no_room_wants_news_the_operators_hear_it():
    nobody = replace(ROTA, noticed=())
    assert rooms_for("mastodon", Severity.CRITICAL, settings(), PLACE, nobody) == (OPS,)


def test_rooms_that_we_are_not_in_are_left_out():
    known = {"!tech": RoomInfo(id="!tech", name="tech-chat", notices=True)}
    found = rota(settings(WIKI_TO_ALL), FakeRooms(known=known))
    assert found == Rota(named={"tech-chat": TECH}, noticed=(TECH,), operators=None)
    assert rooms_for("wiki", Severity.INFO, settings(WIKI_TO_ALL), PLACE, found) == (TECH,)
    assert rooms_for("mastodon", Severity.INFO, settings(WIKI_TO_ALL), PLACE, found) == ()


def test_the_moderators_room_reads_what_operators_read():
    known = {"!mods": RoomInfo(id="!mods", notices=True, control=True)}
    assert rota(settings(), FakeRooms(known=known, operators_room="!ops")).noticed == (
        Room(id="!mods", operators=True),
    )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            {"routes": ({"rooms": ("tech-chta",)},)},
            "status.routes[1].rooms: there is no room 'tech-chta'; did you mean 'tech-chat'?",
        ),
        (
            {"routes": ({"rooms": ("operators",)}, {"services": ("x",), "rooms": ()})},
            "status.routes[2].services: there is no service 'x'; there are mastodon, wiki",
        ),
    ],
)
def test_a_room_or_service_that_is_not_there_is_a_mistake_in_the_config(wrong, sentence):
    with pytest.raises(ConfigError) as raised:
        opened(Settings.model_validate(wrong), replace(PLACE, root=Path()))
    assert raised.value.problems == (sentence,)
