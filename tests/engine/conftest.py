"""Fixtures for the engine's tests: databases of both kinds, and the engine on one of them."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings
from sqlalchemy.engine import URL

from bot.storage.engine import Storage, database_url
from bot.storage.migrate import migrate
from tests.support.fakes import FakeClock
from tests.support.house import House, MakeHouse
from tests.support.postgres import MIGRATIONS, Postgres

BOTH = ("sqlite", "postgresql")
#: What a house may be given beside its handlers.
SETTINGS = ("roles", "rooms", "control_room", "guards", "known_moderators")

# A failing handler is logged with its traceback; with every variable in colour, as by default, that takes a second.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)
# No deadline: workers share few cores.
settings.register_profile("steward", deadline=None)
settings.load_profile("steward")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database, to be copied."""
    folder = tmp_path_factory.mktemp("sqlite")
    migrate(database_url(None, folder), MIGRATIONS)
    return folder / "steward.db"


@pytest.fixture(params=BOTH)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        yield database_url(None, tmp_path)
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """A database of this version, with nothing in its tables."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "steward.db")
        yield database_url(None, tmp_path)
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    yield postgres.url(postgres.fresh())


@pytest.fixture
async def storage(database: URL) -> AsyncIterator[Storage]:
    """Storage on a fresh database."""
    storage = Storage(database)
    yield storage
    await storage.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def house(storage: Storage, clock: FakeClock) -> MakeHouse:
    """The engine with these handlers: `house(faq=Opened(…))`."""

    def make(**handlers: object) -> House:
        changes = {name: handlers.pop(name) for name in SETTINGS if name in handlers}
        return House(storage=storage, clock=clock, handlers=handlers, **changes)  # type: ignore[arg-type]

    return make
