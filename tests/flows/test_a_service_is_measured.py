"""The running bot measures what its config lists, tells what it finds, and ends in the midst of a look."""

import asyncio
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from aiohttp import web

from tests.support.watched import Site, hangs, serving, text

pytestmark = pytest.mark.homeserver


def journalled(steward: Any) -> list[str]:
    """Which probes have told something, in order."""
    with closing(sqlite3.connect(steward.config.parent / "data" / "steward.db")) as database:
        rows = database.execute("SELECT key FROM journal WHERE source = 'probe' ORDER BY id").fetchall()
    return [key.rpartition(":")[0] for (key,) in rows]


async def test_a_service_is_measured_and_what_changes_is_told(bot, person):
    looked, hung = asyncio.Event(), asyncio.Event()

    async def hanging(request: web.BaseRequest) -> web.StreamResponse:
        hung.set()
        return await hangs(request)

    def ailing(_request: web.BaseRequest) -> web.Response:
        looked.set()
        return web.Response(status=503)

    ana = await person("ana")
    room = await ana.create_room()
    async with serving(Site({"/": text("here")})) as site:
        steward = await bot(
            rooms=[{"room": room, "name": "tech-chat"}],
            services=[{"name": "wiki", "title": "the wiki", "url": site.url}],
            status={"probes": [{"service": "wiki", "every": "5s", "fails": 1, "recovers": 1}]},
            outside={"allow_private": ["127.0.0.1"]},
        )
        await steward.start()
        await steward.until("probe_told")
        assert journalled(steward) == ["probe:status:wiki"]

        steward.logged.clear()
        site.pages["/"] = ailing
        await asyncio.wait_for(looked.wait(), 60)
        await steward.until("probe_told")
        assert journalled(steward) == ["probe:status:wiki"] * 2

        site.pages["/"] = hanging
        await asyncio.wait_for(hung.wait(), 60)
        assert await steward.stop() == 0
