"""Owns the clock: what was put off comes back as a `Tick`, and old things are forgotten."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot import inbox
from bot.clock import Clock
from bot.errors import StorageError
from bot.storage import jobs, journal, outbox, replays, told
from bot.storage.engine import Storage

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
    _nudged: asyncio.Event = field(default_factory=asyncio.Event)

    def nudge(self) -> None:
        """There is a new job."""
        self._nudged.set()

    async def run(self) -> None:
        """Turn after turn until cancelled."""
        while True:
            try:
                wait = await self.turn()
                await self.forget()
            except StorageError:
                log.exception("schedule_failed")
                wait = LONGEST_SLEEP / 60
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._nudged.wait(), wait)
            self._nudged.clear()

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
