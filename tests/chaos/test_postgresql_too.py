"""On PostgreSQL as on SQLite: killed at each step, and with its connections cut, the bot loses and doubles nothing."""

import psycopg
import pytest

from tests.chaos.faults import Step
from tests.chaos.plans import OPEN, SEALED, death_plans
from tests.chaos.runs import QUESTIONS, run, until_answered
from tests.chaos.scene import keeper, scene

pytestmark = pytest.mark.homeserver

#: Before one step and after the next.
DEATHS = [
    plan
    for number, plan in enumerate(
        plan for plan in death_plans() if plan.room == OPEN and plan.death and plan.death.nth == 1
    )
    if number % 4 in {0, 3}
]
CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture
async def stage(tmp_path, homeserver, postgres):
    """A scene whose bot keeps all in PostgreSQL."""
    name = postgres.create()
    address = tmp_path / "database.url"
    address.write_text(postgres.url(name).set(drivername="postgresql").render_as_string(hide_password=False))
    async with scene(tmp_path, homeserver, storage={"folder": "data", "database": f"file:{address}"}) as made:
        yield made
    postgres.drop(name)


async def test_killed_at_each_step_it_loses_nothing(stage):
    for plan in DEATHS:
        result = await run(stage, plan)
        assert result.good, result
        assert result.struck, f"nothing happened: {plan.name}"


@pytest.mark.parametrize("at", [Step.SYNC, Step.SEND])
async def test_when_all_its_connections_are_cut_it_goes_on(stage, tmp_path, at):
    cut: list[int] = []

    async def before(step: Step) -> None:
        if step is at and not cut:
            async with await psycopg.AsyncConnection.connect((tmp_path / "database.url").read_text()) as admin:
                cut.append((await admin.execute(CUT)).rowcount)

    async with keeper(stage.bot):
        stage.proxy.before = before
        asked = [await stage.ask(SEALED) for _ in range(QUESTIONS)]
        await until_answered(stage, SEALED, asked)

    assert cut[0] > 0
    assert [question for question, _ in await stage.answers(SEALED)] == asked
