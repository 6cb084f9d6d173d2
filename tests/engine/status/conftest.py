"""Databases with the tables of `status`."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.engine import URL

from bot.storage.engine import Storage
from bot.storage.migrate import migrate
from handlers.status import HANDLER


@pytest.fixture
async def storage(empty: URL) -> AsyncIterator[Storage]:
    """Storage on a database that has the handler's tables."""
    assert HANDLER.migrations is not None
    migrate(empty, [HANDLER.migrations])
    storage = Storage(empty)
    yield storage
    await storage.close()
