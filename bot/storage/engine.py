"""Opening the database: SQLite (WAL) by default, PostgreSQL by URL; the same code for both."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Executable, Table, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import DatabaseError, DBAPIError, InternalError, OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.errors import StorageError, Unacceptable

#: How long to wait for another writer (a backup, a shell) before giving up, in seconds.
BUSY = 30
#: Enough for every lane at work to read at once.
POOL = {"pool_size": 8, "max_overflow": 32}
ALL_TAKEN = "All connections to the database are taken, and none has come free for a long time."
#: Errors don't quote what was to be written: it may be somebody's words.
QUIET = {"hide_parameters": True}


def database_url(configured: str | None, folder: Path) -> URL:
    """The URL to open: the configured one, or a SQLite file in `folder`. Drivers are chosen here."""
    url = make_url(configured) if configured else make_url(f"sqlite:///{folder / 'steward.db'}")
    match url.get_backend_name():
        case "sqlite":
            return url.set(drivername="sqlite+aiosqlite")
        case "postgresql":
            return url.set(drivername="postgresql+psycopg")
        case other:
            raise StorageError(f"{other} is not supported; use postgresql:// or leave `storage.database` out.")


class Storage:
    """One database. `begin` is a transaction that writes; `rows` reads what is committed."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.engine = create_async_engine(url, **_options(url), **QUIET)
        self._sqlite = url.get_backend_name() == "sqlite"
        # SQLite has one writer. Queueing here is fair and costs nothing; its own busy-wait is neither.
        self._writer = asyncio.Lock() if self._sqlite else None
        if self._sqlite:
            prepare_sqlite(self.engine.sync_engine)

    @contextlib.asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed when the block ends, rolled back when it raises."""
        async with self._writer or contextlib.nullcontext():
            try:
                async with self.engine.begin() as connection:
                    yield connection
            except StatementError as error:
                raise trouble("The database refused a write", error) from None
            except NoneFree:
                raise StorageError(ALL_TAKEN) from None

    async def rows(self, query: Executable) -> Sequence[Any]:
        """All rows of a SELECT, as committed now."""
        try:
            async with self.engine.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                return (await connection.execute(query)).all()
        except StatementError as error:
            raise trouble("The database could not be read", error) from None
        except NoneFree:
            raise StorageError(ALL_TAKEN) from None

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


def trouble(what: str, error: StatementError) -> StorageError:
    """The database's error as one of ours: its own trouble passes, but what it can't take it never will.

    Raise it `from None`: the error behind it quotes what was to be written.
    """
    # PostgreSQL's whole message quotes the row that it refuses; its first line doesn't.
    primary = getattr(getattr(error.orig, "diag", None), "message_primary", None)
    said = primary or str(error.orig)
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    own = isinstance(error, OperationalError | InternalError) or type(error) is DatabaseError
    # SQLite calls a mistake in our SQL an operational error.
    ours = said.startswith("no such ")
    return (StorageError if (lost or own) and not ours else Unacceptable)(f"{what}: {said}")


def insert(tx: AsyncConnection, table: Table) -> Any:
    """An INSERT that knows `on_conflict_…`, which both databases have but SQLAlchemy keeps apart."""
    return sqlite.insert(table) if tx.dialect.name == "sqlite" else postgresql.insert(table)


def _options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": BUSY}, **POOL}
    return {"pool_pre_ping": True, **POOL}


def prepare_sqlite(engine: Engine) -> None:
    """Make every connection durable and its transactions whole: the driver's own handling leaves out CREATE TABLE."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        # The driver's own transaction handling starts a transaction too late; we say BEGIN ourselves.
        connection.isolation_level = None
        cursor = connection.cursor()
        # FULL: what a webhook's sender was told is kept must survive a power cut.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
