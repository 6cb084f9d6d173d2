"""Committed messages → where they go: in order within a room, once, urgent first, as fast as it lets us."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import inbox
from bot.actions import Audit
from bot.backoff import LONGEST_ADVICE, backoff, slow_down
from bot.clock import Clock
from bot.effects import ALSO, Effects
from bot.errors import Permanent, SlowDown, StorageError, TryLater, Unreachable
from bot.storage import journal, outbox
from bot.storage.engine import Storage
from bot.storage.outbox import Row

log = structlog.get_logger()

#: How often a row is tried again after an error that nobody foresaw.
SURPRISES = 5
#: For so long after being asked to slow down, and after a failure, in seconds, one call is made at a time, and urgent
#: ones before all; and how long after a failure nothing is tried.
SLOW, PACE = 60.0, 1.0
#: How soon a room looks again whether what is urgent elsewhere has gone out, in seconds.
AFTER_URGENT = 1.0
#: How long it is tried to open a private chat, in seconds: the person's own homeserver may be away.
UNOPENED = 86_400.0


class Unopened(TryLater):
    """The private chat with a person can't be opened now. It says nothing of other rooms."""


class Unwritable(Permanent):
    """There is no private chat with a person to be had: that is their affair, not the operators'."""


async def no_chats(_person: str) -> str:
    """Where there are none."""
    raise Permanent("nothing knows how to open a private chat")


class Sender(Protocol):
    """Carries a row where it goes. `target` is the event id of the message of ours that the row is about."""

    async def deliver(self, row: Row, target: str | None) -> str | None:
        """The new event's id, if it has one. Raises `TryLater` or `Permanent`."""
        ...


