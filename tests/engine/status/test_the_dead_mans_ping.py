"""The dead-man's ping in the engine: from the clock into a lane of its own, and again from there."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from bot.events import Tick
from bot.handler import Opened
from bot.ports import Fetched
from bot.schedule import Schedule
from bot.storage.schema import journal
from handlers.status.telling.dead_man import DEAD_MAN_LANE, PATIENCE
from handlers.status.telling.wiring import jobs, ticks
from handlers.status.watch import LANE
from tests.support.fakes import HEALTH, FakeClock, FakeHttp, FakeRooms
from tests.support.house import House
from tests.unit.status.test_dead_man import OPS, URL, WATCH

TAKEN = Fetched(status=200, headers={}, body=b"", url=URL, elapsed=0.1)


class Bot(House):
    """The engine with an address to ping, which answers as `pages` say."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.http = FakeHttp(pages={URL: TAKEN})
        self.woken: list[str] = []
        recurring = {"status": jobs(WATCH.settings)}
        self.schedule = Schedule(storage=self.storage, clock=self.clock, wake=self.woken.append, recurring=recurring)

    def _ports(self, now):
        async def well():
            return replace(HEALTH, last_sync=now)

        return replace(super()._ports(now), http=self.http, health=well)

    async def minutes(self, count):
        """Time passes."""
        for _ in range(count):
            self.clock.forward(60)
            await self.schedule.turn()
            for lane in [*self.woken]:
                self.woken.remove(lane)
                await self.works(lane)
                await self.schedule.turn()
            for lane in {*self.woken}:
                await self.works(lane)
            self.woken.clear()


def bot(storage):
    handler = Opened(on={Tick: ticks(WATCH)["dead-man"]})
    return Bot(storage=storage, handlers={"status": handler}, clock=FakeClock(), rooms=FakeRooms(operators_room=OPS))


async def test_it_is_sent_again_and_again_in_a_lane_of_its_own(storage):
    here = bot(storage)
    await here.schedule.begin()
    await here.minutes(10)
    assert len(here.http.asked) == 10
    rows = await storage.rows(select(journal.c.room))
    assert [row.room for row in rows].count(LANE) == 1, "the first alone comes where all else is told"
    assert {row.room for row in rows} == {LANE, DEAD_MAN_LANE}


async def test_when_nobody_takes_it_operators_are_told_once_and_when_somebody_does_again(storage):
    here = bot(storage)
    await here.schedule.begin()
    here.http.pages = {}
    await here.minutes(int(PATIENCE / timedelta(minutes=1)))
    assert await here.queued(OPS) == []
    await here.minutes(30)
    (told,) = await here.queued(OPS)
    assert "has failed for 15 minutes" in told
    here.http.pages = {URL: TAKEN}
    await here.minutes(5)
    assert len(await here.queued(OPS)) == 2
