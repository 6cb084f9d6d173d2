"""Floods in the engine: what is over the limit reaches nobody, moderators come first, and nothing is lost uncounted."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import backlog, flood
from bot.actions import Decision, Done, Nothing, Pass, Remember, Reply
from bot.commands import Call, Command
from bot.config.models import Limits
from bot.dispatch import STALE, TRIES
from bot.events import Addressed, Message
from bot.handler import Opened
from bot.ports import Ports
from bot.storage import audit, journal, schema
from bot.storage.engine import Storage
from bot.storage.journal import DONE, FAILED, UNREAD, Entry
from tests.support.fakes import START
from tests.support.house import ANA, BEN, CONTROL, ROOM, House, MakeHouse, entry, joined, on_any_database, said

MO = "@mo:example.org"


def guard(at_once: int) -> flood.Floods:
    return flood.from_config(Limits(person_at_once=at_once, person_per_minute=6))


async def answer(message: Message, _ports: Ports) -> Decision:
    if message.addressed is None:
        return Pass("not addressed")
    return Done((Reply(to=message.id, room=ROOM, text=f"answer to {message.id}", mention=message.sender),), "answered")


async def pong(call: Call, _ports: Ports) -> Decision:
    return Done((Reply(to=call.message.id, room=ROOM, text="pong", mention=call.message.sender),), "pong")


PING = Command(name="ping", usage="ping", summary="s", example="ping", run=pong)


def asked(key: str, **changes: object) -> Message:
    return said("where?", key, **{"addressed": Addressed.MENTION, **changes})


@on_any_database
async def test_what_is_over_the_limit_is_told_once_and_reaches_no_handler_and_no_command(house: MakeHouse) -> None:
    home = house(faq=Opened(on={Message: answer}, commands=(PING,)), guards=(guard(2).stop,))
    ping = said("ping", "$3", addressed=Addressed.PREFIX)
    await home.happens(asked("$1"), asked("$2"), ping, asked("$4"), asked("$5", sender=BEN), said("hm", "$6"))
    assert await home.queued() == ["answer to $1", "answer to $2", flood.TOO_MUCH, "answer to $5"]
    assert await home.became("$3") == (DONE, "engine: over the limit")
    assert await home.became("$4") == (DONE, "engine: over the limit")
    assert await home.became("$6") == (DONE, "faq: not addressed")
    home.clock.forward(10)
    await home.happens(asked("$7"))
    assert (await home.queued())[-1] == "answer to $7"


@on_any_database
async def test_what_is_said_to_other_bots_takes_nothing(house: MakeHouse) -> None:
    home = house(faq=Opened(on={Message: answer}, commands=(PING,)), guards=(guard(1).stop,))
    theirs = [said("roll 2d6", f"$roll{n}", addressed=Addressed.PREFIX) for n in range(5)]
    await home.happens(*theirs, asked("$1"), asked("$2"))
    assert await home.queued() == ["answer to $1", flood.TOO_MUCH]


@on_any_database
@pytest.mark.parametrize("slip", [{"text": "pnig"}, {"text": "roll 2d6", "private": True}])
async def test_slips_and_all_that_is_said_in_private_count(house: MakeHouse, slip: dict[str, Any]) -> None:
    home = house(faq=Opened(on={Message: answer}, commands=(PING,)), guards=(guard(1).stop,))
    await home.happens(replace(asked("$0", addressed=Addressed.PREFIX), **slip), asked("$1"))
    assert (await home.queued())[-1] == flood.TOO_MUCH


@on_any_database
async def test_what_is_too_old_to_be_answered_takes_nothing(house: MakeHouse) -> None:
    home = house(faq=Opened(on={Message: answer}), guards=(guard(1).stop,))
    home.clock.forward((STALE + timedelta(minutes=1)).total_seconds())
    await home.happens(*(asked(f"$old{n}") for n in range(5)), asked("$new", at=home.clock.now()))
    assert await home.queued() == ["answer to $new"]


@on_any_database
async def test_old_commands_are_limited_too_since_each_would_be_answered(house: MakeHouse) -> None:
    home = house(faq=Opened(commands=(PING,)), guards=(guard(2).stop,))
    home.clock.forward(timedelta(hours=3).total_seconds())
    await home.happens(*(said("ping", f"${n}", addressed=Addressed.PREFIX) for n in range(9)))
    assert len(await home.queued()) == 3


@on_any_database
async def test_a_decision_that_is_made_again_takes_once(house: MakeHouse) -> None:
    tries: list[str] = []

    async def collides(message: Message, ports: Ports) -> Decision:
        tries.append(message.id)
        again = tries.count(message.id) < TRIES
        nothing = schema.sync_state.update().where(schema.sync_state.c.name == "nothing").values(value="x")
        return Done((Remember(nothing, must_change=True),)) if again else await answer(message, ports)

    home = house(faq=Opened(on={Message: collides}), guards=(guard(2).stop,))
    await home.happens(asked("$1"), asked("$2"), asked("$3"))
    assert len(tries) == 2 * TRIES
    assert await home.queued() == ["answer to $1", "answer to $2", flood.TOO_MUCH]


async def test_the_first_guard_that_stops_a_message_ends_it(house: MakeHouse) -> None:
    async def stops(_message: Message, _ports: Ports) -> Decision:
        return Nothing("stopped")

    async def never(_message: Message, _ports: Ports) -> Decision:
        raise AssertionError

    home = house(faq=Opened(on={Message: answer}), guards=(stops, never))
    await home.happens(asked("$1"))
    assert await home.became("$1") == (DONE, "engine: stopped")


# A long line


async def write(storage: Storage, *entries: Entry) -> None:
    async with storage.begin() as tx:
        await journal.write(tx, entries)


async def test_those_who_come_first_come_first_and_each_in_their_own_order(storage: Storage) -> None:
    people = [ANA, MO, BEN, ANA, MO, BEN, MO]
    await write(storage, *(entry(f"${n}", sender=one) for n, one in enumerate(people)))

    async def keys(first: frozenset[str], limit: int = 20) -> list[str]:
        return [one.key for one in await journal.waiting(storage, ROOM, limit, first=first)]

    assert await keys(frozenset()) == [f"${n}" for n in range(7)]
    assert await keys(frozenset({MO, "@nobody:example.org"})) == ["$1", "$4", "$6", "$0", "$2", "$3", "$5"]
    assert await keys(frozenset({MO, BEN}), limit=4) == ["$1", "$2", "$4", "$5"]


async def test_waiting_entries_are_counted_no_further_than_asked(storage: Storage) -> None:
    await write(storage, *(entry(f"${n}") for n in range(7)), entry("$x", "!other"))
    assert [await journal.waiting_in(storage, ROOM, at_most=most) for most in (3, 7, 9)] == [3, 7, 7]
    assert await journal.waiting_in(storage, "!nothing", at_most=3) == 0


async def test_the_oldest_messages_are_left_unread_and_nothing_else(storage: Storage) -> None:
    entries = [
        *(entry(f"$old{n}", sender=BEN) for n in range(3)),
        entry("$mo", sender=MO),
        entry("$join", kind="m.room.member"),
        entry("$tick", kind="timer", source="timer", sender=""),
        entry("$reaction", kind="m.reaction", sender=BEN),
        *(entry(f"$new{n}", kind="m.room.encrypted", sender=ANA) for n in range(2)),
        entry("$elsewhere", "!other"),
    ]
    await write(storage, *entries)

    async def leave(keep: int) -> int:
        async with storage.begin() as tx:
            return await journal.leave_unread(tx, ROOM, keep=keep, besides=frozenset({MO}))

    assert await leave(6) == 0
    assert await leave(2) == 4
    assert await leave(2) == 0
    rows = await storage.rows(select(schema.journal).order_by(schema.journal.c.id))
    unread = {row.key: (row.state, row.body) for row in rows if row.why == UNREAD}
    assert unread == dict.fromkeys(["$old0", "$old1", "$old2", "$reaction"], (FAILED, None))
    assert await journal.unread(storage) == 4


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are long soon."""
    monkeypatch.setattr(backlog, "LONG", 30)
    monkeypatch.setattr(backlog, "MOST", 60)


