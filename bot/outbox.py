"""Committed messages → homeserver: in order within a room, once, urgent first, as fast as it lets us."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import inbox
from bot.actions import Audit
from bot.clock import Clock
from bot.effects import Effects
from bot.errors import Permanent, StorageError, TryLater
from bot.storage import journal, outbox
from bot.storage.engine import Storage
from bot.storage.outbox import Row

log = structlog.get_logger()

#: Waiting after a failure without advice: 5 s doubling up to 5 min, each with up to a quarter more at random.
FIRST_WAIT, LONGEST_WAIT = 5.0, 300.0
#: How often a row is tried again after an error that nobody foresaw.
SURPRISES = 5


class Sender(Protocol):
    """Carries a row to the homeserver. `target` is the event id of the message of ours that the row is about."""

    async def deliver(self, row: Row, target: str | None) -> str | None:
        """The new event's id, if it has one. Raises `TryLater` or `Permanent`."""
        ...


@dataclass(kw_only=True)
class Outbox:
    """Sends what waits for a room. A 429 holds back all rooms: homeservers count per account.

    Handlers in `told` hear what became of the rows that they gave a key; `wake` starts work on what they hear. What is
    refused for good is noted in the audit log and said in the control room.
    """

    storage: Storage
    sender: Sender
    clock: Clock
    told: frozenset[str] = frozenset()
    wake: Callable[[str], None] = lambda _room: None
    wake_outbox: Callable[[str], None] = lambda _room: None
    control_room: Callable[[], str | None] = lambda: None
    held_until: float = field(default=0.0, init=False)

    async def work(self, room: str) -> float | None:
        """Send all that waits for this room; how many seconds to come back in, if something has to wait."""
        # The first row is looked up anew each time: something urgent may have come in meanwhile.
        while rows := await outbox.waiting(self.storage, room, limit=1):
            row = rows[0]
            wait = max(row.not_before, self.held_until) - self._now()
            if wait > 0:
                return wait
            await self._send(row)
        return None

    async def _send(self, row: Row) -> None:
        try:
            event_id = await self.sender.deliver(row, await self._target(row))
        except TryLater as error:
            await self._put_off(row, error)
        except Permanent as error:
            await self._give_up(row, error)
        except StorageError:
            raise
        except Exception as error:
            # Not foreseen, so perhaps passing; but one row must not hold up its room for good.
            log.exception("send_surprised", outbox=row.id, room=row.room)
            why = f"{type(error).__name__}; see the log"
            await (
                self._put_off(row, TryLater(why)) if row.attempts < SURPRISES else self._give_up(row, Permanent(why))
            )
        else:
            async with self.storage.begin() as tx:
                await outbox.mark_sent(tx, row, event_id, self._now())
                await self._tell(tx, row, event_id)
            self.wake(row.room)

    async def _target(self, row: Row) -> str | None:
        if row.about is None:
            return None
        ours = await outbox.sent_under(self.storage, row.handler, row.about)
        if ours is None:
            raise Permanent(f"the message {row.about!r} that it is about was never sent")
        return ours.event_id

    async def _put_off(self, row: Row, error: TryLater) -> None:
        wait = backoff(row.attempts) if error.after is None else error.after
        if error.after is not None:
            self.held_until = max(self.held_until, self._now() + wait)
        log.warning("send_put_off", outbox=row.id, room=row.room, seconds=round(wait, 1), why=str(error))
        async with self.storage.begin() as tx:
            await outbox.put_off(tx, row, self._now() + wait, str(error))

    async def _give_up(self, row: Row, error: Permanent) -> None:
        log.error("send_failed", outbox=row.id, room=row.room, kind=row.kind, why=str(error))
        async with self.storage.begin() as tx:
            await outbox.mark_failed(tx, row, str(error))
            await self._tell(tx, row, None, str(error))
            control = await self._tell_operators(tx, row, error)
        self.wake(row.room)
        if control is not None:
            self.wake_outbox(control)

    async def _tell_operators(self, tx: AsyncConnection, row: Row, error: Permanent) -> str | None:
        """Note it, and have it said in the control room, unless that is where it failed."""
        control = self.control_room()
        control = None if control == row.room else control
        effects = Effects(now=self._now(), cause=row.cause or "", control_room=control)
        what = f"could not {row.kind} in {row.room}"
        await effects.apply(tx, "engine", (Audit(who="steward", what=what, outcome=str(error), room=row.room),))
        return control

    async def _tell(self, tx: AsyncConnection, row: Row, event_id: str | None, why: str = "") -> None:
        if row.key is None or row.handler not in self.told:
            return
        outcome = {"key": f"{row.handler}:{row.key}", "ok": not why, "event_id": event_id, "why": why}
        await journal.write(tx, [inbox.of_ours(inbox.OUTCOME, row.txn, row.room, outcome, self._now())])

    def _now(self) -> float:
        return self.clock.now().timestamp()


def backoff(attempts: int) -> float:
    """How many seconds to wait after so many failures."""
    wait = min(FIRST_WAIT * 2.0 ** min(attempts, 10), LONGEST_WAIT)
    return wait * (1 + random.random() / 4)  # noqa: S311 - spreads load, hides nothing
