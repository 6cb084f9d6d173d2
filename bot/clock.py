"""Time, as an argument: the engine asks a clock, and tests bring their own."""

import time
from datetime import UTC, datetime
from typing import Protocol


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