def handled(home: House, order: list[str]) -> None:
    async def hears(message: Message, _ports: Ports) -> Decision:
        order.append(message.id)
        return Nothing("heard")

    home.handlers["faq"] = Opened(on={Message: hears})


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(("others", "place"), [(29, 29), (31, 0)])
async def test_in_a_long_line_moderators_come_first(house: MakeHouse, others: int, place: int) -> None:
    order: list[str] = []
    home = house(known_moderators=frozenset({MO}))
    handled(home, order)
    for number in range(others):
        await home.arrives(said("x", f"${number}"))
    await home.arrives(said("stop it", "$mo", sender=MO))
    await home.works()
    assert order.index("$mo") == place
    assert [one for one in order if one != "$mo"] == [f"${number}" for number in range(others)]


@pytest.mark.usefixtures("short")
async def test_of_too_long_a_line_the_oldest_are_left_unread_counted_and_told(house: MakeHouse) -> None:
    order: list[str] = []
    home = house(known_moderators=frozenset({MO}))
    handled(home, order)
    await home.arrives(said("first", "$mo", sender=MO))
    await home.arrives(joined())
    for number in range(100):
        await home.arrives(said("x", f"${number}"))
    await home.works()
    assert order == ["$mo", *(f"${number}" for number in range(40, 100))]
    assert await home.became("$39") == (FAILED, UNREAD)
    assert (await home.became("$joined"))[0] == DONE
    assert await journal.unread(home.storage) == 40
    (line,) = await audit.latest(home.storage, 9)
    assert (line.who, line.what, line.room) == ("steward", "too many messages at once", ROOM)
    assert line.outcome.startswith("40 of them left unread")
    assert len(await home.queued(CONTROL)) == 1
    assert [row.room for one in home.committed for row in one.queued] == [CONTROL], "its lane is woken"


@pytest.mark.usefixtures("short")
@on_any_database
@pytest.mark.parametrize("control", [CONTROL, None])
async def test_the_operators_are_told_once_an_hour_for_each_room(house: MakeHouse, control: str | None) -> None:
    home = house(faq=Opened(), control_room=control)

    async def floods(room: str, batch: int) -> None:
        for number in range(70):
            await home.arrives(said("x", f"${room}{batch}{number}", room=room))
        await home.works(room)

    await floods(ROOM, 1)
    await floods(ROOM, 2)
    await floods("!other", 1)
    assert len(await audit.latest(home.storage, 9)) == 2
    home.clock.forward(3600)
    await floods(ROOM, 3)
    assert [line.room for line in await audit.latest(home.storage, 9)] == [ROOM, "!other", ROOM]
    assert await journal.unread(home.storage) == 40


@on_any_database
async def test_what_is_left_unread_is_forgotten_like_everything_that_was_handled(house: MakeHouse) -> None:
    home = house(faq=Opened())
    await home.journalled(*(entry(f"${n}") for n in range(3)))
    async with home.storage.begin() as tx:
        await journal.leave_unread(tx, ROOM, keep=1, besides=frozenset())
        await journal.prune(tx, handled_before=(START + timedelta(days=7)).timestamp(), unreadable_before=0.0)
    assert await journal.unread(home.storage) == 0
    assert await journal.depth(home.storage) == 1
