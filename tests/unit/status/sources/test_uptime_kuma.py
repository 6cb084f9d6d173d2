"""Uptime Kuma's webhooks."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from handlers.status.sources import UnreadableError, read
from handlers.status.sources.taken import TEST
from handlers.status.states import State
from tests.unit.status.sources.samples import KUMA, changed, raw


def test_an_outage_is_told_with_the_time_in_utc() -> None:
    (report,) = read("uptime-kuma", "kuma", raw(KUMA)).reports
    assert (report.fingerprint, report.state, report.severity) == ("5", State.DOWN, None)
    assert report.names == ("Mastodon", "https://social.example", "social.example")
    assert report.summary == "Request failed with status code 503"
    assert report.since == datetime(2026, 9, 9, 20, 46, 32, 855_000, tzinfo=UTC)
    assert report.labels == {"monitor": "Mastodon", "tier": "production"}


@pytest.mark.parametrize(
    ("status", "state"),
    [(0, State.DOWN), (1, State.UP), (3, State.MAINTENANCE), ("0", State.DOWN)],
)
def test_its_numbers_are_states(status: Any, state: State) -> None:
    (report,) = read("uptime-kuma", "kuma", raw(KUMA, "heartbeat", "status", to=status)).reports
    assert (report.fingerprint, report.state) == ("5", state)


def test_pending_is_no_change() -> None:
    taken = read("uptime-kuma", "kuma", raw(KUMA, "heartbeat", "status", to=2))
    assert (taken.reports, taken.remark) == ((), "")


@pytest.mark.parametrize("status", [True, None, 4, "down", 0.5, []])
def test_another_status_is_unreadable(status: Any) -> None:
    with pytest.raises(UnreadableError, match="none of 0, 1, 2 and 3"):
        read("uptime-kuma", "kuma", raw(KUMA, "heartbeat", "status", to=status))


def test_a_test_reports_nothing() -> None:
    taken = read("uptime-kuma", "kuma", json.dumps({"heartbeat": None, "monitor": None, "msg": "Matrix Testing"}))
    assert (taken.reports, taken.remark) == ((), TEST)


def test_a_notice_about_a_certificate_is_for_the_operators() -> None:
    message = "[Mastodon][https://social.example/?key=1] server certificate social.example will expire in 7 days"
    taken = read("uptime-kuma", "kuma", json.dumps({"heartbeat": None, "monitor": None, "msg": message}))
    assert taken.reports == ()
    assert taken.remark == "it says: [Mastodon][social.example server certificate social.example will expire in 7 days"


def test_monitors_that_are_not_of_the_web_are_known_by_their_host() -> None:
    ping = changed(
        KUMA, "monitor", to={"id": 5, "name": "Ping", "url": "https://", "hostname": "db.example", "tags": 1}
    )
    (report,) = read("uptime-kuma", "kuma", json.dumps(ping)).reports
    assert report.names == ("Ping", "db.example")


def test_a_monitor_is_its_number_whatever_it_is_called() -> None:
    (report,) = read("uptime-kuma", "kuma", raw(KUMA, "monitor", "name", to="Renamed")).reports
    assert report.fingerprint == "5"
    with pytest.raises(UnreadableError, match="which monitor"):
        read("uptime-kuma", "kuma", '{"heartbeat": {"status": 0}}')


def test_what_is_only_said_again_has_begun_before() -> None:
    (report,) = read("uptime-kuma", "kuma", raw(KUMA, "heartbeat", "important", to=False)).reports
    assert (report.state, report.since) == (State.DOWN, None)
