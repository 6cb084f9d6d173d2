"""Synapse as a process: found, launched, waited for, ended."""

import asyncio
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.demo.ports import is_free
from bot.errors import Exit, StewardError

_ROOT = Path(__file__).parents[2]
_LAUNCHER = Path(__file__).with_name("synapse_launch.py")
_SECONDS_TO_START = 60
_SECONDS_TO_STOP = 10


class HomeserverError(StewardError):
    """The homeserver can't start or refuses what was asked. The sentence says what to do, or Synapse's last words."""

    exit = Exit.SETUP


class PortTakenError(HomeserverError):
    """Somebody else listens there."""

    def __init__(self, port: int) -> None:
        super().__init__(f"Port {port} is taken by another program; stop that one or choose another port.")


def synapse_python() -> Path:
    """The Python that has Synapse: `$STEWARD_SYNAPSE`, or the one that `tools/setup.py synapse` made."""
    python = Path(os.environ.get("STEWARD_SYNAPSE") or _ROOT / ".cache/synapse/bin/python")
    if python.is_file():
        return python
    raise HomeserverError(
        f"Synapse isn't installed: there is no {python}. Run 'make demo' or 'python3 tools/setup.py synapse' first, "
        "or set STEWARD_SYNAPSE to a Python that has matrix-synapse."
    )


@dataclass(frozen=True, slots=True)
class _Log:
    """The log of one start: what stands in the file from here on."""

    path: Path
    start: int

    @classmethod
    def from_here(cls, path: Path) -> "_Log":
        return cls(path, path.stat().st_size if path.exists() else 0)

    def said(self) -> str:
        with self.path.open("rb") as lines:
            lines.seek(self.start)
            return lines.read().decode(errors="replace")

    def failure(self, what: str) -> HomeserverError:
        last = self.said().splitlines()[-15:]
        return HomeserverError("\n".join([f"Synapse {what}. It said last (all of it is in {self.path}):", *last]))


async def start_synapse(config: Path, *, port: int, log: Path) -> subprocess.Popen[bytes]:
    """Start one with this configuration; return when it answers on `port`, which the configuration names too."""
    python = synapse_python()
    if not is_free(port):
        raise PortTakenError(port)
    this_log = _Log.from_here(log)
    process = _launch(python, config, log)
    try:
        await _answer(process, port, this_log)
    except BaseException:
        process.kill()
        await end(process)
        raise
    return process


def _launch(python: Path, config: Path, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        # Not asyncio's subprocess: this one may outlive the event loop that started it (fixtures shared by tests).
        return subprocess.Popen(  # noqa: S603 - our own launcher, with the Python that was set up
            [python, "-I", _LAUNCHER, "-c", config],
            cwd=config.parent,
            stdin=subprocess.PIPE,  # its end is how Synapse learns that we are gone
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is for us; Synapse is stopped last
        )


async def _answer(process: subprocess.Popen[bytes], port: int, log: _Log) -> None:
    """Wait until this process, and none other, answers on the port."""
    try:
        async with asyncio.timeout(_SECONDS_TO_START), aiohttp.ClientSession() as http:
            while process.poll() is None:
                if f"now listening on TCP port {port}" in log.said() and await _answers(http, port):
                    return
                await asyncio.sleep(0.02)
    except TimeoutError as error:
        raise log.failure(f"gave no answer in {_SECONDS_TO_START} s") from error
    if "Address already in use" in log.said():
        raise PortTakenError(port)
    raise log.failure(f"ended at its start, with exit code {process.returncode}")


async def _answers(http: aiohttp.ClientSession, port: int) -> bool:
    try:
        async with http.get(f"http://127.0.0.1:{port}/_matrix/client/versions") as response:
            return response.ok
    except aiohttp.ClientError:
        return False


async def end(process: subprocess.Popen[bytes]) -> None:
    """Wait for the end of a process that was told to end; kill it when that takes too long."""
    try:
        await asyncio.to_thread(process.wait, _SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    finally:
        if process.stdin is not None:
            process.stdin.close()
