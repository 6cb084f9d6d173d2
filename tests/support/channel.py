"""Where another channel leads: a small HTTP server that keeps what it is sent, as Apprise's `json://` sends it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

#: A part of the address that must be seen nowhere.
SECRET = "a-secret-of-the-channel"


@dataclass
class Target:
    """`got` has each message as (title, text). `status` is what it answers, `asked` how often it was called."""

    port: int = 0
    status: int = 200
    asked: int = 0
    got: list[tuple[str, str]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """As the config has it."""
        return f"json://127.0.0.1:{self.port}/{SECRET}"

    async def post(self, request: web.Request) -> web.Response:
        """Somebody sends something."""
        self.asked += 1
        body = json.loads(await request.read())
        if self.status == 200:
            self.got.append((body["title"], body["message"]))
        return web.Response(status=self.status)


@asynccontextmanager
async def target() -> AsyncIterator[Target]:
    """One, at work."""
    here = Target()
    app = web.Application()
    app.router.add_post(f"/{SECRET}", here.post)
    app.router.add_post(f"/{SECRET}/", here.post)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    here.port = runner.addresses[0][1]
    try:
        yield here
    finally:
        await runner.cleanup()
