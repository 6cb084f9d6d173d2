"""Programs that are run: their output kept for errors, their end made sure of."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock

_LAST_LINES = 12

_running: set[subprocess.Popen[str]] = set()
_lock = Lock()
_no_more = Event()


class SetupError(Exception):
    """A sentence that says what to do, and what the failed program said last."""


class Interrupted(SetupError):
    """Somebody wants all this to end."""


class ChildError(SetupError):
    """A program failed."""

    def __init__(self, sentence: str, said: Sequence[str]) -> None:
        super().__init__("\n".join([sentence, *(f"  | {line}" for line in said[-_LAST_LINES:])]))
        self.said = said


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    on_line: Callable[[str], object] = str,
) -> list[str]:
    """Run a program and return its lines, stderr's among them; `on_line` gets each as it comes."""
    process = _start(command, cwd, {**os.environ, **(env or {})})
    lines: list[str] = []
    try:
        for line in process.stdout or ():
            lines.append(line.rstrip())
            on_line(lines[-1])
        process.wait()
    finally:
        with _lock:
            _running.discard(process)
    if _no_more.is_set():
        raise Interrupted
    if process.returncode != 0:
        raise ChildError(f"'{' '.join(map(str, command))}' failed.", lines)
    return lines


def _start(command: Sequence[str | Path], cwd: Path, env: Mapping[str, str]) -> subprocess.Popen[str]:
    with _lock:
        if _no_more.is_set():
            raise Interrupted
        process = subprocess.Popen(  # noqa: S603 - commands of this package alone
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # with children of its own: all are ended together
        )
        _running.add(process)
    return process


def end_all() -> None:
    """End every program that still runs, with what it started, and let none start any more."""
    _no_more.set()
    with _lock:
        for process in _running:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
