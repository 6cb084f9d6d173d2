"""The bot, as far as those see it who watch over it or hand it work, also while it isn't there yet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


def _nobody(_lane: str) -> None:
    """Nobody to wake: what waits in the journal is taken up when the bot is there."""


def _never() -> datetime | None:
    return None


def _moving() -> bool:
    return False


@dataclass(kw_only=True)
class Running:
    """At first nothing is behind it: the bot may wait for its homeserver for hours, and hooks are taken meanwhile.

    `wake` starts work on a lane; `last_sync` tells when a sync last succeeded; `stuck` whether the sync loop is.
    """

    wake: Callable[[str], None] = _nobody
    last_sync: Callable[[], datetime | None] = _never
    stuck: Callable[[], bool] = _moving
