"""Signals and ticks that collide again and again are put off.

Giving up, as is done with what people say, would lose them.
"""

from dataclasses import dataclass, field

from bot.errors import TryLater
from bot.events import Signal, Tick

#: After so many decisions in a row on one of them, its lane rests; how long, in seconds, with a part of it by chance.
TRIES, REST = 4, 0.1
#: After so many it is nobody else's fault.
MOST = 200
#: How many are remembered.
KEPT = 1000


@dataclass(slots=True)
class Patience:
    """How often each has been decided on. In memory alone."""

    tries: dict[str, int] = field(default_factory=dict)

    def begin(self, event: Signal | Tick) -> None:
        """It is decided on, once more. Raises `TryLater` where that was often."""
        tries = self.tries.pop(event.id, 0) + 1
        self.tries[event.id] = tries
        while len(self.tries) > KEPT:
            del self.tries[next(iter(self.tries))]
        if tries % (TRIES + 1) == 0 and tries < MOST:
            # By what it is, so that two that collide don't come again at the same moment.
            raise TryLater("others decide on the same service", after=REST * (1 + sum(event.id.encode()) % 7))
