"""Owns the clock: what was put off comes back as a `Tick`, and old things are forgotten."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot import inbox
from bot.actions import Later
from bot.clock import Clock
from bot.errors import StorageError
from bot.handler import Recurring
from bot.storage import jobs, journal, outbox, replays, told
from bot.storage.engine import Storage
from bot.storage.jobs import Job

log = structlog.get_logger()

#: The longest sleep; also how often old things are looked for, in seconds.
LONGEST_SLEEP = 600.0
HANDLED_KEPT = timedelta(days=7)
UNREADABLE_KEPT = timedelta(hours=1)
SENT_KEPT = timedelta(days=30)
TOLD_KEPT = timedelta(days=2)
REPLAYS_KEPT = timedelta(days=30)


@dataclass(kw_only=True)
class Schedule:
    """Turns due jobs into journal entries. `wake` starts work on their room."""

    storage: Storage
    clock: Clock
    wake: Callable[[str], None]
    recurring: Mapping[str, tuple[Recurring, ...]] = field(default_factory=dict)
    _nudged: asyncio.Event = field(default_factory=asyncio.Event)

    def nudge(self) -> None:
        """There is a new job."""
        self._nudged.set()

    async def run(self) -> None:
        """Turn after turn until cancelled."""
        begun = False
        while True:
            try:
                if not begun:
                    await self.begin()
                    begun = True
                wait = await self.turn()
                await self.forget()
            except StorageError:
                log.exception("schedule_failed")
                wait = LONGEST_SLEEP / 60
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._nudged.wait(), wait)
            self._nudged.clear()

    async def begin(self) -> None:
        """Put in what recurs and doesn't wait already, or is due after each start."""
        async with self.storage.begin() as tx:
            for handler, jobs_ in self.recurring.items():
                for job in jobs_:
                    await jobs.add_job(tx, handler, self._again(handler, job, job.after), replace=job.each_start)

    def _again(self, handler: str, job: Recurring, after: timedelta) -> Later:
        return Later(at=self.clock.now() + after, key=job.key, room=lane_of(handler))

    def _recurs(self, job: Job) -> Recurring | None:
        return next((one for one in self.recurring.get(job.handler, ()) if one.key == job.key), None)

    async def turn(self) -> float:
        """Hand on what is due; how many seconds until there is more."""
        now = self.clock.now().timestamp()
        while due := await jobs.due(self.storage, now):
            for job in due:
                body = {"key": f"{job.handler}:{job.key}", "memo": job.memo}
                entry = inbox.of_ours(inbox.TIMER, job.id, job.room, body, now)
                async with self.storage.begin() as tx:
                    if await jobs.take_job(tx, job):
                        await journal.write(tx, [entry])
                        if (recurs := self._recurs(job)) is not None:
                            await jobs.add_job(tx, job.handler, self._again(job.handler, recurs, recurs.every))
                self.wake(job.room)
        following = await jobs.next_due(self.storage)
        return LONGEST_SLEEP if following is None else min(max(following - now, 0.0), LONGEST_SLEEP)

    async def forget(self) -> None:
        """Delete what has been kept for its term."""
        now = self.clock.now()
        async with self.storage.begin() as tx:
            await journal.prune(
                tx,
                handled_before=(now - HANDLED_KEPT).timestamp(),
                unreadable_before=(now - UNREADABLE_KEPT).timestamp(),
            )
            await outbox.prune(tx, sent_before=(now - SENT_KEPT).timestamp())
            await jobs.prune(tx, now.timestamp())
            await told.prune(tx, (now - TOLD_KEPT).timestamp())
            await replays.prune(tx, (now - REPLAYS_KEPT).timestamp())


def lane_of(handler: str) -> str:
    """Where a handler's recurring jobs are worked on: the name of no room."""
    return f"jobs:{handler}"
