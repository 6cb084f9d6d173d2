"""What becomes of an incident: sequences of what sources say, and what must hold of all of them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.status.records import Incident, Phase
from handlers.status.states import Severity, State
from tests.unit.status.lives import Life, at, word

UP, DOWN, DEGRADED = State.UP, State.DOWN, State.DEGRADED
MAINTENANCE, UNKNOWN = State.MAINTENANCE, State.UNKNOWN
HOUR, DAY = 60, 24 * 60

#: (by, state, minute) one after the other; then the phase, the state and what happened.
SEQUENCES = {
    "all well": ([("kuma", UP, 0)], None, None, []),
    "down opens": ([("kuma", DOWN, 0)], Phase.OPEN, DOWN, ["opened"]),
    "slow opens": ([("kuma", DEGRADED, 0)], Phase.OPEN, DEGRADED, ["opened"]),
    "not knowing opens nothing": ([("kuma", UNKNOWN, 0)], None, None, []),
    "up resolves": ([("kuma", DOWN, 0), ("kuma", UP, 5)], Phase.RESOLVED, DOWN, ["opened", "resolved"]),
    "a second source changes nothing": ([("kuma", DOWN, 0), ("gatus", DOWN, 1)], Phase.OPEN, DOWN, ["opened"]),
    "worse is said": ([("kuma", DEGRADED, 0), ("gatus", DOWN, 1)], Phase.OPEN, DOWN, ["opened", "updated"]),
    "better is said": (
        [("kuma", DEGRADED, 0), ("gatus", DOWN, 1), ("gatus", UP, 2)],
        Phase.OPEN,
        DEGRADED,
        ["opened", "updated", "updated"],
    ),
    "one of two is not enough": (
        [("kuma", DOWN, 0), ("gatus", DOWN, 1), ("kuma", UP, 2)],
        Phase.OPEN,
        DOWN,
        ["opened"],
    ),
    "a probe that is well closes nothing": ([("kuma", DOWN, 0), ("probe", UP, 1)], Phase.OPEN, DOWN, ["opened"]),
    "both well": (
        [("kuma", DOWN, 0), ("gatus", DOWN, 1), ("kuma", UP, 2), ("gatus", UP, 3)],
        Phase.RESOLVED,
        DOWN,
        ["opened", "resolved"],
    ),
    "again within minutes": (
        [("kuma", DOWN, 0), ("kuma", UP, 5), ("kuma", DOWN, 10)],
        Phase.OPEN,
        DOWN,
        ["opened", "resolved", "reopened"],
    ),
    "again much later": (
        [("kuma", DOWN, 0), ("kuma", UP, 5), ("kuma", DOWN, 30)],
        Phase.OPEN,
        DOWN,
        ["opened", "resolved", "opened"],
    ),
    "maintenance opens nothing": ([("kuma", MAINTENANCE, 0)], None, None, []),
    "what fails during maintenance isn't said": ([("kuma", MAINTENANCE, 0), ("probe", DOWN, 1)], None, None, []),
    "what still fails after it is": (
        [("kuma", MAINTENANCE, 0), ("probe", DOWN, 1), ("kuma", UP, 9)],
        Phase.OPEN,
        DOWN,
        ["opened"],
    ),
    "maintenance ends no incident": (
        [("kuma", DOWN, 0), ("kuma", MAINTENANCE, 5)],
        Phase.OPEN,
        MAINTENANCE,
        ["opened", "updated"],
    ),
    "its end does": (
        [("kuma", DOWN, 0), ("kuma", MAINTENANCE, 5), ("kuma", UP, 9)],
        Phase.RESOLVED,
        MAINTENANCE,
        ["opened", "updated", "resolved"],
    ),
    "a source that doesn't know any more ends nothing": (
        [("kuma", DOWN, 0), ("kuma", UNKNOWN, 5)],
        Phase.OPEN,
        UNKNOWN,
        ["opened", "updated"],
    ),
    "unless something else is well": (
        [("kuma", DOWN, 0), ("probe", UP, 3), ("kuma", UNKNOWN, 5)],
        Phase.RESOLVED,
        DOWN,
        ["opened", "resolved"],
    ),
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_what_sources_say_one_after_the_other_makes_one_story(name):
    said, phase, state, kinds = SEQUENCES[name]
    life = Life()

    for by, what, minute in said:
        life.says(what, minute, by)

    assert (life.phase, life.incident.state if life.incident else None, life.kinds) == (phase, state, kinds)


def test_an_incident_begins_and_ends_when_sources_say_that_it_did():
    life = Life()
    life.goes_on(7, word(DOWN, since=2, now=7))
    life.goes_on(9, word(DOWN, "gatus", since=1, now=9))
    life.goes_on(30, word(UP, "gatus", since=20, now=30))
    life.goes_on(40, word(UP, since=25, now=40))

    assert life.incident is not None
    assert (life.incident.opened, life.incident.resolved) == (at(2), at(25))
    assert life.moments[0].text == "Mastodon is unreachable: HTTP 503 (reported by kuma)"
    assert life.moments[-1].text == "Mastodon works again since 12:25 UTC."


def test_the_worst_severity_counts_and_changes_are_told():
    life = Life()
    life.says(DOWN, 0, severity=Severity.WARNING)
    step = life.says(DOWN, 1, "gatus", severity=Severity.CRITICAL)

    assert step.incident is not None
    assert (step.changed, step.incident.severity, life.kinds) == (True, Severity.CRITICAL, ["opened", "updated"])


def test_a_repeat_changes_nothing_and_is_noted_once_a_minute():
    life = Life()
    life.says(DOWN, 0)
    soon = life.goes_on(0.5, word(DOWN, since=0, now=0.5))
    later = life.goes_on(2, word(DOWN, since=0, now=2))

    assert (soon.conditions, soon.moments, soon.changed) == ((), (), False)
    assert [one.heard for one in later.conditions] == [at(2)]
    assert (later.moments, later.changed) == ((), False)
    assert life.incident is not None
    assert life.incident.version == 1


def test_what_is_older_than_what_is_known_is_ignored():
    life = Life()
    life.says(DOWN, 0)
    life.says(UP, 10)
    replayed = life.goes_on(11, word(DOWN, since=0, now=11))
    same_moment = life.goes_on(12, word(DOWN, since=10, now=12))

    assert (replayed.changed, same_moment.changed, life.phase) == (False, False, Phase.RESOLVED)


def test_a_source_that_gives_no_time_is_taken_at_the_time_at_which_it_speaks():
    life = Life()
    life.goes_on(0, word(DOWN, since=None, now=0))
    life.goes_on(5, word(DOWN, since=None, now=5))
    assert [one.since for one in life.conditions.values()] == [at(0)]
    life.goes_on(9, word(UP, since=None, now=9))

    assert life.incident is not None
    assert (life.incident.opened, life.incident.resolved) == (at(0), at(9))


def test_a_change_of_any_condition_counts_the_version_up_also_where_nothing_is_to_be_told():
    life = Life()
    life.says(DOWN, 0)
    step = life.says(DOWN, 1, "gatus")

    assert step.incident is not None
    assert (step.incident.version, step.changed) == (2, False)


# Coming again


def test_the_same_incident_comes_again_and_keeps_its_beginning():
    life = Life()
    life.says(DOWN, 0)
    life.says(UP, 5)
    life.says(DOWN, 14)

    assert life.incident is not None
    assert (life.incident.id, life.incident.opened, life.incident.reopened) == ("2026-05-04-1", at(0), 1)
    assert (life.incident.resolved, life.past) == (None, [])


def test_another_one_begins_when_it_was_well_for_longer():
    life = Life()
    life.says(DOWN, 0)
    life.says(UP, 5)
    life.says(DOWN, 16)

    assert life.incident is not None
    assert (life.incident.id, [one.id for one in life.past]) == ("2026-05-04-2", ["2026-05-04-1"])


def flapped() -> Life:
    """It has come back three times within the hour."""
    life = Life()
    life.says(DOWN, 0)
    for minute in (5, 10, 15):
        life.says(UP, minute)
        life.says(DOWN, minute + 1)
    return life


def test_what_comes_back_three_times_an_hour_is_said_to_be_unstable_once():
    life = flapped()
    assert life.incident is not None
    assert life.incident.unstable
    assert life.kinds == ["opened", *["resolved", "reopened"] * 3, "unstable"]
    assert "has come back and failed again 3 times" in life.moments[-1].text


def test_reopenings_far_apart_are_no_flapping():
    life = Life({"reopen": at(3 * HOUR) - at(0)})
    life.says(DOWN, 0)
    for minute in (HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR):
        life.says(UP, minute)
        life.says(DOWN, minute + 55)

    assert life.incident is not None
    assert (life.incident.reopened, life.incident.unstable) == (4, False)


def test_an_unstable_service_must_be_well_for_a_while_before_it_counts():
    life = flapped()
    step = life.says(UP, 20)
    assert (life.phase, step.settles) == (Phase.SETTLING, at(35))
    life.goes_on(34)
    assert life.phase == Phase.SETTLING
    life.goes_on(35)

    assert life.incident is not None
    assert (life.phase, life.incident.resolved) == (Phase.RESOLVED, at(20)), "the true time, not that of the waiting"


def test_an_unstable_service_makes_no_more_noise():
    life = flapped()
    before = len(life.moments)
    for minute in range(20, 60, 4):
        life.says(UP, minute)
        life.says(DOWN, minute + 2)

    assert (life.phase, len(life.moments)) == (Phase.OPEN, before)


# Silence


def test_a_source_that_says_nothing_any_more_holds_nothing_open():
    life = Life()
    life.says(DOWN, 0)
    life.goes_on(26 * HOUR)
    assert life.phase == Phase.OPEN
    life.goes_on(26 * HOUR + 1)

    assert life.incident is not None
    assert (life.phase, life.incident.state) == (Phase.RESOLVED, UNKNOWN), "nobody has said that it works"
    assert life.kinds == ["opened", "silent", "stale"]
    assert life.moments[1].text == "No word from kuma since 4 May, 12:00 UTC."
    assert "works again since" not in life.moments[2].text


def test_what_fails_by_others_still_holds_it_open():
    life = Life()
    life.says(DOWN, 0)
    life.says(DOWN, HOUR * 20, "gatus")
    life.goes_on(27 * HOUR)

    assert (life.phase, life.kinds) == (Phase.OPEN, ["opened", "silent"])


def test_a_probe_that_was_well_all_along_does_not_make_a_recovery_of_silence():
    life = Life()
    life.says(UP, 0, "probe")
    life.says(DOWN, 1)
    life.goes_on(27 * HOUR)

    assert life.incident is not None
    assert (life.incident.state, life.kinds[-1]) == (UNKNOWN, "stale")


def test_what_one_measures_does_not_make_a_recovery_of_anothers_silence():
    life = Life()
    life.says(DOWN, 0)
    life.says(DOWN, 1, "probe")
    life.says(UP, 5, "probe")
    life.goes_on(27 * HOUR)

    assert life.incident is not None
    assert (life.incident.state, life.kinds) == (UNKNOWN, ["opened", "silent", "stale"])


def test_who_never_knew_anything_holds_nothing_open():
    life = Life()
    life.says(UNKNOWN, 0, "gatus")
    life.says(DOWN, 1)
    life.goes_on(26 * HOUR, word(UNKNOWN, "gatus", since=0, now=26 * HOUR))
    life.goes_on(27 * HOUR)

    assert (life.phase, life.kinds[-1]) == (Phase.RESOLVED, "stale")


def test_who_speaks_again_after_a_long_silence_is_heard_though_it_began_long_ago():
    life = Life()
    life.says(DOWN, 0)
    life.goes_on(27 * HOUR)
    life.goes_on(27 * HOUR + 5, word(DOWN, since=0, now=27 * HOUR + 5))

    assert life.phase == Phase.OPEN


def test_maintenance_that_never_ends_is_forgotten_and_mutes_no_more():
    life = Life()
    life.says(MAINTENANCE, 0)
    life.goes_on(27 * HOUR)
    assert [one.state for one in life.conditions.values()] == [UNKNOWN]
    life.says(DOWN, 27 * HOUR + 1, "probe")

    assert life.phase == Phase.OPEN


def test_maintenance_that_a_system_has_told_of_once_mutes_for_no_longer_than_is_usual():
    life = Life()
    life.says(UP, 0, "probe")
    life.says(MAINTENANCE, 0)
    life.says(DOWN, 6 * HOUR - 1, "probe")
    assert life.incident is None, "it is being worked on"
    life.goes_on(6 * HOUR + 1)

    assert (life.phase, life.kinds) == (Phase.OPEN, ["opened"])


def test_a_probe_is_believed_though_the_clock_was_put_back_meanwhile():
    life = Life()
    life.says(DOWN, 120, "probe")
    life.goes_on(5, word(UP, "probe", since=3, now=5))

    assert life.incident is not None
    assert (life.phase, life.kinds) == (Phase.RESOLVED, ["opened", "resolved"])
    assert life.incident.resolved is not None
    assert life.incident.resolved >= life.incident.opened


# Maintenance of ours


def test_during_a_window_nothing_opens_and_nothing_comes_again_and_afterwards_it_does():
    life = Life({"maintenance": True})
    life.says(DOWN, 0)
    assert (life.incident, life.kinds) == (None, [])
    life.rules["maintenance"] = False
    life.goes_on(10)
    assert (life.phase, life.kinds) == (Phase.OPEN, ["opened"])

    life.says(UP, 11)
    life.rules["maintenance"] = True
    life.says(DOWN, 12)
    assert life.phase == Phase.RESOLVED
    life.rules["maintenance"] = False
    life.goes_on(13)
    assert life.kinds == ["opened", "resolved", "reopened"]


# What persons have done


def manual(**changes) -> Incident:
    plain = Incident(
        id="2026-05-04-1",
        service="mastodon",
        phase=Phase.OPEN,
        state=DEGRADED,
        severity=Severity.WARNING,
        summary="Posts arrive late",
        opened=at(0),
        changed=at(0),
        manual=True,
    )
    return replace(plain, **changes)


def test_what_a_person_has_opened_stays_open_and_keeps_their_words():
    life = Life(incident=manual())
    life.says(DOWN, 1)
    assert life.incident is not None
    assert (life.incident.state, life.incident.severity) == (DOWN, Severity.CRITICAL)
    assert life.incident.summary == "Posts arrive late"
    life.says(UP, 2)
    assert (life.phase, life.incident.state, life.kinds) == (Phase.OPEN, DEGRADED, ["updated", "updated"])
    life.goes_on(3)
    assert life.kinds == ["updated", "updated"]


def test_what_a_person_has_resolved_comes_again_as_what_is_measured():
    life = Life(incident=manual(phase=Phase.RESOLVED, resolved=at(1)))
    life.says(DOWN, 2)
    assert life.incident is not None
    assert (life.phase, life.incident.summary) == (Phase.OPEN, "HTTP 503")
    life.says(UP, 3)
    assert life.phase == Phase.RESOLVED


def test_what_is_said_of_another_service_is_nothing_to_this_one():
    life = Life()
    other = word(DOWN).condition
    life.conditions[other.key] = replace(other, service="wiki", since=at(5))
    life.says(DOWN, 1)
    assert life.incident is None, "it is older than what was said of the wiki"


def test_what_was_passed_over_is_told_of_when_it_matters_more():
    life = Life()
    mild = word(DOWN, severity=Severity.WARNING).condition
    life.conditions[mild.key] = replace(mild, muted=True)
    life.goes_on(1, word(DOWN, severity=Severity.WARNING, now=1))
    assert life.incident is None
    life.goes_on(2, word(DOWN, severity=Severity.CRITICAL, now=2))
    assert life.phase == Phase.OPEN


def test_what_a_person_called_resolved_is_passed_over_until_it_changes():
    life = Life()
    life.says(DOWN, 0)
    life.conditions = {key: replace(one, muted=True) for key, one in life.conditions.items()}
    life.incident = replace(life.incident, phase=Phase.RESOLVED, resolved=at(1), state=UNKNOWN)  # type: ignore[type-var]
    life.goes_on(2, word(DOWN, since=0, now=2, summary="HTTP 500"))
    assert life.phase == Phase.RESOLVED
    life.says(UP, 3)
    assert life.phase == Phase.RESOLVED
    life.says(DOWN, 4)
    assert (life.phase, life.kinds) == (Phase.OPEN, ["opened", "reopened"])


# What must hold whatever is said

STATES = st.sampled_from([UP, DOWN, DEGRADED, MAINTENANCE, UNKNOWN])
BY = st.sampled_from(["kuma", "gatus", "probe"])
STORY = st.lists(st.tuples(BY, STATES, st.integers(1, 40)), max_size=30)
END = 100 * DAY


def told(story) -> tuple[Life, int]:
    """A life in which all of this is said, so many minutes apart."""
    life, minute = Life(), 0
    for by, state, pause in story:
        minute += pause
        life.says(state, minute, by)
        check(life)
    return life, minute


def check(life: Life) -> None:
    """What holds at every moment."""
    bad = [one for one in life.conditions.values() if one.state.bad]
    quiet = any(one.state == MAINTENANCE for one in life.conditions.values())
    if bad and not quiet:
        assert life.phase == Phase.OPEN, "an open is never lost"
    if life.incident is not None:
        assert (life.incident.resolved is None) == (life.phase == Phase.OPEN)
        assert life.incident.resolved is None or life.incident.resolved >= life.incident.opened
    assert all(one.phase == Phase.RESOLVED for one in life.past), "one at a time"


@given(STORY)
def test_whatever_is_said_no_open_is_lost_and_there_is_one_incident_at_a_time(story):
    told(story)


@given(STORY)
def test_every_incident_ends_when_all_are_well_and_when_all_are_silent(story):
    well, minute = told(story)
    for by in ("kuma", "gatus", "probe"):
        minute += 1
        well.says(UP, minute, by)
    well.goes_on(minute + 15)
    assert well.phase in (None, Phase.RESOLVED)

    silent, minute = told(story)
    silent.goes_on(minute + 27 * HOUR)
    silent.goes_on(minute + 28 * HOUR)
    assert silent.phase in (None, Phase.RESOLVED)


@given(STORY, st.data())
def test_replays_change_nothing(story, data):
    life, minute = told(story)
    before = (life.incident, life.conditions.copy(), len(life.moments))
    times, came = [], 0
    for by, state, pause in story:
        came += pause
        # What the bot measures itself comes once.
        times += [(by, state, came)] if by != "probe" else []
    for by, state, said in data.draw(st.lists(st.sampled_from(times), max_size=5)) if times else []:
        life.goes_on(minute, word(state, by, since=said, now=minute))

    known = {key: replace(one, heard=at(0)) for key, one in life.conditions.items()}
    assert (life.incident, known, len(life.moments)) == (
        before[0],
        {key: replace(one, heard=at(0)) for key, one in before[1].items()},
        before[2],
    )


@given(st.permutations(["kuma", "gatus", "probe"]), st.permutations(["kuma", "gatus", "probe"]))
def test_the_order_of_different_sources_does_not_matter(first, then):
    life = Life()
    for by in first:
        life.goes_on(5, word(DOWN, by, since=1, now=5))
    for by in then:
        assert life.phase == Phase.OPEN
        life.goes_on(9, word(UP, by, since=7, now=9))

    assert life.incident is not None
    assert (life.phase, life.incident.opened, life.incident.resolved) == (Phase.RESOLVED, at(1), at(7))
