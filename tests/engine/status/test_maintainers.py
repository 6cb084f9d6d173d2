"""What maintainers do by commands and reactions: `!incident`, `!ack`, `!maintenance`, `!silence`."""

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.ports import RoomInfo
from bot.roles import Role
from bot.storage import schema
from handlers.status import records
from handlers.status.records import Phase, Stage
from handlers.status.states import Severity, State
from handlers.status.watch import LANE, NOTIFY
from tests.engine.status.watchhouse import KUMA, Watchhouse
from tests.support.fakes import START, FakeRooms
from tests.support.house import ANA, BEN, CONTROL, ROOM

MINUTE, HOUR = 60, 3600
on_sqlite = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)


@pytest.fixture
def home(storage, clock):
    rooms = FakeRooms(control_room=CONTROL, known={CONTROL: RoomInfo(id=CONTROL, control=True)})
    return Watchhouse(storage=storage, clock=clock, rooms=rooms)


# Incidents


async def test_a_maintainer_opens_updates_and_resolves(home):
    opened = await home.says("incident open mastodon “Posts arrive late.”")
    assert "2026-05-04-1" in opened
    assert "Posts arrive late." in opened
    incident = await home.the_incident()
    assert (incident.manual, incident.state, incident.severity) == (True, State.DEGRADED, Severity.WARNING)
    assert incident.summary == "Posts arrive late."
    assert await home.has_job(NOTIFY)

    home.clock.forward(MINUTE)
    await home.says("incident update The queue is being worked off.")
    await home.says("incident note mastodon Sidekiq was stuck")
    home.clock.forward(MINUTE)
    assert "resolved" in await home.says("incident resolve")

    incident = await home.the_incident()
    assert (incident.phase, incident.resolved) == (Phase.RESOLVED, START + timedelta(minutes=2))
    moments = await home.moments(incident.id)
    assert [(one.kind, one.public, one.who) for one in moments] == [
        ("opened", True, ANA),
        ("said", True, ANA),
        ("note", False, ANA),
        ("resolved", True, ANA),
    ]
    assert moments[1].text == "The queue is being worked off."
    assert not any("ana" in one.text for one in moments)
    assert await home.audited() == [
        (ANA, "!incident", "opened 2026-05-04-1 (mastodon)"),
        (ANA, "!incident", "updated 2026-05-04-1"),
        (ANA, "!incident", "noted in 2026-05-04-1"),
        (ANA, "!incident", "resolved 2026-05-04-1"),
    ]
    await home.passes(10 * MINUTE)
    assert await home.live() == []


@on_sqlite
@pytest.mark.parametrize("command", ["incident open mastodon x", "ack", "maintenance wiki now 1h x", "silence all 1h"])
async def test_others_are_refused_and_it_is_noted(home, command):
    answer = await home.says(command, sender=BEN)
    name = command.split()[0]
    assert answer == f"Only maintainers may use `!{name}`."
    assert await home.audited() == [(BEN, f"!{name}", "refused")]
    assert await home.incidents() == []


@on_sqlite
@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("incident", "`!incident open <service> <text>`"),
        ("incident opne mastodon x", "Did you mean `!incident open`?"),
        ("incident open", "Write `!incident open <service> <what is wrong>`"),
        ("incident open mastodon", "There is no text"),
        ("incident open mastadon is slow", "Did you mean `mastodon`?"),
        ("incident open xyz is slow", "There are `mastodon` and `wiki`"),
        (f"incident open mastodon {'x' * 1001}", "at most 1000 fit"),
        ("incident update x", "No incident is open."),
        ("incident update 2020-01-01-1 x", "There is no incident `2020-01-01-1`"),
        ("incident resolve wiki", "There is no open incident of the wiki"),
        ("incident list", "No incident is open."),
        ("ack", "No incident is open."),
        ("ack mastadon", "Did you mean `mastodon`?"),
    ],
)
async def test_what_cannot_be_done_is_refused_with_what_to_write(home, command, answer):
    assert answer in await home.says(command)
    assert await home.audited() == []


@on_sqlite
async def test_with_several_open_one_has_to_be_named(home):
    await home.hooked()
    await home.hooked(service="wiki")
    refused = await home.says("incident update it is being looked at")
    assert "Which one? These have an open incident: `mastodon` and `wiki`" in refused

    await home.says("incident update wiki The disk was full")
    await home.says("incident update 2026-05-04-1 The proxy was restarted")
    said = {one.incident: one.text for id_ in ("1", "2") for one in await home.moments(f"2026-05-04-{id_}") if one.who}
    assert said == {"2026-05-04-2": "The disk was full", "2026-05-04-1": "The proxy was restarted"}


