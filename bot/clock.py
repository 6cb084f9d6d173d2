"""Time, as an argument: the engine asks a clock, and tests bring their own."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

log = structlog.get_logger()

#: How far two clocks may be apart without one of them being wrong, in seconds.
APART = 60.0
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
    is wrong counts like the homeserver, whose times the messages carry.
    """

    def __init__(self, machine: Clock | None = None) -> None:
        self._machine = machine or SystemClock()
        self._set(self._machine.now())

    def now(self) -> datetime:
        """Now, in UTC."""
        return self._at + timedelta(seconds=self.steady() - self._since)

    def steady(self) -> float:
        """Seconds since some moment; never jumps."""
        return self._machine.steady()

    def told(self, at: float) -> None:
        """The homeserver says that it is now this time, in seconds since 1970."""
        apart = at - self.now().timestamp()
        if EARLIEST < at < LATEST and abs(apart) > APART:
            log.warning("clock_put_right", seconds=round(apart))
            self._set(datetime.fromtimestamp(at, UTC))

    def _set(self, at: datetime) -> None:
        self._at, self._since = at, self.steady()
