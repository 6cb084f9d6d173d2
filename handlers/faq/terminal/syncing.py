"""`steward faq sync`: what the wiki says beside what the files say. Nothing is changed."""

import asyncio

import typer

from bot.errors import Exit
from bot.handler import Desk
from handlers.faq.terminal.options import DEFAULT, Config, Faq, bank_of, folder_of
from handlers.faq.terminal.output import complain
from handlers.faq.wiki.settings import Wiki
from handlers.faq.wiki.sync import NONE
from handlers.faq.wiki.terminal import differences


def add(program: typer.Typer, desk: Desk) -> None:
    """Add the command."""

    @program.command()
    def sync(config: Config = DEFAULT, faq: Faq = None) -> None:
        """Print what the wiki would change in the files; exits with 1 if that is anything, or can't be told."""
        wiki: Wiki | None = desk.load(config)[0].wiki
        if wiki is None or not wiki.sync:
            complain([NONE])
            raise typer.Exit(Exit.OK)
        bank, (_, folder) = bank_of(desk, faq, config), folder_of(desk, faq, config)
        entries = {entry.slug: entry for entry in bank.entries}

        async def look() -> tuple[list[str], list[str]]:
            async with desk.http(config) as http:
                return await differences(wiki, entries, http, folder)

        changes, troubles = asyncio.run(look())
        complain([*bank.problems, *troubles])
        for change in changes:
            typer.echo(change, nl=False)
        if changes or troubles:
            raise typer.Exit(Exit.FAILED)
