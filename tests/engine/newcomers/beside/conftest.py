"""Databases with the tables of `newcomers` and `faq`, and both handlers at work: with what is shipped."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from bot.config import load
from bot.handler import Opened
from bot.storage.engine import Storage, database_url
from bot.storage.migrate import migrate
from handlers import ALL, faq, newcomers
from handlers.newcomers.settings import Settings
from tests.engine.newcomers.beside.beside import PLACE, ROOT, Beside
from tests.support.fakes import FakeClock
from tests.support.postgres import Postgres


def migrated(url: URL) -> URL:
    """The database, with both handlers' tables."""
    migrate(url, [handler.HANDLER.migrations for handler in (newcomers, faq) if handler.HANDLER.migrations])
    return url


@pytest.fixture(scope="session")
def beside_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database, to be copied."""
    folder = tmp_path_factory.mktemp("beside")
    migrated(database_url(None, folder))
    return folder / "steward.db"


@pytest.fixture(params=("sqlite", "postgresql"))
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """A database that has both handlers' tables, with nothing in them."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("beside_template"), tmp_path / "steward.db")
        yield database_url(None, tmp_path)
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    yield migrated(postgres.url(postgres.fresh()))


@pytest.fixture(scope="session")
def shipped_answers() -> Opened:
    """The FAQ with the answers that are shipped. They take a while to read, and no test here changes them."""
    return faq.HANDLER.open(faq.HANDLER.settings(), PLACE)


@pytest.fixture(scope="session")
def shipped_settings() -> Settings:
    """What newcomers are told as it is shipped."""
    sections = {handler.name: handler.settings for handler in ALL}
    config = load(ROOT / "config.yaml", sections, env={"STEWARD_PASSWORD": "none is needed"})
    settings = config.sections["newcomers"]
    assert isinstance(settings, Settings)
    return settings


@pytest.fixture
def beside(storage: Storage, clock: FakeClock, shipped_answers: Opened, shipped_settings: Settings) -> Beside:
    """Both handlers at work."""
    return Beside(storage=storage, clock=clock, answers=shipped_answers, settings=shipped_settings)
