"""A part of the matrix of faults, every kind of fault in it; `make chaos` runs the whole.

After each: nothing lost, nothing said twice, order kept. How soon is measured there, not here.
"""

import pytest

from bot.demo.homeserver import running
from tests.chaos.plans import SLOW, Plan, Trouble, all_plans, spread
from tests.chaos.runs import Result, run
from tests.chaos.scene import scene

pytestmark = pytest.mark.homeserver

#: A homeserver that is stopped must be nobody else's.
OWN = {Trouble.KILLED, Trouble.STOPPED}
#: One of each kind, what takes half a minute left aside.
CHOSEN = [
    plan
    for plan in spread([plan for plan in all_plans() if not any(trap.fault in SLOW for trap in plan.traps)], 64)
    if plan.trouble not in OWN
]
GROUPS = 4


def holds(result: Result) -> None:
    assert result.good, result
    assert result.struck, f"nothing happened: {result.plan.name}"


@pytest.mark.parametrize("group", range(GROUPS))
async def test_nothing_is_lost_and_nothing_doubled(tmp_path, homeserver, group):
    async with scene(tmp_path, homeserver) as stage:
        for plan in CHOSEN[group::GROUPS]:
            holds(await run(stage, plan))


@pytest.mark.parametrize("trouble", [Trouble.KILLED, Trouble.STOPPED])
async def test_a_homeserver_that_goes_down_in_the_middle_loses_nothing(tmp_path, trouble):
    plans = [plan for plan in all_plans() if plan.trouble is trouble]
    async with running(tmp_path / "synapse") as own, scene(tmp_path, own) as stage:
        for plan in plans:
            holds(await run(stage, plan))


def test_the_matrix_has_every_fault_at_every_step():
    plans: list[Plan] = all_plans()
    assert len(plans) >= 500
    assert len({plan.name for plan in plans}) == len(plans)
    assert {trap.fault.name for plan in plans for trap in plan.traps} >= {fault.name for fault in SLOW}
