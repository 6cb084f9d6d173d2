"""What it costs to measure a hundred services: the bot's processor time and memory, beside a bot that measures none."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psutil
from aiohttp import web

from bench import bots
from bench.bots import Bot
from bench.machine import resident
from bench.scene import Scene, Turn, scene
from bench.tables import Column, Table
from bench.turns import in_turn
from tests.support.bot_process import write_config

TITLE = "Measuring services"
SERVICES, EVERY = 100, 30
#: How long is measured once the first looks are over, in seconds: two looks of each probe.
SECONDS = 60
SETTLED = 30
NONE, HUNDRED = "no probes", f"{SERVICES} probes"
SIDES = (NONE, HUNDRED)
NOTES = f"""\
The bot, idle but for {SERVICES} services that it asks by HTTP every {EVERY} s, and the same bot without any. They are
one web server on this machine, in another process; no names are looked up, and nothing is encrypted. Processor seconds
are those of the bot's process within {SECONDS} s, from {SETTLED} s after it is ready; memory is resident, then."""
COLUMNS = (
    Column("processor s within a minute", 2, (NONE,)),
    Column("share of one core %", 2),
    Column("memory MiB", 1, (NONE,)),
)


async def run(rounds: int) -> list[Table]:
    """One table."""
    table = Table(title=f"A minute, with probes every {EVERY} s", columns=COLUMNS)
    async with scene() as place, serving() as port:
        for side in in_turn(SIDES, rounds):
            table.add(side, await _turn(place, side, port))
    return [table.in_order(SIDES)]


async def _turn(place: Scene, side: str, port: int) -> dict[str, float]:
    turn = await place.turn()
    async with running(turn, SERVICES if side == HUNDRED else 0, port) as bot:
        await asyncio.sleep(SETTLED)
        before = _processor(bot.pid)
        await asyncio.sleep(SECONDS)
        used = _processor(bot.pid) - before
        return {
            "processor s within a minute": used * 60 / SECONDS,
            "share of one core %": used / SECONDS * 100,
            "memory MiB": resident(bot.pid),
        }


def _processor(pid: int) -> float:
    """The seconds that a process has worked."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


@asynccontextmanager
async def serving() -> AsyncIterator[int]:
    """A web server in the place of all services, for as long as the block lasts; its port."""
    runner = web.ServerRunner(web.Server(_page))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield site.port
    finally:
        await runner.cleanup()


async def _page(_request: web.BaseRequest) -> web.Response:
    return web.Response(text="<h1>Welcome</h1>" * 100)


@asynccontextmanager
async def running(turn: Turn, services: int, port: int) -> AsyncIterator[Bot]:
    """The bot in the turn's room, with so many services that are all measured."""
    user = await turn.register("bot", bots.PASSWORD)
    config = write_config(turn.folder, turn.homeserver.url, user, **_settings(turn, services, port))
    command = ("bot", "run", "--config", str(config))
    bot = Bot(user=user, command=command, env={"STEWARD_PASSWORD": bots.PASSWORD}, ready=bots.logs_ready)
    await bot.start()
    try:
        yield bot
    finally:
        await bot.stop()


def _settings(turn: Turn, services: int, port: int) -> dict[str, Any]:
    names = [f"service-{number}" for number in range(services)]
    return {
        "rooms": [{"room": turn.room, "name": "open-chatroom"}],
        "faq": bots.FAQ,
        "services": [{"name": name, "title": name, "url": f"http://127.0.0.1:{port}/{name}"} for name in names],
        "status": {"probes": [{"service": name, "every": f"{EVERY}s"} for name in names]},
        "outside": {"allow_private": ["127.0.0.1"]},
    }
