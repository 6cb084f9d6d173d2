"""One run: ask, do harm, wait until all is answered, and look at what was said."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from tests.chaos.faults import Step
from tests.chaos.plans import SEALED, Outage, Plan, Trouble
from tests.chaos.scene import Scene, keeper, persistent

#: How many questions a run asks in its room.
QUESTIONS = 3
#: How many more, if what was planned hasn't happened: a sync may have brought all at once.
MORE = 3
#: How long a run may take until all is answered, in seconds. A stall alone takes 30 and may come twice.
PATIENCE = 120.0
#: How long a database or the homeserver stays away, in seconds.
AWAY = 2.0
CLOCKS = {
    Trouble.AHEAD_HOUR: 3600,
    Trouble.BACK_HOUR: -3600,
    Trouble.AHEAD_DAY: 86_400,
    Trouble.BACK_DAY: -86_400,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a run. `struck`: whether what was planned has happened at all. Times in seconds."""

    plan: Plan
    lost: int
    doubled: int
    ordered: bool
    struck: bool
    took: float
    recovered: float | None = None
    rate: float | None = None

    @property
    def good(self) -> bool:
        """Nothing lost, nothing said twice, nothing out of order."""
        return self.lost == 0 and self.doubled == 0 and self.ordered


async def run(scene: Scene, plan: Plan) -> Result:
    """Try one plan."""
    began = time.monotonic()
    if plan.room == SEALED:
        await scene.shake_keys()
    asked: list[str] = []
    async with keeper(scene.bot), harm(scene, plan) as struck:
        asked += [await scene.ask(plan.room) for _ in range(QUESTIONS)]
        back = await over(scene, plan.outage)
        await until_answered(scene, plan.room, asked)
        recovered = None if back is None else time.monotonic() - back
        while not (happened := struck()) and len(asked) < QUESTIONS + MORE:
            asked += [await scene.ask(plan.room)]
            await until_answered(scene, plan.room, asked)
    found = [(question, own) for question, own in await scene.answers(plan.room) if question in asked]
    said = [question for question, _ in found]
    return Result(
        plan=plan,
        lost=len(set(asked) - set(said)),
        doubled=len(said) - len(set(said)) + len(found) - len({own for _, own in found}),
        ordered=said == asked,
        struck=happened,
        took=time.monotonic() - began,
        recovered=recovered,
        rate=None if plan.outage is None or back is None else rate(scene, plan.outage, back),
    )


async def until_answered(scene: Scene, room: str, asked: list[str]) -> None:
    """Wait until every question has an answer, or patience is at its end: then something is lost."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while not {question for question, _ in await scene.answers(room)} >= set(asked):
                await persistent(scene.ana.listen)


async def over(scene: Scene, outage: Outage | None) -> float | None:
    """Wait until an outage is over; when that was."""
    if outage is None:
        return None
    await asyncio.sleep(outage.seconds)  # that is how long it lasts: there is nothing else to wait for
    scene.proxy.outage = None
    return time.monotonic()


def rate(scene: Scene, outage: Outage, back: float) -> float:
    """Requests a second while the homeserver was failing, what was under way when it began left aside."""
    began = back - outage.seconds
    asked = [at for at, _ in scene.proxy.asked if began + 0.5 <= at < back]
    return len(asked) / max(outage.seconds - 0.5, 1.0)


class Struck:
    """Whether what was planned has happened."""

    def __init__(self, scene: Scene, plan: Plan) -> None:
        self._scene, self._plan = scene, plan
        self.troubled = plan.trouble is None

    def __call__(self) -> bool:
        died = self._plan.death is None or not (self._scene.orders / "die").exists()
        return not self._scene.proxy.traps and died and self.troubled


@contextlib.asynccontextmanager
async def harm(scene: Scene, plan: Plan) -> AsyncIterator[Struck]:
    """Lay out all that the plan asks for, and clear away what is left of it."""
    struck = Struck(scene, plan)
    scene.proxy.set(*plan.traps)
    scene.proxy.asked.clear()
    if plan.death is not None:
        scene.die(plan.death.point, plan.death.when, plan.death.nth)
    if plan.outage is not None:
        scene.proxy.outage = plan.outage.how
    undoing: list[asyncio.Task[None]] = []
    if plan.trouble is not None:
        scene.proxy.before = trouble_at(scene, plan, struck, undoing)
    try:
        yield struck
    finally:
        scene.proxy.before, scene.proxy.outage = None, None
        scene.proxy.set()
        await asyncio.gather(*undoing)
        scene.withdraw()


def trouble_at(
    scene: Scene, plan: Plan, struck: Struck, undoing: list[asyncio.Task[None]]
) -> Callable[[Step], Awaitable[None]]:
    """What the proxy does when the bot comes to the plan's step for the first time."""

    async def before(step: Step) -> None:
        if step is plan.at and not struck.troubled and plan.trouble is not None:
            struck.troubled = True
            await begin(scene, plan.trouble)
            undoing.append(asyncio.create_task(end(scene, plan.trouble)))

    return before


async def begin(scene: Scene, trouble: Trouble) -> None:
    """Make trouble."""
    match trouble:
        case Trouble.LOCKED:
            lock = sqlite3.connect(scene.database, isolation_level=None)
            lock.execute("BEGIN IMMEDIATE")
            scene.locks.append(lock)
        case Trouble.READ_ONLY:
            scene.order("database", "readonly")
        case Trouble.FULL:
            scene.order("database", "full")
        case Trouble.KILLED:
            await scene.homeserver.kill()
        case Trouble.STOPPED:
            await scene.homeserver.stop()
        case _:
            scene.order("clock", str(CLOCKS[trouble]))


async def end(scene: Scene, trouble: Trouble) -> None:
    """End the trouble after a while. A clock that was set stays so until the next one."""
    await asyncio.sleep(AWAY)  # that is how long it lasts
    match trouble:
        case Trouble.LOCKED:
            scene.locks.pop().close()
        case Trouble.READ_ONLY | Trouble.FULL:
            (scene.orders / "database").unlink()
        case Trouble.KILLED | Trouble.STOPPED:
            await scene.homeserver.start()
        case _:
            pass
