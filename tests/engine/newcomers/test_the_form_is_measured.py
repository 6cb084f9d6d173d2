"""What is measured of the service that the form is decides whether those who wait for it are written to."""

from pathlib import Path

import pytest

from bot.handler import Place, Sight
from bot.matrix.render import plain
from bot.storage.migrate import migrate
from handlers.newcomers import HANDLER as NEWCOMERS
from handlers.newcomers.form.sentences import ENGLISH
from handlers.status import HANDLER as STATUS
from handlers.status.settings import Settings
from tests.engine.newcomers.formhouse import FormHouse
from tests.unit.newcomers.gates import FORM, SERVICE

MINUTE = 60.0


@pytest.fixture
def database(empty):
    """A database with the tables of both handlers."""
    migrate(empty, [one.migrations for one in (NEWCOMERS, STATUS) if one.migrations])
    return empty


@pytest.fixture
async def measured(storage, clock):
    """A probe of the service that the form is; `await looks()` has it look once."""
    place = Place(root=Path(), community="C", people="Ask.", registration_form=FORM, services=(SERVICE,))
    probes = ({"service": "registration", "every": "1m", "fails": 1, "recovers": 1},)
    status = STATUS.open(Settings.model_validate({"probes": probes}), place)
    gate = await FormHouse(storage=storage, clock=clock, others={"status": status}).starts()
    (probe,) = (one for one in status.probes if one.key == "registration")

    async def looks():
        return await probe.look(Sight(now=clock.now(), http=gate.web, reach=None))

    gate.looks = looks
    return gate


async def test_what_is_measured_of_the_service_counts_at_once(measured):
    gate = measured
    await gate.looks()
    await gate.looks()
    await gate.waits()
    gate.web.asked.clear()
    gate.web.answers = [200]
    await gate.passes(MINUTE)
    assert gate.web.asked == [], "what was measured a minute ago is believed"
    assert gate.called() == []

    await gate.looks()
    await gate.passes(MINUTE)
    (text,) = gate.called()
    assert text.startswith(plain(ENGLISH.back))
    assert gate.web.asked == [FORM], "the probe's"


async def test_what_was_measured_too_long_ago_is_looked_at(measured):
    gate = measured
    await gate.looks()
    await gate.looks()
    await gate.waits()
    gate.web.asked.clear()
    gate.web.answers = [200]
    await gate.passes(2 * MINUTE + 1)
    assert gate.web.asked == [FORM]
    await gate.passes(MINUTE)
    assert len(gate.called()) == 1
