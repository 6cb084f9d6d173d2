"""People at the door."""

import pytest

from bot.storage.engine import Storage
from tests.engine.newcomers.arrivals import Arrivals, MakeArrivals
from tests.support.fakes import FakeClock


@pytest.fixture
def arrivals(storage: Storage, clock: FakeClock) -> MakeArrivals:
    """The handler, with people who come and go: `arrivals(welcome={…})` has other settings."""

    def make(**settings: object) -> Arrivals:
        return Arrivals(storage=storage, clock=clock, settings=settings)

    return make