@dataclass(kw_only=True)
class Outbox:
    """Sends what waits for a room. A 429 holds back all rooms: homeservers count per account.

    `chat_with` finds or opens the private chat with a person: what is for them goes there. Handlers in `told` hear what
    became of the rows that they gave a key; `wake` starts work on what they hear. What is refused for good is noted in
    the audit log and said in the control room; but whom one can't write to is left to a handler that hears of it.
    Waiting is counted by the steady clock: a machine whose clock is set back must not keep its rows for so much longer.
    """

    storage: Storage
    sender: Sender
    clock: Clock
    told: frozenset[str] = frozenset()
    wake: Callable[[str], None] = lambda _room: None
    wake_outbox: Callable[[str], None] = lambda _room: None
    control_room: Callable[[], str | None] = lambda: None
    encrypted: Callable[[str], bool] = lambda _room: False
    chat_with: Callable[[str], Awaitable[str]] = no_chats
    #: Whether there is to be another row after the one under way.
    go_on: Callable[[], bool] = lambda: True
    held_until: float = field(default=float("-inf"), init=False)
    _slow_until: float = field(default=float("-inf"), init=False)
    _due: dict[int, float] = field(default_factory=dict, init=False)
    _alone: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def work(self, room: str) -> float | None:
        """Send all that waits for this room; how many seconds to come back in, if something has to wait.

        For as long as it is to go on.
        """
        # The first row is looked up anew each time: something urgent may have come in meanwhile.
        while self.go_on() and (rows := await outbox.waiting(self.storage, room, limit=1)):
            slow = self.clock.steady() < self._slow_until
            async with self._alone if slow else contextlib.nullcontext():
                wait = await self._wait(rows[0], slow=slow)
                if wait > 0:
                    return wait
                await self._send(rows[0])
        return None

    async def _wait(self, row: Row, *, slow: bool) -> float:
        """Seconds until this row may be tried."""
        wait = max(self._due_at(row), self.held_until) - self.clock.steady()
        if wait <= 0 and slow and not row.urgent and await self._urgent_first():
            return AFTER_URGENT
        return wait

    async def _urgent_first(self) -> bool:
        """Whether something urgent could be sent now, to whichever room."""
        now = self.clock.steady()
        return any(self._due.get(number, now) <= now for number in await outbox.urgent(self.storage))

    def _due_at(self, row: Row) -> float:
        """When this row may be tried, by the steady clock; what was kept over a restart is in the machine's time."""
        if row.id not in self._due and row.not_before:
            left = min(max(row.not_before - self._now(), 0.0), LONGEST_ADVICE)
            self._due[row.id] = self.clock.steady() + left
        return self._due.get(row.id, float("-inf"))

    async def _send(self, row: Row) -> None:
        try:
            placed, event_id = await self._deliver(row)
        except Unreachable as error:
            self._hold(error.after or 0.0)
        except SlowDown as error:
            self._go_slowly()
            await self._put_off(row, error, slow_down(row.attempts))
        except Unopened as error:
            await self._not_opened(row, error)
        except TryLater as error:
            # Perhaps only this one, perhaps all of its kind while syncs go on: the next is tried alone, a while later.
            self._go_slowly()
            self._hold(PACE)
            await self._put_off(row, error, backoff(row.attempts))
        except Permanent as error:
            await self._give_up(row, error)
        except StorageError:
            raise
        except Exception as error:
            # Not foreseen, so perhaps passing; but one row must not hold up its room for good.
            log.exception("send_surprised", outbox=row.id, room=where(row))
            why = f"{type(error).__name__}; see the log"
            await (
                self._put_off(row, TryLater(why), backoff(row.attempts))
                if row.attempts < SURPRISES
                else self._give_up(row, Permanent(why))
            )
        else:
            async with self.storage.begin() as tx:
                await outbox.mark_sent(tx, placed, event_id, self._now())
                await self._tell(tx, placed, event_id)
            self._due.pop(row.id, None)
            self.wake(placed.room)

    async def _deliver(self, row: Row) -> tuple[Row, str | None]:
        """The row as it was sent, to whichever room, and the new event's id."""
        if row.spoilt:
            raise Permanent("what was to be sent can't be read")
        placed = await self._placed(row)
        return placed, await self.sender.deliver(placed, await self._target(placed))

    async def _placed(self, row: Row) -> Row:
        """With the room that it is for. A chat may have become encrypted since: what was said there is looked for."""
        if row.kind != "direct" or row.recipient is None:
            return row
        try:
            return replace(row, kind="send", room=await self.chat_with(row.recipient))
        except (Unreachable, SlowDown):
            raise
        except TryLater as error:
            raise Unopened(str(error), error.after) from error
        except Permanent as error:
            raise Unwritable(str(error)) from error

    async def _not_opened(self, row: Row, error: Unopened) -> None:
        if self._now() - row.created > UNOPENED:
            await self._give_up(row, Unwritable(f"the chat could not be opened for a day: {error}"))
        else:
            await self._put_off(row, TryLater(str(error)), backoff(row.attempts))

    async def _target(self, row: Row) -> str | None:
        if row.about is None:
            return None
        ours = await outbox.sent_under(self.storage, row.handler, row.about)
        if ours is None:
            raise Permanent(f"the message {row.about!r} that it is about was never sent")
        return ours.event_id

    async def _put_off(self, row: Row, error: TryLater, wait: float) -> None:
        if error.after is not None:
            wait = error.after
            self._hold(wait)
        log.warning("send_put_off", outbox=row.id, room=where(row), seconds=round(wait, 1), why=str(error))
        self._due[row.id] = self.clock.steady() + wait
        async with self.storage.begin() as tx:
            await outbox.put_off(tx, row, self._now() + wait, str(error))

    def _go_slowly(self) -> None:
        """One call at a time, for a while."""
        self._slow_until = self.clock.steady() + SLOW

    def _hold(self, seconds: float) -> None:
        """Nothing is sent to any room for so long."""
        self.held_until = max(self.held_until, self.clock.steady() + seconds)

    async def _give_up(self, row: Row, error: Permanent) -> None:
        quiet = isinstance(error, Unwritable) and self._hears(row)
        note = log.info if quiet else log.error
        note("send_failed", outbox=row.id, room=where(row), kind=row.kind, why=str(error))
        async with self.storage.begin() as tx:
            await outbox.mark_failed(tx, row, str(error))
            await self._tell(tx, row, None, str(error))
            control = None if quiet else await self._tell_operators(tx, row, error)
        self._due.pop(row.id, None)
        self.wake(row.room)
        if control is not None:
            self.wake_outbox(control)

    async def _tell_operators(self, tx: AsyncConnection, row: Row, error: Permanent) -> str | None:
        """Note it, and have it said in the control room, unless that is where it failed."""
        control = self.control_room()
        control = None if control == row.room else control
        effects = Effects(now=self._now(), cause=row.cause or "", control_room=control, encrypted=self.encrypted)
        await effects.apply(tx, "engine", (Audit(who="steward", what=deed(row), outcome=str(error), room=row.room),))
        return control

    def _hears(self, row: Row) -> bool:
        """Whether the handler wants to hear what became of it."""
        return row.key is not None and row.handler in self.told

    async def _tell(self, tx: AsyncConnection, row: Row, event_id: str | None, why: str = "") -> None:
        """Tell the handler what became of it, if it wants to hear that."""
        if not self._hears(row):
            return
        outcome = {"key": f"{row.handler}:{row.key}", "ok": not why, "event_id": event_id, "why": why}
        await journal.write(tx, [inbox.of_ours(inbox.OUTCOME, row.txn, row.room, outcome, self._now())])

    def _now(self) -> float:
        return self.clock.now().timestamp()


def where(row: Row) -> str:
    """Where a row is for, without whom: for the log."""
    return row.kind if row.kind == "direct" else row.room


def deed(row: Row) -> str:
    """What was not done, in words."""
    match row.kind:
        case "direct":
            return f"could not write to {row.recipient}"
        case "forward":
            return f"could not forward to {row.room.removeprefix(ALSO)}"
        case _:
            return f"could not {row.kind} in {row.room}"
