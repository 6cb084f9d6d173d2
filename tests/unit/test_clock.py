"""One time for everything: steady, and the homeserver's where the machine's is wrong."""

from datetime import timedelta

import pytest

from bot.clock import AGREED, APART, AgreedClock
from tests.support.fakes import START, FakeClock


@pytest.fixture
def machine() -> FakeClock:
    return FakeClock()


def test_it_goes_with_the_machine(machine: FakeClock) -> None:
    clock = AgreedClock(machine)
    machine.forward(90)
    assert clock.now() == START + timedelta(seconds=90)


@pytest.mark.parametrize("seconds", [-86_400, -600, 600, 86_400])
def test_setting_the_machine_s_clock_changes_nothing(machine: FakeClock, seconds: float) -> None:
    clock = AgreedClock(machine)
    machine.step(seconds)
    machine.forward(10)
    assert clock.now() == START + timedelta(seconds=10)


@pytest.mark.parametrize("seconds", [-86_400, 86_400])
def test_a_machine_that_is_wrong_from_the_start_is_put_right_by_the_homeserver(
    machine: FakeClock, seconds: float
) -> None:
    machine.step(seconds)
    clock = AgreedClock(machine)
    clock.told(START.timestamp())
    machine.forward(5)
    assert clock.now() == START + timedelta(seconds=5)


def test_one_wrong_answer_among_right_ones_moves_nothing(machine: FakeClock) -> None:
    clock = AgreedClock(machine)
    clock.told(START.timestamp())
    for _ in range(5):
        clock.told(START.timestamp() + 9 * 365 * 86_400)
        machine.forward(10)
        clock.told(clock.now().timestamp())
    assert clock.now() == START + timedelta(seconds=50)


def test_two_answers_that_agree_some_seconds_apart_move_it(machine: FakeClock) -> None:
    clock = AgreedClock(machine)
    clock.told(START.timestamp())
    clock.told(START.timestamp() + 86_400)
    clock.told(START.timestamp() + 86_400)
    assert clock.now() == START
    machine.forward(AGREED)
    clock.told(START.timestamp() + 86_400 + AGREED)
    assert clock.now() == START + timedelta(seconds=86_400 + AGREED)


def test_small_differences_are_left(machine: FakeClock) -> None:
    clock = AgreedClock(machine)
    clock.told(START.timestamp() + APART)
    assert clock.now() == START


@pytest.mark.parametrize("nonsense", [0.0, -1e12, 1e18, float("inf"), float("nan")])
def test_what_can_be_no_time_is_not_believed(machine: FakeClock, nonsense: float) -> None:
    clock = AgreedClock(machine)
    clock.told(nonsense)
    assert clock.now() == START
