"""What holds for the bodies of all senders."""

import json
from typing import Any, get_args

import pytest

from bot.config.models import HookFormat
from handlers.status.sources import MOST, UnreadableError, read, reader, texts
from handlers.status.sources.body import moment
from handlers.status.states import State
from tests.unit.status.sources.samples import ALERTMANAGER, GENERIC, SAMPLES, changed, raw

FORMATS = get_args(HookFormat)


@pytest.mark.parametrize("format", FORMATS)
def test_each_format_has_a_file_of_its_name_that_reads_it(format: str) -> None:  # noqa: A002 - as the config's
    assert reader(format).__module__ == f"handlers.status.sources.{format.replace('-', '_')}"
    assert SAMPLES[format]
    assert all(read(format, "here", raw(sample)).reports for sample in SAMPLES[format])


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "text",
    ["", "down", "[]", "null", "7", '"{}"', "{}", '{"alerts": 1}', "{" * 50_000, '{"a": ', "\0", "\ud800"],
)
def test_what_nobody_can_read_is_told_by_its_shape_alone(format: str, text: str) -> None:  # noqa: A002 - as above
    with pytest.raises(UnreadableError) as refused:
        read(format, "here", text)
    assert 10 < len(str(refused.value)) < 100
    assert not str(refused.value).endswith(".")


def test_a_body_is_never_quoted_in_the_reason() -> None:
    with pytest.raises(UnreadableError) as refused:
        read("generic", "here", '{"secret": hunter2}')
    assert "hunter2" not in str(refused.value)
    assert str(refused.value) == "it isn't JSON (it breaks at character 12 of 19)"


def test_who_reported_is_the_hook() -> None:
    (report,) = read("generic", "mine", raw(GENERIC)).reports
    assert report.by == "mine"


def test_texts_are_held_to_their_lengths_and_hide_nothing() -> None:
    long = {**GENERIC, "summary": "a\0b\u202ec\n" + "x" * 10_000, "details": "y\n" * 100_000, "id": "i" * 5000}
    (report,) = read("generic", "here", json.dumps(long)).reports
    assert (len(report.summary), len(report.fingerprint)) == (300, 64)
    assert report.summary.startswith("abc xxx")
    assert len(report.details) <= 2000
    (another,) = read("generic", "here", json.dumps({**long, "id": "i" * 5001})).reports
    assert another.fingerprint != report.fingerprint


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://status.example/a?b=c", "https://status.example/a?b=c"),
        ("https://ana:secret@status.example/", ""),
        ("javascript:alert(1)", ""),
        ("https://status.example/)](x", "https://status.example/%29]%28x"),
        ("https://[", ""),
        ("https://status.example/" + "x" * 2000, ""),
    ],
)
def test_only_addresses_of_the_web_without_credentials_are_kept(address: str, kept: str) -> None:
    (report,) = read("generic", "here", raw(GENERIC, "url", to=address)).reports
    assert report.url == kept


def test_addresses_within_texts_are_cut_to_their_hosts() -> None:
    text = "see https://ana:pw@db.example:5432/secret?key=1 and postgres://x:y@inner/db, or file:///etc"
    (report,) = read("generic", "here", raw(GENERIC, "summary", to=text)).reports
    assert report.summary == "see db.example and inner or …"


def test_many_reports_are_cut_and_that_is_said() -> None:
    alert = ALERTMANAGER["alerts"][0]
    many = {**ALERTMANAGER, "alerts": [{**alert, "fingerprint": str(one)} for one in range(MOST + 5)]}
    taken = read("alertmanager", "here", json.dumps(many))
    assert len(taken.reports) == MOST
    assert taken.remark == "of its 1005 reports only the first 1000 were read"


def test_of_the_same_thing_twice_the_last_word_counts() -> None:
    alert = ALERTMANAGER["alerts"][0]
    both = changed(ALERTMANAGER, "alerts", to=[alert, {**alert, "status": "resolved"}])
    (report,) = read("alertmanager", "here", json.dumps(both)).reports
    assert report.state == State.UP


@pytest.mark.parametrize(
    "sent",
    [
        '{"service": "a", "service": "mastodon", "state": "down"}',
        '{"service": "mastodon", "state": "down", "summary": "a line\nand another"}',
        '{"service": "mastodon", "state": "down", "summary": "C:\\Program Files\\data"}',
        '{"service": "mastodon", "state": "down", "at": NaN, "id": -Infinity, "url": 1e999}',
        '{"service": "mastodon", "state": "down", "id": ' + "9" * 5000 + "}",
        '{"service": "mastodon", "state": "down", "summary": ["x"], "details": {}, "severity": true, "at": 5}',
        '{"service": "mastodon", "state": "down", "summary": "\\ud800"}',
    ],
)
def test_what_is_odd_is_forgiven(sent: str) -> None:
    (report,) = read("generic", "here", sent).reports
    assert (report.names, report.state) == (("mastodon",), State.DOWN)


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("2026-06-23T11:53:14.318Z", "2026-06-23T11:53:14.318000+00:00"),
        ("2026-06-23T13:53:14.318000001+02:00", "2026-06-23T11:53:14.318000+00:00"),
        ("2026-09-09 20:46:32.855", "2026-09-09T20:46:32.855000+00:00"),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-23:00", None),
        ("yesterday", None),
        (1_777_888_800, None),
    ],
)
def test_times_are_read_as_utc_or_not_at_all(written: Any, seen: str | None) -> None:
    found = moment(written)
    assert (found.isoformat() if found else None) == seen


@pytest.mark.parametrize(
    "text",
    ['{"a": "' + "\\d" * 400_000, '{"alerts": [' + "{}," * 250_000 + "{}]}", '"' * 800_000, "[" * 800_000],
    ids=["backslashes", "alerts", "quotes", "brackets"],
)
def test_a_megabyte_of_anything_is_refused_too(text: str) -> None:
    for format_ in FORMATS:
        with pytest.raises(UnreadableError):
            read(format_, "here", text)


def test_an_address_within_a_name_is_cut_to_its_host_and_an_address_keeps_its_path() -> None:
    assert texts.name("Shop at https://u:p@shop.example/x?y=1 now") == "Shop at shop.example now"
    assert texts.name("https://u:p@shop.example/x?y=1") == "https://shop.example/x"
