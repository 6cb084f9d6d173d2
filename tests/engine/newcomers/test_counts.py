"""`!newcomers`: moderators learn how many came and how far, nobody learns who, and old counts are forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.storage import schema
from handlers.newcomers import tables
from handlers.newcomers.counts.records import KEPT
from handlers.newcomers.counts.tally import What, counted
from tests.engine.newcomers.formhouse import FormHouse
from tests.support.house import ANA, BEN, on_any_database

DAY = 86_400


@pytest.fixture
async def gate(storage, clock):
    """Ana is a moderator, Ben isn't."""
    return await FormHouse(storage=storage, clock=clock).starts()


async def happens(gate, what, cause, *, ago=0, step=None, number=0):
    await gate.does(counted(what, cause, gate.clock.now() - timedelta(days=ago), step=step, number=number))


async def kept(gate):
    return len(await gate.storage.rows(select(tables.tally)))


async def test_moderators_learn_how_many_came_and_how_far(gate):
    for number in range(3):
        await happens(gate, What.WELCOMED, "$joined", number=number)
    await happens(gate, What.WELCOMED, "$joined-before", ago=20)
    await happens(gate, What.STARTED, "$a")
    await happens(gate, What.STOPPED, "$b", step="the-form")
    await happens(gate, What.LEFT, "$c", step="what-it-is", ago=100)
    await gate.waits(BEN)
    assert (await gate.answer("newcomers")).splitlines() == [
        "Newcomers in the last 7 days / 30 days / 400 days (all that I keep):",
        "",
        "- welcomed: 3 / 4 / 4",
        "- began the walk: 1 / 1 / 1",
        "- finished it: 0 / 0 / 0",
        "- stopped it: 1 / 1 / 1",
        "- fell silent: 0 / 0 / 0",
        "- left, or were removed: 0 / 0 / 1",
        "",
        "Where walks ended before their last step:",
        "",
        "- What we are: 0 / 0 / 1",
        "- The form: 1 / 1 / 1",
        "",
        "At the moment 0 are on the walk, and 1 waits for the form to work again.",
    ]


@on_any_database
async def test_another_time_can_be_asked_for(gate):
    await happens(gate, What.WELCOMED, "$a", ago=20)
    assert "in the last 14 days:\n\n- welcomed: 0\n" in await gate.answer("newcomers 2w")
    assert "in the last 21 days:\n\n- welcomed: 1\n" in await gate.answer("newcomers 21d")


@on_any_database
async def test_a_time_that_is_none_is_answered_with_one_that_is(gate):
    assert await gate.answer("newcomers since monday") == (
        "I count by days. Type `!newcomers 90d`, or `!newcomers` alone."
    )


@on_any_database
async def test_members_do_not_learn_it(gate):
    await happens(gate, What.WELCOMED, "$a")
    assert await gate.answer("newcomers", BEN) == "Only moderators may use `!newcomers`."


async def test_the_same_event_is_counted_once(gate):
    await happens(gate, What.WELCOMED, "$joined")
    with pytest.raises(Exception, match="somebody else wrote the same"):
        await happens(gate, What.WELCOMED, "$joined")
    assert await kept(gate) == 1


async def test_what_is_kept_names_nobody(gate):
    await happens(gate, What.STOPPED, f"$walk-of-{ANA}", step="the-form")
    (row,) = await gate.storage.rows(select(tables.tally))
    assert ANA not in repr(row)
    assert "walk-of" not in repr(row)


async def test_what_is_older_than_is_kept_is_forgotten_once_a_day(gate):
    await happens(gate, What.WELCOMED, "$old", ago=KEPT)
    await happens(gate, What.WELCOMED, "$young", ago=KEPT - 1)
    await gate.passes(119)
    assert await kept(gate) == 2
    await gate.passes(1)
    assert await kept(gate) == 1
    assert "- welcomed: 1\n" in await gate.answer("newcomers all")
    await gate.passes(DAY)
    assert await kept(gate) == 0
    rows = await gate.storage.rows(select(schema.jobs.c.due).where(schema.jobs.c.key == "tally"))
    assert [row.due - gate.clock.now().timestamp() for row in rows] == [DAY]
