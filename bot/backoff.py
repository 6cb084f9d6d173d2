"""How long to wait before something is tried again, in seconds. Pure, but for a little chance that spreads load."""

import random

#: After a failure: 1 s doubling up to 5 s, so that what failed is tried as soon as it can work again. Only what has
#: failed `PATIENCE` times, while the rest went through, comes at growing distances.
FIRST, SOON, PATIENCE = 1.0, 5.0, 20
#: After being asked to slow down without being told for how long: 5 s doubling.
SLOW_DOWN = 5.0
#: Whatever the reason, the longest that is waited without advice; and the longest that advice is followed.
LONGEST, LONGEST_ADVICE = 300.0, 3600.0


def backoff(attempts: int) -> float:
    """After so many failures."""
    if attempts < PATIENCE:
        return _spread(min(FIRST * 2.0**attempts, SOON))
    return _spread(min(SOON * 2.0 ** min(attempts - PATIENCE, 10), LONGEST))


def slow_down(attempts: int) -> float:
    """After having been asked so often to slow down."""
    return _spread(min(SLOW_DOWN * 2.0 ** min(attempts, 10), LONGEST))


def _spread(seconds: float) -> float:
    """Up to a quarter less: the bounds hold."""
    return seconds * (1 - random.random() / 4)  # noqa: S311 - spreads load, hides nothing
