"""What status pages send to their subscribers."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from handlers.status.sources import UnreadableError, read
from handlers.status.states import Severity, State
from tests.unit.status.sources.samples import BETTER_STACK, COMPONENT, INSTATUS, STATUSPAGE, changed, raw


def states(sample: dict[str, Any]) -> dict[str, State]:
    return {one.names[0]: one.state for one in read("statuspage", "provider", json.dumps(sample)).reports}


def incident(sample: dict[str, Any] = STATUSPAGE, **changes: Any) -> dict[str, Any]:
    return changed(sample, "incident", to={**sample["incident"], **changes})


def test_each_component_has_its_own_state_and_the_newest_word_counts() -> None:
    first, second = read("statuspage", "provider", raw(STATUSPAGE)).reports
    assert (first.fingerprint, first.names, first.state) == (
        "incident:z3l",
        ("Database", "Database delays"),
        State.DOWN,
    )
    assert (second.fingerprint, second.state) == ("incident:z3l:Website", State.DEGRADED)
    assert first.severity == second.severity == Severity.CRITICAL
    assert first.summary == "Database delays"
    assert first.details == "A disk is full. See internal.example"
    assert first.url == "https://stspg.example/z3l"
    # When each came to be so: the database got worse, the website joined in.
    assert first.since == second.since == datetime(2026, 6, 23, 12, 9, tzinfo=UTC)


def test_the_order_of_updates_does_not_matter() -> None:
    turned = incident(incident_updates=STATUSPAGE["incident"]["incident_updates"][::-1])
    assert read("statuspage", "p", json.dumps(turned)) == read("statuspage", "p", raw(STATUSPAGE))


@pytest.mark.parametrize("status", ["resolved", "postmortem", "completed", "RESOLVED"])
def test_the_end_is_the_end_for_every_component(status: str) -> None:
    over = incident(status=status, resolved_at="2026-06-23T13:00:00Z")
    assert states(over) == {"Database": State.UP, "Website": State.UP}
    assert read("statuspage", "p", json.dumps(over)).reports[0].since == datetime(2026, 6, 23, 13, tzinfo=UTC)


def test_what_is_reopened_has_begun_anew() -> None:
    parts = [{"name": "Database", "new_status": "major_outage"}]

    def since(*statuses: str) -> datetime | None:
        """Of a story with these updates, an hour apart."""
        updates = [
            {
                "status": status,
                "display_at": f"2026-06-23T{hour}:00:00Z",
                "affected_components": parts if hour == 10 else [],
            }
            for hour, status in enumerate(statuses, 10)
        ]
        story = incident(status=statuses[-1], incident_updates=updates, created_at="2026-06-23T09:00:00Z")
        return read("statuspage", "p", json.dumps(story)).reports[0].since

    assert since("investigating", "identified") == datetime(2026, 6, 23, 10, tzinfo=UTC)
    assert since("investigating", "resolved") == datetime(2026, 6, 23, 11, tzinfo=UTC)
    assert since("investigating", "resolved", "investigating", "monitoring") == datetime(2026, 6, 23, 12, tzinfo=UTC)
    assert since("scheduled", "scheduled", "in_progress", "verifying") == datetime(2026, 6, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize("status", ["investigating", "identified", "monitoring"])
def test_until_then_it_goes_on(status: str) -> None:
    assert states(incident(status=status)) == {"Database": State.DOWN, "Website": State.DEGRADED}


@pytest.mark.parametrize(
    ("impact", "state", "severity"),
    [
        ("none", State.DEGRADED, Severity.INFO),
        ("minor", State.DEGRADED, Severity.WARNING),
        ("major", State.DEGRADED, Severity.CRITICAL),
        ("critical", State.DOWN, Severity.CRITICAL),
        ("maintenance", State.MAINTENANCE, None),
        ("PARTIALOUTAGE", State.DEGRADED, Severity.WARNING),
        ("MAJOROUTAGE", State.DOWN, Severity.CRITICAL),
        (None, State.DEGRADED, Severity.WARNING),
    ],
)
def test_without_components_the_impact_counts(impact: Any, state: State, severity: Severity | None) -> None:
    (report,) = read("statuspage", "p", json.dumps(incident(impact=impact, incident_updates=[]))).reports
    assert (report.fingerprint, report.names, report.state) == ("incident:z3l", ("Database delays",), state)
    assert report.severity == severity


def test_a_change_of_one_component_is_its_state() -> None:
    (report,) = read("statuspage", "p", raw(COMPONENT)).reports
    assert (report.fingerprint, report.names) == ("component:sqm", ("Database",))
    assert (report.state, report.severity) == (State.MAINTENANCE, None)
    (back,) = read("statuspage", "p", raw(COMPONENT, "component_update", "new_status", to="OPERATIONAL")).reports
    assert (back.fingerprint, back.state) == ("component:sqm", State.UP)
    (odd,) = read("statuspage", "p", raw(COMPONENT, "component_update", "new_status", to="on fire")).reports
    assert odd.state == State.UNKNOWN


@pytest.mark.parametrize(
    ("status", "state"),
    [("in_progress", State.MAINTENANCE), ("verifying", State.MAINTENANCE), ("completed", State.UP)],
)
def test_maintenance_is_under_way_until_it_is_over(status: str, state: State) -> None:
    assert set(states(incident(status=status, impact="maintenance")).values()) == {state}


def test_maintenance_counts_whatever_its_impact_is_called() -> None:
    (report, _) = read("statuspage", "p", json.dumps(incident(status="in_progress", impact="none"))).reports
    assert (report.state, report.severity) == (State.MAINTENANCE, None)


def test_planned_maintenance_changes_nothing_and_is_for_the_operators() -> None:
    planned = incident(status="scheduled", impact="maintenance", scheduled_for="2026-07-01T02:00:00Z")
    taken = read("statuspage", "p", json.dumps(planned))
    assert (taken.reports, taken.remark) == ((), "maintenance is planned for 2026-07-01T02:00:00Z: Database delays")


def test_instatus_writes_in_capitals() -> None:
    (report,) = read("statuspage", "p", raw(INSTATUS)).reports
    assert (report.state, report.severity) == (State.DOWN, Severity.CRITICAL)
    assert report.names == ("host.example", "Servers unreachable")
    assert report.url == "https://host.example/i1"
    assert states(incident(INSTATUS, status="RESOLVED")) == {"host.example": State.UP}


def test_instatus_has_maintenance_of_its_own() -> None:
    def told(status: str) -> Any:
        maintenance = {"id": "m1", "name": "New disks", "impact": "UNDERMAINTENANCE", "status": status}
        return read("statuspage", "p", json.dumps({"page": {}, "maintenance": maintenance}))

    assert told("NOTSTARTEDYET").remark == "maintenance is planned: New disks"
    assert [one.state for one in told("INPROGRESS").reports] == [State.MAINTENANCE]
    assert [one.state for one in told("COMPLETED").reports] == [State.UP]


@pytest.mark.parametrize(
    ("indicator", "state"),
    [("downtime", State.DOWN), ("degraded", State.DEGRADED), ("operational", State.UP)],
)
def test_better_stack_tells_by_the_page_alone(indicator: str, state: State) -> None:
    told = changed(BETTER_STACK, "page", "status_indicator", to=indicator)
    (report,) = read("statuspage", "p", json.dumps(told)).reports
    assert (report.fingerprint, report.state) == ("incident:98765", state)
    assert report.details == "We're working on a fix"
    assert report.since == datetime(2026, 1, 15, *((11, 45) if state == State.UP else (10, 30)), tzinfo=UTC)


@pytest.mark.parametrize(
    ("indicator", "state"), [("maintenance", State.MAINTENANCE), ("operational", State.UP), (None, State.MAINTENANCE)]
)
def test_better_stacks_maintenance_is_over_when_the_page_says_so(indicator: str | None, state: State) -> None:
    maintenance = {"id": "87654", "name": "Upgrade", "starts_at": "2026-01-15T02:00:00Z"}
    told = {"page": {"status_indicator": indicator}, "maintenance": maintenance}
    assert states(told) == {"Upgrade": state}


def test_the_way_out_of_the_subscription_is_not_repeated() -> None:
    for sample in (STATUSPAGE, COMPONENT, INSTATUS, BETTER_STACK):
        assert "unsubscribe" not in repr(read("statuspage", "p", raw(sample)))


def test_without_any_of_these_it_is_unreadable() -> None:
    with pytest.raises(UnreadableError, match="no incident"):
        read("statuspage", "p", '{"page": {}}')
    with pytest.raises(UnreadableError, match="which incident"):
        read("statuspage", "p", '{"incident": {}}')
    with pytest.raises(UnreadableError, match="which component"):
        read("statuspage", "p", '{"component_update": {}}')
