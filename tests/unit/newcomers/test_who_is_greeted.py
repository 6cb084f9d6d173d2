"""Who is greeted, and when it is looked again: the pure part."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Insert

from bot.actions import Later, Remember
from bot.events import Joined
from bot.ports import RoomInfo
from handlers.newcomers.settings import WelcomeSettings
from handlers.newcomers.welcome.joining import (
    STALE,
    Scene,
    arrival,
    decide,
    ignored,
    look,
    next_look,
    not_new,
    spared,
)
from handlers.newcomers.welcome.records import Newcomer, State, Waiting
from tests.support.fakes import START

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
SETTINGS = WelcomeSettings()
ROOM = RoomInfo(id="!r:x.org", name="r", welcome="room")
EVENT = Joined(id="$j", room="!r:x.org", sender="@ana:x.org", at=START)
NEW = Newcomer(pseudonym="p", state=State.WAITING, at=START, room="!r:x.org", how="room", person="@ana:x.org")


@pytest.mark.parametrize(
    ("first", "latest", "expected"),
    [
        (0, 0, 120),
        (0, 100, 220),
        (0, 240, 360),
        (0, 241, 360),
        (0, 3600, 360),
    ],
)
def test_it_is_looked_some_time_after_the_last_came_and_not_too_late_for_the_first(first, latest, expected):
    waiting = Waiting(first=START + first * SECOND, latest=START + latest * SECOND)
    assert next_look(waiting, 2 * MINUTE) == START + expected * SECOND


def test_each_room_is_looked_at_by_a_job_of_its_own():
    one, other = look("!a:x.org", START), look("!b:x.org", START)
    assert one.key != other.key
    assert one.room == other.room == "jobs:newcomers"
    long = look("!" + "x" * 254, START).key
    assert len(long) == len(one.key) < 100


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("@ana:example.org", False),
        ("@newt:matrix.org", False),
        ("@abbott:example.org", False),
        ("@bothild:example.org", False),
        ("@robot.fan:example.org", False),
        ("@ana:bots.example.org", False),
        ("@bot:example.org", True),
        ("@helpbot:example.org", True),
        ("@HelpBot:example.org", True),
        ("@bot-telegram:example.org", True),
        ("@irc-bot-7:example.org", True),
        ("@_telegram_123:t2bot.io", True),
        ("@_IRC_Ana:example.org", True),
        ("@ana:_x.org", False),
    ],
)
def test_the_shipped_patterns_fit_bots_and_bridged_people_and_nobody_else(person, expected):
    assert ignored(person, SETTINGS.ignore) is expected


def test_patterns_are_whole_and_written_in_any_case():
    assert ignored("@telegram_12:x.org", ("@Telegram_[0-9]*:X.org",))
    assert not ignored("@telegram_ana:x.org", ("@telegram_[0-9]*:x.org",))
    assert not ignored("@ana:x.org", ("@ana",))
    assert not ignored("@ana:x.org", ())


@pytest.mark.parametrize(
    ("info", "event", "why"),
    [
        (ROOM, EVENT, ""),
        (replace(ROOM, welcome="private"), EVENT, ""),
        (replace(ROOM, welcome="off"), EVENT, "nobody is greeted in this room"),
        (ROOM, replace(EVENT, sender="@bot:x.org"), "nobody's id: a pattern in the config says so"),
        (ROOM, replace(EVENT, at=START - STALE), ""),
        (ROOM, replace(EVENT, at=START - STALE - SECOND), "came too long ago"),
        (ROOM, replace(EVENT, at=START + STALE * 1000), ""),
    ],
)
def test_who_is_left_alone_whatever_is_known_of_them(info, event, why):
    assert spared(SETTINGS, info, event, START) == why


@pytest.mark.parametrize(
    ("state", "returning", "why"),
    [
        (None, False, ""),
        (None, True, "was here before"),
        (State.MISSED, False, ""),
        (State.MISSED, True, ""),
        *((state, returning, f"known: {state}") for state in State for returning in (True, False) if state != "missed"),
    ],
)
def test_who_is_new_by_what_is_remembered(state, returning, why):
    known = None if state is None else replace(NEW, state=state)
    assert not_new(known, replace(EVENT, returning=returning)) == why


@pytest.mark.parametrize(
    ("ago", "expected"), [(0, State.WAITING), (60, State.WAITING), (61, State.LATE), (-9e6, State.WAITING)]
)
def test_what_is_heard_of_late_tells_of_no_flood(ago, expected):
    assert arrival(START - ago * SECOND, SETTINGS, START) == expected


@pytest.mark.parametrize(
    ("new", "scene", "after"),
    [
        (NEW, Scene(), 120),
        (NEW, Scene(waiting=Waiting(first=START - 300 * SECOND, latest=START - SECOND)), 60),
        (NEW, Scene(lately=8), 120),
        (NEW, Scene(lately=9), 0),
        (NEW, Scene(lately=500), 0),
        (replace(NEW, state=State.LATE), Scene(lately=500), 120),
        (NEW, Scene(flooded=True, lately=500), None),
    ],
)
def test_it_is_looked_at_once_where_many_come_and_not_at_all_in_a_flood(new, scene, after):
    looks = [one for one in decide(new, scene, SETTINGS).actions if isinstance(one, Later)]
    assert [one.at for one in looks] == ([] if after is None else [START + after * SECOND])


def test_of_whoever_comes_in_a_flood_no_id_is_kept():
    (noted,) = decide(NEW, Scene(flooded=True), SETTINGS).actions
    assert isinstance(noted, Remember)
    assert isinstance(noted.statement, Insert)
    values = noted.statement.compile().params
    assert (values["state"], values["person"]) == ("passed", None)
