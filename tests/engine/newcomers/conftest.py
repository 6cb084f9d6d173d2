"""Databases with the tables of `newcomers`, and people at the door."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from bot.storage.engine import Storage, database_url
from bot.storage.migrate import migrate
from handlers.newcomers import HANDLER
from tests.engine.newcomers.arrivals import Arrivals, MakeArrivals
from tests.support.fakes import FakeClock
from tests.support.postgres import Postgres


def migrated(url: URL) -> URL:
    """The database, with the handler's tables."""
    assert HANDLER.migrations is not None
    migrate(url, [HANDLER.migrations])
    return url


@pytest.fixture(scope="session")
def newcomers_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database, to be copied."""
    folder = tmp_path_factory.mktemp("newcomers")
    migrated(database_url(None, folder))
    return folder / "steward.db"


@pytest.fixture(params=("sqlite", "postgresql"))
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """A database that has the handler's tables, with nothing in them."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("newcomers_template"), tmp_path / "steward.db")
        yield database_url(None, tmp_path)
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    yield migrated(postgres.url(postgres.fresh()))


@pytest.fixture
def arrivals(storage: Storage, clock: FakeClock) -> MakeArrivals:
    """The handler, with people who come and go: `arrivals(welcome={…})` has other settings."""

    def make(**settings: object) -> Arrivals:
        return Arrivals(storage=storage, clock=clock, settings=settings)

    return make
