"""The line to the homeserver: who may try while it is down, and when."""

import pytest

from bot.errors import Unreachable
from bot.matrix.line import ASK_AGAIN, FIRST_WAIT, HANGS, LONGEST_WAIT, Line
from tests.support.fakes import Watch


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def line(watch: Watch) -> Line:
    return Line(now=watch)


def barred(line: Line) -> float | None:
    """How long a call is told to wait, or None where it may be made."""
    try:
        line.enter()
    except Unreachable as error:
        return error.after
    return None


def test_all_calls_are_made_while_nothing_is_wrong(line: Line) -> None:
    assert [barred(line) for _ in range(3)] == [None, None, None]
    assert line.wait() == 0


def test_after_a_failure_nobody_tries_until_the_time_has_come(line: Line, watch: Watch) -> None:
    line.failed()
    wait = barred(line)
    assert wait is not None
    assert FIRST_WAIT <= wait <= FIRST_WAIT * 1.25
    watch.at += wait
    assert barred(line) is None


def test_one_tries_and_the_others_ask_how_it_went(line: Line, watch: Watch) -> None:
    line.failed()
    watch.at += FIRST_WAIT * 1.25
    assert barred(line) is None
    assert barred(line) == ASK_AGAIN
    line.answered()
    assert barred(line) is None


def test_an_attempt_that_hangs_keeps_nobody_from_trying_for_long(line: Line, watch: Watch) -> None:
    line.failed()
    watch.at += FIRST_WAIT * 1.25
    assert barred(line) is None
    watch.at += HANGS
    assert barred(line) is None


def test_failing_on_and_on_it_is_tried_less_often_than_once_a_second_and_often_enough_to_be_back_in_time(
    line: Line, watch: Watch
) -> None:
    tries = 0
    line.failed()
    for _ in range(600):
        watch.at += 0.1
        if barred(line) is None:
            tries += 1
            line.failed()
            assert line.wait() <= LONGEST_WAIT * 1.25
    assert 60 / (LONGEST_WAIT * 1.25) - 1 <= tries <= 60 / LONGEST_WAIT + 2


def test_one_answer_makes_all_well_again(line: Line) -> None:
    for _ in range(10):
        line.failed()
    line.answered()
    assert not line.down
    assert barred(line) is None
    line.failed()
    assert line.wait() <= FIRST_WAIT * 1.25
