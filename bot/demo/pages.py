"""Pretend services in the place of the community's: each with an address of its own, which can be broken and slowed.

A link in an answer leads to a page of theirs, and nowhere outside. To a monitor each looks like a Mastodon server, a
MediaWiki, a Matrix homeserver and a plain website at once, whatever it stands for.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape

from aiohttp import web

#: How long a slow one takes, in seconds.
SLOW = 1.5
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{name} (demo)</title>
<body style="font: 1.1rem/1.5 sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem">
<h1>{name}</h1><p>This page stands in for the real one: Steward's demo meets nobody outside of this machine.</p>"""
_BROKEN = "503: this pretend service is broken. Repair it in the demo's terminal."
_TEXTS = {"/health": "OK", "/api/v1/streaming/health": "OK"}
_WIKI = {"batchcomplete": "", "query": {"general": {"sitename": "Demo", "generator": "MediaWiki 1.43.0"}}}
_JSON = {
    "/api/v2/instance": {
        "domain": "social.example",
        "title": "A pretend Mastodon",
        "version": "4.5.0",
        "usage": {"users": {"active_month": 1234}},
        "configuration": {"statuses": {"max_characters": 500}},
        "registrations": {"enabled": True, "approval_required": True},
    },
    "/api.php": _WIKI,
    "/w/api.php": _WIKI,
    "/_matrix/client/versions": {"versions": ["v1.1", "v1.11"]},
}


class Mood(StrEnum):
    """How a service is."""

    WELL = "works"
    SLOW = "is slow"
    BROKEN = "is broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """All of them, by name. `well` is an address that always answers."""

    titles: Mapping[str, str]
    addresses: Mapping[str, str]
    well: str
    moods: dict[str, Mood] = field(default_factory=dict)


@asynccontextmanager
async def services(titles: Mapping[str, str]) -> AsyncIterator[Services]:
    """Serve these, by name; their addresses are without a trailing slash."""
    moods = dict.fromkeys(titles, Mood.WELL)
    async with AsyncExitStack() as stack:
        addresses = {
            name: await stack.enter_async_context(_served(name, title, moods)) for name, title in titles.items()
        }
        well = await stack.enter_async_context(_served("", "Steward", {"": Mood.WELL}))
        yield Services(titles=titles, addresses=addresses, well=well, moods=moods)


@asynccontextmanager
async def _served(name: str, title: str, moods: Mapping[str, Mood]) -> AsyncIterator[str]:
    async def answer(request: web.Request) -> web.Response:
        match moods[name]:
            case Mood.BROKEN:
                return web.Response(status=503, text=_BROKEN)
            case Mood.SLOW:
                await asyncio.sleep(SLOW)
        return _answer(request.path, title)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def _answer(path: str, title: str) -> web.Response:
    if path in _JSON:
        return web.json_response(_JSON[path])
    if path in _TEXTS:
        return web.Response(text=_TEXTS[path])
    name = escape(title[:1].upper() + title[1:])
    return web.Response(text=_PAGE.format(name=name), content_type="text/html")
