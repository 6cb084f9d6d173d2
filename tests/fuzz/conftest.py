"""Fixtures for properties that are tried on the engine: its databases, and a server on one of them."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.storage.engine import Storage
from bot.storage.schema import metadata
from tests.engine.conftest import clock, database, house, sqlite_template, storage
from tests.web.conftest import serve

__all__ = ["clock", "database", "house", "serve", "sqlite_template", "storage"]

Emptied = Callable[[], Awaitable[Storage]]


@pytest.fixture
def emptied(storage: Storage) -> Emptied:
    """Empties the database, since fixtures last for all examples of a property: `storage = await emptied()`."""

    async def empty() -> Storage:
        async with storage.begin() as tx:
            for table in metadata.sorted_tables:
                await tx.execute(table.delete())
        return storage

    return empty


@pytest.fixture
def site() -> dict[str, Any]:
    """Room for what is made once for all examples."""
    return {}
