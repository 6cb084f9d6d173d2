"""The running bot: settles in, works until it is told to stop, and brings to its end what is under way."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from bot import watchdog
from bot.engine import Engine
from bot.errors import RoomsMissing, StewardError, TryLater, passes
from bot.matrix.home import show_profile
from bot.storage import journal, outbox

log = structlog.get_logger()

#: How soon rooms that couldn't be joined are tried again, in seconds: doubling where it may pass; where it was refused.
HOME_SOON, HOME_AGAIN = 5, 300
#: How soon a step of settling in is tried again, and how often it is looked whether something waits, in seconds.
REST, REMINDED = 3.0, 60.0


@dataclass(frozen=True)
class Steward:
    """The running bot. `released` is set once it is in its rooms, and work has begun."""

    engine: Engine
    released: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    async def check(self) -> None:
        """Join the rooms and look at everything once. Raises what is wrong."""
        await self.engine.sync.turn()
        await self.engine.home.enter()
        if self.engine.home.missing:
            raise RoomsMissing(*map(str, self.engine.home.missing.values()))

    async def run(self) -> None:
        """Work until told to stop. What is under way then comes to its end."""
        await persistently(self.engine.home.remembered)
        stop, engine = asyncio.Event(), self.engine
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        work = (engine.sync.run(), engine.machine.requests.run(), engine.schedule.run())
        ours = (self.settle_in(), self.remind(), self.look(), wait_for(stop))
        try:
            await first_done([asyncio.create_task(one) for one in (*work, *ours)])
        finally:
            watchdog.notify("STOPPING=1")
            for lanes in self.engine.lanes:
                await lanes.close()
            log.info("stopped")

    async def settle_in(self) -> None:
        """Once the first sync has told us where now is: enter the rooms, and let work begin."""
        await self.engine.sync.ready.wait()
        await self.engine.home.enter()
        if self.engine.home.hopeless():
            raise RoomsMissing(*map(str, self.engine.home.missing.values()))
        # Not before: which rooms are ours decides what is done with an invitation or a command.
        for lanes in self.engine.lanes:
            lanes.release()
        with contextlib.suppress(TryLater):
            await self.engine.authority.in_control_room()
        self.released.set()
        await self._show_profile()
        wanted, missing = len(self.engine.home.wanted), len(self.engine.home.missing)
        log.info("ready", user=self.engine.us, rooms=wanted - missing, missing=missing)
        soon = HOME_SOON
        while True:
            await asyncio.sleep(soon if self.engine.home.passing() else HOME_AGAIN)
            soon = min(soon * 2, HOME_AGAIN)
            if self.engine.home.missing:
                await self.engine.home.enter()

    async def remind(self) -> None:
        """Take up what waits from before, and what nobody was woken for: a commit may succeed without our hearing."""
        await self.released.wait()
        while True:
            await persistently(self._remind_all)
            await asyncio.sleep(REMINDED)

    async def look(self) -> None:
        """Measure what handlers want to be measured."""
        await self.released.wait()
        await self.engine.probing.run()

    async def _remind_all(self) -> None:
        for room in await journal.waiting_rooms(self.engine.storage):
            self.engine.dispatch_lanes.remind(room)
        for room in await outbox.waiting_rooms(self.engine.storage):
            self.engine.outbox_lanes.remind(room)

    async def _show_profile(self) -> None:
        profile = self.engine.settings.profile
        avatar = self.engine.settings.at(profile.avatar) if profile.avatar else None
        try:
            await show_profile(self.engine.api, self.engine.storage, self.engine.us, profile.name, avatar)
        except (StewardError, OSError) as error:
            log.warning("profile_not_set", why=str(error))


async def persistently(step: Callable[[], Awaitable[None]]) -> None:
    """Do this, again and again for as long as what is in the way may pass."""
    while True:
        try:
            return await step()
        except StewardError as error:
            if not passes(error):
                raise
            log.warning("step_put_off", seconds=REST, why=str(error))
        await asyncio.sleep(REST)


async def first_done(tasks: list[asyncio.Task[None]]) -> None:
    """Wait for the first of these to end, end the others, and raise what it raised."""
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done:
        task.result()


async def wait_for(event: asyncio.Event) -> None:
    """Return once it is set."""
    await event.wait()
