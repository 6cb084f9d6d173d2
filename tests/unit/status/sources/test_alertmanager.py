"""Alertmanager's webhooks."""

import json
from datetime import UTC, datetime

import pytest

from handlers.status.sources import UnreadableError, read
from handlers.status.states import Severity, State
from tests.unit.status.sources.samples import ALERTMANAGER, changed, raw

ALERT = ALERTMANAGER["alerts"][0]


def test_a_firing_alert_is_an_outage_since_it_began() -> None:
    (report,) = read("alertmanager", "prometheus", raw(ALERTMANAGER)).reports
    assert (report.by, report.fingerprint) == ("prometheus", "9cd7837114d58797")
    assert (report.state, report.severity) == (State.DOWN, Severity.CRITICAL)
    assert report.names == ("social.example:443", "social.example", "blackbox", "InstanceDown")
    assert (report.summary, report.details) == ("social.example is down", "No answer for 5 minutes.")
    assert report.since == datetime(2026, 6, 23, 11, 53, 14, 318_000, tzinfo=UTC)
    assert report.labels["alertname"] == "InstanceDown"
    assert report.url == ""


def test_a_resolved_alert_is_well_since_its_end() -> None:
    over = changed(ALERTMANAGER, "alerts", 0, to={**ALERT, "status": "resolved", "endsAt": "2026-06-23T12:00:00Z"})
    (report,) = read("alertmanager", "prometheus", json.dumps({**over, "status": "resolved"})).reports
    assert (report.state, report.fingerprint) == (State.UP, "9cd7837114d58797")
    assert report.since == datetime(2026, 6, 23, 12, tzinfo=UTC)


def test_each_alert_counts_by_its_own_status() -> None:
    both = [ALERT, {**ALERT, "status": "resolved", "fingerprint": "b"}]
    reports = read("alertmanager", "prometheus", raw(ALERTMANAGER, "alerts", to=both)).reports
    assert [report.state for report in reports] == [State.DOWN, State.UP]


@pytest.mark.parametrize(
    ("labels", "state", "severity"),
    [
        ({"severity": "page"}, State.DOWN, Severity.CRITICAL),
        ({"severity": "ERROR"}, State.DOWN, Severity.CRITICAL),
        ({"severity": "major"}, State.DOWN, Severity.CRITICAL),
        ({"severity": "warning"}, State.DEGRADED, Severity.WARNING),
        ({"severity": "minor"}, State.DEGRADED, Severity.WARNING),
        ({"severity": "none"}, State.DEGRADED, Severity.INFO),
        ({"severity": "purple"}, State.DOWN, None),
        ({}, State.DOWN, None),
        ({"severity": "warning", "state": "down"}, State.DOWN, Severity.WARNING),
        ({"severity": "critical", "state": "degraded"}, State.DEGRADED, Severity.CRITICAL),
        ({"state": "maintenance"}, State.MAINTENANCE, None),
        ({"state": "up"}, State.DOWN, None),
    ],
)
def test_labels_say_how_bad_it_is(labels: dict[str, str], state: State, severity: Severity | None) -> None:
    (report,) = read("alertmanager", "p", raw(ALERTMANAGER, "alerts", 0, "labels", to=labels)).reports
    assert (report.state, report.severity) == (state, severity)


def test_the_label_service_is_the_surest_name() -> None:
    labels = {
        "alertname": "Down",
        "service": "wiki",
        "job": "web",
        "instance": "https://ana:pw@wiki.example/health?key=1",
    }
    (report,) = read("alertmanager", "p", raw(ALERTMANAGER, "alerts", 0, "labels", to=labels)).reports
    assert report.names == ("wiki", "https://wiki.example/health", "wiki.example", "web", "Down")


def test_shared_labels_and_annotations_count_for_each() -> None:
    shared = {**ALERTMANAGER, "commonLabels": {"service": "wiki"}, "commonAnnotations": {"summary": "all"}}
    (report,) = read("alertmanager", "p", json.dumps(shared)).reports
    assert (report.names[0], report.summary) == ("wiki", "social.example is down")


def test_without_a_fingerprint_its_labels_tell_it_apart() -> None:
    bare = {name: value for name, value in ALERT.items() if name != "fingerprint"}
    other = {**bare, "labels": {**ALERT["labels"], "instance": "wiki.example"}}
    first, second = read("alertmanager", "p", raw(ALERTMANAGER, "alerts", to=[bare, other])).reports
    (again,) = read("alertmanager", "p", raw(ALERTMANAGER, "alerts", to=[bare])).reports
    assert first.fingerprint == again.fingerprint != second.fingerprint


def test_the_alert_that_always_fires_reports_nothing() -> None:
    watchdog = {**ALERT, "labels": {"alertname": "Watchdog", "severity": "none"}}
    taken = read("alertmanager", "p", raw(ALERTMANAGER, "alerts", to=[watchdog]))
    assert (taken.reports, taken.remark) == ((), "")


def test_what_is_left_out_is_remarked() -> None:
    taken = read("alertmanager", "p", raw(ALERTMANAGER, "truncatedAlerts", to=7))
    assert (len(taken.reports), taken.remark) == (1, "the sender left out some alerts (7), as its max_alerts says")
    empty = read("alertmanager", "p", raw(ALERTMANAGER, "alerts", to=[]))
    assert (empty.reports, empty.remark) == ((), "a list without any alerts has arrived")


def test_a_status_that_says_nothing_is_remarked_or_unreadable() -> None:
    odd = {**ALERT, "status": "suppressed", "fingerprint": "b"}
    taken = read("alertmanager", "p", raw(ALERTMANAGER, "alerts", to=[ALERT, odd]))
    assert len(taken.reports) == 1
    assert taken.remark == "1 alerts in it don't say whether they are firing or resolved"
    with pytest.raises(UnreadableError, match="none of its alerts says"):
        read("alertmanager", "p", raw(ALERTMANAGER, "alerts", to=[odd]))
    with pytest.raises(UnreadableError, match="holds no objects"):
        read("alertmanager", "p", raw(ALERTMANAGER, "alerts", to=["x", 1]))


def test_older_releases_send_less() -> None:
    little = {"status": "firing", "alerts": [{"labels": {"alertname": "Down"}, "fingerprint": "a"}]}
    (report,) = read("alertmanager", "p", json.dumps(little)).reports
    assert (report.state, report.summary, report.since) == (State.DOWN, "Down", None)
