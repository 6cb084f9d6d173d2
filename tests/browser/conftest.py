"""Fixtures for what is looked at with a real browser."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.browser import stage
from tests.browser.browser import Browser, browser
from tests.browser.stage import Situation

Show = Callable[[Situation], Awaitable[str]]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the handler's tables, to be copied."""
    return stage.template(tmp_path_factory.mktemp("status"))


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with browser() as one:
        yield one


@pytest.fixture
async def show(template: Path, tmp_path: Path) -> AsyncIterator[Show]:
    """Serves the pages of a situation: `await show(stage.outage())` is their address."""
    async with AsyncExitStack() as stack:

        async def serve(situation: Situation) -> str:
            web = await stack.enter_async_context(stage.served(situation, template, tmp_path))
            return f"http://127.0.0.1:{web.port}"

        yield serve
