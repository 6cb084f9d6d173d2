"""What one look has found, and how what fails on the way becomes a finding too."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.errors import OutOfSight, Permanent, TooLarge, TryLater
from bot.facts import InstanceFacts
from bot.handler import Sight
from bot.ports import Fetched
from handlers.status.settings import ProbeSettings
from handlers.status.states import State

Result = TypeVar("Result")

#: Somebody who is asked too often says so by this.
TOO_MANY_REQUESTS = 429
#: Evidence is shown in chat.
LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How it was at one look: UP, DEGRADED, DOWN, or UNKNOWN where that can't be seen from here.

    `evidence` is a sentence without a full stop; `elapsed` is in seconds, None where nothing was waited for.
    `answered`: something answered at all, so that the bot's own network works. `blind`: it doesn't. `instance` is what
    a Mastodon server has said of itself.
    """

    state: State
    evidence: str
    elapsed: float | None = None
    answered: bool = True
    blind: bool = False
    instance: InstanceFacts | None = None


class NoAnswer(TryLater):
    """Nobody has answered in time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no answer within {seconds:g} s")
        self.seconds = seconds


async def in_time(work: Awaitable[Result], settings: ProbeSettings) -> Result:
    """What comes of it. Raises `NoAnswer` when it takes longer than the settings allow."""
    seconds = settings.timeout.total_seconds()
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        raise NoAnswer(seconds) from None


async def page(url: str, settings: ProbeSettings, sight: Sight) -> Fetched:
    """This page, whatever its status. Raises what `Http` does, and `NoAnswer`."""
    return await in_time(sight.http.fetch(url), settings)


def failed(error: TryLater | Permanent) -> Reading:
    """What it means that a look came to this end. What may not be called isn't seen; that says nothing of how it is."""
    match error:
        case OutOfSight():
            return Reading(state=State.UNKNOWN, evidence=str(error), answered=False)
        case TooLarge():
            return Reading(state=State.UNKNOWN, evidence=str(error))
        case NoAnswer():
            return Reading(state=State.DOWN, evidence=str(error), elapsed=error.seconds, answered=False)
        case TryLater():
            return Reading(state=State.DOWN, evidence=str(error), answered=False)
    return Reading(state=State.DOWN, evidence=str(error))


def of_status(found: Fetched) -> Reading:
    """An HTTP status that isn't the one that it should be."""
    if found.status == TOO_MANY_REQUESTS:
        why = "HTTP 429: it asks to be measured less often"
        return Reading(state=State.UNKNOWN, evidence=why, elapsed=found.elapsed)
    return Reading(state=State.DOWN, evidence=took(found), elapsed=found.elapsed)


def took(found: Fetched) -> str:
    """The evidence that every HTTP answer gives."""
    return f"HTTP {found.status} after {found.elapsed:.1f} s"


def timed(reading: Reading, settings: ProbeSettings) -> Reading:
    """The same, but degraded where it works and was slow."""
    if reading.state != State.UP or reading.elapsed is None or reading.elapsed <= settings.slow.total_seconds():
        return reading
    return replace(reading, state=State.DEGRADED, evidence=f"slow: {reading.evidence}")


def short(text: str) -> str:
    """Somebody else's words in a line of evidence."""
    line = "".join(sign if sign.isprintable() else " " for sign in text[: LONGEST + 1])
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
