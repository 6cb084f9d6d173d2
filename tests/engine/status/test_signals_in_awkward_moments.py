"""What comes late, in a storm, or isn't meant for everybody: it is neither lost nor told to the wrong people."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.errors import TryLater
from bot.events import Tick
from bot.ports import RoomInfo
from handlers.status import tables
from handlers.status.incidents import wiring
from handlers.status.incidents.patience import TRIES
from handlers.status.records import Phase
from tests.engine.status.watchhouse import KUMA, Watchhouse
from tests.support.fakes import START, FakeRooms, ports
from tests.support.house import BEN, CONTROL, ROOM
from tests.unit.status.scenes import watch

MINUTE = 60
on_sqlite = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
QUESTION = {"sender": BEN, "addressed": None}


@pytest.fixture
def home(storage, clock):
    """The handler at work, in a room that wants news."""
    known = {ROOM: RoomInfo(id=ROOM, name="tech-chat", notices=True)}
    return Watchhouse(storage=storage, clock=clock, rooms=FakeRooms(known=known, control_room=CONTROL))


@on_sqlite
async def test_what_waited_to_be_worked_off_counts_from_when_it_came(home):
    await home.hooked(works=False)
    home.clock.forward(40 * MINUTE)
    await home.hooked(state="up", works=False)
    home.clock.forward(20 * MINUTE)
    await home.house.works(KUMA)

    incident = await home.the_incident()
    assert (incident.opened, incident.resolved) == (START, START + timedelta(minutes=40))


@on_sqlite
async def test_mere_information_makes_no_history_that_everybody_sees(home):
    await home.hooked(state="degraded", severity="info")
    await home.comes_due("alive")

    assert (await home.the_incident()).phase == Phase.OPEN
    assert [span for span in await home.history() if span[0] == "mastodon"] == []


@on_sqlite
@pytest.mark.parametrize("about", [{"service": "backup-of-ana"}, {"severity": "info", "state": "degraded"}])
async def test_what_is_for_the_operators_alone_is_told_to_nobody_who_asks_the_room(home, about):
    await home.hooked(**about)
    assert await home.says("is the server down?", **QUESTION) == ""

    await home.hooked(service="mastodon", id="another", state="down")
    assert "Mastodon" in await home.says("is mastodon down?", **QUESTION)


async def test_a_tick_that_collides_again_and_again_rests_and_is_not_given_up():
    home = wiring.ticks(watch())
    tick = Tick(id="timer:1", room="jobs:status", sender="", at=START, key="silence:s1")
    for _ in range(TRIES):
        await home["silence"](tick, ports())
    with pytest.raises(TryLater):
        await home["silence"](tick, ports())
    await home["silence"](tick, ports())


@on_sqlite
async def test_a_bot_that_was_killed_while_it_was_blind_says_that_it_sees_again(home):
    await home.hooked()
    await home.probed("", blind=True, at=home.now.timestamp())
    home.starts()
    for _ in range(6):
        await home.passes(MINUTE)
        await home.comes_due("alive")

    assert await home.kinds() == ["opened", "blind", "sight"]
    assert (await home.moments("2026-05-04-1"))[-1].text == "I can see again since 12:01 UTC."


@on_sqlite
async def test_a_slip_in_finding_the_service_keeps_what_was_sent(home, monkeypatch):
    def slips(*_args, **_known):
        raise ZeroDivisionError

    monkeypatch.setattr("handlers.status.incidents.mapping.service_of", slips)
    signal = await home.hooked()

    assert (await home.house.became(signal))[0] == "done"
    assert len(await home.storage.rows(select(tables.unreadable))) == 1
