"""The bot as it is run: the program in a process of its own, its log in a file."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import Exit, StewardError

_ROOT = Path(__file__).parents[2]
_SECONDS_TO_START = 60
_SECONDS_TO_STOP = 10
_LAST_LINES, _LONGEST_LINE = 12, 500


class BotEndedError(StewardError):
    """The bot ended by itself, or never got ready."""

    exit = Exit.FAILED


@dataclass(slots=True, kw_only=True)
class BotProcess:
    """One bot. It writes to `log`, and reads `overlay` when it begins."""

    log: Path
    overlay: Path
    process: asyncio.subprocess.Process

    @classmethod
    async def launch(cls, config: Path, folder: Path, secrets: dict[str, str]) -> "BotProcess":
        """Load the program. It does nothing until told to `begin`."""
        log, overlay = folder / "bot.log", folder / "overlay.yaml"
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot.demo.bot_launch", "run", "--config", config, "--overlay", overlay),
                cwd=_ROOT,
                env={**os.environ, **secrets},
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is for us, who stop the bot
            )
        return cls(log=log, overlay=overlay, process=process)

    async def begin(self) -> None:
        """Let it work, and return when it is ready."""
        if self.process.stdin is not None:
            self.process.stdin.write(b"begin\n")
        try:
            async with asyncio.timeout(_SECONDS_TO_START):
                while not self._is_ready():
                    if self.process.returncode is not None:
                        raise self.ended()
                    await asyncio.sleep(0.03)
        except TimeoutError as error:
            raise self._failure(f"wasn't ready in {_SECONDS_TO_START} s") from error

    async def watch(self) -> None:
        """Raises when it ends by itself."""
        await self.process.wait()
        raise self.ended()

    def ended(self) -> BotEndedError:
        """What to say of its end."""
        return self._failure(f"ended by itself, with exit code {self.process.returncode}")

    async def stop(self) -> None:
        """End it as an operator would; when that takes too long, kill it."""
        if self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), _SECONDS_TO_STOP)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()

    def complaints(self) -> list[str]:
        """What it has warned of so far."""
        found = map(_parsed, self._said())
        return [str(line.get("why") or line["event"]) for line in found if line.get("level") in {"warning", "error"}]

    def _is_ready(self) -> bool:
        return any(line.get("event") == "ready" for line in map(_parsed, self._said()))

    def _said(self) -> list[str]:
        return self.log.read_text(errors="replace").splitlines()

    def _failure(self, what: str) -> BotEndedError:
        last = [readable(line) for line in self._said()[-_LAST_LINES:]]
        return BotEndedError("\n  ".join([f"The bot {what}. It said last:", *(last or ["(nothing)"])]))


def _parsed(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def readable(line: str) -> str:
    """A line of the log for people: level, event and what belongs to it; a line that is no JSON as it is."""
    found = _parsed(line)
    if "event" not in found:
        return line
    rest = [f"{key}={value}" for key, value in found.items() if key not in {"event", "level", "timestamp"}]
    whole = " ".join([f"{found.get('level', '')}: {found['event']}", *rest])
    return whole if len(whole) <= _LONGEST_LINE else whole[:_LONGEST_LINE] + " …"
