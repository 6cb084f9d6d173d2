"""Ordered work in parallel lanes: one worker for each key that has work, and none for those that have not."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.errors import StewardError, TryLater

log = structlog.get_logger()

#: How long a lane rests after an error without advice, in seconds; and the bounds of advice.
REST = 3.0
LEAST_REST, LONGEST_REST = 0.1, 300.0


def resting(error: StewardError) -> float:
    """How many seconds to rest after an expected error: as advised, within reason."""
    advised = error.after if isinstance(error, TryLater) else None
    return REST if advised is None else min(max(advised, LEAST_REST), LONGEST_REST)


class Lanes:
    """`work(key)` does all that waits for the key and returns when it may be called again, in seconds, or None.

    Within a lane nothing overlaps; at most `width` lanes work at once. Nothing is done before `release`. Work that may
    take long looks at `open` in between: once they are closing it is to stop at the next good place.
    """

    def __init__(self, name: str, work: Callable[[str], Awaitable[float | None]], width: int = 16) -> None:
        self._name = name
        self._work = work
        self._width = asyncio.Semaphore(width)
        self._woken: set[str] = set()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self.open = True
        self._released = asyncio.Event()

    def wake(self, key: str) -> None:
        """There is work for this key."""
        if not self.open:
            return
        self._woken.add(key)
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.cancel()
        if key not in self._tasks:
            self._tasks[key] = asyncio.create_task(self._run(key), name=f"{self._name} {key}")

    def remind(self, key: str) -> None:
        """There may be work for this key that nobody has told of: wake it, unless it works or will by itself."""
        if key not in self._tasks and key not in self._timers:
            self.wake(key)

    def release(self) -> None:
        """Begin, also with what was woken before."""
        self._released.set()

    async def _run(self, key: str) -> None:
        await self._released.wait()
        try:
            while key in self._woken and self.open:
                self._woken.discard(key)
                async with self._width:
                    again = await self._attempt(key)
                if again is not None and key not in self._woken:
                    loop = asyncio.get_running_loop()
                    self._timers[key] = loop.call_later(again, self.wake, key)
        finally:
            del self._tasks[key]

    async def _attempt(self, key: str) -> float | None:
        try:
            return await self._work(key)
        except StewardError as error:
            wait = resting(error)
            log.warning("lane_put_off", lane=self._name, room=key, seconds=round(wait, 1), why=str(error))
            return wait
        except Exception:
            # The work itself fences what it knows; this keeps a lane alive through what it doesn't, storage above all.
            log.exception("lane_failed", lane=self._name, room=key)
            return REST

    async def idle(self) -> None:
        """Wait until no lane is at work. For tests and an orderly end."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def close(self) -> None:
        """Take no more work, and let what is under way come to its end: a send is never cut short."""
        self.open = False
        self.release()
        for timer in self._timers.values():
            timer.cancel()
        await self.idle()
