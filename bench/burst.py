"""Many questions at once in one room: who answers them all, each once, and how soon."""

from bench import asking, bots, limits
from bench.asking import Outcome
from bench.scene import Scene, scene
from bench.tables import Column, Table
from bench.turns import in_turn

TITLE = "Many questions at once"
SIZES = (120, 500)
LIMITS = (limits.ONE_BY_ONE, limits.AT_ONCE)
SIDES = (*bots.NAMES, *LIMITS)
NOTES = f"""\
Four people in one room ask so many questions at once. It is over when no answer came for {asking.QUIET} s. Seconds
count from before the first question; when an answer came is what the homeserver says. A limit is bare sends by one
account, as many as there are questions; while a bot answers, the homeserver takes in the questions too, so that no bot
can reach a limit. A side that loses questions has less to send: compare times and rates between sides that answered
alike. "{bots.NIO}" gets ten events of a room in a sync, as Synapse gives them unasked, "{bots.NIO_LONG}" asks
for the most that Synapse gives by default; what else came between two syncs is lost to both."""
COLUMNS = (
    Column("answered", 0),
    Column("answered twice", 0),
    Column("lost", 0),
    Column("share answered", 3, (bots.NIO, bots.NIO_LONG)),
    Column("questions sent after s", 2),
    Column("last answer after s", 2),
    Column("per second", 1, LIMITS),
)


async def run(rounds: int) -> list[Table]:
    """A table for each size."""
    tables = [Table(title=f"{size} questions", columns=COLUMNS, only_compared_to=LIMITS) for size in SIZES]
    async with scene() as place:
        for size, table in zip(SIZES, tables, strict=True):
            for side in in_turn(SIDES, rounds):
                table.add(side, await _turn(place, side, size))
    return [table.in_order(SIDES) for table in tables]


async def _turn(place: Scene, side: str, size: int) -> dict[str, float]:
    turn = await place.turn()
    if side == limits.ONE_BY_ONE:
        return {"per second": size / (sum(await limits.one_by_one(turn, size)) / 1000)}
    if side == limits.AT_ONCE:
        return {"per second": size / await limits.at_once(turn, size)}
    async with bots.running(side, turn) as bot:
        return _figures(await asking.burst(turn, bot.user, size))


def _figures(outcome: Outcome) -> dict[str, float]:
    return {
        "answered": outcome.answered,
        "answered twice": outcome.twice,
        "lost": outcome.asked - outcome.answered,
        "share answered": outcome.answered / outcome.asked,
        "questions sent after s": outcome.sent_after,
        "last answer after s": outcome.last_after,
        "per second": outcome.rate,
    }
