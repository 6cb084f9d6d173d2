"""One Synapse for the whole run, whichever worker wants it first: a process of its own that ends with the run's.

Run as `python -m tests.support.homeserver_process FOLDER PID PROFILE`; says where it is in `FOLDER/homeserver.json`.
"""

import asyncio
import fcntl
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from bot.demo.homeserver import Homeserver, running
from bot.demo.synapse_config import Profile

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Where:
    """Where the run's homeserver is, and its registration secret."""

    url: str
    server_name: str
    shared_secret: str
    profile: Profile

    def homeserver(self, folder: Path) -> Homeserver:
        """A handle that can register people there."""
        handle = Homeserver(folder, profile=self.profile, port=int(self.url.rpartition(":")[2]))
        handle.shared_secret = self.shared_secret
        return handle


def shared(folder: Path, run: int, profile: Profile) -> Where:
    """The run's homeserver; starts it for the run with the process id `run` when nobody has."""
    folder.mkdir(parents=True, exist_ok=True)
    told = folder / "homeserver.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            command = [sys.executable, "-m", "tests.support.homeserver_process", str(folder), str(run), profile]
            with (folder / "process.log").open("wb") as log:
                process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
            _await_start(told, process, folder / "process.log")
    return Where(**json.loads(told.read_text()))


def _await_start(told: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while not told.exists():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, "the homeserver took more than two minutes to start"
        time.sleep(0.05)


async def serve(folder: Path, run: int, profile: Profile) -> None:
    """Run a homeserver for as long as the process `run` lives."""
    async with running(folder / "synapse", profile) as homeserver:
        where = {
            "url": homeserver.url,
            "server_name": homeserver.server_name,
            "shared_secret": homeserver.shared_secret,
            "profile": profile,
        }
        partial = folder / "homeserver.partial"
        partial.write_text(json.dumps(where))
        partial.rename(folder / "homeserver.json")
        while alive(run):  # noqa: ASYNC110 - another process's end is no event of ours
            await asyncio.sleep(0.5)


def alive(pid: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), cast("Profile", sys.argv[3])))