@on_sqlite
@pytest.mark.parametrize(
    ("key", "how"),
    [
        (f"notice:2026-05-04-2:{ROOM}", {"reply_to": "$ours"}),
        (f"notice:2026-05-04-2:{ROOM}", {"thread": "$ours"}),
        (f"back:2026-05-04-2:{ROOM}", {"reply_to": "$ours"}),
        (f"detail:2:{ROOM}", {"reply_to": "$ours"}),
    ],
)
async def test_in_answer_to_a_notice_its_incident_is_meant(home, key, how):
    await home.hooked()
    await home.hooked(service="wiki")
    await home.has_said(key, "$ours")
    await home.says("incident update The disk was full", **how)

    assert [one.text for one in await home.moments("2026-05-04-2") if one.who] == ["The disk was full"]


@on_sqlite
async def test_a_second_incident_of_a_service_is_refused_while_one_is_open(home):
    await home.hooked()
    assert "has an open incident already: `2026-05-04-1`" in await home.says("incident open mastodon x")
    assert len(await home.incidents()) == 1


@on_sqlite
async def test_what_is_opened_soon_after_another_is_another(home):
    await home.hooked()
    home.clock.forward(MINUTE)
    await home.hooked(state="up")
    await home.says("incident open mastodon Logging in fails")

    first, second = await home.incidents()
    assert (first.phase, second.phase, second.manual) == (Phase.RESOLVED, Phase.OPEN, True)
    assert await home.live() == ["mastodon"]


async def test_who_resolves_what_still_fails_is_told_so_and_it_is_passed_over_until_it_changes(home):
    told = {"at": START.isoformat()}
    await home.hooked(**told)
    home.clock.forward(MINUTE)
    answer = await home.says("incident resolve mastodon The rest is no trouble")
    assert "still holds: HTTP 503 (reported by kuma). I'll speak of it again when that changes." in answer
    incident = await home.the_incident()
    assert (incident.phase, incident.state) == (Phase.RESOLVED, State.UNKNOWN)
    assert await home.kinds() == ["opened", "closed"]

    home.clock.forward(MINUTE)
    await home.hooked(**told)
    await home.comes_due("stale")
    assert (await home.the_incident()).phase == Phase.RESOLVED, "it is as it was"
    await home.hooked(state="up", at=home.now.isoformat())
    home.clock.forward(MINUTE)
    await home.hooked(at=home.now.isoformat())
    assert (await home.the_incident()).phase == Phase.OPEN, "it has changed"


@on_sqlite
async def test_what_a_person_opened_is_not_closed_by_what_is_measured(home):
    await home.says("incident open mastodon Logging in fails")
    home.clock.forward(MINUTE)
    await home.hooked()
    home.clock.forward(MINUTE)
    await home.hooked(state="up")

    incident = await home.the_incident()
    assert (incident.phase, incident.summary) == (Phase.OPEN, "Logging in fails")


@on_sqlite
async def test_notes_and_names_are_shown_inside_alone(home):
    await home.says("incident open mastodon Logging in fails")
    await home.says("incident note It was the database")
    outside, inside = await home.says("incident show mastodon"), await home.says("incident show", room=CONTROL)
    private = await home.says("incident show 2026-05-04-1", room="!private:example.org", private=True)

    assert "Logging in fails" in outside
    assert not re.search("database|@ana", outside)
    assert "shown in the operators' room" in outside
    for shown in (inside.splitlines(), private.splitlines()):
        assert any("not public: It was the database (@ana:example.org)" in line for line in shown)


@on_sqlite
async def test_a_note_can_still_be_made_when_it_is_over_and_the_list_shows_it(home):
    await home.hooked()
    home.clock.forward(5 * MINUTE)
    await home.hooked(state="up")
    assert "Noted in" in await home.says("incident note 2026-05-04-1 A cable")
    assert "is over" in await home.says("incident update 2026-05-04-1 x")
    listed = await home.says("incident list")
    assert "for 5 minutes" in listed
    assert listed.startswith("No incident is open.")


@on_sqlite
async def test_somebody_elses_words_stay_words(home):
    await home.hooked(summary="**bold** [x](http://evil.example) @room")
    row = (await home.house.queued(ROOM), await home.says("incident list"))[1]
    assert "**bold** [x]" in row


# Acknowledging


