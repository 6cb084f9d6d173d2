"""The dead-man's ping: sent for as long as the bot is well, to an address that is seen nowhere."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import structlog

from bot.actions import Decision, Done, Later, Nothing, Say
from bot.errors import Permanent, TryLater
from bot.events import Tick
from bot.ports import Fetched, Health, Ports
from handlers.status.telling.dead_man import (
    DEAD_MAN_LANE,
    OUTBOX,
    PATIENCE,
    SYNC,
    Failing,
    after,
    on_dead_man,
    read,
    unwell,
    written,
)
from handlers.status.telling.wiring import jobs
from handlers.status.watch import LANE
from tests.support.fakes import HEALTH, START, FakeHttp, FakeRooms, NoMemory, ports
from tests.unit.status.scenes import watch

URL = "https://ping.example/a-secret-path"
OPS = "!ops:example.org"
WATCH = watch(dead_man={"url": URL, "every": timedelta(minutes=1)})
TICK = Tick(id="t", room=DEAD_MAN_LANE, sender="", at=START, key="dead-man")
MINUTE = timedelta(minutes=1)


class Mark(NoMemory):
    """Remembers one thing."""

    def __init__(self, failing: Failing | None) -> None:
        self.failing = failing

    async def rows(self, _query: Any) -> Any:
        return [] if self.failing is None else [type("Row", (), {"value": written(self.failing)})]


def world(status: int | None = 200, failing: Failing | None = None, **health: Any) -> Ports:
    """Where the address answers this, or nothing."""
    answer = Fetched(status=status or 0, headers={}, body=b"", url=URL, elapsed=0.1)

    async def healthy() -> Health:
        return replace(HEALTH, **health)

    return ports(
        http=FakeHttp(pages={} if status is None else {URL: answer}),
        health=healthy,
        memory=Mark(failing),
        rooms=FakeRooms(operators_room=OPS),
    )


async def ping(here: Ports, tick: Tick = TICK) -> Decision:
    return await on_dead_man(WATCH, tick, here)


def said(decision: Decision) -> list[tuple[str, str]]:
    assert isinstance(decision, Done)
    return [(action.room, action.text) for action in decision.actions if isinstance(action, Say)]


@pytest.mark.parametrize(
    ("changes", "well"),
    [
        ({}, True),
        ({"last_sync": None}, False),
        ({"last_sync": START - SYNC}, True),
        ({"last_sync": START - SYNC - timedelta(seconds=1)}, False),
        ({"outbox_oldest": START - OUTBOX}, True),
        ({"outbox_oldest": START - OUTBOX - timedelta(seconds=1)}, False),
    ],
)
async def test_it_is_sent_only_while_the_bot_is_well(changes: dict[str, Any], *, well: bool) -> None:
    assert (unwell(replace(HEALTH, **changes), START) == "") is well
    here = world(**changes)
    decision = await ping(here)
    assert getattr(here.http, "asked") == ([URL] if well else [])  # noqa: B009 - the fake's own
    assert isinstance(decision, Done)
    assert decision.actions == (Later(at=START + MINUTE, key="dead-man", room=DEAD_MAN_LANE),)


async def test_it_moves_into_a_lane_of_its_own_before_anything_is_fetched() -> None:
    here = world()
    decision = await ping(here, replace(TICK, room=LANE))
    assert decision == Done((Later(at=START, key="dead-man", room=DEAD_MAN_LANE),), "in a lane of its own")
    assert getattr(here.http, "asked") == []  # noqa: B009 - the fake's own


@pytest.mark.parametrize(
    ("failing", "ok", "becomes"),
    [
        (None, True, None),
        (None, False, Failing(since=START)),
        (Failing(since=START - MINUTE), False, Failing(since=START - MINUTE)),
        (Failing(since=START - PATIENCE), False, Failing(since=START - PATIENCE, told=True)),
        (Failing(since=START - PATIENCE, told=True), True, None),
    ],
)
def test_what_is_known_after_a_ping(failing: Failing | None, becomes: Failing | None, *, ok: bool) -> None:
    assert after(failing, ok=ok, now=START) == becomes


@pytest.mark.parametrize("status", [None, 404, 500])
async def test_operators_are_told_once_when_it_has_failed_for_a_while_and_when_it_works_again(
    status: int | None,
) -> None:
    assert said(await ping(world(status))) == []
    assert said(await ping(world(status, Failing(since=START - PATIENCE + MINUTE)))) == []
    ((room, text),) = said(await ping(world(status, Failing(since=START - PATIENCE))))
    assert room == OPS
    assert "has failed for 15 minutes" in text
    assert "ping.example" in text
    told = Failing(since=START - PATIENCE, told=True)
    assert said(await ping(world(status, told))) == []
    ((_, text),) = said(await ping(world(200, told)))
    assert text == "The dead-man's ping to `ping.example` works again."
    assert said(await ping(world(200, Failing(since=START - PATIENCE)))) == []


@pytest.mark.parametrize("error", [TryLater("ping.example can't be reached"), Permanent("no")])
async def test_its_address_is_shown_to_nobody(error: Exception) -> None:
    class Broken(FakeHttp):
        async def fetch(self, url: str, headers: Any = None) -> Fetched:
            del url, headers
            raise error

    here = replace(world(None, Failing(since=START - PATIENCE)), http=Broken())
    with structlog.testing.capture_logs() as logged:
        decision = await ping(here)
    assert [line["host"] for line in logged] == ["ping.example"]
    assert "a-secret-path" not in f"{decision} {logged} {WATCH}"


async def test_without_one_nothing_recurs_and_what_was_left_ends() -> None:
    assert jobs(watch().settings) == ()
    assert [job.every for job in jobs(WATCH.settings)] == [MINUTE]
    assert isinstance(await on_dead_man(watch(), TICK, world()), Nothing)


def test_what_is_noted_comes_back() -> None:
    failing = Failing(since=START, told=True)
    assert read(written(failing)) == failing
    assert json.loads(written(failing))
    assert read(None) is None
