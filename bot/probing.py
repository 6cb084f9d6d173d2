"""Runs the handlers' probes: each in its own time, never twice at once. What they tell goes to the journal."""

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog

from bot import inbox
from bot.clock import Clock
from bot.errors import StorageError, passes
from bot.handler import Looked, Probe, Sight
from bot.ports import Http, Reach
from bot.storage import journal
from bot.storage.engine import Storage

log = structlog.get_logger()

#: The lane in which what they tell is worked off, in its order; the name of no room.
LANE = "probes"
#: Over so many seconds the first looks are spread.
SPREAD = 10.0
#: By this share the next look is earlier or later, so that looks don't fall into step.
JITTER = 0.1
#: So many look at once. Whoever takes longer than `BUSY` seconds only waits for an answer, and makes room.
AT_ONCE, BUSY = 20, 2.0
#: How soon a probe that failed by itself looks again; how soon what couldn't be kept is tried again; in seconds.
RAISED, NOT_KEPT = 60.0, 3.0


@dataclass(kw_only=True)
class Probing:
    """Looks, and looks again. `wake` starts work on a lane; `raised` counts what probes didn't foresee, by their keys.

    `chance` gives numbers from 0 to 1.
    """

    probes: Mapping[str, tuple[Probe, ...]]
    storage: Storage
    clock: Clock
    http: Http
    reach: Reach
    wake: Callable[[str], None]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random
    raised: Counter[str] = field(default_factory=Counter, init=False)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE), init=False)

    async def run(self) -> None:
        """Until cancelled, also where there are no probes."""
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.Event().wait())
            for handler, probes in self.probes.items():
                for probe in probes:
                    group.create_task(self._watch(f"{handler}:{probe.key}", probe))

    async def _watch(self, key: str, probe: Probe) -> None:
        await self.sleep(probe.after.total_seconds() + self.chance() * SPREAD)
        while True:
            try:
                wait = self._soon(await self._turn(key, probe))
            except Exception:
                self.raised[key] += 1
                log.exception("probe_failed", probe=key, times=self.raised[key])
                wait = RAISED
            await self.sleep(wait)

    async def _turn(self, key: str, probe: Probe) -> timedelta:
        looked = await self._look(probe)
        if looked.tell is not None:
            await self._keep(key, looked.tell)
        return looked.again

    def _soon(self, again: timedelta) -> float:
        return again.total_seconds() * (1 + JITTER * (2 * self.chance() - 1))

    async def _look(self, probe: Probe) -> Looked:
        async with self._room:
            sight = Sight(now=self.clock.now(), http=self.http, reach=self.reach)
            looking = asyncio.ensure_future(probe.look(sight))
            try:
                await asyncio.wait([looking], timeout=BUSY)
            except asyncio.CancelledError:
                looking.cancel()
                await asyncio.gather(looking, return_exceptions=True)
                raise
        return await looking

    async def _keep(self, key: str, told: Mapping[str, Any]) -> None:
        """Write it to the journal, and try for as long as that fails: it is told once, and never passed over."""
        entry = inbox.of_ours(inbox.PROBE, f"{key}:{uuid.uuid4().hex}", LANE, dict(told), self.clock.now().timestamp())
        while True:
            try:
                async with self.storage.begin() as tx:
                    await journal.write(tx, [entry])
            except StorageError as error:
                if not passes(error):
                    raise
                log.warning("probe_not_kept", probe=key, why=str(error))
                await self.sleep(NOT_KEPT)
            else:
                log.info("probe_told", probe=key)
                return self.wake(LANE)
