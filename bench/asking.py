"""Questions to a bot, and what becomes of them."""

import asyncio
import contextlib
import time
from collections import Counter
from dataclasses import dataclass

from bench.scene import Turn
from tests.support.burst import ask_at_once

#: After so many seconds without an answer there will be none.
QUIET = 10
#: The longest that asking and answering may take, in seconds.
LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a burst. Seconds count from before the first question: until all were sent, and the last answer.

    When an answer was there is what the homeserver says, so that watching adds nothing to it.
    """

    asked: int
    answered: int
    twice: int
    sent_after: float
    last_after: float

    @property
    def rate(self) -> float:
        """Answered questions per second."""
        return self.answered / self.last_after if self.last_after else 0.0


async def burst(turn: Turn, bot: str, questions: int) -> Outcome:
    """So many questions at once, and what has become of them when nothing new comes."""
    began = time.time()
    async with asyncio.timeout(LONGEST):
        asked = await ask_at_once(turn.people, turn.room, questions)
    sent_after = time.time() - began
    await _until_quiet(turn, bot, most=2 * questions)
    replies = await _replies(turn, bot)
    counted = Counter(to for to, _ in replies)
    return Outcome(
        asked=questions,
        answered=len(counted.keys() & set(asked)),
        twice=sum(number > 1 for number in counted.values()),
        sent_after=sent_after,
        last_after=max((at for _, at in replies), default=began) - began,
    )


async def round_trip(turn: Turn, bot: str, number: int) -> float:
    """One question; the milliseconds until its asker has the answer."""
    asker = turn.people[0]
    began = time.perf_counter()
    asked = await asker.say(turn.room, f"Steward, where does all the money go? (number {number})")
    answer = await asker.next_event(turn.room, bot, seconds=QUIET)
    took = (time.perf_counter() - began) * 1000
    if answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] != asked:
        raise RuntimeError(f"{bot} answered something else than what was asked")
    return took


async def _until_quiet(turn: Turn, bot: str, most: int) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LONGEST):
            for _ in range(most):
                await turn.people[0].next_event(turn.room, bot, seconds=QUIET)


async def _replies(turn: Turn, bot: str) -> list[tuple[str, float]]:
    """Each reply of the bot: to which event, and when by the homeserver's clock, which is this machine's."""
    return [
        (event["content"]["m.relates_to"]["m.in_reply_to"]["event_id"], event["origin_server_ts"] / 1000)
        for event in await turn.people[0].history(turn.room)
        if event["sender"] == bot and "m.in_reply_to" in event.get("content", {}).get("m.relates_to", {})
    ]
