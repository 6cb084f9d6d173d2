"""A message that can't be read: its sender is told once, if its key doesn't come within the grace."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.actions import Done, Nothing
from bot.events import Tick
from bot.handler import Opened
from bot.inbox import Unreadable
from bot.ports import RoomInfo
from bot.schedule import TOLD_KEPT, Schedule
from bot.storage import journal, outbox, schema, told
from bot.storage.engine import Storage
from bot.storage.outbox import Row
from bot.unreadable import ENGINE, GRACE, LIVE, TEXT, Missed, Notices, decide
from tests.support.fakes import START, FakeClock, FakeRooms
from tests.support.house import ANA, BEN, ROOM, House, on_any_database, said

LOST = Unreadable("its key isn't here")
LATE = GRACE.total_seconds()


@pytest.fixture
def house(storage: Storage, clock: FakeClock) -> House:
    return house_of(storage, clock)


def house_of(storage: Storage, clock: FakeClock, *, private: bool = True, answers: str = "addressed") -> House:
    """The engine with its own notices, in a private chat or in a room."""
    notices = Notices(storage=storage, private=lambda _room: private)
    rooms = FakeRooms(known={ROOM: RoomInfo(id=ROOM, answers=answers)})
    return House(storage=storage, clock=clock, rooms=rooms, handlers={ENGINE: notices.opened()})


async def lost(house: House, key: str, sender: str = ANA, **changes: Any) -> None:
    """A message comes whose key isn't here."""
    now = house.clock.now().timestamp()
    about = {"kind": "m.room.encrypted", "sender": sender, "at": now, "received": now, **changes}
    await house.arrives(LOST, key=key, **about)
    await house.works()


async def passes(house: House, seconds: float) -> None:
    """Time passes, and what is due is worked off."""
    house.clock.forward(seconds)
    await Schedule(storage=house.storage, clock=house.clock, wake=lambda _: None).turn()
    await house.works()


async def told_of(storage: Storage) -> list[Row]:
    """The notices on their way."""
    return await outbox.waiting(storage, ROOM, 100)


async def retry(storage: Storage) -> None:
    """Keys have come."""
    async with storage.begin() as tx:
        await journal.retry_unreadable(tx)


async def test_the_sender_is_told_after_the_grace_as_a_reply_that_mentions_them(house: House, storage: Storage) -> None:
    await lost(house, "$lost")
    await passes(house, LATE - 1)
    assert await told_of(storage) == []

    await passes(house, 1)

    (notice,) = await told_of(storage)
    assert notice.content["body"].endswith(TEXT)
    assert notice.content["m.relates_to"] == {"m.in_reply_to": {"event_id": "$lost"}}
    assert notice.content["m.mentions"] == {"user_ids": [ANA]}
    assert notice.content["msgtype"] == "m.notice"
    assert (await house.became("$lost"))[0] == journal.UNREADABLE, "it is read if its key comes later still"


@on_any_database
async def test_the_notice_goes_into_the_thread_that_the_message_is_in(house: House, storage: Storage) -> None:
    body = {"content": {"m.relates_to": {"rel_type": "m.thread", "event_id": "$thread"}}}
    await lost(house, "$lost", body=body)
    await passes(house, LATE)

    (notice,) = await told_of(storage)
    assert notice.content["m.relates_to"]["event_id"] == "$thread"


async def test_a_key_within_the_grace_means_no_notice_and_an_answer(storage: Storage, clock: FakeClock) -> None:
    house = house_of(storage, clock)
    heard = []

    async def hears(message: Any, _ports: Any) -> Nothing:
        heard.append(message.text)
        return Nothing("heard")

    house.handlers["faq"] = Opened(on={type(said("")): hears})
    await lost(house, "$lost")
    house.reader.events["$lost"] = said("now readable", id="$lost")
    await retry(storage)
    await passes(house, 10)
    assert heard == ["now readable"]

    await passes(house, LATE)
    assert await told_of(storage) == []


async def test_a_person_is_told_once_a_day_however_much_is_lost(house: House, storage: Storage) -> None:
    for number in range(3):
        await lost(house, f"$ana{number}")
    await lost(house, "$ben", sender=BEN)
    await passes(house, LATE)
    assert [row.recipient for row in await told_of(storage)] == [ANA, BEN]

    await lost(house, "$later")
    await passes(house, LATE)
    assert len(await told_of(storage)) == 2

    house.clock.forward(24 * 3600)
    await lost(house, "$tomorrow")
    await passes(house, LATE)
    assert [row.recipient for row in await told_of(storage)] == [ANA, BEN, ANA]


