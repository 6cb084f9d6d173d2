"""The line to the homeserver: while it is down, one call at a time finds out whether it is back, and the rest wait.

However many rooms have something to say, a homeserver that is failing gets at most one request a second from us, and
one that has recovered is noticed within `LONGEST_WAIT` and a quarter.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.errors import Unreachable

#: Waiting between two attempts: 1 s doubling up to 3 s, each with up to a quarter more at random. Not longer, since an
#: outage bot has to be back as soon as its homeserver is.
FIRST_WAIT, LONGEST_WAIT = 1.0, 3.0
#: While somebody is trying, how soon the others ask again how it went; and for how long that keeps them from trying
#: themselves, in seconds.
ASK_AGAIN, HANGS = 0.2, 5.0


@dataclass(kw_only=True)
class Line:
    """What is known of the way to the homeserver. `now` is a clock that never goes back, in seconds."""

    now: Callable[[], float] = time.monotonic
    failures: int = field(default=0, init=False)
    _next: float = field(default=0.0, init=False)
    _trying_until: float = field(default=0.0, init=False)

    @property
    def down(self) -> bool:
        """Whether the last that was heard of the homeserver was a failure."""
        return self.failures > 0

    def enter(self) -> None:
        """A call wants to be made. Raises `Unreachable` with the time to come back, while it isn't its turn."""
        if not self.down:
            return
        now = self.now()
        wait = min(self._trying_until - now, ASK_AGAIN) if self._trying_until > now else self._next - now
        if wait > 0:
            raise Unreachable("the homeserver can't be reached; it is tried again soon", wait)
        self._trying_until = now + HANGS

    def answered(self) -> None:
        """The homeserver has answered, whatever it said."""
        self.failures, self._trying_until = 0, 0.0

    def failed(self) -> None:
        """It has not, or something in between has answered in its place."""
        wait = min(FIRST_WAIT * 2.0 ** min(self.failures, 10), LONGEST_WAIT)
        self._next = self.now() + wait * (1 + random.random() / 4)  # noqa: S311 - spreads load, hides nothing
        self.failures, self._trying_until = self.failures + 1, 0.0

    def wait(self) -> float:
        """How many seconds until the next attempt; 0 where there is nothing to wait for."""
        return max(self._next - self.now(), 0.0) if self.down else 0.0
