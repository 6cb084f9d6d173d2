"""`make chaos`: the whole matrix of faults, in as many workers as there are cores; ends with a table."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from bot.demo.homeserver import running
from tests.chaos.plans import Plan, all_plans, drawn
from tests.chaos.runs import Result, run
from tests.chaos.scene import scene

#: What must hold: the time to recover in seconds, and requests a second against a failing homeserver.
RECOVERY, RATE = 5.0, 1.0


async def worker(folder: Path, queue: asyncio.Queue[Plan], results: list[Result], runs: int) -> None:
    """Try plans until there are none left, on a homeserver of its own."""
    async with running(folder / "synapse") as homeserver, scene(folder, homeserver) as stage:
        while not queue.empty():
            result = await run(stage, queue.get_nowait())
            results.append(result)
            mark = "ok  " if fine(result) else "FAIL"
            sys.stdout.write(f"{len(results):4d}/{runs} {mark} {result.took:5.1f} s  {result.plan.name}\n")
            sys.stdout.flush()


def fine(result: Result) -> bool:
    """Whether all that must hold does, and what was planned has happened."""
    soon = result.recovered is None or result.recovered <= RECOVERY
    gentle = result.rate is None or result.rate <= RATE
    return result.good and result.struck and soon and gentle


async def main(runs: int, seed: int, workers: int) -> int:
    """Try so many plans; the exit code."""
    queue: asyncio.Queue[Plan] = asyncio.Queue()
    for plan in drawn(all_plans(), runs, seed):
        queue.put_nowait(plan)
    results: list[Result] = []
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="steward-chaos-") as folder:
        tasks = [worker(Path(folder) / str(number), queue, results, runs) for number in range(workers)]
        await asyncio.gather(*tasks)
    sys.stdout.write(table(results, time.monotonic() - began))
    return 0 if all(map(fine, results)) else 1


def table(results: list[Result], took: float) -> str:
    """What became of all runs, by what was done to the bot."""
    kinds: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        kinds[result.plan.kind].append(result)
    lines = ["", f"{'fault':44} runs struck lost doubled disordered  slowest"]
    for kind, those in sorted(kinds.items()):
        lines.append(row(kind, those))
    lines += [row("all", results), ""]
    recovered = [result.recovered for result in results if result.recovered is not None]
    rates = [result.rate for result in results if result.rate is not None]
    if recovered:
        lines.append(
            f"recovery after an outage: {max(recovered):.1f} s at most, of {len(recovered)} (bound {RECOVERY} s)"
        )
        lines.append(f"requests a second in an outage: {max(rates):.2f} at most (bound {RATE})")
    lines += [f"did not hold: {result.plan.name}: {result}" for result in results if not fine(result)]
    lines += [f"did not strike: {result.plan.name}" for result in results if not result.struck]
    lines.append(f"{len(results)} runs in {took / 60:.1f} min")
    return "\n".join(lines) + "\n"


def row(kind: str, those: list[Result]) -> str:
    """A line of the table."""
    struck = sum(result.struck for result in those)
    lost, doubled = sum(result.lost for result in those), sum(result.doubled for result in those)
    disordered = sum(not result.ordered for result in those)
    slowest = max(result.took for result in those)
    return f"{kind:44} {len(those):4} {struck:6} {lost:4} {doubled:7} {disordered:10} {slowest:6.1f} s"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description="Do harm to the bot, and see that nothing is lost and nothing doubled."
    )
    parser.add_argument("--runs", type=int, default=520)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    sys.exit(asyncio.run(main(given.runs, given.seed, given.workers)))
