"""What is known of a service at a moment, from evidence that is old, contradicts itself, or isn't there."""

from datetime import timedelta
from typing import Any

import pytest

from handlers.status.records import Phase, Stage, Window
from handlers.status.states import Severity, State
from handlers.status.world import World, known
from tests.support.fakes import START
from tests.unit.status.scenes import MASTODON, condition, incident, look

UP, DOWN, SLOW, MAINTENANCE, UNKNOWN = State.UP, State.DOWN, State.DEGRADED, State.MAINTENANCE, State.UNKNOWN
STALE = timedelta(hours=26)
MINUTE = timedelta(minutes=1)
NOW = START + timedelta(hours=2)
KUMA = condition(heard=NOW)
GATUS = condition(key="k2", by="gatus", source="gatus", heard=NOW)
WINDOW = Window(
    id="w", service="mastodon", begins=NOW - MINUTE, ends=NOW + MINUTE, why="an update", who="@mo:x", phase="planned"
)


def seen(state: State = UP, **changes: Any) -> Any:
    return look(state, looked=NOW, **changes)


def said(by: Any, state: State, **changes: Any) -> Any:
    fields = {name: getattr(by, name) for name in ("key", "by", "source", "heard")}
    return condition(state, **{**fields, **changes})


def found(*, blind: Any = None, **evidence: Any) -> Any:
    return known(MASTODON, World(now=NOW, blind=blind, **evidence), STALE)


@pytest.mark.parametrize(
    ("looks", "words", "state", "doubt"),
    [
        pytest.param((), (), UNKNOWN, "stale", id="nothing"),
        pytest.param((seen(UP),), (), UP, "", id="measured alone"),
        pytest.param((), (said(KUMA, DOWN),), DOWN, "", id="reported alone"),
        pytest.param((look(UP, looked=NOW - 4 * MINUTE),), (), UNKNOWN, "stale", id="measured too long ago"),
        pytest.param(
            (look(UP, looked=NOW - 4 * MINUTE, good_for=timedelta(hours=3)),), (), UP, "", id="measured seldom"
        ),
        pytest.param((), (said(KUMA, DOWN, heard=NOW - STALE - MINUTE),), UNKNOWN, "stale", id="reported too long ago"),
        pytest.param(
            (seen(UP),), (said(KUMA, DOWN, heard=NOW - STALE - MINUTE),), UP, "", id="a stale word is no doubt"
        ),
        pytest.param((seen(UP),), (said(KUMA, DOWN),), UNKNOWN, "contradictory", id="up here, down there"),
        pytest.param((seen(DOWN),), (said(KUMA, UP),), UNKNOWN, "contradictory", id="down here, up there"),
        pytest.param((seen(SLOW),), (said(KUMA, DOWN),), DOWN, "", id="slow and down agree that it is bad"),
        pytest.param((seen(UP),), (said(KUMA, SLOW),), SLOW, "", id="slowness elsewhere contradicts nobody"),
        pytest.param((seen(DOWN),), (said(KUMA, DOWN), said(GATUS, UP)), DOWN, "", id="two who see it outweigh one"),
        pytest.param((seen(UP),), (said(KUMA, UP), said(GATUS, DOWN)), UNKNOWN, "contradictory", id="an alarm counts"),
        pytest.param((), (said(KUMA, UP), said(GATUS, DOWN)), UNKNOWN, "contradictory", id="two systems disagree"),
        pytest.param((), (said(KUMA, UP), said(KUMA, DOWN, key="k3")), DOWN, "", id="one system's worst part counts"),
        pytest.param((seen(UP), seen(DOWN, probe="mastodon-tls")), (), DOWN, "", id="own worst part counts"),
        pytest.param((seen(UP),), (said(KUMA, DOWN, severity=Severity.INFO),), UP, "", id="information is no alarm"),
        pytest.param((seen(UP),), (said(KUMA, DOWN, muted=True),), UP, "", id="a person has called it resolved"),
        pytest.param((seen(DOWN),), (said(KUMA, MAINTENANCE),), MAINTENANCE, "", id="maintenance explains a failure"),
        pytest.param((seen(UNKNOWN),), (), UNKNOWN, "stale", id="no verdict yet"),
        pytest.param((seen(UNKNOWN),), (said(KUMA, UP),), UP, "", id="no verdict yet, but a word"),
        pytest.param((), (said(KUMA, UNKNOWN),), UNKNOWN, "stale", id="a system that doesn't know"),
    ],
)
def test_evidence_comes_to_a_state_or_to_a_doubt(looks, words, state, doubt):
    one = found(looks=looks, conditions=words)
    assert (one.state, one.doubt) == (state, doubt)


