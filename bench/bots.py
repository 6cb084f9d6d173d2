"""The bots that are measured, each a process of its own."""

import asyncio
import json
import os
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.peers import plain_nio
from bench.scene import Turn
from tests.support.bot_process import ROOT, write_config

#: As it is shipped, with the sentence model.
FAQ = {"folder": str(ROOT / "faq"), "model": str(ROOT / ".cache/model")}

PASSWORD = "the bot's password"  # noqa: S105 - of throw-away accounts on this machine
STEWARD, NIO, NIO_LONG = "Steward", "plain nio", "plain nio, timeline of 100"
#: In the order in which the tables show them.
NAMES = (STEWARD, NIO, NIO_LONG)
#: As many events of a room in a sync as Synapse gives at most (its `filter_timeline_limit`); unasked it gives 10.
LONG = 100
SECONDS_TO_START = 60
SECONDS_TO_STOP = 20


@dataclass(kw_only=True)
class Bot:
    """A bot with an account. `ready` knows the line on standard error with which it says so."""

    user: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    ready: Callable[[str], bool]
    ready_after: float = field(default=0.0, init=False)
    last: deque[str] = field(default_factory=lambda: deque(maxlen=10), init=False)
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)
    _draining: asyncio.Task[None] | None = field(default=None, init=False)

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._running().pid

    async def start(self) -> None:
        """Start it, wait until it is ready, and note how many seconds that took."""
        began = time.perf_counter()
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *self.command),
            cwd=ROOT,
            env={**os.environ, **self.env},
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(SECONDS_TO_START):
                await self._until_ready()
        except BaseException:
            await self.stop()
            raise
        self.ready_after = time.perf_counter() - began
        self._draining = asyncio.create_task(self._drain())

    async def stop(self) -> None:
        """End it, politely at first."""
        process = self._running()
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), SECONDS_TO_STOP)
        except TimeoutError:
            process.kill()
            await process.wait()
        if self._draining is not None:
            await self._draining

    async def _until_ready(self) -> None:
        while line := await self._line():
            if self.ready(line):
                return
        raise RuntimeError(f"{self.user} ended at its start: {list(self.last)}")

    async def _drain(self) -> None:
        while await self._line():
            pass

    async def _line(self) -> str:
        stderr = self._running().stderr
        if stderr is None:
            raise RuntimeError("its standard error isn't ours")
        line = (await stderr.readline()).decode(errors="replace")
        self.last.append(line)
        return line

    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError(f"{self.user} was never started")
        return self._process


@asynccontextmanager
async def running(name: str, turn: Turn) -> AsyncIterator[Bot]:
    """The bot with this name in the turn's room, ready, with an account of its own, for as long as the block lasts."""
    user = await turn.register("bot", PASSWORD)
    bot = _steward(turn, user) if name == STEWARD else _plain_nio(turn, user, long=name == NIO_LONG)
    await bot.start()
    try:
        yield bot
    finally:
        await bot.stop()


def _steward(turn: Turn, user: str) -> Bot:
    rooms = [{"room": turn.room, "name": "open-chatroom"}]
    config = write_config(turn.folder, turn.homeserver.url, user, rooms=rooms, faq=FAQ)
    command = ("bot", "run", "--config", str(config))
    return Bot(user=user, command=command, env={"STEWARD_PASSWORD": PASSWORD}, ready=logs_ready)


def _plain_nio(turn: Turn, user: str, *, long: bool) -> Bot:
    where = (turn.homeserver.url, user, turn.room)
    command = ("bench.peers.plain_nio", *where, *([str(LONG)] if long else []))
    return Bot(user=user, command=command, env={"BOT_PASSWORD": PASSWORD}, ready=_says_ready)


def logs_ready(line: str) -> bool:
    """Whether Steward says in this line that it is ready."""
    try:
        said: dict[str, Any] = json.loads(line)
    except ValueError:
        return False
    return said.get("event") == "ready"


def _says_ready(line: str) -> bool:
    return line.strip() == plain_nio.READY
