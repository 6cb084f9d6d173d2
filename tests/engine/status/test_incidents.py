"""Signals become incidents, on both databases: one story of all sources, over collisions and crashes."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.errors import TryLater
from bot.events import Signal
from bot.handler import Service
from bot.readers import Memory
from handlers.status import records, tables
from handlers.status.board import Look
from handlers.status.incidents.patience import TRIES, Patience
from handlers.status.records import Phase
from handlers.status.states import State
from handlers.status.watch import NOTIFY
from tests.engine.status.watchhouse import GATUS, HOOKED, KUMA, Watchhouse
from tests.support.fakes import START, Crash
from tests.support.house import CONTROL

MINUTE = 60
on_sqlite = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)


@pytest.fixture
def home(storage, clock):
    """The handler at work, without probes."""
    return Watchhouse(storage=storage, clock=clock)


@pytest.fixture
def measured(storage, clock):
    """The handler at work, with a probe of Mastodon's."""
    probes = ({"service": "mastodon"},)
    return Watchhouse(storage=storage, clock=clock, settings={"probes": probes})


async def test_an_outage_is_one_incident_from_its_beginning_to_its_end(home):
    await home.hooked()
    incident = await home.the_incident()
    assert (incident.id, incident.service, incident.phase) == ("2026-05-04-1", "mastodon", Phase.OPEN)
    assert (incident.summary, incident.version) == ("HTTP 503", 1)
    assert await home.has_job(NOTIFY)

    home.clock.forward(23 * MINUTE)
    await home.hooked(state="up")
    incident = await home.the_incident()
    assert (incident.phase, incident.resolved) == (Phase.RESOLVED, START + timedelta(minutes=23))
    assert await home.kinds() == ["opened", "resolved"]
    assert await home.live() == ["mastodon"]

    await home.passes(10 * MINUTE)
    assert await home.live() == []
    await home.hooked()
    assert [one.id for one in await home.incidents()] == ["2026-05-04-1", "2026-05-04-2"]


@on_sqlite
async def test_what_comes_again_before_that_is_the_same_incident(home):
    await home.hooked()
    home.clock.forward(MINUTE)
    await home.hooked(state="up")
    await home.passes(9 * MINUTE)
    await home.hooked()
    await home.passes(5 * MINUTE)

    incident = await home.the_incident()
    assert (incident.phase, incident.reopened) == (Phase.OPEN, 1)
    assert await home.live() == ["mastodon"]


@on_sqlite
async def test_it_is_closed_no_sooner_than_it_may_come_again(home):
    await home.hooked()
    await home.hooked(state="up", at=home.now.isoformat())
    home.clock.forward(MINUTE)
    await home.hooked(state="up")
    await home.comes_due("close:2026-05-04-1")
    assert await home.live() == ["mastodon"]
    home.clock.forward(10 * MINUTE)
    await home.comes_due("close:2026-05-04-1")
    assert await home.live() == []


@on_sqlite
async def test_a_repeat_and_a_replay_change_nothing(home):
    first = {"at": START.isoformat()}
    await home.hooked(**first)
    home.clock.forward(30)
    repeated = await home.hooked(**first)
    assert await home.house.became(repeated) == ("done", "status: nothing new")
    home.clock.forward(2 * MINUTE)
    await home.hooked(**first)
    await home.hooked(state="up", at=home.now.isoformat())
    replayed = await home.hooked(**first)

    assert await home.house.became(replayed) == ("done", "status: nothing new")
    assert await home.kinds() == ["opened", "resolved"]


async def test_many_reports_in_one_body_are_one_decision_with_incidents_for_each_service(storage, clock):
    home = Watchhouse(storage=storage, clock=clock)
    alerts = [
        {
            "status": "firing",
            "labels": {"alertname": "Down", "service": name, "severity": "critical"},
            "annotations": {"summary": f"{name} fails"},
            "startsAt": START.isoformat(),
            "fingerprint": f"{name}{number}",
        }
        for name in ("mastodon", "wiki")
        for number in range(50)
    ]
    await home.hooked(source="alertmanager", raw=json.dumps({"version": "4", "status": "firing", "alerts": alerts}))

    assert sorted((one.service, one.id) for one in await home.incidents()) == [
        ("mastodon", "2026-05-04-1"),
        ("wiki", "2026-05-04-2"),
    ]
    assert await home.kinds() == ["opened", "opened"]
    assert len(await records.conditions(home.memory)) == 100


