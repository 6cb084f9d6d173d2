"""How the terminal commands show things: rich on a terminal, plain lines elsewhere."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import typer
from rich.console import Console
from rich.progress import track

from handlers.faq.terminal import evaluation

Item = TypeVar("Item")


def complain(lines: Iterable[str]) -> None:
    """Lines on standard error."""
    for line in lines:
        typer.echo(line, err=True)


def progress(items: Iterable[Item], what: str, total: float | None = None, *, quiet: bool = False) -> Iterable[Item]:
    """The same items; on a terminal with a bar, on standard error."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        return items
    return track(items, what, total, console=console, transient=True)


def parsed(path: Path, parse: Callable[[str], Any]) -> Any:
    """What this file holds, or a sentence on what is wrong with it."""
    try:
        return evaluation.read(path, parse)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
