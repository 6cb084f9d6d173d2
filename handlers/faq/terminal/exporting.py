"""`steward faq export` and `steward faq import`: answers as files, out of the bot's history and into the folder."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import Exit
from bot.handler import Desk
from handlers.faq.bank.reading import bank_of, read_bank
from handlers.faq.editing.exporting import exported
from handlers.faq.editions import Editions
from handlers.faq.library import Library
from handlers.faq.matching.lexical import Lexical
from handlers.faq.terminal.importing import answers_in
from handlers.faq.terminal.options import DEFAULT, Config, folder_of
from handlers.faq.terminal.output import complain, parsed

Target = Annotated[Path, typer.Argument(help="The folder to write into: a checkout of the answers, or an empty one.")]
Source = Annotated[Path, typer.Argument(help='JSON: {"name": {"questions": [...], "answer": "...", "source": "..."}}.')]


def add(program: typer.Typer, desk: Desk) -> None:
    """Add the commands."""

    @program.command()
    def export(folder: Target, config: Config = DEFAULT) -> None:
        """Write the files that differ from the folder's, as they were changed from chat: ready for a pull request."""
        for line in written(folder, exported(asyncio.run(_library(desk, config)))):
            typer.echo(line)

    @program.command("import")
    def import_(source: Source, config: Config = DEFAULT) -> None:
        """Make a file of each answer in a JSON file. What is there stays as it is."""
        folder, shown = folder_of(desk, None, config)
        files: Mapping[str, str] = parsed(source, answers_in)
        problems = [*_wrong(files, folder, shown), *_taken(files, folder)]
        if problems:
            complain([*problems, "Nothing was written."])
            raise typer.Exit(Exit.FAILED)
        for line in written(folder, files):
            typer.echo(line)


def written(folder: Path, files: Mapping[str, str | None]) -> list[str]:
    """Write these files into a folder, take away those that are to be none; a line for each."""
    folder.mkdir(parents=True, exist_ok=True)
    done = []
    for slug, text in files.items():
        path = folder / f"{slug}.md"
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text, "utf-8")
        done.append(f"{'removed' if text is None else 'written'}: {path}")
    return done or ["Nothing differs from the files."]


async def _library(desk: Desk, config: Path) -> Library:
    """The bank as the bot has it; it may be running."""
    settings, place = desk.load(config)
    files = read_bank(place.root / settings.folder, str(settings.folder))
    editions = Editions(files=files, settings=settings, place=place, fit=lambda _entries: Lexical(()))
    async with desk.memory(config) as memory:
        return await editions.current(memory)


def _wrong(files: Mapping[str, str], folder: Path, shown: str) -> list[str]:
    """What would be wrong with these files beside those that are there, and isn't wrong already."""
    there = read_bank(folder, shown)
    known = frozenset(there.problems)
    return [problem for problem in bank_of({**there.files, **files}, shown).problems if problem not in known]


def _taken(files: Mapping[str, str], folder: Path) -> list[str]:
    paths = (folder / f"{slug}.md" for slug in files)
    return [f"{path}: there is such a file; rename or remove one" for path in paths if path.exists()]
