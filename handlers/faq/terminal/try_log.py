"""`steward faq try`: what would have been said in an exported room."""

from pathlib import Path
from typing import Annotated

import typer

from bot.handler import Desk
from handlers.faq.bank.reading import read_bank
from handlers.faq.terminal import reviewing, trying
from handlers.faq.terminal.logs import Log, lines_in
from handlers.faq.terminal.options import DEFAULT, Config, Faq, fitting, folder_of
from handlers.faq.terminal.output import complain, parsed, progress

RoomLog = Annotated[Path, typer.Option("--log", help="The room: a JSON event a line, or an export from Element.")]
Review = Annotated[bool, typer.Option("--review", help="Ask about the most confident, and write into the files.")]


def add(program: typer.Typer, desk: Desk) -> None:
    """Add the command."""

    @program.command("try")
    def try_(log: RoomLog, config: Config = DEFAULT, faq: Faq = None, *, review: Review = False) -> None:
        """Tell what would have been said in an exported room, and keep what you say of it; nothing is sent."""
        settings, _ = desk.load(config)
        folder, shown = folder_of(desk, faq, config)
        entries = {entry.slug: entry for entry in read_bank(folder, shown).entries}
        said: Log = parsed(log, lines_in)
        if said.unreadable:
            complain([f"{log}: {said.unreadable} lines are no JSON objects, and were passed over"])
        results = trying.tried(said.lines, fitting(desk, config)(entries.values()), settings)
        found = [one for one in progress(results, "reading", len(said.lines)) if one is not None]
        for line in trying.summary(len(said.lines), found):
            typer.echo(line)
        if not review:
            reviewing.show(trying.for_review(found), entries)
            return
        count = reviewing.review(trying.for_review(found), entries, folder)
        typer.echo(f"{count} kept. Look at the changes in {folder}, then run `steward faq check`.")
