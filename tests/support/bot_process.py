"""The bot as it is run: the program in a process of its own, on a config and a data folder of its own."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
PASSWORD = "the bot's password"


@dataclass
class BotProcess:
    """One bot. `logged` holds what it has said on standard error, as far as it was read; `program` is what is run."""

    user: str
    config: Path
    password: str = PASSWORD
    options: tuple[str, ...] = ()
    program: str = "bot"
    env: dict[str, str] = field(default_factory=dict)
    logged: list[dict[str, Any]] = field(default_factory=list, init=False)
    process: asyncio.subprocess.Process | None = field(default=None, init=False)
    _reading: asyncio.Task[None] | None = field(default=None, init=False)
    _changed: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    def checking(self) -> "BotProcess":
        """The same, run with `--check`."""
        return replace(self, options=("--check",))

    async def start(self, *, ready: bool = True) -> None:
        """Start it, and wait until it says that it is ready."""
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", self.program, "run", "--config", str(self.config), *self.options),
            cwd=ROOT,
            env={**os.environ, "STEWARD_PASSWORD": self.password, **self.env},
            stderr=asyncio.subprocess.PIPE,
        )
        self.logged.clear()
        self._reading = asyncio.create_task(self._read())
        if ready:
            await self.until("ready")

    async def until(self, event: str, seconds: float = 60) -> dict[str, Any]:
        """Wait until it logs this."""
        async with asyncio.timeout(seconds):
            while True:
                for line in self.logged:
                    if line.get("event") == event:
                        return line
                assert self._reading is not None
                assert not self._reading.done(), f"the bot ended without {event!r}: {self.logged[-5:]}"
                self._changed.clear()
                await self._changed.wait()

    async def kill(self) -> None:
        """End it as a power cut would."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """End it as an operator would; its exit code."""
        return await self._end(signal.SIGTERM)

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """It does nothing for as long as the block lasts, and sees what has come meanwhile afterwards."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    async def ended(self) -> int:
        """Wait for its own end; its exit code."""
        assert self.process is not None
        code = await self.process.wait()
        assert self._reading is not None
        await self._reading
        return code

    async def _end(self, number: signal.Signals) -> int:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(number)
        return await self.ended()

    async def _read(self) -> None:
        assert self.process is not None
        assert self.process.stderr is not None
        while line := await self.process.stderr.readline():
            try:
                self.logged.append(json.loads(line))
            except ValueError:
                self.logged.append({"event": "plain", "line": line.decode(errors="replace").rstrip()})
            self._changed.set()
        self._changed.set()


def write_config(folder: Path, url: str, user: str, **changes: Any) -> Path:
    """A config for a bot in a test's folder, with the given keys in place of the usual ones."""
    config = {
        "community": {"name": "Test Co-op", "people": "Ask in the Open Chatroom."},
        "homeserver": {"url": url, "user": user, "password": "${STEWARD_PASSWORD}"},
        "storage": {"folder": "data"},
        "logging": {"format": "json"},
        "faq": {"folder": str(ROOT / "faq")},
        **changes,
    }
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "config.yaml"
    file.write_text(yaml.safe_dump(config, allow_unicode=True))
    return file
