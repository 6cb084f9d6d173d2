"""Gatus's webhooks, with our body."""

import json
from typing import Any

import pytest

from handlers.status.sources import UnreadableError, read
from handlers.status.states import Severity, State
from tests.unit.status.sources.samples import GATUS, raw


def filled(**values: str) -> str:
    """The body as Gatus fills it in: of the errors, quotation marks alone are escaped."""
    said = {**GATUS, **values}
    said["errors"] = said["errors"].replace('"', '\\"')
    return "{" + ",".join(f'"{name}":"{value}"' for name, value in said.items()) + "}"


def test_an_alert_is_an_outage_and_its_end_is_the_end() -> None:
    (report,) = read("gatus", "gatus", filled()).reports
    assert (report.fingerprint, report.state) == ("core/mastodon", State.DOWN)
    assert report.names == (
        "mastodon",
        "core/mastodon",
        "https://social.example/health",
        "social.example",
        "core",
    )
    assert report.summary == "The health check failed"
    assert report.details == 'Get "social.example": context deadline exceeded'
    (over,) = read("gatus", "gatus", filled(status="RESOLVED", errors="")).reports
    assert (over.fingerprint, over.state) == ("core/mastodon", State.UP)


@pytest.mark.parametrize(
    "errors", ["two\nlines", "a tab\there", r"C:\Program Files", r"\d+ does not match", "\x1b[31mred", r"\x"]
)
def test_bad_json_is_repaired_where_it_is_safe(errors: str) -> None:
    (report,) = read("gatus", "gatus", filled(errors=errors)).reports
    assert report.state == State.DOWN
    assert report.details


def test_an_error_can_not_say_that_all_is_well() -> None:
    with pytest.raises(UnreadableError):
        read("gatus", "gatus", filled(errors=r'x\", "status": "RESOLVED'))
    with pytest.raises(UnreadableError):
        read("gatus", "gatus", filled(errors='x\\", \\"status\\": \\"RESOLVED\\", \\"a\\": \\"'))


def test_placeholders_that_were_not_filled_in_say_nothing() -> None:
    (report,) = read("gatus", "gatus", raw(GATUS, "description", to="[ALERT_DESCRIPTION]")).reports
    assert report.summary == 'Get "social.example": context deadline exceeded'
    with pytest.raises(UnreadableError, match="neither TRIGGERED nor RESOLVED"):
        read("gatus", "gatus", raw(GATUS, "status", to="[ALERT_TRIGGERED_OR_RESOLVED]"))


@pytest.mark.parametrize("gone", ["name", "url"])
def test_without_a_name_the_address_will_do(gone: str) -> None:
    said: dict[str, Any] = {**GATUS, gone: "", "severity": "minor"}
    (report,) = read("gatus", "gatus", json.dumps(said)).reports
    assert report.severity == Severity.WARNING
    with pytest.raises(UnreadableError, match="which endpoint"):
        read("gatus", "gatus", json.dumps({**said, "name": "", "url": ""}))
