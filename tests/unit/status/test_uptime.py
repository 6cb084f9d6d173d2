"""How much of a time a service was up: property by property, and in plain cases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.status.history.uptime import Uptime, days, periods, uptime
from handlers.status.records import Span
from handlers.status.states import State

BEGIN = datetime(2026, 5, 4, tzinfo=UTC)
END = BEGIN + timedelta(hours=10)
PARTS = ("up", "degraded", "down", "blind", "maintenance", "unknown")
NONE = timedelta(0)


def span(state: State, begun: float, ended: float | None, service: str = "wiki") -> Span:
    """A span, in hours after the beginning."""
    close = None if ended is None else BEGIN + timedelta(hours=ended)
    return Span(service=service, state=state, begun=BEGIN + timedelta(hours=begun), ended=close)


def hours(parts: Uptime) -> dict[str, float]:
    """What there is of each part."""
    found = {part: getattr(parts, part) / timedelta(hours=1) for part in PARTS}
    return {part: lasted for part, lasted in found.items() if lasted}


def whole(parts: Uptime) -> timedelta:
    return sum((getattr(parts, part) for part in PARTS), NONE)


@st.composite
def a_span(draw: st.DrawFn) -> Span:
    """Any span, of the service, of another or of the bot itself; before, within and after, also a broken one."""
    begun = draw(st.floats(-20, 20))
    ended = draw(st.none() | st.floats(-20, 40))
    return span(draw(st.sampled_from(State)), begun, ended, draw(st.sampled_from(("wiki", "", "mastodon"))))


SPANS = st.lists(a_span(), max_size=12)


@given(SPANS)
def test_the_parts_add_up_to_the_whole(spans: list[Span]) -> None:
    parts = uptime(spans, "wiki", BEGIN, END)
    assert whole(parts) == END - BEGIN
    assert all(getattr(parts, part) >= NONE for part in PARTS)
    assert parts.share is None or 0 <= parts.share <= 1


@given(SPANS, st.randoms(use_true_random=False))
def test_the_order_of_the_spans_does_not_matter(spans: list[Span], random: object) -> None:
    mixed = list(spans)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert uptime(mixed, "wiki", BEGIN, END) == uptime(spans, "wiki", BEGIN, END)


@given(SPANS, st.lists(st.floats(0, 10), max_size=5))
def test_a_time_is_the_sum_of_its_parts(spans: list[Span], cuts: list[float]) -> None:
    edges = [BEGIN, *sorted(BEGIN + timedelta(hours=cut) for cut in cuts), END]
    parts = periods(spans, "wiki", edges)
    assert len(parts) == len(edges) - 1
    for part in PARTS:
        assert sum((getattr(one, part) for one in parts), NONE) == getattr(uptime(spans, "wiki", BEGIN, END), part)


@given(SPANS, st.floats(0, 24), st.integers(1, 40))
def test_each_day_adds_up_to_a_day_and_today_to_what_is_over(spans: list[Span], hour: float, count: int) -> None:
    now = BEGIN + timedelta(hours=min(hour, 23.99))
    found = days(spans, "wiki", now, count)
    assert [day.date for day in found] == [date(2026, 5, 4) - timedelta(days=back) for back in range(count - 1, -1, -1)]
    assert {whole(day.parts) for day in found[:-1]} <= {timedelta(days=1)}
    assert whole(found[-1].parts) == now - BEGIN


@given(SPANS)
def test_blind_time_counts_for_nothing_else(spans: list[Span]) -> None:
    blind = span(State.UNKNOWN, 0, None, "")
    assert hours(uptime([*spans, blind], "wiki", BEGIN, END)) == {"blind": 10}


@pytest.mark.parametrize(
    ("spans", "expected", "share"),
    [
        ([], {"unknown": 10}, None),
        ([span(State.UP, 4, None)], {"unknown": 4, "up": 6}, 1.0),
        ([span(State.UP, -1, 4), span(State.DOWN, 4, 5), span(State.UP, 5, None)], {"up": 9, "down": 1}, 0.9),
        ([span(State.DEGRADED, 0, 5), span(State.DOWN, 5, None)], {"degraded": 5, "down": 5}, 0.5),
        ([span(State.MAINTENANCE, 0, 5), span(State.DOWN, 5, None)], {"maintenance": 5, "down": 5}, 0.0),
        ([span(State.MAINTENANCE, 0, 10)], {"maintenance": 10}, None),
        ([span(State.UP, 0, None), span(State.UNKNOWN, 2, 5, "")], {"up": 7, "blind": 3}, 1.0),
        ([span(State.DOWN, 0, 4), span(State.UNKNOWN, 4, None)], {"down": 4, "blind": 6}, 0.0),
        ([span(State.UP, 0, None, "mastodon")], {"unknown": 10}, None),
        ([span(State.UP, 0, 10), span(State.DOWN, 3, 4)], {"up": 9, "down": 1}, 0.9),
        ([span(State.UP, 5, 3)], {"unknown": 10}, None),
    ],
)
def test_what_counts(spans: list[Span], expected: dict[str, float], share: float | None) -> None:
    parts = uptime(spans, "wiki", BEGIN, END)
    assert hours(parts) == expected
    assert parts.share == share


@pytest.mark.parametrize(
    ("parts", "state"),
    [
        (Uptime(up=END - BEGIN), State.UP),
        (Uptime(up=END - BEGIN, down=timedelta(seconds=1), degraded=END - BEGIN), State.DOWN),
        (Uptime(up=END - BEGIN, degraded=timedelta(seconds=1)), State.DEGRADED),
        (Uptime(up=END - BEGIN, maintenance=timedelta(seconds=1)), State.MAINTENANCE),
        (Uptime(blind=END - BEGIN), State.UNKNOWN),
        (Uptime(), State.UNKNOWN),
    ],
)
def test_a_time_is_as_bad_as_its_worst_moment(parts: Uptime, state: State) -> None:
    assert parts.state == state
