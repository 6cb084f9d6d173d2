"""What the person sees: a plain line when a part starts and ends and, on a terminal, a living one in between."""

import shutil
import sys
import threading
import time
from typing import Self

_EVERY_SECONDS = 0.5
_CLEAR_LINE = "\r\x1b[K"


class Progress:
    """A context manager. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self._doing: dict[str, str] = {}
        self._started = time.monotonic()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._painter = threading.Thread(target=self._paint, daemon=True)

    def __enter__(self) -> Self:
        if sys.stdout.isatty():
            self._painter.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._painter.is_alive():
            self._painter.join()

    def say(self, line: str) -> None:
        """A plain line that stays."""
        with self._lock:
            print(f"{_CLEAR_LINE if self._painter.is_alive() else ''}{line}", flush=True)  # noqa: T201

    def doing(self, part: str, what: str) -> None:
        """What a part is at: shown in the living line until `done`."""
        with self._lock:
            self._doing[part] = what

    def done(self, part: str) -> None:
        """Nothing is to be shown of a part any more."""
        with self._lock:
            self._doing.pop(part, None)

    def _paint(self) -> None:
        while not self._over.wait(_EVERY_SECONDS):
            self._write(self._living_line())
        self._write("")

    def _living_line(self) -> str:
        parts = [f"{part}: {what}" for part, what in self._doing.items()]
        line = " · ".join([*parts, f"{time.monotonic() - self._started:.0f} s"]) if parts else ""
        return line[: shutil.get_terminal_size().columns - 1]

    def _write(self, line: str) -> None:
        with self._lock:
            sys.stdout.write(_CLEAR_LINE + line)
            sys.stdout.flush()