def test_other_services_evidence_is_not_looked_at():
    one = found(looks=(seen(DOWN, service="wiki"),), conditions=(condition(service="wiki", heard=NOW),))
    assert (one.state, one.nothing) == (UNKNOWN, True)


def test_what_the_probes_told_is_not_heard_a_second_time():
    assert found(conditions=(condition(source="probe", heard=NOW),)).state == UNKNOWN


@pytest.mark.parametrize(("words", "state", "doubt"), [((), UNKNOWN, "blind"), ((said(KUMA, UP),), UP, "")])
def test_a_blind_bot_believes_others_and_not_its_own_eyes(words, state, doubt):
    one = found(blind=NOW - MINUTE, looks=(seen(DOWN),), conditions=words)
    assert (one.state, one.doubt, one.measured) == (state, doubt, None)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, MAINTENANCE),
        ({"begins": NOW + MINUTE}, DOWN),
        ({"ends": NOW}, DOWN),
        ({"phase": Stage.OVER}, DOWN),
        ({"phase": Stage.CANCELLED}, DOWN),
        ({"service": "wiki"}, DOWN),
    ],
)
def test_maintenance_counts_while_it_lasts(changes, state):
    fields = {name: getattr(WINDOW, name) for name in WINDOW.__slots__}
    one = found(looks=(seen(DOWN),), windows=(Window(**{**fields, **changes}),))
    assert one.state == state
    assert one.since == (WINDOW.begins if state == MAINTENANCE else START)


@pytest.mark.parametrize(
    ("changes", "looks", "state"),
    [
        ({"manual": True, "state": SLOW}, (seen(UP),), SLOW),
        ({"manual": True, "state": SLOW}, (seen(DOWN),), DOWN),
        ({"manual": True, "state": SLOW}, (), SLOW),
        ({"manual": True, "phase": Phase.SETTLING}, (seen(UP),), UP),
        ({}, (seen(UP),), UP),
    ],
)
def test_a_person_who_opened_an_incident_is_believed(changes, looks, state):
    assert found(looks=looks, incidents=(incident(**changes),)).state == state


def test_a_resolved_incident_is_none_any_more():
    assert found(incidents=(incident(phase=Phase.RESOLVED),)).incident is None


def test_it_is_down_since_the_first_that_saw_it_and_up_since_the_last():
    early, late = START, START + MINUTE
    down = found(looks=(seen(DOWN, since=late),), conditions=(said(KUMA, DOWN, since=early),))
    up = found(looks=(seen(UP, since=early), seen(UP, since=late, probe="mastodon-tls")))
    assert (down.since, up.since) == (early, late)


def test_the_time_of_measuring_is_that_of_a_look_that_shows_the_state():
    before = NOW - MINUTE
    one = found(looks=(seen(UP), look(DOWN, probe="mastodon-tls", looked=before)))
    assert one.measured == before


def test_doubt_has_begun_with_the_last_that_changed_its_mind():
    one = found(looks=(seen(UP, since=START),), conditions=(said(KUMA, DOWN, since=START + MINUTE),))
    assert one.since == START + MINUTE