async def test_a_maintainers_eyes_and_the_command_acknowledge_once(home):
    await home.hooked()
    await home.has_said(f"notice:2026-05-04-1:{ROOM}", "$ours")
    home.clock.forward(MINUTE)
    ignored = await home.reacts("$ours", "👀", sender=BEN)
    assert await home.house.became(ignored) == ("done", "status: not a maintainer")
    assert await home.house.became(await home.reacts("$ours", "👍")) == ("done", "status: another emoji")
    await home.has_said(f"notice:2026-05-04-1:{ROOM}", "$faq", handler="faq")
    for another in ("$other", "$faq"):
        assert await home.house.became(await home.reacts(another, "👀")) == ("done", "status: nothing to acknowledge")
    assert (await home.the_incident()).acknowledged is None

    await home.reacts("$ours", "👀\ufe0f")
    incident = await home.the_incident()
    assert (incident.acknowledged, incident.version) == (home.now, 2)
    assert await home.audited() == [(ANA, "👀 2026-05-04-1", "acknowledged")]
    assert "already" in await home.says("ack")
    assert await home.house.became(await home.reacts("$ours", "👀")) == ("done", "status: nothing to acknowledge")
    assert await home.kinds() == ["opened", "acknowledged"]


@on_sqlite
async def test_the_command_acknowledges_and_it_stays_so_when_it_comes_again(home):
    await home.hooked()
    assert "somebody is on `2026-05-04-1`, Mastodon" in await home.says("ack mastodon")
    home.clock.forward(MINUTE)
    await home.hooked(state="up")
    home.clock.forward(MINUTE)
    await home.hooked()
    assert (await home.the_incident()).acknowledged == START


async def test_a_command_and_a_signal_at_once_both_count(home):
    await home.hooked()
    home.clock.forward(MINUTE)
    await home.hooked(state="up", works=False)
    await asyncio.gather(home.house.works(KUMA), home.says("incident note A cable"))

    assert (await home.the_incident()).phase == Phase.RESOLVED
    assert sorted(await home.kinds()) == ["note", "opened", "resolved"]


# Maintenance


async def the_window(home):
    (one,) = await records.windows(home.memory, START - timedelta(days=1))
    return one


async def test_maintenance_goes_from_planned_to_over_by_the_clock(home):
    answer = await home.says("maintenance wiki tomorrow 9:00 2h Upgrade of MediaWiki")
    window = await the_window(home)
    assert "5 May, 09:00 to 11:00 UTC (2 hours), “Upgrade of MediaWiki”" in answer
    assert f"!maintenance cancel {window.id}" in answer
    assert (window.phase, window.who, window.why) == (Stage.PLANNED, ANA, "Upgrade of MediaWiki")

    stages = []
    for seconds in (19 * HOUR, HOUR, HOUR, 2 * HOUR):
        await home.passes(seconds)
        stages.append((await the_window(home)).phase)
    assert stages == [Stage.PLANNED, Stage.REMINDED, Stage.UNDER_WAY, Stage.OVER]
    assert await home.history() == [("wiki", "maintenance", 2 * HOUR)]


async def test_what_fails_meanwhile_is_no_incident_and_what_still_fails_afterwards_is(home):
    await home.says("maintenance mastodon now 2h Database")
    assert (await the_window(home)).phase == Stage.UNDER_WAY
    home.clock.forward(MINUTE)
    await home.hooked()
    assert await home.incidents() == []
    assert len(await records.conditions(home.memory)) == 1
    assert await home.history() == [("mastodon", "maintenance", None)]

    await home.passes(2 * HOUR)
    await home.passes()
    incident = await home.the_incident()
    assert (incident.phase, incident.service) == (Phase.OPEN, "mastodon")
    assert (await the_window(home)).phase == Stage.OVER


@on_sqlite
async def test_at_short_notice_nobody_is_reminded(home):
    await home.says("maintenance wiki 13:30 1h x")
    await home.passes(45 * MINUTE)
    assert (await the_window(home)).phase == Stage.PLANNED
    await home.passes(45 * MINUTE)
    assert (await the_window(home)).phase == Stage.UNDER_WAY


@on_sqlite
async def test_a_window_that_passed_while_the_bot_was_away_is_over(home):
    await home.says("maintenance wiki 15:00 1h x")
    await home.passes(10 * HOUR)
    assert (await the_window(home)).phase == Stage.OVER


@on_sqlite
async def test_maintenance_is_listed_cancelled_and_ended(home):
    await home.says("maintenance wiki 15:00 1h x")
    window = await the_window(home)
    assert window.id in await home.says("maintenance list")
    assert "hasn't begun yet" in await home.says(f"maintenance end {window.id}")
    assert "Cancelled" in await home.says("maintenance cancel wiki")
    assert (await the_window(home)).phase == Stage.CANCELLED
    assert "No maintenance is planned" in await home.says("maintenance list")
    await home.passes(3 * HOUR)
    assert (await the_window(home)).phase == Stage.CANCELLED
    assert [outcome for _, _, outcome in await home.audited()] == [
        f"planned {window.id} (wiki)",
        f"cancelled {window.id}",
    ]


