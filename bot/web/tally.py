"""What was refused: all of it is counted, and little of it logged, since anybody may knock as often as they like."""

from dataclasses import dataclass

#: How often refusals of the same kind are logged, in seconds.
AGAIN = 60.0


@dataclass(slots=True)
class Tally:
    """One kind of refusal. `total` is since the start; it is logged every so many seconds `again`."""

    total: int = 0
    again: float = AGAIN
    _told: int = 0
    _told_at: float = float("-inf")

    def count(self, now: float) -> int:
        """One more, at `now` in steady seconds. How many there are to be logged now: 0 for none yet."""
        self.total += 1
        if now - self._told_at < self.again:
            return 0
        untold = self.total - self._told
        self._told, self._told_at = self.total, now
        return untold
