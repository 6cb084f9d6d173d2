"""What members read of a service, and who counts as evidence."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.matrix import render
from handlers.status.asking import wording
from handlers.status.asking.weak import ENOUGH, HOUR, MeToo
from handlers.status.records import Phase
from handlers.status.states import State
from handlers.status.world import Known, World, known
from tests.support.fakes import START
from tests.unit.status.scenes import MASTODON, WIKI, condition, incident, look

NOW = START + timedelta(minutes=23)
AGO = NOW - timedelta(seconds=12)
MINUTES = NOW - timedelta(minutes=4)
STALE = timedelta(hours=26)


def of(**evidence: Any) -> Known:
    return known(MASTODON, World(now=NOW, **evidence), STALE)


OUTAGE = of(
    looks=(look(State.DOWN, looked=AGO, evidence="HTTP 503 after 0.3 s"),),
    conditions=(condition(heard=MINUTES),),
    incidents=(incident(acknowledged=START + timedelta(minutes=5)),),
    me_too={"mastodon": 3},
)


def test_an_outage_is_told_with_all_evidence_and_its_age():
    assert wording.details(OUTAGE, NOW) == (
        "❌ **Mastodon**: unreachable since 12:00 UTC.\n"
        "The website and the apps don't load\\.\n"
        "- Measured by me 12 seconds ago: HTTP 503 after 0\\.3 s\n"
        "- Uptime Kuma reports it down, heard 4 minutes ago\n"
        "- An incident is open since 12:00 UTC, acknowledged at 12:05 UTC\n"
        "- 3 people here say it doesn't work for them either (in the last hour)"
    )


def test_what_monitoring_says_in_its_own_words_is_for_operators():
    assert "503" not in wording.details(of(conditions=(condition(heard=MINUTES),)), NOW)
    assert "“Request failed with status code 503”" in wording.details(
        of(conditions=(condition(heard=MINUTES),)), NOW, operators=True
    )


def test_a_line_says_state_since_when_and_how_old():
    assert wording.line(OUTAGE, NOW) == (
        "❌ **Mastodon**: unreachable since 12:00 UTC; incident open, acknowledged; measured 12 seconds ago."
    )
    up = of(looks=(look(looked=AGO),))
    assert wording.line(up, NOW) == "✅ **Mastodon**: works, seen so since 12:00 UTC; measured 12 seconds ago."
    reported = of(conditions=(condition(State.UP, heard=MINUTES),))
    assert wording.line(reported, NOW).endswith("reported by Uptime Kuma 4 minutes ago.")


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (
            {"looks": (look(looked=AGO),), "conditions": (condition(heard=MINUTES),)},
            "unknown (I measure that it works; Uptime Kuma reports it down)",
        ),
        ({"looks": (look(looked=START),)}, "unknown (I last measured it 23 minutes ago)"),
        (
            {"conditions": (condition(heard=NOW - timedelta(days=2)),)},
            "unknown (Uptime Kuma last reported 2 days ago)",
        ),
        ({}, "unknown (I don't measure it, and nobody reports on it to me)"),
        (
            {"blind": MINUTES, "looks": (look(looked=AGO),)},
            "unknown (I have been cut off from the internet myself since 12:19 UTC, so I can't see how services are)",
        ),
        ({"looks": (look(State.DEGRADED, looked=AGO),)}, "slow or partly failing"),
    ],
)
def test_what_is_not_known_is_said_with_its_reason(evidence, said):
    assert wording.state(of(**evidence), NOW) == said


def test_what_is_not_measured_yet_is_told_from_what_never_is():
    assert wording.state(replace(of(), probed=True), NOW) == "unknown (I haven't measured it yet)"


def test_the_overview_begins_with_incidents_and_ends_with_what_works():
    wiki = known(WIKI, World(now=NOW, looks=(look(service="wiki", looked=AGO),)), STALE)
    lines = wording.overview([wiki, OUTAGE], NOW, None).splitlines()
    assert [line[:16] for line in lines] == ["- ❌ **Mastodon**", "- ✅ **The wiki**"]


def test_of_very_many_services_those_that_work_are_left_out():
    many = [known(WIKI, World(now=NOW, looks=(look(service="wiki", looked=AGO),)), STALE)] * 100
    lines = wording.overview([*many, OUTAGE], NOW, None).splitlines()
    assert "Mastodon" in lines[0]
    assert lines[-1] == "- … and 71 more. Ask for one by its name."


def test_nothing_from_outside_becomes_markup_or_calls_anybody():
    evil = "<b>x</b> [y](https://evil.example) **z** @room"
    word = condition(source="generic", by=evil, summary=evil, heard=AGO)
    html = render.html(
        wording.details(of(looks=(look(State.DOWN, looked=AGO, evidence=evil),), conditions=(word,)), NOW)
    )
    shown = wording.details(of(conditions=(word,)), NOW, operators=True)
    html += render.html(shown)
    assert "<b>" not in html
    assert "<a " not in html
    assert "<strong>z" not in html


def test_an_incident_that_is_about_to_end_is_not_told_as_open():
    settling = of(looks=(look(looked=AGO),), incidents=(incident(phase=Phase.SETTLING),))
    assert "incident open" not in wording.line(settling, NOW)
    assert "is about to end" in wording.details(settling, NOW)


def test_evidence_for_other_handlers_is_sentences_with_ages():
    assert wording.evidence(OUTAGE, NOW) == (
        "Measured by me 12 seconds ago: HTTP 503 after 0\\.3 s. Uptime Kuma reports it down, heard 4 minutes ago. "
        "3 people here say it doesn't work for them either (in the last hour)."
    )
    assert wording.evidence(of(), NOW) == "I don't measure it, and nobody reports on it to me."


@pytest.mark.parametrize(
    ("people", "bad", "said"),
    [
        (1, True, "1 person here says it doesn't work for them either (in the last hour)"),
        (2, False, "2 people here say it doesn't work for them (in the last hour)"),
    ],
)
def test_weak_evidence_is_shown_as_such(people, bad, said):
    assert wording.weak(people, bad=bad) == said


def test_each_person_counts_once_an_hour_and_for_an_hour():
    count = MeToo()
    for later in (timedelta(), timedelta(minutes=1), HOUR / 2):
        count.add("wiki", "@ana:x", START + later)
    count.add("wiki", "@ben:x", START + HOUR / 2)
    assert count.counts(START + HOUR / 2) == {"wiki": 2}
    assert count.counts(START + HOUR) == {"wiki": 1}
    count.add("wiki", "@ana:x", START + HOUR)
    assert count.counts(START + HOUR) == {"wiki": 2}


def test_nobody_can_be_found_in_what_is_counted():
    count = MeToo()
    count.add("wiki", "@ana:example.org", START)
    assert "ana" not in repr(count)
    assert count._key.hex() not in repr(count)  # noqa: SLF001 - that it isn't shown is what is tested


def test_operators_are_told_once_an_hour_and_again_when_the_same_event_is_decided_on_again():
    count = MeToo()
    for person in range(ENOUGH - 1):
        count.add("wiki", f"@{person}:x", START)
    assert not count.tells("wiki", "$1", START)
    count.add("wiki", "@last:x", START)
    assert count.tells("wiki", "$2", START)
    assert count.tells("wiki", "$2", START)
    assert not count.tells("wiki", "$3", START)
    for person in range(ENOUGH):
        count.add("wiki", f"@{person}:y", START + HOUR)
    assert count.tells("wiki", "$4", START + HOUR)