@on_sqlite
async def test_maintenance_that_ends_early_counts_no_longer(home):
    await home.says("maintenance mastodon now 5h x")
    home.clock.forward(MINUTE)
    await home.hooked()
    assert "is under way already" in await home.says("maintenance cancel")
    assert "Ended" in await home.says("maintenance end")
    await home.passes()

    window = await the_window(home)
    assert (window.phase, window.ends) == (Stage.OVER, START + timedelta(minutes=1))
    assert (await home.the_incident()).phase == Phase.OPEN


@on_sqlite
@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("maintenance", "for example `!maintenance wiki tomorrow 9:00 2h Upgrade of MediaWiki`"),
        ("maintenance wiki", "I can't read when that is."),
        ("maintenance wiki 14:00", "I can't read how long that is."),
        ("maintenance wiki 14:00 2h", "Say why, too: `!maintenance wiki"),
        ("maintenance wiki 11:00 2h x", "is past"),
        ("maintenance wiki 14:00 -1h x", "I can't read how long"),
        ("maintenance wiki 14:00 9999 years x", "I can't read how long"),
        ("maintenance wkii 14:00 2h x", "Did you mean `wiki`?"),
        ("maintenance lsit", "Did you mean `maintenance list`?"),
        ("maintenance cancel", "There is no such maintenance."),
        ("maintenance end m123456", "There is no such maintenance."),
    ],
)
async def test_maintenance_that_cannot_be_is_refused_with_what_to_write(home, command, answer):
    assert answer in await home.says(command)
    assert await records.windows(home.memory, START) == []


@on_sqlite
async def test_a_service_has_one_maintenance_at_a_time(home):
    await home.says("maintenance wiki 15:00 2h x")
    assert "That overlaps with `m" in await home.says("maintenance wiki 16:00 2h y")
    assert "Maintenance of" in await home.says("maintenance wiki 17:00 2h y")
    assert "Maintenance of" in await home.says("maintenance mastodon 16:00 2h y")
    assert len(await records.windows(home.memory, START)) == 3


# Silences


async def test_a_service_is_silenced_for_a_while(home):
    assert "until 14:00 UTC" in await home.says("silence wiki 2h We know")
    assert [(one.service, one.why) for one in await records.silences(home.memory, home.now)] == [("wiki", "We know")]
    assert "“We know”" in await home.says("silence list")
    await home.passes(MINUTE)
    assert not await home.has_job(NOTIFY)
    await home.passes(2 * HOUR)
    assert await records.silences(home.memory, home.now) == []
    assert await home.house.became(await last_silence_tick(home)) == ("done", "status: a silence is over")


async def last_silence_tick(home) -> str:
    column = schema.journal.c
    rows = await home.storage.rows(select(column.key).where(column.room == LANE, column.why.contains("silence")))
    return str(rows[-1].key)


@on_sqlite
async def test_all_are_silenced_and_told_of_again(home):
    await home.says("silence all 1d")
    assert [one.service for one in await records.silences(home.memory, home.now)] == [""]
    assert "Rooms are told of anything again" in await home.says("silence end all")
    home.clock.forward(1)
    assert await records.silences(home.memory, home.now) == []


@on_sqlite
async def test_what_nobody_knows_can_be_silenced_while_it_is_open(home):
    await home.hooked(service="Postgres Backup")
    assert "postgres" in await home.says("silence postgres-backup 1h")


@on_sqlite
@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("silence", "Write `!silence <service | all> <how long> [why]`"),
        ("silence wiki", "I can't read how long that is."),
        ("silence wiki -1h", "I can't read how long that is."),
        ("silence wiki 9999d", "between a minute and 30 days"),
        ("silence wkii 1h", "Did you mean `wiki`?"),
        ("silence lsit", "Did you mean `!silence list`?"),
        ("silence end wiki", "That isn't silenced."),
    ],
)
async def test_a_silence_that_cannot_be_is_refused_with_what_to_write(home, command, answer):
    assert answer in await home.says(command)
    assert await records.silences(home.memory, START) == []


def test_all_of_it_is_for_maintainers(home):
    commands = {one.name: one.who for one in home.house.handlers["status"].commands}
    for name in ("incident", "ack", "maintenance", "silence"):
        assert commands[name] is Role.MAINTAINER
