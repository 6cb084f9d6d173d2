"""What is measured of the service that the form is decides whether those who wait for it are written to."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from bot.handler import Place, Probe, Sight
from bot.matrix.render import plain
from bot.ports import Reach
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


@dataclass(kw_only=True)
class Measuring(FormHouse):
    """With a probe of the service that the form is."""

    probe: Probe

    async def looks(self) -> None:
        """The probe looks once."""
        await self.probe.look(Sight(now=self.clock.now(), http=self.web, reach=cast("Reach", None)))


@pytest.fixture
async def measured(storage, clock):
    """The probe has seen that the form fails, and Ana waits for it."""
    place = Place(root=Path(), community="C", people="Ask.", registration_form=FORM, services=(SERVICE,))
    probes = ({"service": "registration", "every": "1m", "fails": 1, "recovers": 1},)
    status = STATUS.open(Settings.model_validate({"probes": probes}), place)
    (probe,) = (one for one in status.probes if one.key == "registration")
    gate = Measuring(storage=storage, clock=clock, others={"status": status}, probe=probe)
    await gate.starts()
    for _ in ("a look", "and a second one, before it counts"):
        await gate.looks()
    assert (await gate.sees()).evidence.startswith("unreachable. Measured by me just now: HTTP 503")
    await gate.waits()
    gate.web.asked.clear()
    return gate


async def test_what_is_measured_of_the_service_counts_at_once(measured):
    gate = measured
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
    gate.web.answers = [200]
    await gate.passes(2 * MINUTE + 1)
    assert gate.web.asked == [FORM]
    await gate.passes(MINUTE)
    assert len(gate.called()) == 1
