"""What the homeserver itself allows: bare sends by one account, without any bot."""

import asyncio
import time

from bench.peers.plain_nio import ANSWER
from bench.scene import Turn

ONE_BY_ONE, AT_ONCE = "bare sends, one at a time", "bare sends, all at once"
#: The longest that sending may take, in seconds.
LONGEST = 300


async def one_by_one(turn: Turn, sends: int) -> list[float]:
    """Send one after the other; the milliseconds of each."""
    took = []
    async with asyncio.timeout(LONGEST):
        for _ in range(sends):
            began = time.perf_counter()
            await turn.people[0].say(turn.room, ANSWER)
            took.append((time.perf_counter() - began) * 1000)
    return took


async def at_once(turn: Turn, sends: int) -> float:
    """Send without waiting between, over the hundred connections that aiohttp opens; the seconds for all."""
    began = time.perf_counter()
    async with asyncio.timeout(LONGEST):
        await asyncio.gather(*(turn.people[0].say(turn.room, ANSWER) for _ in range(sends)))
    return time.perf_counter() - began
