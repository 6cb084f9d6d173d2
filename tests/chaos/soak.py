"""`make soak`: mixed traffic with faults for as long as is asked; neither memory nor open files may grow."""

import argparse
import asyncio
import contextlib
import random
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.demo.homeserver import running
from tests.chaos.plans import OPEN, SLOW, Plan, proxy_plans
from tests.chaos.runs import Result, run
from tests.chaos.scene import Scene, scene

#: The part of the time that is warming up: caches fill, and the database gets its pages.
WARM_UP = 1 / 3
#: How much more there may be at the end than after warming up: a part of it, and some on top; and open files.
PART, MEBIBYTES, FILES = 0.05, 4.0, 4
#: How often is sampled, in seconds.
EVERY = 5.0
#: Deaths and logouts for good end the process that is measured.
FAULTS = [plan for plan in proxy_plans() if plan.traps[0].fault not in SLOW and "401 hard" not in plan.kind]


@dataclass(frozen=True, slots=True)
class Sample:
    """What the bot used: seconds since the start, MiB of memory, open files and sockets, threads."""

    at: float
    memory: float
    files: int
    threads: int


def sample(process: psutil.Process, began: float) -> Sample:
    """Look now."""
    with process.oneshot():
        memory = process.memory_info().rss / 2**20
        return Sample(time.monotonic() - began, memory, process.num_fds(), process.num_threads())


async def chatter(stage: Scene, chance: random.Random) -> None:
    """People talk among themselves: nothing of it is for the bot, and all of it passes through."""
    room = stage.rooms[OPEN]
    await stage.ben.join(room)
    while True:
        event = await stage.ben.say(room, f"some talk, number {chance.random()}")
        match chance.randrange(5):
            case 0:
                await stage.ana.react(room, event, "👍")
            case 1:
                relation = {"rel_type": "m.replace", "event_id": event}
                await stage.ben.say(room, "* edited", **{"m.new_content": {"body": "edited"}, "m.relates_to": relation})
            case 2:
                path = f"/rooms/{room}/redact/{event}/{chance.random()}"
                await stage.ben.call("PUT", path, {})
            case _:
                pass
        await asyncio.sleep(chance.random())  # the rhythm of a conversation


async def watched(process: psutil.Process, began: float, samples: list[Sample]) -> None:
    """Sample until cancelled."""
    while True:
        samples.append(sample(process, began))
        await asyncio.sleep(EVERY)  # that is what sampling is


async def soak(minutes: float, seed: int) -> tuple[list[Sample], list[Result]]:
    """The samples and what became of the questions."""
    chance = random.Random(seed)  # noqa: S311 - which tests are run is no secret
    samples: list[Sample] = []
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="steward-soak-") as folder:
        async with running(Path(folder) / "synapse") as homeserver, scene(Path(folder), homeserver) as stage:
            assert stage.bot.process is not None
            process, began = psutil.Process(stage.bot.process.pid), time.monotonic()
            beside = [
                asyncio.create_task(watched(process, began, samples)),
                asyncio.create_task(chatter(stage, chance)),
            ]
            while time.monotonic() - began < minutes * 60:
                plan = chance.choice([Plan(room=OPEN), *chance.sample(FAULTS, 2)])
                results.append(await run(stage, plan))
                show(samples, results)
            for task in beside:
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*beside)
            samples.append(sample(process, began))
    return samples, results


def show(samples: list[Sample], results: list[Result]) -> None:
    """How it goes, on one line."""
    last = samples[-1]
    sys.stdout.write(f"\r{last.at:6.0f} s  {len(results):5d} runs  {last.memory:6.1f} MiB  {last.files:3d} files ")
    sys.stdout.flush()


def verdict(samples: list[Sample], results: list[Result]) -> tuple[str, bool]:
    """The table, and whether nothing grew and nothing was lost."""
    total = samples[-1].at
    warm = max((one for one in samples if one.at <= total * WARM_UP), key=lambda one: one.memory)
    warm_files = max(one.files for one in samples if one.at <= total * WARM_UP)
    after = [one for one in samples if one.at > total * WARM_UP]
    tail = sorted(one.memory for one in after[-max(len(after) // 3, 1) :])
    memory, files = tail[len(tail) // 2], after[-1].files
    grew = memory > warm.memory * (1 + PART) + MEBIBYTES or files > warm_files + FILES
    lines = ["", "", "   seconds     MiB  files  threads"]
    step = max(len(samples) // 12, 1)
    lines += [
        f"{one.at:10.0f} {one.memory:7.1f} {one.files:6d} {one.threads:8d}" for one in (*samples[::step], samples[-1])
    ]
    bad = [result for result in results if not result.good]
    lines += [
        f"while warming up: {warm.memory:.1f} MiB, {warm_files} files at most",
        f"at the end: {memory:.1f} MiB, {files} files",
        f"{len(results)} runs, {sum(r.lost for r in results)} lost, {sum(r.doubled for r in results)} doubled",
        "memory or files grew" if grew else "nothing grew",
        *(f"did not hold: {result.plan.name}" for result in bad),
    ]
    return "\n".join(lines) + "\n", not grew and not bad


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    text, good = verdict(*asyncio.run(soak(given.minutes, given.seed)))
    sys.stdout.write(text)
    sys.exit(0 if good else 1)