@on_sqlite
async def test_what_nobody_can_read_is_kept_and_told_and_the_next_is_read(home):
    unreadable = await home.hooked(raw="<html>")
    await home.hooked()

    assert await home.house.became(unreadable) == ("done", "status: unreadable")
    assert len(await home.storage.rows(select(tables.unreadable))) == 1
    assert any("can't be read" in text for text in await home.house.queued(CONTROL))
    assert (await home.the_incident()).service == "mastodon"


async def test_a_service_that_nobody_knows_has_an_incident_and_a_hint_for_the_operators(home):
    await home.hooked(service="Postgres Backup")
    incident = await home.the_incident()
    hint = [one for one in await home.moments(incident.id) if one.kind == "hint"]

    assert incident.service == "postgres-backup"
    assert [(one.public, "“Postgres Backup”" in one.text, "known_as" in one.text) for one in hint] == [
        (False, True, True)
    ]
    await home.hooked(service="Postgres Backup", id="2")
    assert len([kind for kind in await home.kinds() if kind == "hint"]) == 1


@on_sqlite
async def test_once_it_is_known_its_repeats_belong_to_the_service(home):
    told = {"service": "Postgres Backup", "at": START.isoformat(), "id": "5"}
    await home.hooked(**told)
    home.clock.forward(MINUTE)
    home.place = replace(
        HOOKED, services=(*HOOKED.services, Service(name="db", title="DB", url="", known_as=("Postgres Backup",)))
    )
    home.starts()
    await home.hooked(**told)

    assert [(one.service, one.phase) for one in await home.incidents()] == [
        ("postgres-backup", Phase.RESOLVED),
        ("db", Phase.OPEN),
    ]
    assert [one.service for one in await records.conditions(home.memory)] == ["db"]


async def test_texts_that_no_database_takes_do_no_harm(home):
    await home.hooked(summary="a\0b\ud800 `x` \u202e", details="x" * 9000)
    incident = await home.the_incident()
    assert "\0" not in incident.summary
    assert incident.phase == Phase.OPEN


# Probes


@on_sqlite
async def test_a_probe_opens_and_resolves_and_makes_history(measured):
    await measured.probed("up")
    measured.clock.forward(10 * MINUTE)
    await measured.probed("down")
    measured.clock.forward(5 * MINUTE)
    await measured.probed("up")

    assert await measured.kinds() == ["opened", "resolved"]
    assert await measured.history() == [
        ("mastodon", "up", 600.0),
        ("mastodon", "down", 300.0),
        ("mastodon", "up", None),
    ]
    texts = [one.text for one in await measured.moments("2026-05-04-1")]
    assert texts[0] == "Mastodon is unreachable: HTTP 503 after 0.3 s (measured by me)"


@on_sqlite
async def test_what_a_hook_says_makes_history_only_where_nothing_is_measured(measured):
    await measured.hooked()
    assert await measured.history() == []
    await measured.hooked(service="wiki")
    assert await measured.history() == [("wiki", "down", None)]


@on_sqlite
async def test_a_probe_that_is_well_closes_nothing_that_a_hook_holds_open(measured):
    await measured.hooked()
    measured.clock.forward(MINUTE)
    await measured.probed("up")
    assert (await measured.the_incident()).phase == Phase.OPEN


@on_sqlite
async def test_a_bot_that_sees_nothing_says_so_once_in_each_open_incident_and_to_the_operators(measured):
    await measured.hooked()
    told = {"blind": True, "at": measured.now.timestamp()}
    await measured.probed("", **told)
    await measured.probed("", **told)
    measured.clock.forward(5 * MINUTE)
    await measured.probed("", blind=False, at=measured.now.timestamp())

    assert await measured.kinds() == ["opened", "blind", "sight"]
    assert ("", "unknown", 300.0) in await measured.history()
    said = await measured.house.queued(CONTROL)
    assert any(text.startswith("I can't see since 12:00 UTC") for text in said)
    assert any(text.startswith("I can see again since 12:05 UTC") for text in said)
    assert (await measured.the_incident()).version == 3


# Time


