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
from bot.demo.synapse_config import Profile
from tests.support.bot_process import PASSWORD, BotProcess, write_config
from tests.support.homeserver_process import shared
from tests.support.person import Person
from tests.support.postgres import Postgres

MakePerson = Callable[..., Awaitable[Person]]
MakeBot = Callable[..., Awaitable[BotProcess]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Stories that must hold however slow the homeserver lets a bot be are told on both kinds."""
    if metafunc.definition.get_closest_marker("both_profiles") and "homeserver" in metafunc.fixturenames:
        metafunc.parametrize("homeserver", ["unlimited", "defaults"], indirect=True)


@pytest.fixture(scope="session")
def homeserver(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Homeserver:
    """The run's Synapse; one without limits, unless a test is marked to be run on both kinds."""
    profile: Profile = getattr(request, "param", "unlimited")
    parallel = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if parallel else base) / f"homeserver-{profile}"
    where = shared(folder, os.getppid() if parallel else os.getpid(), profile)
    return where.homeserver(base)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def unique() -> str:
    """Part of a name that no other test uses."""
    return uuid.uuid4().hex[:10]


async def free_from_limits(homeserver: Homeserver, http: aiohttp.ClientSession, user: str) -> None:
    """The limits are the bot's affair: several people write more than one account may."""
    admin = await homeserver.register(f"admin-{uuid.uuid4().hex}", "password", admin=True)
    token = (await Person.log_in(homeserver.url, http, admin, "password")).token
    where = f"{homeserver.url}/_synapse/admin/v1/users/{user}/override_ratelimit"
    none = {"messages_per_second": 0, "burst_count": 0}
    async with http.post(where, json=none, headers={"Authorization": f"Bearer {token}"}) as answer:
        assert answer.ok, await answer.text()


@pytest.fixture
def person(homeserver: Homeserver, http: aiohttp.ClientSession, unique: str) -> MakePerson:
    """Makes somebody with an account: `await person("ana")`."""

    async def make(name: str) -> Person:
        user = await homeserver.register(f"{name}-{unique}", "password", display_name=name)
        if homeserver.profile == "defaults":
            await free_from_limits(homeserver, http, user)
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
