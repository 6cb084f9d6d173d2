"""What the person sees while the demo is set up: a line for each step, with the time that it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


class Steps:
    """Lines on standard error; on a terminal, what is being done turns meanwhile."""

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False)
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self._started

    @contextmanager
    def step(self, doing: str, done: str) -> Iterator[None]:
        """One step: "Starting the homeserver" while it is done, and what to say afterwards."""
        started = time.monotonic()
        with self.console.status(f"{doing} …"):
            yield
        self.console.print(f"[green]✓[/green] {done} [dim]({time.monotonic() - started:.1f} s)[/dim]", soft_wrap=True)

    def say(self, line: str) -> None:
        """A line by itself."""
        self.console.print(line, markup=False, soft_wrap=True)
