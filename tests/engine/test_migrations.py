"""Databases: made, brought up to date, and refused with a sentence when they are none of ours."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, MetaData, create_engine, inspect, make_url, text
from sqlalchemy.engine import URL

from bot.errors import Exit, StorageError
from bot.storage import schema
from bot.storage.engine import database_url
from bot.storage.migrate import migrate
from handlers import ALL

HANDLERS = [handler.migrations for handler in ALL if handler.migrations is not None]

REVISION = """\
import sqlalchemy as sa
from alembic import op

revision = "pets1"
down_revision = None
branch_labels = ("pets",)
depends_on = None


def upgrade() -> None:
    op.create_table("pets_cats", sa.Column("name", sa.String(length=64), primary_key=True))
"""


def opened(url: URL) -> Engine:
    """The database, through a plain driver."""
    return create_engine(url.set(drivername="sqlite") if url.get_backend_name() == "sqlite" else url)


def tables(url: URL) -> set[str]:
    """What is in the database."""
    engine = opened(url)
    try:
        return set(inspect(engine).get_table_names()) - {"alembic_version"}
    finally:
        engine.dispose()


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(empty: URL) -> None:
    migrate(empty, HANDLERS)
    expected = MetaData()
    for table in [*schema.metadata.tables.values(), *(table for handler in ALL for table in handler.tables)]:
        table.to_metadata(expected)
    engine = opened(empty)
    with engine.connect() as connection:
        found = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(found, expected) == []
    engine.dispose()


def test_migrating_twice_changes_nothing(empty: URL) -> None:
    migrate(empty)
    first = tables(empty)
    migrate(empty)
    assert tables(empty) == first == set(schema.metadata.tables)


def test_a_handler_has_a_history_of_its_own_beside_the_engines(empty: URL, tmp_path: Path) -> None:
    folder = tmp_path / "pets"
    folder.mkdir()
    (folder / "0001_cats.py").write_text(REVISION)
    migrate(empty)
    assert "pets_cats" not in tables(empty)
    migrate(empty, [folder])
    migrate(empty, [folder])
    assert tables(empty) == {*schema.metadata.tables, "pets_cats"}


def test_a_database_of_a_newer_version_is_refused_with_what_to_do(empty: URL) -> None:
    migrate(empty)
    engine = opened(empty)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StorageError, match=r"newer version of Steward \(revision 9999\).*restore a backup") as refused:
        migrate(empty)
    assert refused.value.exit == Exit.STORAGE


@pytest.mark.parametrize("content", [b"no database\n" * 100, b"\x00" * 4096, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_file_that_is_no_database_is_refused_by_its_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "steward.db"
    file.write_bytes(content)
    with pytest.raises(StorageError, match=r"steward\.db can't be opened: \S"):
        migrate(database_url(None, tmp_path))
    assert file.read_bytes() == content


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="unable to open database file"):
        migrate(database_url(None, tmp_path / "nowhere"))


def test_a_server_that_is_not_there_is_a_sentence_without_the_password() -> None:
    with pytest.raises(StorageError, match=r"can't be opened: .*refused") as refused:
        migrate(make_url("postgresql+psycopg://steward:hunter2@127.0.0.1:1/steward"))
    assert "hunter2" not in str(refused.value)
