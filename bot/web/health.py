"""How the bot is, for whatever watches over it. No secrets: anybody who reaches the port may ask."""

import asyncio
from dataclasses import asdict, dataclass, field

from aiohttp import web

from bot.clock import Clock
from bot.readiness import Readiness, readiness
from bot.running import Running
from bot.vitals import Vitals

#: However often it is asked, it is looked at once in so many seconds: each look writes to the database.
FRESH = 1.0


@dataclass(kw_only=True)
class HealthPages:
    """The two addresses."""

    vitals: Vitals
    clock: Clock
    running: Running
    _looked: tuple[float, Readiness] | None = field(default=None, init=False)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def healthz(self, _request: web.Request) -> web.Response:
        """The process lives."""
        return web.Response(text="ok\n")

    async def readyz(self, _request: web.Request) -> web.Response:
        """Whether it is at work: 200 or 503, and why."""
        found = await self.look()
        body = {"ready": found.ok, "checks": [asdict(check) for check in found.checks]}
        return web.json_response(body, status=200 if found.ok else 503, headers={"Cache-Control": "no-store"})

    async def look(self) -> Readiness:
        """How it is; looked at anew after a second."""
        async with self._looking:
            return await self._look()

    async def _look(self) -> Readiness:
        if self._looked is not None and self.clock.steady() - self._looked[0] < FRESH:
            return self._looked[1]
        now = self.clock.now()
        measured = await self.vitals.measure(self.running.last_sync(), now)
        found = readiness(measured, now)
        self._looked = self.clock.steady(), found
        return found