async def test_the_grace_outlives_the_process(house: House, storage: Storage, clock: FakeClock) -> None:
    await lost(house, "$lost")
    again = house_of(storage, clock)
    await passes(again, LATE)
    assert len(await told_of(storage)) == 1


@on_any_database
async def test_keys_for_others_neither_put_the_notice_off_nor_bring_a_second(house: House, storage: Storage) -> None:
    await lost(house, "$lost")
    for _ in range(3):
        await passes(house, LATE / 4)
        await retry(storage)
        await house.works()
    await passes(house, LATE / 4)
    assert len(await told_of(storage)) == 1

    house.clock.forward(24 * 3600)
    await retry(storage)
    await house.works()
    await passes(house, LATE)
    assert len(await told_of(storage)) == 1


@on_any_database
async def test_nobody_is_told_of_old_history(house: House, storage: Storage) -> None:
    now = house.clock.now().timestamp()
    await lost(house, "$old", at=now - LIVE.total_seconds() - 1)
    await passes(house, LATE)
    assert await told_of(storage) == []
    assert (await house.became("$old"))[0] == journal.UNREADABLE


@on_any_database
@pytest.mark.parametrize(
    ("private", "answers", "notices"),
    [(False, "off", 0), (False, "addressed", 1), (False, "when_sure", 1), (True, "off", 1), (True, "addressed", 1)],
)
async def test_where_nothing_is_answered_nobody_is_told_but_in_a_private_chat(
    storage: Storage, clock: FakeClock, *, private: bool, answers: str, notices: int
) -> None:
    house = house_of(storage, clock, private=private, answers=answers)
    await lost(house, "$lost")
    await passes(house, LATE)
    assert len(await told_of(storage)) == notices


@pytest.mark.parametrize(
    ("changes", "said_why"),
    [
        ({}, "its key didn't come"),
        ({"state": journal.WAITING}, "its key may have come"),
        ({"state": journal.DONE}, "it isn't unreadable any more"),
        ({"state": journal.FAILED}, "it isn't unreadable any more"),
        ({"private": False, "answers": "off"}, "nothing is answered in this room"),
        ({"told": True}, "its sender was told today"),
    ],
)
def test_why_is_always_said(changes: dict[str, Any], said_why: str) -> None:
    plain = {"state": journal.UNREADABLE, "sender": ANA, "private": True, "answers": "addressed", "told": False}
    memo = {"event": "$lost", "thread": None}
    tick = Tick(id="timer:1", room=ROOM, sender="", at=START, key="k", memo=memo)
    decision = decide(tick, Missed(**{**plain, **changes}), ("key", "room"), START)
    assert decision.why == said_why
    assert isinstance(decision, Done) == (said_why in {"its key didn't come", "its key may have come"})


async def test_what_was_told_is_forgotten_after_its_term(house: House, storage: Storage) -> None:
    await lost(house, "$lost")
    await passes(house, LATE)
    schedule = Schedule(storage=storage, clock=house.clock, wake=lambda _: None)
    for term, kept in ((timedelta(days=1), 1), (TOLD_KEPT, 0)):
        house.clock.forward(term.total_seconds())
        await schedule.forget()
        assert (await storage.rows(select(func.count()).select_from(schema.told)))[0][0] == kept


@on_any_database
async def test_an_event_id_of_full_length_can_be_come_back_to(storage: Storage, clock: FakeClock) -> None:
    house = house_of(storage, clock)
    await lost(house, "$" + "x" * 254)
    await passes(house, LATE)
    assert len(await told_of(storage)) == 1


def test_a_key_holds_nobodys_name() -> None:
    assert ANA not in told.key_of("unreadable", ANA)
    assert told.key_of("ab", "c") != told.key_of("a", "bc")


@on_any_database
async def test_where_many_are_affected_one_of_them_an_hour_is_told(storage: Storage, clock: FakeClock) -> None:
    house = house_of(storage, clock, private=False)
    for sender in (ANA, BEN, "@cleo:example.org"):
        await lost(house, f"$of {sender}", sender=sender)
    await passes(house, LATE)
    assert [row.recipient for row in await told_of(storage)] == [ANA]

    house.clock.forward(3600)
    await lost(house, "$later", sender=BEN)
    await passes(house, LATE)
    assert [row.recipient for row in await told_of(storage)] == [ANA, BEN]
