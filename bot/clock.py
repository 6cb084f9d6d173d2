"""Time, as an argument: the engine asks a clock, and tests bring their own."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

log = structlog.get_logger()

#: How far two clocks may be apart without one of them being wrong, in seconds.
APART = 60.0
#: For how long a wrong time has to be said before it is believed, in seconds.
AGREED = 5.0
#: What can be a time at all, in seconds since 1970.
EARLIEST, LATEST = 1.5e9, 4.1e9


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Now, in UTC. May jump, when somebody sets the machine's clock."""
        ...

    def steady(self) -> float:
        """Seconds since some moment; never jumps. For waiting."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)

    def steady(self) -> float:
        """Seconds since some moment; never jumps."""
        return time.monotonic()


class AgreedClock:
    """The machine's clock as it was at the start, going steadily, and put right by what the homeserver says.

    Somebody who sets the machine's clock makes no question a day old and no reminder late; and a machine whose clock
    is wrong counts like the homeserver, whose times the messages carry. The first answer is believed at once; later on
    it takes two that agree, some seconds apart, to move the clock: one wrong answer must not bring all reminders due.
    """

    def __init__(self, machine: Clock | None = None) -> None:
        self._machine = machine or SystemClock()
        self._heard = False
        self._doubt: tuple[float, float] | None = None
        self._set(self._machine.now())

    def now(self) -> datetime:
        """Now, in UTC."""
        return self._at + timedelta(seconds=self.steady() - self._since)

    def steady(self) -> float:
        """Seconds since some moment; never jumps."""
        return self._machine.steady()

    def told(self, at: float) -> None:
        """The homeserver says that it is now this time, in seconds since 1970."""
        if not EARLIEST < at < LATEST:
            return
        apart = at - self.now().timestamp()
        if abs(apart) <= APART:
            self._doubt = None
        elif not self._heard or self._agrees(apart):
            log.warning("clock_put_right", seconds=round(apart))
            self._set(datetime.fromtimestamp(at, UTC))
        self._heard = True

    def _agrees(self, apart: float) -> bool:
        """Whether this was said before, some seconds ago."""
        if self._doubt is None or abs(self._doubt[0] - apart) > APART:
            self._doubt = (apart, self.steady())
            return False
        return self.steady() - self._doubt[1] >= AGREED

    def _set(self, at: datetime) -> None:
        self._at, self._since, self._doubt = at, self.steady(), None
