"""Grafana's webhooks."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from handlers.status.sources import read
from handlers.status.sources.taken import TEST
from handlers.status.states import Severity, State
from tests.unit.status.sources.samples import GRAFANA, raw

ALERT = GRAFANA["alerts"][0]


def alerts(*changes: dict[str, Any]) -> str:
    return raw(GRAFANA, "alerts", to=[{**ALERT, **one} for one in changes])


def test_a_warning_is_a_service_in_trouble_with_what_was_measured() -> None:
    (report,) = read("grafana", "grafana", raw(GRAFANA)).reports
    assert (report.fingerprint, report.state, report.severity) == (
        "c6eadffa33fcdf37",
        State.DEGRADED,
        Severity.WARNING,
    )
    assert report.names == ("mastodon", "Slow pages")
    assert (report.summary, report.details) == ("Pages take long", "B = 44.2, C = 1")
    assert report.since == datetime(2026, 6, 23, 11, 53, tzinfo=UTC)
    assert report.labels["team"] == "tech"
    assert report.url == ""


def test_older_versions_tell_values_as_a_text() -> None:
    (report,) = read("grafana", "grafana", alerts({"values": None})).reports
    assert report.details == "[ var='B' labels={} value=44.2 ]"


@pytest.mark.parametrize(("state", "seen"), [("alerting", State.DEGRADED), ("ok", State.UP)])
def test_the_state_of_the_whole_counts_where_there_is_no_status(state: str, seen: State) -> None:
    bare = {name: value for name, value in ALERT.items() if name != "status"}
    (report,) = read("grafana", "g", json.dumps({"state": state, "alerts": [bare]})).reports
    assert report.state == seen


@pytest.mark.parametrize("name", ["DatasourceNoData", "DatasourceError"])
def test_where_grafana_itself_is_blind_nothing_is_known_of_the_service(name: str) -> None:
    labels = {"alertname": name, "rulename": "Slow pages", "severity": "critical"}
    (report,) = read("grafana", "g", alerts({"labels": labels})).reports
    assert (report.state, report.names) == (State.UNKNOWN, ("Slow pages", name))
    (over,) = read("grafana", "g", alerts({"labels": labels, "status": "resolved"})).reports
    assert over.state == State.UP


def test_a_test_of_the_contact_point_reports_nothing() -> None:
    test = {
        "labels": {"alertname": "TestAlert", "instance": "Grafana"},
        "annotations": {"summary": "Notification test"},
    }
    taken = read("grafana", "g", alerts(test))
    assert (taken.reports, taken.remark) == ((), TEST)
