"""`steward faq …`: look at the bank, check it, score it. Rich on a terminal, plain lines elsewhere."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.errors import Exit
from bot.handler import Desk
from handlers.faq.bank.entries import Bank, Entry
from handlers.faq.bank.reading import read_bank
from handlers.faq.library import matcher
from handlers.faq.matching import calibration
from handlers.faq.matching.calibration import Tried
from handlers.faq.terminal import evaluation

Item = TypeVar("Item")

Config = Annotated[Path, typer.Option("--config", "-c", envvar="STEWARD_CONFIG", help="Where the folder is named.")]
Faq = Annotated[Path | None, typer.Option("--faq", help="This folder instead; for eval also a BANK.json.")]
Questions = Annotated[Path, typer.Argument(help="The questions: a list of {id, text, intent, accept_also}.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")]
Quick = Annotated[bool, typer.Option("--quick", help="Only read the files; measure nothing.")]
DEFAULT = Path("config.yaml")

#: How many of a list of warnings are shown.
SHOWN = 10


def terminal(desk: Desk) -> typer.Typer:
    """The commands, with the way to the config's folder."""
    program = typer.Typer(help="The bank of answers.", no_args_is_help=True)

    def bank_of(faq: Path | None, config: Path) -> Bank:
        if faq is not None:
            return read_bank(faq, str(faq))
        settings, place = desk.load(config)
        return read_bank(place.root / settings.folder, str(settings.folder))

    @program.command("list")
    def list_(config: Config = DEFAULT, faq: Faq = None) -> None:
        """Every answer: its name, topic and title."""
        bank = bank_of(faq, config)
        show_entries(bank.entries)
        complain(bank.problems)

    @program.command()
    def check(config: Config = DEFAULT, faq: Faq = None, *, quick: Quick = False) -> None:
        """Read every file, tell what is wrong, and measure what the thresholds let through."""
        bank = bank_of(faq, config)
        complain(bank.problems)
        complain([f"warning: {warning}" for warning in bank.warnings])
        if not quick and bank.entries:
            measure(bank.entries)
        typer.echo(f"{len(bank.entries)} answers, {len(bank.problems)} problems.")
        if bank.problems:
            raise typer.Exit(Exit.FAILED)

    @program.command("eval")
    def eval_(questions: Questions, config: Config = DEFAULT, faq: Faq = None, *, as_json: Json = False) -> None:
        """Score the bank against a file of questions."""
        entries = _bank_json(faq) if faq is not None and faq.is_file() else bank_of(faq, config).entries
        asked = _parsed(questions, evaluation.questions_in)
        over = matcher(entries)
        results = [evaluation.ask(over, question) for question in _progress(asked, "asking", quiet=as_json)]
        figures = evaluation.report(results)
        typer.echo(json.dumps(figures, ensure_ascii=False)) if as_json else show_figures(figures)

    return program


def show_entries(entries: Sequence[Entry]) -> None:
    """The answers as a table; as lines with tabs where nobody looks."""
    console = Console()
    rows = [(entry.slug, entry.topic, str(len(entry.questions)), entry.title) for entry in entries]
    if not console.is_terminal:
        for row in rows:
            typer.echo("\t".join(row))
        return
    table = Table("name", "topic", "phrasings", "title")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def show_figures(figures: dict[str, Any]) -> None:
    """The figures of an evaluation, a line each."""
    asked, unasked, latency = figures["addressed"], figures["unprompted"], figures["latency_ms"]
    typer.echo(f"questions      {figures['n']}")
    typer.echo(f"asked          top 1 {asked['top1']:.3f}, top 3 {asked['top3']:.3f}")
    typer.echo(f"unasked        {unasked['answered']} answered: {unasked['right']} right, {unasked['wrong']} wrong")
    typer.echo(f"               recall {unasked['recall']:.3f}, precision {unasked['precision']:.3f}")
    typer.echo(f"               false answers {unasked['false_answer_rate']:.4f} of what nothing answers")
    typer.echo(f"milliseconds   p50 {latency['p50']}, p99 {latency['p99']}")


def measure(entries: Sequence[Entry]) -> None:
    """Print what the thresholds let through on this bank, and which entries confuse each other."""
    lines = sum(len(entry.questions) for entry in entries)
    tried = Tried(
        hidden=tuple(_progress(calibration.hidden(entries, matcher), "hidden", lines)),
        left_out=tuple(_progress(calibration.left_out(entries, matcher), "left out", lines)),
        look_alikes=tuple(_progress(calibration.look_alikes(entries, matcher), "look-alikes")),
    )
    for limit in calibration.LIMITS:
        typer.echo(tried.line(limit))
        if tried.fooled(limit) > limit.allowed:
            complain([f"warning: {limit.name}: more than {limit.allowed:.0%} with the entry hidden"])
    complain(
        f"warning: {count} left-out phrasings of {owner} are answered by {other}; tell them apart with `not:` lines"
        for owner, other, count in calibration.confused(tried.left_out)[:SHOWN]
    )


def complain(lines: Iterable[str]) -> None:
    """Lines on standard error."""
    for line in lines:
        typer.echo(line, err=True)


def _progress(items: Iterable[Item], what: str, total: float | None = None, *, quiet: bool = False) -> Iterable[Item]:
    """The same items; on a terminal with a bar, on standard error."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        return items
    return track(items, what, total, console=console, transient=True)


def _bank_json(path: Path) -> tuple[Entry, ...]:
    entries: tuple[Entry, ...] = _parsed(path, evaluation.bank_in)
    return entries


def _parsed(path: Path, parse: Any) -> Any:
    try:
        return evaluation.read(path, parse)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
