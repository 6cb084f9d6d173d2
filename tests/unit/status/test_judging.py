"""From looks to a verdict: what is in a row, what is doubted, and how soon an outage is noticed."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.status.probes.judging import IN_DOUBT, SECOND_LOOK, Seen, judge
from handlers.status.probes.reading import Reading
from handlers.status.settings import ProbeSettings
from handlers.status.states import State
from tests.support.fakes import START

UP, DEGRADED, DOWN, UNKNOWN = State.UP, State.DEGRADED, State.DOWN, State.UNKNOWN
BLIND = Reading(state=UNKNOWN, evidence="my own network is down", answered=False, blind=True)
#: A look in a letter: up, slow, down, not to be seen, blind.
LETTERS = {"u": UP, "s": DEGRADED, "d": DOWN, "?": UNKNOWN}
STATES = {UP: "u", DEGRADED: "s", DOWN: "d", UNKNOWN: "?"}
#: The engine makes waiting longer by this at most.
JITTER = 1.1


def settings(**changes):
    return ProbeSettings(service="mastodon", **changes)


def read(letter):
    return BLIND if letter == "b" else Reading(state=LETTERS[letter], evidence=letter)


def told(looks, verdict=UNKNOWN, **changes):
    """These looks, ten seconds apart: how many were made when the verdict changed, and to what."""
    seen, changed = Seen(since=START, verdict=verdict), []
    for number, letter in enumerate(looks, 1):
        seen, change, _ = judge(seen, read(letter), settings(**changes), START + number * IN_DOUBT)
        changed += [f"{number}{STATES[change.state]}"] if change else []
        assert (change is None) or seen.verdict == change.state
    return " ".join(changed)


@pytest.mark.parametrize(
    ("verdict", "looks", "expected"),
    [
        # At the start nothing is known until the thresholds are met.
        (UNKNOWN, "u", ""),
        (UNKNOWN, "uu", "2u"),
        (UNKNOWN, "dddd", "4d"),
        (UNKNOWN, "uddd", ""),
        # Each failure is looked at a second time before it counts.
        (UP, "ddd", ""),
        (UP, "dddd", "4d"),
        (UP, "dudududu", ""),
        (UP, "ddudd", ""),
        (UP, "dduddddu", "7d"),
        # What fails on needs no second look.
        (DOWN, "dddddd", ""),
        (DOWN, "u", ""),
        (DOWN, "uu", "2u"),
        (DOWN, "udud", ""),
        (DOWN, "uduu", "4u"),
        # Slowness counts likewise, and what was down was slow at least.
        (UP, "ssss", "4s"),
        (UP, "ssu", ""),
        (UP, "dsds", "4s"),
        (UP, "ssdd", "4s"),
        (UP, "ddssdd", "4s"),
        (UP, "ddssdddd", "4s 8d"),
        (DEGRADED, "dddd", "4d"),
        (DEGRADED, "uu", "2u"),
        (DEGRADED, "ssssu", ""),
        (DOWN, "ssss", "4s"),
        (DOWN, "sss", ""),
        (DOWN, "ssuu", "4u"),
        # What can't be seen isn't down, and breaks every row.
        (UP, "????", "4?"),
        (UP, "??dd??dd", ""),
        (DOWN, "????", "4?"),
        (DOWN, "u??u", ""),
        (UNKNOWN, "??????", ""),
        (UNKNOWN, "u?u", ""),
        # Whoever is blind judges nothing, and begins anew afterwards.
        (UP, "bbbbbbbb", ""),
        (UP, "ddbdd", ""),
        (UP, "ddbdddd", "7d"),
        (DOWN, "ubu", ""),
        (DOWN, "ubuu", "4u"),
        (UP, "dbd", ""),
    ],
)
def test_what_looks_in_a_row_come_to(verdict, looks, expected):
    assert told(looks, verdict) == expected


@pytest.mark.parametrize(
    ("changes", "verdict", "looks", "expected"),
    [
        ({"fails": 1}, UP, "dd", "2d"),
        ({"fails": 3}, UP, "ddddd", ""),
        ({"fails": 3}, UP, "dddddd", "6d"),
        ({"fails": 3}, UP, "ddddss", "6s"),
        ({"recovers": 1}, DOWN, "u", "1u"),
        ({"recovers": 3}, DOWN, "uuu", "3u"),
        ({"recovers": 3}, DOWN, "ssssss", "6s"),
        ({"recovers": 3}, DOWN, "ssss", ""),
    ],
)
def test_how_many_it_takes_is_the_configs(changes, verdict, looks, expected):
    assert told(looks, verdict, **changes) == expected


@given(
    st.text("usd?b", max_size=40), st.sampled_from([UP, DEGRADED, DOWN, UNKNOWN]), st.integers(1, 4), st.integers(1, 4)
)
def test_no_verdict_without_its_reason(looks, verdict, fails, recovers):
    """Whatever comes: a verdict only changes to what the last look found, or from worse to "degraded at least"."""
    seen = Seen(since=START, verdict=verdict)
    for number, letter in enumerate(looks, 1):
        now = START + number * IN_DOUBT
        before = seen
        seen, change, again = judge(before, read(letter), settings(fails=fails, recovers=recovers), now)
        assert again >= SECOND_LOOK
        if letter == "b":
            assert change is None
            assert seen == Seen(since=before.since, verdict=before.verdict)
        if change is None:
            assert (seen.verdict, seen.since) == (before.verdict, before.since)
            continue
        assert change.since <= now
        assert seen.doubted is None
        assert change.state == LETTERS[letter] or (change.state, LETTERS[letter]) == (DEGRADED, DOWN)
        better = change.state == UP or (before.verdict, change.state) == (DOWN, DEGRADED)
        needed = recovers if better else fails
        assert "b" not in looks[number - needed : number]


def test_it_is_down_since_the_first_of_the_failures():
    seen = Seen(since=START, verdict=UP)
    for number in range(1, 5):
        seen, change, _ = judge(seen, read("d"), settings(), START + number * IN_DOUBT)
    assert change is not None
    assert change.since == seen.since == START + IN_DOUBT
    assert change.evidence == "d"


def test_it_is_up_since_the_first_of_the_successes():
    seen = Seen(since=START, verdict=DOWN)
    for number in range(1, 4):
        seen, change, _ = judge(seen, read("u"), settings(recovers=3), START + number * IN_DOUBT)
    assert change is not None
    assert change.since == START + IN_DOUBT


@pytest.mark.parametrize(
    ("verdict", "looks", "elapsed", "expected"),
    [
        (UP, "u", 0.5, 29.5),
        (DOWN, "d", None, 30),
        (UP, "d", None, 2),  # the second look
        (UP, "d", 10, 2),
        (UP, "dd", None, 10),  # in doubt
        (UP, "dd", 4, 6),
        (UP, "dd", 10, 2),  # looks that hang have taken the time already
        (DOWN, "u", 1, 9),
        (UNKNOWN, "u", None, 10),
        (UNKNOWN, "?", None, 30),
        (UP, "b", None, 10),
    ],
)
def test_how_soon_the_next_look_is_due(verdict, looks, elapsed, expected):
    seen = Seen(since=START, verdict=verdict)
    for letter in looks:
        reading = read(letter) if letter == "b" else Reading(state=LETTERS[letter], evidence="", elapsed=elapsed)
        seen, _, again = judge(seen, reading, settings(), START)
    assert again == timedelta(seconds=expected)


def test_what_is_looked_at_every_five_seconds_is_in_doubt_no_more_seldom():
    _, _, again = judge(Seen(since=START, verdict=DOWN), read("u"), settings(every=timedelta(seconds=5)), START)
    assert again == timedelta(seconds=5)


def noticed(elapsed: float, control: float, state: State = DOWN) -> float:
    """How many seconds after a service has failed its probe says so, in the worst case, at default settings.

    It failed just after a look; each wait is as long as it may be, each answer `elapsed`, and `control` those of the
    addresses that are asked whether it isn't the bot.
    """
    failing = Reading(state=state, evidence="", elapsed=elapsed, answered=False)
    seen, passed = Seen(since=START, verdict=UP), 30.0 * JITTER
    for _ in range(100):
        counts = seen.doubted is not None
        seen, change, again = judge(seen, failing, settings(), START + timedelta(seconds=passed))
        passed += elapsed + (control if counts else 0)
        if change is not None:
            return passed
        passed += again.total_seconds() * JITTER
    raise AssertionError("never noticed")


@pytest.mark.parametrize(
    ("how", "elapsed", "control", "seconds"),
    [
        ("refused", 0.0, 0.1, 50),
        ("an error page", 0.5, 0.0, 51),
        ("hangs", 10.0, 0.3, 81),
        ("hangs, and those asked whether it isn't the bot take as long as they may", 10.0, 5.0, 90),
    ],
)
def test_an_outage_is_noticed_within_90_seconds_in_the_worst_case(how, elapsed, control, seconds):
    assert noticed(elapsed, control) <= seconds, how


def test_slowness_is_noticed_within_90_seconds_too():
    assert noticed(9.9, 0, DEGRADED) <= 90
