"""What nobody can read, on real databases: it is kept, told once, and forgotten."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from bot.actions import Decision, Done
from bot.events import Event, Signal, Tick
from bot.handler import Opened
from bot.inbox import HOOK, TIMER, of_ours
from bot.ports import Ports
from bot.storage.schema import journal
from handlers.status import sources
from handlers.status.incidents import signals
from handlers.status.incidents.patience import Patience
from handlers.status.sources import UnreadableError, keeping
from handlers.status.tables import marks, unreadable
from handlers.status.watch import LANE, Watch
from tests.support.fakes import FakeRooms
from tests.support.house import House, MakeHouse
from tests.unit.status.scenes import watch

#: For tests to which the database doesn't matter: the quicker one does.
on_any_database = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)

OPS = "!ops:example.org"
TEST_BODY = '{"heartbeat": null, "monitor": null, "msg": "Matrix Testing"}'


async def on_signal(here: Watch, signal: Signal, ports: Ports) -> Decision:
    """As far as bodies are read."""
    try:
        taken = sources.read(signal.source, signal.body["hook"], signal.body["raw"])
    except UnreadableError as error:
        return Done(await keeping.keep(here, signal, str(error), ports))
    return Done(await keeping.remarked(here, signal.body["hook"], taken.remark, ports))


@pytest.fixture
def at_work(house: MakeHouse) -> House:
    on: dict[type[Event], Any] = {Signal: partial(on_signal, watch()), Tick: partial(keeping.on_unreadable, watch())}
    return house(status=Opened(on=on), rooms=FakeRooms(operators_room=OPS))


async def called(house: House, *bodies: str, hook: str = "kuma") -> None:
    """Uptime Kuma calls."""
    for body in bodies:
        told = {"hook": hook, "format": "uptime-kuma", "raw": body}
        number = len(await house.storage.rows(select(journal.c.id)))
        await house.journalled(of_ours(HOOK, f"{hook}:{number}", f"hook:{hook}", told, house.clock.at.timestamp()))
        await house.works(f"hook:{hook}")


async def kept(house: House) -> list[Any]:
    return list(await house.storage.rows(select(unreadable).order_by(unreadable.c.at)))


async def test_what_can_not_be_read_is_kept_and_told_without_a_word_of_it(at_work: House) -> None:
    await called(at_work, '{"password": hunter2, "nul": "\0"}')
    (row,) = await kept(at_work)
    assert (row.hook, row.raw) == ("kuma", '{"password": hunter2, "nul": "�"}')
    (told,) = await at_work.queued(OPS)
    assert told == (
        "Hook kuma (uptime-kuma) was sent 33 bytes that can't be read: "
        "it isn't JSON (it breaks at character 14 of 33). "
        f"They are kept for 7 days as `{row.id}`, in the table `status_unreadable`."
    )


async def test_a_sender_that_goes_on_is_told_of_once_an_hour_with_how_much_came(at_work: House) -> None:
    for number in range(5):
        await called(at_work, f"body {number}")
        at_work.clock.forward(60)
    assert len(await at_work.queued(OPS)) == 1
    await called(at_work, "from another", hook="nagios")
    assert len(await at_work.queued(OPS)) == 2
    at_work.clock.forward(3600)
    await called(at_work, "the sixth")
    assert (await at_work.queued(OPS))[2].endswith("Since the last time that this was said, 4 more have come.")


async def test_a_large_body_is_cut_and_that_is_noted(at_work: House) -> None:
    await called(at_work, "ü" * 40_000)
    (row,) = await kept(at_work)
    assert len(row.raw.encode()) == 64 * 1024
    assert row.why.endswith("; of 80000 bytes the first 65536 are kept")


@on_any_database
async def test_of_each_hook_the_newest_hundred_are_kept(at_work: House) -> None:
    await called(at_work, "of another", hook="nagios")
    for number in range(103):
        await called(at_work, f"body {number}")
        at_work.clock.forward(1)
    found = [row.raw for row in await kept(at_work)]
    assert found == ["of another", *(f"body {number}" for number in range(3, 103))]


async def test_they_are_forgotten_after_a_week(at_work: House) -> None:
    await called(at_work, "an old one", hook="nagios")
    at_work.clock.forward(timedelta(days=6).total_seconds())
    await called(at_work, "a newer one")
    at_work.clock.forward(timedelta(days=1, seconds=1).total_seconds())
    now = at_work.clock.at.timestamp()
    await at_work.journalled(of_ours(TIMER, "t", LANE, {"key": "status:unreadable", "memo": {}}, now))
    await at_work.works(LANE)
    assert [row.raw for row in await kept(at_work)] == ["a newer one"]
    assert len(await at_work.storage.rows(select(marks))) == 1


async def test_a_test_is_answered_each_time_but_for_a_minute(at_work: House) -> None:
    await called(at_work, TEST_BODY, TEST_BODY)
    at_work.clock.forward(61)
    await called(at_work, TEST_BODY)
    assert await at_work.queued(OPS) == ["Hook kuma works: a test notification has arrived."] * 2
    assert await kept(at_work) == []


async def test_what_a_sender_says_beside_its_reports_is_told_within_limits(at_work: House) -> None:
    for number in range(15):
        await called(at_work, TEST_BODY.replace("Matrix Testing", f"**certificate** {number} expires"))
    told = await at_work.queued(OPS)
    assert len(told) == 10
    assert told[0] == "Hook kuma: it says: **certificate** 0 expires."


@on_any_database
async def test_without_a_room_for_operators_it_is_kept_all_the_same(at_work: House) -> None:
    at_work.rooms = FakeRooms()
    await called(at_work, "unreadable")
    assert len(await kept(at_work)) == 1
    at_work.rooms = FakeRooms(operators_room=OPS)
    await called(at_work, "unreadable")
    assert len(await at_work.queued(OPS)) == 1


@on_any_database
async def test_a_slip_in_a_reader_loses_nothing(house: MakeHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def slips(*_: Any) -> Any:
        raise KeyError("monitor")

    monkeypatch.setattr(sources, "read", slips)
    on: dict[type[Event], Any] = {Signal: partial(signals.on_signal, watch(), Patience())}
    here = house(status=Opened(on=on), rooms=FakeRooms(operators_room=OPS))
    await called(here, '{"heartbeat": 1}')
    (row,) = await kept(here)
    assert (row.raw, row.why) == ('{"heartbeat": 1}', "the reader of this format failed (KeyError); the log has more")
    assert len(await here.queued(OPS)) == 1
