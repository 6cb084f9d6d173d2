"""Join floods: nobody is greeted, and the moderators hear of it once."""

import random

import pytest

from tests.engine.newcomers.arrivals import CHAT, LETTERS, TECH, WAIT, Arrivals, MakeArrivals, several
from tests.support.house import CONTROL, on_any_database

ANA, BEN = "@ana:example.org", "@ben:example.org"
CALM = 600


async def come(hall: Arrivals, people: list[str], rooms: tuple[str, ...] = (CHAT,), *, seconds: float) -> None:
    """People come to the rooms in turns, evenly within that time; all is worked on as it comes."""
    for number, person in enumerate(people):
        await hall.joins(person, rooms[number % len(rooms)])
        await hall.passes(seconds / len(people))


@pytest.mark.parametrize("rooms", [(CHAT,), (CHAT, TECH, LETTERS)])
async def test_two_hundred_joins_in_ten_seconds_get_no_greeting_and_the_moderators_one_word(
    arrivals: MakeArrivals, rooms: tuple[str, ...]
) -> None:
    hall = arrivals()
    await come(hall, several(200), rooms, seconds=10)
    await hall.passes(CALM + WAIT)
    assert [room for room, _ in hall.doors.said] == [CONTROL]
    assert await hall.people() == [("passed", None)] * 200
    assert await hall.counted() == 0


async def test_two_hundred_who_have_joined_before_the_bot_looks_are_one_flood(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    for number, person in enumerate(several(200)):
        await hall.joins(person, (CHAT, TECH, LETTERS)[number % 3], works=False)
    await hall.passes()
    await hall.passes(WAIT)
    (word,) = hall.heard(CONTROL)
    assert word.startswith("200 people came to chat (https://matrix.to/#/%23chat:example.org), letters")
    assert len(hall.doors.said) == 1


@on_any_database
async def test_most_in_one_room_and_a_few_in_others_are_one_flood(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    people = several(200)
    rooms = [TECH, LETTERS, *[CHAT] * 38] * 5
    random.Random(7).shuffle(rooms)  # noqa: S311 - an order that is the same each time
    for number, person in enumerate(people):
        await hall.joins(person, rooms[number])
        await hall.passes(0.05 if number % 4 == 0 else 0) if number < 40 else hall.clock.forward(0.05)
    await hall.passes(2 * CALM)
    assert [room for room, _ in hall.doors.said] == [CONTROL]


async def test_the_word_says_where_how_many_how_fast_for_how_long_and_what_to_do(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await come(hall, several(12), seconds=6)
    (word,) = hall.heard(CONTROL)
    assert word == (
        "10 people came to chat (https://matrix.to/#/%23chat:example.org) within 5 seconds. That looks like a flood, "
        "so I greet nobody there until it has been calm for 10 minutes. Other rooms that they go to I treat the "
        "same, without another message.\n\nIf they are no friends: in your app, set the room to invite-only for a "
        "while, and remove them. If they share a homeserver, a server ACL keeps it out. I do none of that by myself."
    )


async def test_it_is_over_when_nobody_has_come_for_a_while_and_then_people_are_greeted_again(
    arrivals: MakeArrivals,
) -> None:
    hall = arrivals()
    await come(hall, several(12), seconds=6)
    await hall.passes(CALM - 60)
    # Who comes alone while it lasts isn't greeted, and doesn't make it last on: a busy room is no flood.
    await hall.joins(ANA)
    assert await hall.flooded() == [CHAT]
    await hall.passes(60)
    assert await hall.flooded() == []
    await hall.joins(BEN)
    await hall.passes(WAIT)
    assert hall.mentioned() == [BEN]
    assert len(hall.heard(CONTROL)) == 1


@on_any_database
async def test_a_second_flood_is_told_again(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await come(hall, several(12), seconds=6)
    await hall.passes(2 * CALM)
    await come(hall, several(12, start=100), seconds=6)
    await hall.passes(2 * CALM)
    assert [room for room, _ in hall.doors.said] == [CONTROL] * 2


@on_any_database
async def test_whoever_comes_elsewhere_within_the_wave_belongs_to_it(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await come(hall, several(12), seconds=6)
    await hall.joins(ANA, TECH)
    await hall.passes()
    assert await hall.flooded() == [CHAT, TECH]
    await hall.passes(2 * CALM)
    assert [room for room, _ in hall.doors.said] == [CONTROL]


@on_any_database
async def test_whoever_comes_elsewhere_after_the_wave_is_greeted(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await come(hall, several(12), seconds=6)
    await hall.passes(61)
    await hall.joins(ANA, TECH)
    await hall.passes(WAIT)
    assert hall.mentioned() == [ANA]


async def test_a_restart_in_the_middle_changes_nothing(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    for person in several(50):
        await hall.joins(person)
        hall.starts()
        await hall.passes(0.1)
        hall.starts()
    await hall.passes(2 * CALM)
    assert [room for room, _ in hall.doors.said] == [CONTROL]


@on_any_database
async def test_less_than_that_is_a_good_day(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await come(hall, several(9), seconds=6)
    await hall.passes(WAIT)
    assert hall.mentioned() == several(9)
    assert hall.heard(CONTROL) == []


@on_any_database
async def test_those_who_were_greeted_a_moment_ago_count_too(arrivals: MakeArrivals) -> None:
    hall = arrivals(welcome={"wait": "1s", "flood": {"joins": 5}})
    # With so short a wait some are greeted before it is known for a flood: there are never five who wait.
    await come(hall, several(20), seconds=20)
    await hall.passes(CALM)
    assert len(hall.mentioned()) < 5
    assert len(hall.heard(CONTROL)) == 1


@on_any_database
async def test_without_a_room_of_the_moderators_nobody_is_told(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    hall.control = None
    hall.starts()
    await come(hall, several(20), seconds=6)
    await hall.passes(CALM)
    assert hall.doors.said == []


@on_any_database
async def test_a_private_greeting_that_was_refused_is_no_sign_of_a_flood(arrivals: MakeArrivals) -> None:
    hall = arrivals(welcome={"flood": {"joins": 3, "within": "30s"}})
    people = several(6)
    hall.doors.refusing |= set(people)
    for person in people:
        await hall.joins(person, LETTERS)
        await hall.passes(20)
    for _ in range(4):
        await hall.passes(WAIT)
    assert sorted(hall.mentioned()) == people
    assert hall.heard(CONTROL) == []
