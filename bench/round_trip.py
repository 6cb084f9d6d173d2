"""One question at a time: how long its asker waits for the answer."""

from collections.abc import Sequence

from bench import asking, bots, limits
from bench.scene import Scene, Turn, scene
from bench.tables import Column, Table, percentile
from bench.turns import in_turn

TITLE = "One question at a time"
QUESTIONS, WARM_UP = 30, 3
SIDES = (bots.STEWARD, bots.NIO, limits.ONE_BY_ONE)
NOTES = f"""\
{QUESTIONS} questions, each once the one before is answered, from before the question is sent until its asker's client
has the answer. {WARM_UP} more go before and don't count. A bare send is one request; a round trip is two sends and two
syncs at least, and Steward finds the answer and commits it before it sends it."""
COLUMNS = (
    Column("p50 ms", 1, (bots.NIO, limits.ONE_BY_ONE)),
    Column("p95 ms", 1, (bots.NIO, limits.ONE_BY_ONE)),
)


async def run(rounds: int) -> list[Table]:
    """One table."""
    table = Table(title="From question to answer", columns=COLUMNS, only_compared_to=(limits.ONE_BY_ONE,))
    async with scene() as place:
        for side in in_turn(SIDES, rounds):
            table.add(side, _figures(await _turn(place, side)))
    return [table.in_order(SIDES)]


async def _turn(place: Scene, side: str) -> Sequence[float]:
    turn = await place.turn()
    if side == limits.ONE_BY_ONE:
        return (await limits.one_by_one(turn, WARM_UP + QUESTIONS))[WARM_UP:]
    async with bots.running(side, turn) as bot:
        return (await _ask(turn, bot.user))[WARM_UP:]


async def _ask(turn: Turn, bot: str) -> list[float]:
    return [await asking.round_trip(turn, bot, number) for number in range(WARM_UP + QUESTIONS)]


def _figures(took: Sequence[float]) -> dict[str, float]:
    return {"p50 ms": percentile(took, 50), "p95 ms": percentile(took, 95)}
