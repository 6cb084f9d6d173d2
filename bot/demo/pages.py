"""Pages in the place of the community's services, so that a link in an answer leads somewhere, and nowhere outside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import escape

from aiohttp import web

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{name} (demo)</title>
<body style="font: 1.1rem/1.5 sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem">
<h1>{name}</h1><p>This page stands in for the real one: Steward's demo meets nobody outside of this machine.</p>"""


@asynccontextmanager
async def pages() -> AsyncIterator[str]:
    """Serve them; their address, without a trailing slash."""
    app = web.Application()
    app.router.add_get("/{name:.*}", _page)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def _page(request: web.Request) -> web.Response:
    name = request.match_info["name"].replace("-", " ").capitalize() or "Steward"
    return web.Response(text=_PAGE.format(name=escape(name)), content_type="text/html")
