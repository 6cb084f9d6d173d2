"""Bringing a database to the schema of this version. The engine and each handler have a history of their own."""

from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StorageError
from bot.storage.engine import prepare_sqlite

HERE = Path(__file__).parent / "migrations"


def migrate(url: URL, handlers: Sequence[Path] = ()) -> None:
    """Upgrade to the newest revision of every history. Refuses a database that a newer version has written."""
    engine = create_engine(url.set(drivername=_plain_driver(url)))
    if url.get_backend_name() == "sqlite":
        prepare_sqlite(engine)
    try:
        with engine.begin() as connection:
            _upgrade(connection, handlers)
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise StorageError(f"The database {url.render_as_string()} can't be opened: {cause}".strip()) from error
    finally:
        engine.dispose()


def _upgrade(connection: Connection, handlers: Sequence[Path]) -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(map(str, [HERE / "versions", *handlers])))
    config.attributes["connection"] = connection
    known = {revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()}
    unknown = set(MigrationContext.configure(connection).get_current_heads()) - known
    if unknown:
        raise StorageError(
            f"The database was written by a newer version of Steward (revision {', '.join(sorted(unknown))}). "
            "Install that version again, or restore a backup from before."
        )
    command.upgrade(config, "heads")


def _plain_driver(url: URL) -> str:
    return "sqlite" if url.get_backend_name() == "sqlite" else "postgresql+psycopg"
