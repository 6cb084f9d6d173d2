"""What systemd is told: that the bot has started, how it is, that it still moves, that it stops (sd_notify(3))."""

import asyncio
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from bot.clock import Clock
from bot.readiness import readiness
from bot.running import Running
from bot.vitals import Vitals

log = structlog.get_logger()

#: How often the state is told where systemd doesn't watch, in seconds.
UNWATCHED = 30.0
_MICROSECONDS = 1_000_000


def notify(*lines: str, env: Mapping[str, str] = os.environ) -> bool:
    """Tell systemd, if it asked to be told. Whether it was: it may not have asked, or not listen."""
    address = env.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    # "@" stands for the NUL that begins an abstract address.
    address = "\0" + address[1:] if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.settimeout(0)
            line.sendto("\n".join(lines).encode(), address)
    except OSError as error:
        log.warning("systemd_not_told", why=error.strerror)
        return False
    return True


def interval(env: Mapping[str, str], pid: int) -> float | None:
    """How often a watched process has to be told of, in seconds: twice as often as systemd asks. None: it isn't."""
    asked = env.get("WATCHDOG_USEC", "")
    if not asked.isdecimal() or env.get("WATCHDOG_PID", str(pid)) != str(pid):
        return None
    return int(asked) / _MICROSECONDS / 2


@dataclass(kw_only=True)
class Watchdog:
    """Fed as long as the sync loop moves and the database takes writes.

    Whether the homeserver answers doesn't matter: a restart would not bring it back.
    """

    vitals: Vitals
    clock: Clock
    running: Running
    env: Mapping[str, str]

    async def run(self) -> None:
        """Tell it again and again until cancelled. Returns at once where nobody asked."""
        if not self.env.get("NOTIFY_SOCKET"):
            return
        notify("READY=1", env=self.env)
        every = interval(self.env, os.getpid()) or UNWATCHED
        while True:
            await self.turn()
            await asyncio.sleep(every)

    async def turn(self) -> None:
        """Look once, and tell."""
        now = self.clock.now()
        measured = await self.vitals.measure(self.running.last_sync(), now)
        found = readiness(measured, now)
        lines = [f"STATUS={found.reasons or 'At work.'}"]
        if self.running.stuck():
            log.error("sync_stuck")
        elif measured.writable:
            lines.append("WATCHDOG=1")
        notify(*lines, env=self.env)
