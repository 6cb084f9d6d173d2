"""Which times are kept of a service, on real databases."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.actions import Action
from bot.effects import Conflict, remember
from bot.ports import Ports
from bot.readers import Memory
from bot.storage.engine import Storage
from handlers.status import records
from handlers.status.history.spans import blind, closed, moved, open_services, unseen
from handlers.status.states import State
from tests.support.fakes import PORTS, START

LONG_AGO = START - timedelta(days=900)


def ports(storage: Storage, minutes: float = 0) -> Ports:
    """The ports of a decision, so many minutes after the start."""
    return replace(PORTS, memory=Memory(storage), now=after(minutes))


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


async def does(storage: Storage, actions: Sequence[Action]) -> None:
    """Commit what was decided."""
    async with storage.begin() as tx:
        for action in actions:
            await remember(tx, action)  # type: ignore[arg-type]


async def moves(storage: Storage, state: State, minutes: float, now: float | None = None) -> None:
    """The wiki is in this state since so many minutes after the start; it is said at `now`, or at once."""
    decided = ports(storage, minutes if now is None else now)
    await does(storage, await moved(decided, "wiki", state, after(minutes)))


async def kept(storage: Storage, service: str = "wiki") -> list[tuple[str, float, float | None]]:
    """The service's spans, in minutes after the start."""
    found = [span for span in await records.spans(Memory(storage), LONG_AGO) if span.service == service]
    return [(str(one.state), _minutes(one.begun) or 0.0, _minutes(one.ended)) for one in found]


def _minutes(at: datetime | None) -> float | None:
    return None if at is None else (at - START) / timedelta(minutes=1)


async def test_the_open_span_ends_where_the_next_begins(storage: Storage) -> None:
    await moves(storage, State.UP, 0)
    await moves(storage, State.UP, 5)
    await moves(storage, State.DOWN, 10)
    assert await kept(storage) == [("up", 0, 10), ("down", 10, None)]
    assert await open_services(Memory(storage)) == {"wiki": State.DOWN}


async def test_a_change_that_is_told_late_counts_from_when_it_was(storage: Storage) -> None:
    await moves(storage, State.UP, 0)
    await moves(storage, State.DOWN, 10, now=30)
    assert await kept(storage) == [("up", 0, 10), ("down", 10, None)]


async def test_what_is_said_to_have_been_before_the_last_change_counts_from_now_on(storage: Storage) -> None:
    await moves(storage, State.MAINTENANCE, 0)
    await moves(storage, State.UP, -5, now=10)
    assert await kept(storage) == [("maintenance", 0, 10), ("up", 10, None)]


async def test_a_wrong_clock_does_not_rewrite_what_was_measured(storage: Storage) -> None:
    await moves(storage, State.UP, 0)
    await moves(storage, State.DOWN, -100_000, now=600)
    await moves(storage, State.UP, 100_000, now=610)
    assert await kept(storage) == [("up", 0, 540), ("down", 540, 610), ("up", 610, None)]


async def test_no_span_is_negative_when_the_clock_jumps_back(storage: Storage) -> None:
    await moves(storage, State.UP, 0)
    await moves(storage, State.DOWN, 30)
    await moves(storage, State.UP, 20)
    assert await kept(storage) == [("up", 0, 30), ("up", 30, None)]
    await does(storage, await closed(ports(storage, 20), "wiki", after(20)))
    assert await kept(storage) == [("up", 0, 30)]
    await moves(storage, State.DOWN, 20)
    assert await kept(storage) == [("up", 0, 30), ("down", 30, None)]


async def test_of_two_decisions_at_once_the_second_is_made_again(storage: Storage) -> None:
    first = await moved(ports(storage), "wiki", State.UP, START)
    second = await moved(ports(storage), "wiki", State.DOWN, START)
    await does(storage, first)
    with pytest.raises(Conflict):
        await does(storage, second)

    late = ports(storage, 10)
    third, fourth = [await moved(late, "wiki", state, after(10)) for state in (State.DOWN, State.DEGRADED)]
    await does(storage, third)
    with pytest.raises(Conflict):
        await does(storage, fourth)
    assert await kept(storage) == [("up", 0, 10), ("down", 10, None)]

    set_back = ports(storage, 5)
    for states in ((State.UP, State.DEGRADED), (State.MAINTENANCE, State.DOWN)):
        again = [await moved(set_back, "wiki", state, after(5)) for state in states]
        await does(storage, again[0])
        with pytest.raises(Conflict):
            await does(storage, again[1])
    ends = [await closed(ports(storage, 20), "wiki", after(20)) for _ in range(2)]
    await does(storage, ends[0])
    with pytest.raises(Conflict):
        await does(storage, ends[1])


async def test_being_blind_is_a_span_of_the_bots_own(storage: Storage) -> None:
    for minutes, on in ((0, True), (5, True), (10, False), (15, False)):
        await does(storage, await blind(ports(storage, minutes), after(minutes), on=on))
    await does(storage, [unseen(after(20), after(30))])
    assert await kept(storage, "") == [("unknown", 0, 10), ("unknown", 20, 30)]
