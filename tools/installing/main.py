"""The command line: which parts, in which order, side by side where they don't wait for each other."""

import argparse
import fcntl
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import TextIOWrapper
from types import FrameType

from tools.installing.children import Interrupted, SetupError, end_all
from tools.installing.parts import PARTS, ROOT, Part
from tools.installing.progress import Progress

_FAILED = 2
_INTERRUPTED = 130
_BY_NAME = {part.name: part for part in PARTS}


def main(arguments: Sequence[str]) -> int:
    """Install what is asked for; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no "…" is no reason to fail
    wanted = _wanted(_parse(arguments))
    if all(part.is_ready() for part in wanted):
        print(f"{', '.join(part.name for part in wanted)}: ready")  # noqa: T201
        return 0
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with _alone():
            return _install_all(wanted)
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted. Run this again to go on.\n")
        return _INTERRUPTED


def _parse(arguments: Sequence[str]) -> list[str]:
    about = "\n".join(f"  {part.name:8} {part.about}" for part in PARTS)
    parser = argparse.ArgumentParser(
        prog="tools/setup.py",
        description="Installs parts of Steward, each in a place of its own inside this folder; what is there is kept.",
        epilog=f"parts:\n{about}\n\nexit codes: 0 ready, 2 failed (with a word on what to do), 130 interrupted",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="+", metavar="part", choices=_BY_NAME, help="one or more of those below")
    names: list[str] = parser.parse_args(arguments).parts
    return names


def _wanted(names: Sequence[str]) -> list[Part]:
    """The parts to install: with those that they need, without those that another includes."""
    included = {name for wanted in names for name in _BY_NAME[wanted].includes}
    needed = {name for wanted in names for name in _BY_NAME[wanted].after}
    return [part for part in PARTS if part.name in (needed | set(names)) - included]


def _interrupt(_sign: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the project's lock: two at once would undo each other's work."""
    (ROOT / ".cache").mkdir(exist_ok=True)
    with (ROOT / ".cache/setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another setup is at work here; waiting for it …", flush=True)  # noqa: T201
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install_all(wanted: Sequence[Part]) -> int:
    """Install the parts that need it, those without a wait side by side."""
    parts = [part for part in wanted if not part.is_ready()]
    first = [part for part in parts if not any(_waits(part, other) for other in parts)]
    chains = [[part, *(other for other in parts if _waits(other, part))] for part in first]
    with Progress() as progress, ThreadPoolExecutor() as pool:
        chained = [pool.submit(_install_chain, chain, progress) for chain in chains]
        try:
            failed = [error for chain in chained if (error := chain.result()) is not None]
        except KeyboardInterrupt:
            end_all()
            raise
    for sentence in failed:
        sys.stderr.write(f"\n{sentence}\n")
    return _FAILED if failed else 0


def _waits(part: Part, other: Part) -> bool:
    """Whether a part needs another one, or what that includes."""
    return bool({other.name, *other.includes} & set(part.after))


def _install_chain(chain: Sequence[Part], progress: Progress) -> str | None:
    """Install one after the other; return why that failed."""
    for part in chain:
        try:
            _install(part, progress)
        except Interrupted:
            return None
        except (SetupError, OSError) as error:
            progress.say(f"{part.name}: failed")
            return f"{part.name}: {error}"
        finally:
            progress.done(part.name)
    return None


def _install(part: Part, progress: Progress) -> None:
    start = time.monotonic()
    size = part.size()
    progress.say(f"{part.name}: installing {size} {'package' if size == 1 else 'packages'} …")
    progress.doing(part.name, "preparing")
    part.install(progress)
    progress.say(f"{part.name}: ready ({time.monotonic() - start:.0f} s)")
