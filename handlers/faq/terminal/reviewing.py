"""Going through what would have been said, line by line: yes keeps it as a phrasing, no as a look-alike."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import typer

from bot.names import seen
from handlers.faq.bank.checking import checked
from handlers.faq.bank.entries import Entry
from handlers.faq.terminal.trying import Tried, kept

ASKED = "Is this the right answer? [y]es, [n]o, [s]kip, [q]uit"


def show(found: Sequence[Tried], entries: Mapping[str, Entry]) -> None:
    """The lines, each with what would have been said, and why not."""
    for one in found:
        typer.echo(f"{one.match.score:.2f}  {one.match.slug}  {_line(one)}{f'  ({one.why})' if one.why else ''}")
        typer.echo(f"      {seen(entries[one.match.slug].title)}")


def review(found: Sequence[Tried], entries: Mapping[str, Entry], folder: Path) -> int:
    """Ask about each, and write what was said into the files at once; how many were kept."""
    count = 0
    for number, one in enumerate(found, 1):
        entry = entries[one.match.slug]
        typer.echo(f"\n{number} of {len(found)}, score {one.match.score:.2f}\n  {_line(one)}\n→ {seen(entry.title)}")
        match typer.prompt(ASKED, default="s", show_default=False).strip().lower()[:1]:
            case "y" | "n" as said:
                count += _keep(one, folder / f"{entry.slug}.md", right=said == "y")
            case "q":
                break
            case _:
                pass
    return count


def _keep(one: Tried, path: Path, *, right: bool) -> int:
    """Write the line into the entry's file, unless it stands there, or the file can't take it."""
    text = path.read_text("utf-8")
    new = kept(text, one.line.text, right=right)
    entry, problems = checked(path.stem, new)
    if entry is None:
        typer.echo(f"  not kept: {problems[0].text}", err=True)
        return 0
    path.write_text(new, "utf-8")
    return 1


def _line(one: Tried) -> str:
    return seen(one.line.text)[:200]
