"""Our own format."""

import json
from datetime import UTC, datetime

import pytest

from handlers.status.sources import UnreadableError, read
from handlers.status.states import Severity, State
from tests.unit.status.sources.samples import GENERIC, raw


def test_every_field_is_read() -> None:
    (report,) = read("generic", "mine", raw(GENERIC)).reports
    assert (report.fingerprint, report.names) == ("disk", ("mastodon",))
    assert (report.state, report.severity) == (State.DOWN, Severity.CRITICAL)
    assert (report.summary, report.details) == ("The disk is full", "0 bytes are left on /")
    assert report.url == "https://monitoring.example/disk"
    assert report.since == datetime(2026, 6, 23, 11, 53, 14, tzinfo=UTC)


@pytest.mark.parametrize("state", ["down", "degraded", "up", "maintenance", "Down"])
def test_service_and_state_are_enough(state: str) -> None:
    (report,) = read("generic", "mine", json.dumps({"service": "wiki", "state": state})).reports
    assert (report.fingerprint, report.state) == ("wiki", State(state.lower()))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"state": "down"}, 'no "service"'),
        ({"service": " ", "state": "down"}, 'no "service"'),
        ({"service": "wiki"}, 'its "state" is none of'),
        ({"service": "wiki", "state": "unknown"}, 'its "state" is none of'),
        ({"service": "wiki", "state": 0}, 'its "state" is none of'),
    ],
)
def test_without_them_the_reason_is_told(body: dict[str, object], why: str) -> None:
    with pytest.raises(UnreadableError, match=why):
        read("generic", "mine", json.dumps(body))