@on_sqlite
async def test_an_unstable_service_resolves_after_it_has_been_well_for_a_while(home):
    await home.hooked()
    for _ in range(3):
        home.clock.forward(MINUTE)
        await home.hooked(state="up")
        home.clock.forward(MINUTE)
        await home.hooked()
    home.clock.forward(MINUTE)
    await home.hooked(state="up")
    well = home.now
    assert ((await home.the_incident()).phase, (await home.the_incident()).unstable) == (Phase.SETTLING, True)

    await home.passes(14 * MINUTE)
    assert (await home.the_incident()).phase == Phase.SETTLING
    await home.passes(MINUTE)
    incident = await home.the_incident()
    assert (incident.phase, incident.resolved) == (Phase.RESOLVED, well)


@on_sqlite
async def test_a_source_without_a_word_for_a_day_holds_nothing_open(home):
    await home.hooked()
    assert [job.every for job in home.house.handlers["status"].jobs if job.key == "stale"] == [timedelta(minutes=15)]
    home.clock.forward(27 * 60 * MINUTE)
    await home.comes_due("stale")

    incident = await home.the_incident()
    assert (incident.phase, incident.state) == (Phase.RESOLVED, State.UNKNOWN)
    assert await home.kinds() == ["opened", "silent", "stale"]


@on_sqlite
async def test_a_probe_that_looks_and_looks_is_no_silence(measured):
    await measured.probed("down")
    watch = measured.watch
    measured.clock.forward(27 * 60 * MINUTE)
    watch.board.looks["mastodon"] = Look(
        probe="mastodon", service="mastodon", state=State.DOWN, since=START, looked=measured.now, evidence="HTTP 503"
    )
    await measured.comes_due("stale")
    assert (await measured.the_incident()).phase == Phase.OPEN
    assert [one.heard for one in await records.conditions(measured.memory)] == [measured.now]


@on_sqlite
async def test_a_decision_that_was_missed_is_made_when_all_is_looked_at_again(home):
    await home.hooked()
    async with home.storage.begin() as tx:
        await tx.execute(update(tables.conditions).values(state="up"))
    await home.comes_due("stale")
    assert (await home.the_incident()).phase == Phase.RESOLVED


# At once, and in between


async def test_two_lanes_that_open_the_same_service_make_one_incident(home):
    await home.hooked(works=False)
    await home.hooked(hook="gatus", works=False)
    await asyncio.gather(home.house.works(KUMA), home.house.works(GATUS))

    assert (await home.the_incident()).phase == Phase.OPEN
    assert len(await records.conditions(home.memory)) == 2


async def test_two_lanes_that_recover_at_once_leave_nothing_open(home):
    await home.hooked()
    await home.hooked(hook="gatus")
    home.clock.forward(MINUTE)
    await home.hooked(state="up", works=False)
    await home.hooked(hook="gatus", state="up", works=False)
    await asyncio.gather(home.house.works(KUMA), home.house.works(GATUS))

    assert (await home.the_incident()).phase == Phase.RESOLVED
    assert await home.kinds() == ["opened", "resolved"]


@on_sqlite
async def test_what_another_lane_commits_between_two_looks_is_not_missed(home, monkeypatch):
    await home.hooked()
    await home.hooked(hook="gatus")
    home.clock.forward(MINUTE)
    await home.hooked(state="up", works=False)
    await home.hooked(hook="gatus", state="up", works=False)
    rows = Memory.rows
    passed: list[bool] = []

    async def between(self, query):
        found = await rows(self, query)
        if "status_conditions.service =" in str(query) and not passed:
            passed.append(True)
            await home.house.works(GATUS)
        return found

    monkeypatch.setattr(Memory, "rows", between)
    await home.house.works(KUMA)

    assert passed
    assert (await home.the_incident()).phase == Phase.RESOLVED


async def test_many_lanes_at_once_lose_nothing(storage, clock):
    hooks = tuple(f"h{number}" for number in range(12))
    home = Watchhouse(storage=storage, clock=clock, place=replace(HOOKED, hooks=hooks))
    for hook in hooks:
        await home.hooked(hook=hook, works=False)

    async def lane(hook: str) -> None:
        while True:
            try:
                return await home.house.works(f"hook:{hook}")
            except TryLater:
                await asyncio.sleep(0)

    await asyncio.gather(*map(lane, hooks))
    assert (await home.the_incident()).phase == Phase.OPEN
    assert sorted(one.by for one in await records.conditions(home.memory)) == sorted(hooks)


