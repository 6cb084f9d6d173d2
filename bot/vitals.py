"""What readiness is decided from, measured: at the edge, within a time limit."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog

from bot.deadline import within
from bot.errors import StorageError
from bot.readiness import Measured
from bot.storage import outbox, state
from bot.storage.engine import Storage

log = structlog.get_logger()

#: How long the database may take, in seconds.
PATIENCE = 5.0
#: The single value that is written to see whether one can write.
WRITTEN = "vitals.written"


@dataclass(kw_only=True)
class Vitals:
    """Looks at the database, and tries to write. `patience`: how long that may take, in seconds."""

    storage: Storage
    patience: float = PATIENCE
    _looking: "asyncio.Task[float | None] | None" = field(default=None, init=False)

    async def measure(self, last_sync: datetime | None, now: datetime) -> Measured:
        """Look. A look that hangs is waited for again the next time, so that there is never more than one."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(now))
        try:
            oldest = await within(self.patience, self._looking)
        except (StorageError, TimeoutError) as error:
            log.warning("database_not_writable", why=str(error) or f"it took more than {self.patience:g} s")
            return Measured(last_sync=last_sync, oldest_waiting=None, writable=False)
        waiting = None if oldest is None else datetime.fromtimestamp(oldest, UTC)
        return Measured(last_sync=last_sync, oldest_waiting=waiting, writable=True)

    async def _look(self, now: datetime) -> float | None:
        """Read and write; when the oldest row of the outbox was made."""
        _, oldest = await outbox.depth(self.storage)
        async with self.storage.begin() as tx:
            await state.put(tx, WRITTEN, now.isoformat())
        return oldest
