"""How much a room is told in how little time."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.status.notices.pace import WHILE, free_at
from handlers.status.notices.told import Kind, Said

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
GATHER = timedelta(seconds=30)


def said(*ago: timedelta) -> list[Said]:
    return [Said(key=f"notice:{one}", room="!tech", kind=Kind.NOTICE, at=NOW - one) for one in ago]


@pytest.mark.parametrize(("before", "times"), [(1, 1), (2, 2), (3, 4), (4, 8), (9, 8)])
def test_the_distance_between_messages_doubles_but_not_for_ever(before: int, times: int) -> None:
    assert free_at(said(*[timedelta(0)] * before), NOW, GATHER) == NOW + times * GATHER


def test_the_first_is_told_at_once_and_what_was_said_long_ago_does_not_count() -> None:
    assert free_at([], NOW, GATHER) == NOW
    assert free_at(said(WHILE), NOW, GATHER) == NOW