def test_a_signal_that_collides_again_and_again_rests_and_is_not_given_up():
    signal = Signal(id="hook:kuma:1", room=KUMA, sender="", at=START, source="generic")
    patience = Patience()
    for _ in range(TRIES):
        patience.begin(signal)
    with pytest.raises(TryLater) as rests:
        patience.begin(signal)
    assert rests.value.after is not None
    patience.begin(signal)


async def test_a_crash_before_the_commit_loses_nothing_and_repeats_nothing(home, monkeypatch):
    await home.hooked(works=False)

    async def dies(*_args, **_kwargs):
        raise Crash

    with monkeypatch.context() as dying:
        dying.setattr("bot.effects.jobs.add_job", dies)
        with pytest.raises(Crash):
            await home.house.works(KUMA)
    assert await home.incidents() == []
    events = home.house.reader.events
    home.starts()
    home.house.reader.events = events
    await home.house.works(KUMA)
    await home.house.works(KUMA)

    assert await home.kinds() == ["opened"]


def change_meanwhile(monkeypatch, home, change):
    """After all is read, and before anything is written, somebody else changes something, once."""
    rows = Memory.rows
    once: list[bool] = []

    async def meanwhile(self, query):
        found = await rows(self, query)
        if "status_windows" in str(query) and not once:
            once.append(True)
            async with home.storage.begin() as tx:
                await tx.execute(change)
        return found

    monkeypatch.setattr(Memory, "rows", meanwhile)


async def test_a_conflict_is_decided_again_on_what_is_then_the_case(home, monkeypatch):
    await home.hooked()
    home.clock.forward(MINUTE)
    seen = update(tables.incidents).values(version=7, acknowledged=home.now.timestamp())
    change_meanwhile(monkeypatch, home, seen)
    await home.hooked(state="up")

    incident = await home.the_incident()
    assert (incident.version, incident.acknowledged, incident.phase) == (8, home.now, Phase.RESOLVED)


async def test_a_word_that_somebody_else_has_changed_meanwhile_is_taken_anew(home, monkeypatch):
    await home.hooked(state="maintenance")
    home.clock.forward(MINUTE)
    later = (home.now + timedelta(seconds=30)).timestamp()
    change_meanwhile(monkeypatch, home, update(tables.conditions).values(state="up", since=later))
    await home.hooked(state="maintenance", summary="more of it", at=home.now.isoformat())

    assert [one.state for one in await records.conditions(home.memory)] == [State.UP]


@on_sqlite
async def test_a_probe_that_the_config_has_no_more_keeps_no_incident_open(measured):
    await measured.probed("down")
    measured.clock.forward(MINUTE)
    measured.settings = {}
    measured.starts()
    (job,) = [job for job in measured.house.handlers["status"].jobs if job.key == "gone"]
    assert job.each_start

    await measured.comes_due("gone")
    incident = await measured.the_incident()
    assert (incident.phase, incident.state) == (Phase.RESOLVED, State.UNKNOWN)
    assert await measured.kinds() == ["opened", "silent", "stale"]
    await measured.comes_due("gone")
    assert await measured.kinds() == ["opened", "silent", "stale"]


@on_sqlite
async def test_a_probe_that_the_config_still_has_is_believed_over_a_start(measured):
    await measured.probed("down")
    measured.starts()
    await measured.comes_due("gone")
    assert (await measured.the_incident()).phase == Phase.OPEN


@on_sqlite
@pytest.mark.parametrize(("state", "phase"), [("up", Phase.RESOLVED), ("down", Phase.OPEN)])
async def test_a_probe_that_has_another_name_now_goes_on_where_it_was(measured, state, phase):
    await measured.probed("down")
    measured.settings = {"probes": ({"service": "mastodon"}, {"service": "mastodon", "kind": "mastodon"})}
    measured.starts()
    measured.clock.forward(MINUTE)
    await measured.probed(state, probe="mastodon-http")
    await measured.comes_due("gone")

    incident = await measured.the_incident()
    assert (incident.phase, incident.state) == (phase, State.DOWN)
    assert "stale" not in await measured.kinds()
