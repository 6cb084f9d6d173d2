"""What the figures were measured on, with what, and how much of the machine others took meanwhile."""

import os
import platform
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from bot.demo.synapse import synapse_python
from bot.version import VERSION

ROOT = Path(__file__).parents[1]
_ASK = "from importlib.metadata import version; print(version('matrix-synapse'))"


def _processors() -> tuple[float, float]:
    """Seconds busy and idle, of all processors together."""
    times = psutil.cpu_times()._asdict()
    idle = times["idle"] + times.get("iowait", 0.0)
    counted_twice = times.get("guest", 0.0) + times.get("guest_nice", 0.0)
    return sum(times.values()) - counted_twice - idle, idle


@dataclass(frozen=True, slots=True)
class Watch:
    """What the processors did since it was made."""

    _all: tuple[float, float] = field(default_factory=_processors)
    _ours: float = field(default_factory=lambda: sum(os.times()[:4]))

    def others(self) -> float:
        """The share of all processors' time that went to what we didn't start. Our processes must have ended."""
        busy, idle = (now - then for now, then in zip(_processors(), self._all, strict=True))
        ours = sum(os.times()[:4]) - self._ours
        return max(0.0, busy - ours) / (busy + idle)


def resident(pid: int) -> float:
    """The memory of a process and its children, in MiB."""
    process = psutil.Process(pid)
    family = (process, *process.children(recursive=True))
    return float(sum(one.memory_info().rss for one in family)) / 2**20


def now() -> str:
    """The date and time, in UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")


def machine() -> str:
    """The machine in a line."""
    memory = psutil.virtual_memory().total / 2**30
    return f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}"


def versions() -> dict[str, str]:
    """What was measured."""
    synapse = _said(str(synapse_python()), "-I", "-c", _ASK)
    commit = _said("git", "describe", "--always", "--dirty")
    installed = {name: version(name) for name in ("matrix-nio", "rapidfuzz", "aiohttp")}
    ours = {"steward": f"{VERSION} {commit}".strip(), "python": platform.python_version(), "synapse": synapse}
    return ours | installed


def _said(*command: str) -> str:
    """What a program says; nothing where there is none, or nothing to say."""
    try:
        told = subprocess.run(  # noqa: S603 - git, and the Python that was set up for Synapse
            command, capture_output=True, text=True, check=False, timeout=60, cwd=ROOT
        )
    except FileNotFoundError:
        return ""
    return told.stdout.strip()


def _processor() -> str:
    """Its name; only Linux tells it in a file."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
