"""healthchecks.io's webhooks, with our body."""

import json
from dataclasses import astuple
from datetime import UTC, datetime

import pytest

from handlers.status.sources import UnreadableError, read
from handlers.status.sources.taken import TEST
from handlers.status.states import State
from tests.unit.status.sources.samples import CODE, HEALTHCHECKS, changed, raw


def test_a_check_that_is_late_is_down() -> None:
    (report,) = read("healthchecks", "hc", raw(HEALTHCHECKS)).reports
    assert (report.state, report.names) == (State.DOWN, ("Nightly backup", "nightly-backup", "prod", "backup"))
    assert report.since == datetime(2026, 6, 23, 11, 53, 14, tzinfo=UTC)
    assert report.details == "Copies the database."


def test_the_same_check_is_known_again_when_it_is_up() -> None:
    (down,) = read("healthchecks", "hc", raw(HEALTHCHECKS)).reports
    (back,) = read("healthchecks", "hc", raw(changed(HEALTHCHECKS, "code", to=CODE.upper()), "status", to="up")).reports
    assert (back.state, back.fingerprint) == (State.UP, down.fingerprint)
    (another,) = read("healthchecks", "hc", raw(HEALTHCHECKS, "code", to=CODE.replace("f", "0"))).reports
    assert another.fingerprint != down.fingerprint


def test_nothing_that_would_let_anybody_change_the_check_is_repeated() -> None:
    said = {
        **HEALTHCHECKS,
        "name": f"Backup {CODE.upper()}",
        "tags": f"prod {CODE}",
        "check": {
            **HEALTHCHECKS["check"],
            "slug": CODE.replace("-", ""),
            "desc": f"ping https://hc-ping.com/{CODE} or sesame-open",
            "ping_url": "sesame-open",
        },
    }
    (report,) = read("healthchecks", "hc", json.dumps(said)).reports
    told = repr(astuple(report)).lower()
    assert not any(secret in told for secret in (CODE, CODE.replace("-", ""), "sesame", "hc-ping.com/f"))
    assert report.names[0] == "Backup …"


def test_a_test_reports_nothing() -> None:
    taken = read("healthchecks", "hc", raw(HEALTHCHECKS, "name", to="TEST"))
    assert (taken.reports, taken.remark) == ((), TEST)


@pytest.mark.parametrize("status", ["", "new", "paused", None, 1])
def test_another_status_is_unreadable(status: object) -> None:
    with pytest.raises(UnreadableError, match="neither up nor down"):
        read("healthchecks", "hc", json.dumps({"name": "x", "status": status}))


def test_the_check_itself_will_do_where_the_rest_is_missing() -> None:
    (whole,) = read("healthchecks", "hc", raw(HEALTHCHECKS)).reports
    (report,) = read("healthchecks", "hc", json.dumps({"check": HEALTHCHECKS["check"]})).reports
    assert (report.state, report.fingerprint, report.names) == (whole.state, whole.fingerprint, whole.names)
    with pytest.raises(UnreadableError, match="which check"):
        read("healthchecks", "hc", '{"status": "down"}')
