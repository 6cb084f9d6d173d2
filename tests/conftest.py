"""Fixtures for all tests: the run's homeserver, people on it, and bots."""

import os
import tempfile
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.demo.homeserver import Homeserver
from tests.support.bot_process import PASSWORD, BotProcess, write_config
from tests.support.homeserver_process import shared
from tests.support.person import Person
from tests.support.postgres import Postgres

MakePerson = Callable[..., Awaitable[Person]]
MakeBot = Callable[..., Awaitable[BotProcess]]


@pytest.fixture(scope="session")
def homeserver(tmp_path_factory: pytest.TempPathFactory) -> Homeserver:
    """The run's Synapse."""
    parallel = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    where = shared((base.parent if parallel else base) / "homeserver", os.getppid() if parallel else os.getpid())
    return where.homeserver(base)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def unique() -> str:
    """Part of a name that no other test uses."""
    return uuid.uuid4().hex[:10]


@pytest.fixture
def person(homeserver: Homeserver, http: aiohttp.ClientSession, unique: str) -> MakePerson:
    """Makes somebody with an account: `await person("ana")`."""

    async def make(name: str) -> Person:
        user = await homeserver.register(f"{name}-{unique}", "password", display_name=name)
        return await Person.log_in(homeserver.url, http, user, "password")

    return make


@pytest.fixture
async def bot(homeserver: Homeserver, unique: str, tmp_path: Path) -> AsyncIterator[MakeBot]:
    """Makes a bot with an account and a config, not yet started: `await bot(rooms=[…])`."""
    made: list[BotProcess] = []

    async def make(**changes: Any) -> BotProcess:
        name = f"steward-{unique}" + (f"-{len(made)}" if made else "")
        user = await homeserver.register(name, PASSWORD)
        bot = BotProcess(user, write_config(tmp_path / name, homeserver.url, user, **changes))
        made.append(bot)
        return bot

    yield make
    for one in made:
        if one.process is not None and one.process.returncode is None:
            await one.kill()


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
