"""`steward faq list`."""

from collections.abc import Sequence

import typer
from rich.console import Console
from rich.table import Table

from bot.handler import Desk
from handlers.faq.bank.entries import Entry
from handlers.faq.terminal.options import DEFAULT, Config, Faq, bank_of
from handlers.faq.terminal.output import complain


def add(program: typer.Typer, desk: Desk) -> None:
    """Add the command."""

    @program.command("list")
    def list_(config: Config = DEFAULT, faq: Faq = None) -> None:
        """Every answer: its name, topic and title."""
        bank = bank_of(desk, faq, config)
        show_entries(bank.entries)
        complain(bank.problems)


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
