"""How a service may be, and how much it matters."""

from collections.abc import Iterable
from enum import StrEnum


class State(StrEnum):
    """How a service is. What isn't known is no state of the service's but of ours."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    MAINTENANCE = "maintenance"
    UNKNOWN = "unknown"

    @property
    def bad(self) -> bool:
        """Whether an incident is made of it."""
        return self in (State.DEGRADED, State.DOWN)


class Severity(StrEnum):
    """How much it matters, the least first."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Higher matters more."""
        return list(Severity).index(self)


#: The worst first.
_WORST = (State.DOWN, State.DEGRADED, State.UNKNOWN, State.MAINTENANCE, State.UP)


def worst(states: Iterable[State]) -> State:
    """The worst of these; unknown if there are none."""
    return min(states, key=_WORST.index, default=State.UNKNOWN)
