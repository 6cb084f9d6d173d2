"""Fixtures for what is served: the engine's databases, and a real server on one of them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from bot import config
from bot.handler import Page
from bot.running import Running
from bot.storage import schema
from bot.storage.engine import Storage
from bot.web.bodies import Limits
from bot.web.server import Web
from tests.engine.conftest import clock, database, house, sqlite_template, storage
from tests.support.fakes import FakeClock

__all__ = ["clock", "database", "house", "sqlite_template", "storage"]


@dataclass(kw_only=True)
class Site:
    """A server at work, and whoever calls it. `woken` are the lanes that work was started on."""

    web: Web
    http: aiohttp.ClientSession
    running: Running
    woken: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web.port}"

    async def post(self, path: str, body: Any = b"{}", **headers: str) -> int:
        """Call this; the status of the answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.post(self.url + path, data=body, headers=named) as answer:
            return answer.status

    async def journalled(self) -> list[Any]:
        """What is in the journal."""
        return list(await self.web.storage.rows(select(schema.journal).order_by(schema.journal.c.id)))


Serve = Callable[..., Awaitable[Site]]


@pytest.fixture
async def serve(storage: Storage, clock: FakeClock, http: aiohttp.ClientSession) -> AsyncIterator[Serve]:
    """Starts a server with these hooks: `await serve({"name": "kuma", "bearer": "…"})`."""
    started: list[Web] = []

    async def make(*hooks: dict[str, Any], pages: tuple[Page, ...] = (), **limits: Any) -> Site:
        settings = config.Web.model_validate({"listen": "127.0.0.1:0", "hooks": hooks}, strict=False)
        running = Running()
        web = Web(
            settings=settings, storage=storage, clock=clock, running=running, limits=Limits(**limits), pages=pages
        )
        await web.start()
        started.append(web)
        site = Site(web=web, http=http, running=running)
        running.wake = site.woken.append
        return site

    yield make
    for web in started:
        await web.stop()
