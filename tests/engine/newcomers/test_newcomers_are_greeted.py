"""The welcome: once for good, after a wait, together, and only to those who are new and still there."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.inbox import TIMER, of_ours
from bot.storage.journal import DONE
from handlers.newcomers import tables
from tests.engine.newcomers.arrivals import CHAT, LETTERS, ME, QUIET, ROOMS, TECH, WAIT, MakeArrivals, several
from tests.support.fakes import PORTS, Crash
from tests.support.house import CONTROL, on_any_database

ANA, BEN, CLEO = "@ana:example.org", "@ben:example.org", "@cleo:example.org"


async def test_who_has_stayed_is_greeted_by_a_notice_that_mentions_them(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await hall.joins(ANA)
    await hall.passes(WAIT - 1)
    assert hall.heard() == []
    await hall.passes(1)
    ((room, content),) = hall.doors.said
    assert (room, content["msgtype"], content["m.mentions"]) == (CHAT, "m.notice", {"user_ids": [ANA]})
    assert content["body"].startswith("Welcome to chat (https://matrix.to/#/%23chat:example.org), @ana:example.org")
    assert "when something doesn't work" in content["body"]
    # Their id is kept no longer than that.
    assert await hall.people() == [("welcomed", None)]
    assert await hall.counted() == 1


async def test_nobody_is_greeted_twice_in_whichever_room_and_after_whatever_restart(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await hall.joins(ANA)
    hall.starts()
    await hall.passes(WAIT)
    hall.starts()
    await hall.joins(ANA, TECH)
    hall.leaves(ANA)
    await hall.joins(ANA, returning=True)
    await hall.passes(10 * WAIT)
    assert hall.mentioned() == [ANA]
    assert await hall.counted() == 1


async def test_who_comes_to_two_rooms_at_the_same_moment_is_greeted_in_one(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await hall.joins(ANA, works=False)
    event = await hall.joins(ANA, TECH, works=False)
    # The tech room's lane has looked when the chat's commits: its own commit collides, and it is decided again.
    hall.overtaken(CHAT)
    await hall.house.works(TECH)
    assert await hall.house.became(event) == (DONE, "newcomers: known: waiting")
    await hall.passes(WAIT)
    assert hall.mentioned() == [ANA]
    assert hall.heard(TECH) == []


async def test_those_who_come_together_are_greeted_together(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    for person in (ANA, BEN, CLEO):
        await hall.joins(person)
        await hall.passes(60)
    await hall.passes(WAIT - 61)
    assert hall.heard() == []
    await hall.passes(1)
    assert hall.mentioned() == [ANA, BEN, CLEO]
    assert len(hall.heard()) == 1


@on_any_database
async def test_who_keeps_coming_puts_off_the_greeting_only_so_far(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    for person in several(6):
        await hall.joins(person)
        await hall.passes(60)
    # After three times the wait; of the six, one has not waited for long enough, and waits on.
    assert [len(content["m.mentions"]["user_ids"]) for _, content in hall.doors.said] == [5]
    await hall.passes(WAIT)
    assert hall.mentioned() == several(6)


@on_any_database
async def test_each_room_greets_its_own_when_their_wait_is_over(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await hall.joins(ANA)
    await hall.passes(30)
    await hall.joins(BEN, TECH)
    assert await hall.due_in() == [WAIT - 30, WAIT]
    await hall.passes(WAIT - 30)
    assert [len(hall.heard(room)) for room in (CHAT, TECH)] == [1, 0]
    await hall.passes(30)
    assert [len(hall.heard(room)) for room in (CHAT, TECH)] == [1, 1]


async def test_who_has_gone_is_not_greeted_until_they_are_back(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await hall.joins(ANA)
    hall.leaves(ANA)
    await hall.passes(WAIT)
    assert hall.doors.said == []
    assert await hall.people() == [("missed", None)]
    await hall.passes(timedelta(days=3).total_seconds())
    await hall.joins(ANA, TECH, returning=True)
    await hall.passes(WAIT)
    assert hall.mentioned() == [ANA]
    assert await hall.people() == [("welcomed", None)]


@on_any_database
async def test_who_goes_and_comes_within_the_wait_is_greeted_once(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await hall.joins(ANA)
    hall.leaves(ANA)
    await hall.passes(30)
    await hall.joins(ANA, returning=True)
    await hall.passes(2 * WAIT)
    assert hall.mentioned() == [ANA]


@on_any_database
async def test_who_was_removed_meanwhile_is_not_greeted(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await hall.joins(ANA)
    await hall.joins(BEN)
    hall.leaves(ANA)
    await hall.passes(WAIT)
    assert hall.mentioned() == [BEN]
    assert "@ana" not in hall.heard()[0]


@on_any_database
@pytest.mark.parametrize(
    ("person", "room", "more", "why"),
    [
        (ANA, QUIET, {}, "nobody is greeted in this room"),
        (ANA, "!unknown:example.org", {}, "nobody is greeted in this room"),
        (ANA, CHAT, {"returning": True}, "was here before"),
        (ANA, CHAT, {"ago": 86_401}, "came too long ago"),
        ("@helpbot:example.org", CHAT, {}, "nobody's id: a pattern in the config says so"),
        ("@_irc_Ana:example.org", CHAT, {}, "nobody's id: a pattern in the config says so"),
        ("@_discord_123456:t2bot.io", TECH, {}, "nobody's id: a pattern in the config says so"),
    ],
)
async def test_who_needs_no_greeting_is_left_alone(arrivals: MakeArrivals, person, room, more, why) -> None:
    hall = arrivals()
    event = await hall.joins(person, room, **more)
    await hall.passes(10 * WAIT)
    assert await hall.house.became(event) == (DONE, f"newcomers: {why}")
    assert hall.doors.said == []
    assert await hall.people() == []


@on_any_database
async def test_nobody_is_greeted_who_has_opted_out_or_is_no_newcomer(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    hall.alone.add(ANA)
    hall.stays[BEN] = {QUIET: hall.now - timedelta(days=2), CHAT: hall.now}
    hall.before[CHAT] = frozenset({CLEO})
    for person in (ANA, BEN, CLEO):
        await hall.joins(person)
    await hall.passes(WAIT)
    assert hall.doors.said == []
    assert await hall.people() == [("spared", None)] * 3
    # Whoever has just come to all rooms is new.
    new = "@new:example.org"
    hall.stays[new] = {QUIET: hall.now - timedelta(hours=2), CHAT: hall.now}
    await hall.joins(new)
    await hall.passes(WAIT)
    assert hall.mentioned() == [new]
    # So is whoever came here, and here alone, while the bot was away for nearly a day.
    late = "@late:example.org"
    hall.stays[late] = {CHAT: hall.now - timedelta(seconds=86_390)}
    await hall.joins(late, ago=86_390)
    await hall.passes(WAIT)
    assert hall.mentioned() == [new, late]


@on_any_database
async def test_who_waited_while_the_bot_was_away_for_days_is_new_no_more(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await hall.joins(ANA)
    await hall.passes(timedelta(days=2).total_seconds())
    assert hall.doors.said == []
    assert await hall.people() == [("spared", None)]


@on_any_database
async def test_a_room_that_wants_no_greetings_any_more_gets_none(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await hall.joins(ANA)
    hall.rooms.known = {CHAT: replace(ROOMS[CHAT], welcome="off")}
    await hall.passes(WAIT)
    assert hall.doors.said == []
    assert await hall.people() == [("spared", None)]


async def test_an_upgraded_room_greets_those_alone_who_were_not_in_it_and_is_no_flood(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    hall.before[CHAT] = frozenset(several(40))
    for number, person in enumerate([*several(40), ANA]):
        await hall.joins(person)
        if number % 7 == 0:
            await hall.passes(0.1)
    await hall.passes(WAIT)
    assert hall.mentioned() == [ANA]
    assert hall.heard(CONTROL) == []


async def test_in_private_each_gets_a_message_of_their_own(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await hall.joins(ANA, LETTERS)
    await hall.joins(BEN, LETTERS)
    await hall.passes(WAIT)
    assert hall.heard(LETTERS) == []
    assert [len(hall.told(person)) for person in (ANA, BEN)] == [1, 1]
    assert "@ana:example.org" in hall.told(ANA)[0]
    assert "@ben" not in hall.told(ANA)[0]
    assert await hall.people() == [("welcomed", None)] * 2
    assert await hall.counted() == 2


async def test_who_cannot_be_written_to_is_greeted_in_the_room_without_fuss(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    hall.doors.refusing |= {ANA, BEN}
    for person in (ANA, BEN, CLEO):
        await hall.joins(person, LETTERS)
    await hall.passes(WAIT)
    assert await hall.people() == [("welcomed", None), ("late", ANA), ("late", BEN)]
    await hall.passes(WAIT)
    assert len(hall.told(CLEO)) == 1
    ((text),) = hall.heard(LETTERS)
    assert "@ana:example.org" in text
    assert "@ben:example.org" in text
    assert hall.heard(CONTROL) == []
    assert await hall.people() == [("welcomed", None)] * 3
    assert await hall.counted() == 3


async def test_a_private_message_that_takes_days_is_no_second_greeting(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await hall.schedule.begin()
    hall.outbox.go_on = lambda: False
    await hall.joins(ANA, LETTERS)
    for _ in range(4):
        await hall.passes(timedelta(days=1).total_seconds())
    assert await hall.people() == [("writing", None)]
    await hall.joins(ANA, CHAT)
    hall.outbox.go_on = lambda: True
    await hall.passes(WAIT)
    assert len(hall.told(ANA)) == 1
    assert hall.heard() == []
    assert await hall.people() == [("welcomed", None)]


@on_any_database
async def test_who_could_not_be_written_to_for_days_is_let_be(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await hall.schedule.begin()
    hall.outbox.go_on = lambda: False
    await hall.joins(ANA, LETTERS)
    for _ in range(3):
        await hall.passes(timedelta(days=1).total_seconds())
    hall.doors.refusing.add(ANA)
    hall.outbox.go_on = lambda: True
    await hall.passes()
    assert await hall.people() == [("spared", None)]
    assert hall.doors.said == []


async def test_where_the_bot_may_not_speak_it_tries_once_and_the_moderators_hear_why(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    hall.doors.refusing.add(CHAT)
    await hall.joins(ANA)
    await hall.passes(WAIT)
    await hall.passes(10 * WAIT)
    (told,) = hall.heard(CONTROL)
    assert "could not send in !chat:example.org" in told
    assert await hall.people() == [("welcomed", None)]


async def test_two_looks_at_the_same_moment_greet_once(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await hall.joins(ANA)
    await hall.joins(BEN, TECH)
    hall.clock.forward(WAIT)
    again = of_ours(TIMER, "again", "jobs:again", {"key": "newcomers:welcome:again", "memo": {}}, hall.now.timestamp())
    await hall.house.journalled(again)
    # When the first has decided, the second commits.
    hall.overtaken("jobs:again")
    await hall.schedule.turn()
    await hall.house.works("jobs:newcomers")
    assert await hall.house.became("timer:again") == (DONE, "newcomers: looked who is new")
    await hall.passes()
    assert sorted(hall.mentioned()) == [ANA, BEN]
    assert await hall.counted() == 2


@on_any_database
@pytest.mark.parametrize("room", [CHAT, LETTERS])
async def test_a_process_that_ends_while_it_greets_has_greeted_once(arrivals: MakeArrivals, room: str) -> None:
    hall = arrivals()
    await hall.joins(ANA, room)
    hall.doors.dies = True
    with pytest.raises(Crash):
        await hall.passes(WAIT)
    hall.starts()
    await hall.passes(WAIT)
    assert len(hall.doors.said) == 1
    assert await hall.people() == [("welcomed", None)]
    assert await hall.counted() == 1


@on_any_database
async def test_those_who_came_while_the_bot_was_away_are_greeted_together_and_are_no_flood(
    arrivals: MakeArrivals,
) -> None:
    hall = arrivals()
    for number, person in enumerate(several(30)):
        await hall.joins(person, ago=3600 + 100 * number)
    await hall.passes(WAIT)
    (text,) = hall.heard()
    assert "and 20 more" in text
    assert sorted(hall.mentioned()) == sorted(several(30))
    assert hall.heard(CONTROL) == []


@on_any_database
async def test_a_server_that_lies_about_the_time_gets_no_more_greetings(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    for number, person in enumerate(several(60)):
        await hall.joins(person, ago=70 + 1000 * number)
        await hall.passes(0.2)
    await hall.joins(ANA, TECH, ago=-1_000_000)
    await hall.passes(WAIT)
    assert len(hall.heard()) == 1
    assert "and 50 more" in hall.heard()[0]
    # Of very many not all are mentioned, so that the message stays small.
    assert hall.mentioned() == [*several(50), ANA]
    assert await hall.counted() == 61


async def test_what_was_needed_for_the_welcome_alone_is_forgotten(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    await hall.schedule.begin()
    hall.alone.add(CLEO)
    for person in (ANA, BEN, CLEO):
        await hall.joins(person)
    hall.leaves(BEN)
    await hall.passes(WAIT)
    assert {await hall.state_of(person) for person in (ANA, BEN, CLEO)} == {"welcomed", "missed", "spared"}
    await hall.passes(timedelta(days=1).total_seconds())
    assert [await hall.state_of(person) for person in (ANA, BEN, CLEO)] == ["welcomed", "missed", None]
    (row,) = await hall.storage.rows(select(tables.people).where(tables.people.c.state == "welcomed"))
    assert (row.pseudonym, row.at, row.room, row.how, row.person) == (PORTS.pseudonym(ANA), 0.0, "", "", None)
    await hall.passes(timedelta(days=31).total_seconds())
    assert [await hall.state_of(person) for person in (ANA, BEN)] == ["welcomed", None]
    await hall.joins(ANA, TECH)
    await hall.passes(WAIT)
    assert hall.mentioned() == [ANA]


@on_any_database
async def test_the_welcome_is_shown_again_to_whoever_asks(arrivals: MakeArrivals) -> None:
    hall = arrivals()
    (text,) = await hall.says("welcome")
    assert text.startswith("Welcome to chat (https://matrix.to/#/%23chat:example.org)!")
    assert ME in text
    (text,) = await hall.says("welcome", room="!private:example.org", private=True)
    assert text.startswith("Welcome to Social.coop!")
    assert "all that has to do with the co-op" in text
    assert await hall.people() == []
