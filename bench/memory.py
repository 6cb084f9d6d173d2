"""How much memory a bot takes, and how soon it is there."""

import asyncio

from bench import asking, bots
from bench.machine import resident
from bench.scene import Scene, scene
from bench.tables import Column, Table
from bench.turns import in_turn

TITLE = "Memory and start"
QUESTIONS = 500
#: How long after it is ready a bot is called idle, in seconds.
SETTLED = 5
SIDES = (bots.STEWARD, bots.NIO, bots.NIO_LONG)
NOTES = f"""\
Resident memory of the bot's process and its children: {SETTLED} s after it is ready, and after a burst of {QUESTIONS}
questions. A start is the first one ever, from the process's beginning until it is in its room and listens: Steward
makes its database and its keys, signs them, and reads its answers; plain nio has none of these."""
COLUMNS = (
    Column("idle MiB", 1, (bots.NIO,)),
    Column("after the burst MiB", 1, (bots.NIO,)),
    Column("ready after s", 2, (bots.NIO,)),
)


async def run(rounds: int) -> list[Table]:
    """One table."""
    table = Table(title="A bot's process", columns=COLUMNS)
    async with scene() as place:
        for side in in_turn(SIDES, rounds):
            table.add(side, await _turn(place, side))
    return [table.in_order(SIDES)]


async def _turn(place: Scene, side: str) -> dict[str, float]:
    turn = await place.turn()
    async with bots.running(side, turn) as bot:
        await asyncio.sleep(SETTLED)
        idle = resident(bot.pid)
        await asking.burst(turn, bot.user, QUESTIONS)
        return {"idle MiB": idle, "after the burst MiB": resident(bot.pid), "ready after s": bot.ready_after}
