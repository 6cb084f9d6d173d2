"""What is a join flood, where it is, and how long it lasts: the pure part."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports import RoomInfo
from handlers.newcomers.settings import Flood as Rules
from handlers.newcomers.welcome.flooding import stand
from handlers.newcomers.welcome.floods import Flood, crowd, swept
from handlers.newcomers.welcome.records import Newcomer, State
from handlers.newcomers.welcome.wording import flood_told, span
from tests.support.fakes import START

A, B, C = "!a:x.org", "!b:x.org", "!c:x.org"
RULES = Rules(joins=3, within=timedelta(seconds=60), calm=timedelta(seconds=600))


def at(*seconds: float, room: str = A, state: State = State.WAITING) -> tuple[Newcomer, ...]:
    """Somebody comes at each of these seconds."""
    return tuple(
        Newcomer(
            pseudonym=f"{room}{number}",
            state=state,
            at=START + timedelta(seconds=second),
            room=room,
            how="room",
            person=f"@p{number}:x.org",
        )
        for number, second in enumerate(seconds)
    )


def after(seconds: float):
    """That time."""
    return START + timedelta(seconds=seconds)


def flood(since: float = 0, latest: float = 0, room: str = A) -> Flood:
    """A flood from then on."""
    return Flood(room=room, since=after(since), latest=after(latest))


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ((), 0),
        ((0, 0), 0),
        ((0, 0, 0), 3),
        ((0, 30, 59.9), 3),
        ((0, 30, 60), 0),
        ((0, 50, 100, 150), 0),
        ((0, 70, 80, 90, 200), 3),
        ((0, 50, 55, 105, 109), 5),
    ],
)
def test_a_crowd_are_so_many_within_that_time(seconds, expected):
    assert len(crowd(at(*seconds), RULES)) == expected


@given(st.lists(st.integers(0, 400), max_size=30), st.integers(2, 6))
def test_a_crowd_is_what_counting_by_hand_finds(seconds, joins):
    rules = RULES.model_copy(update={"joins": joins})
    people = at(*sorted(seconds))
    found = crowd(people, rules)
    expected = [
        one
        for one in people
        if any(
            sum(1 for other in people if start.at <= other.at < start.at + rules.within) >= joins
            and start.at <= one.at < start.at + rules.within
            for start in people
        )
    ]
    assert list(found) == expected


def test_a_flood_takes_along_who_comes_before_it_is_over_and_lasts_on_for_them():
    lasting, caught = swept(flood(), at(150, 300, 901), RULES)
    assert (lasting.latest, len(caught)) == (after(300), 2)


def test_who_comes_alone_is_taken_along_and_does_not_prolong_it():
    lasting, caught = swept(flood(), at(250, 500, 750), RULES)
    assert (lasting.latest, len(caught)) == (after(0), 2)


def test_below_the_limit_all_are_left_to_be_greeted():
    people = at(0, 1)
    waters = stand(people, (), people, RULES, after(120))
    assert (waters.left, waters.passed, waters.begun) == (people, (), ())


def test_each_room_that_the_crowd_came_to_has_a_flood_and_other_rooms_have_none():
    one, other, quiet = at(0), at(1, 2, room=B), at(500, room=C)
    people = (*one, *other, *quiet)
    waters = stand(people, (), people, RULES, after(500))
    assert waters.begun == (flood(0, 0), flood(1, 2, room=B))
    assert waters.left == quiet
    assert waters.passed == (*one, *other)


def test_who_waits_in_a_flooded_room_passes_with_it_whenever_they_came():
    people = (*at(0, room=A), *at(200, 201, 202, room=A))
    waters = stand(people, (), people, RULES, after(203))
    assert waters.passed == people
    assert waters.begun == (flood(200, 202),)


def test_who_was_greeted_a_moment_ago_counts_and_stays_greeted():
    greeted, new = at(0, 1, state=State.WELCOMED), at(2)
    waters = stand(new, (), (*greeted, *new), RULES, after(2))
    assert waters.passed == new
    assert len(waters.crowd) == 3


def test_a_crowd_of_those_who_are_seen_to_begins_nothing():
    seen = at(0, 1, 2, state=State.PASSED)
    late = at(300, room=B)
    waters = stand(late, (), (*seen, *late), RULES, after(500))
    assert (waters.begun, waters.left) == ((), late)


def test_a_flood_ends_and_whoever_came_after_it_is_left():
    people = at(601)
    waters = stand(people, (flood(),), people, RULES, after(721))
    assert (waters.ended, waters.going, waters.left) == ((flood(),), (), people)


def test_a_room_may_be_flooded_anew_at_once():
    people = at(601, 602, 603)
    waters = stand(people, (flood(),), people, RULES, after(604))
    assert waters.ended == (flood(),)
    assert waters.begun == (flood(601, 603),)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "1 second"),
        (0.3, "1 second"),
        (1.2, "2 seconds"),
        (10, "10 seconds"),
        (60, "1 minute"),
        (90, "90 seconds"),
        (120, "2 minutes"),
        (121, "3 minutes"),
        (600, "10 minutes"),
        (7200, "2 hours"),
        (86_400, "24 hours"),
        (172_800, "2 days"),
    ],
)
def test_spans_are_said_in_one_unit(seconds, expected):
    assert span(timedelta(seconds=seconds)) == expected


def test_several_rooms_are_one_sentence_and_a_room_without_an_alias_is_named_all_the_same():
    rooms = [RoomInfo(id=A, name="chat", alias="#chat:x.org"), RoomInfo(id=B, name="tech"), RoomInfo(id=C)]
    text = flood_told(rooms, 12, timedelta(seconds=5), timedelta(minutes=10))
    assert text.startswith(
        "12 people came to [chat](https://matrix.to/#/%23chat:x.org), [tech](https://matrix.to/#/!b:x.org) and "
        r"[\!c:x\.org](https://matrix.to/#/!c:x.org) within 5 seconds."
    )
    assert "I greet nobody in these rooms until" in text
