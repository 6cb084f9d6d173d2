"""Times, durations and names as people write them behind commands."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refused
from handlers.status.incidents.naming import service_at, unknown, unquoted
from handlers.status.incidents.when import AHEAD, LASTS, how_long, when
from tests.support.fakes import START
from tests.unit.status.scenes import MASTODON, PLACE, WIKI

NOW = START


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "at", "rest"),
    [
        ("now 2h why", NOW, "2h why"),
        ("NOW", NOW, ""),
        ("14:00 2h", utc(2026, 5, 4, 14), "2h"),
        ("at 14:00 UTC 2h", utc(2026, 5, 4, 14), "2h"),
        ("today 14:00", utc(2026, 5, 4, 14), ""),
        ("tomorrow 9:00 2h an upgrade", utc(2026, 5, 5, 9), "2h an upgrade"),
        ("tomorrow at 9:00 UTC for 2h", utc(2026, 5, 5, 9), "for 2h"),
        ("2026-12-01 14:00 1d", utc(2026, 12, 1, 14), "1d"),
        ("2026-12-01T14:00Z 1d", utc(2026, 12, 1, 14), "1d"),
        ("2026-12-01 14:00 2h Test of The database", utc(2026, 12, 1, 14), "2h Test of The database"),
    ],
)
def test_a_time_is_read(text, at, rest):
    assert when(text, NOW) == (at, rest)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "I can't read when"),
        ("soon 2h", "I can't read when"),
        ("25:00", "I can't read when"),
        ("14:60", "I can't read when"),
        ("tomorrow", "I can't read when"),
        ("2026-02-30 10:00", "There is no such day"),
        ("0000-00-00 10:00", "There is no such day"),
        ("11:00", "is past; it is 12:00 UTC. Write `tomorrow 11:00`"),
        ("2020-01-01 10:00", "is past"),
        ("9999-12-31 10:00", "more than a year ahead"),
        ("-1h", "I can't read when"),
    ],
)
def test_a_time_that_cannot_be_is_refused_with_what_to_write(text, why):
    with pytest.raises(Refused, match="`"):
        when(text, NOW)
    with pytest.raises(Refused) as refused:
        when(text, NOW)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("text", "span", "rest"),
    [
        ("2h", timedelta(hours=2), ""),
        ("30m an upgrade", timedelta(minutes=30), "an upgrade"),
        ("for 2 hours an upgrade", timedelta(hours=2), "an upgrade"),
        ("1h30 x", timedelta(minutes=90), "x"),
        ("1h30m x", timedelta(minutes=90), "x"),
        ("1d", timedelta(days=1), ""),
        ("30d", LASTS, ""),
        ("45 min", timedelta(minutes=45), ""),
        ("2hrs x", timedelta(hours=2), "x"),
        ("2h 30m an upgrade", timedelta(minutes=150), "an upgrade"),
        ("1 hour and 30 minutes x", timedelta(minutes=90), "x"),
        ("1d 2h 5 min x", timedelta(days=1, hours=2, minutes=5), "x"),
        ("2h 30 people move", timedelta(hours=2), "30 people move"),
        ("2h 3d printers move", timedelta(hours=2), "3d printers move"),
        ("30m 2h x", timedelta(minutes=30), "2h x"),
    ],
)
def test_a_duration_is_read(text, span, rest):
    assert how_long(text) == (span, rest)


@pytest.mark.parametrize(
    "text", ["", "-1h", "0h", "2", "h", "9999 years", "31d", "999999d", "1.5h", "for ever", "1month", "2hx", "30d 1h"]
)
def test_a_duration_that_cannot_be_is_refused_with_what_to_write(text):
    with pytest.raises(Refused, match="`2h`"):
        how_long(text)


PIECES = st.sampled_from(
    [
        "now",
        "tomorrow",
        "today",
        "at",
        "for",
        "UTC",
        "14:00",
        "2026-12-01",
        "9999-99-99",
        "2h",
        "-1h",
        "0m",
        "T",
        "Z",
        "٣h",
    ]
)
TEXTS = st.one_of(st.text(max_size=40), st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=8).map(" ".join))


@given(TEXTS, st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 - hypothesis wants bounds without a zone
def test_whatever_is_written_is_a_time_to_come_or_refused(text, now):
    try:
        at, rest = when(text, now)
    except Refused:
        return
    assert now <= at <= now + AHEAD
    assert " ".join(text.split()).endswith(rest)


@given(TEXTS)
def test_whatever_is_written_is_a_span_that_is_bounded_or_refused(text):
    try:
        span, rest = how_long(text)
    except Refused:
        return
    assert timedelta(0) < span <= LASTS
    assert text.strip().endswith(rest)


# Names


@pytest.mark.parametrize(
    ("text", "service", "rest"),
    [
        ("mastodon is slow", MASTODON, "is slow"),
        ("Mastodon: is slow", MASTODON, "is slow"),
        ("social.example is slow", MASTODON, "is slow"),
        ("the wiki is slow", WIKI, "is slow"),
        ("“the wiki” is slow", WIKI, "is slow"),
        ('"the wiki" is slow', WIKI, "is slow"),
        ("wiki", WIKI, ""),
        ("something is slow", None, "something is slow"),
        ("", None, ""),
    ],
)
def test_a_service_is_named_at_the_beginning(text, service, rest):
    named = service_at(text, PLACE.services)
    assert (named.service, named.rest) == (service, rest)


def test_a_slip_of_the_keyboard_gets_the_nearest_name_and_nonsense_gets_all():
    assert "Did you mean `mastodon`?" in str(unknown("mastadon is slow", PLACE.services))
    assert "There are `mastodon` and `wiki`." in str(unknown("xyz", PLACE.services))


@pytest.mark.parametrize(
    "text", ["“It is slow”", '"It is slow"', "„It is slow“", "«It is slow»", "\u2018It is slow\u2019", "It is slow"]
)
def test_quotation_marks_around_a_text_are_no_part_of_it(text):
    assert unquoted(text) == "It is slow"


@given(st.text(max_size=60))
def test_whatever_is_written_is_taken_apart_without_losing_words(text):
    named = service_at(text, PLACE.services)
    assert named.service in (None, MASTODON, WIKI)
    assert " ".join(text.split()).endswith(" ".join(named.rest.split()))
