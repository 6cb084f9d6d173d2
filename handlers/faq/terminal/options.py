"""What several of the terminal commands take."""

from pathlib import Path
from typing import Annotated

import typer

from bot.handler import Desk
from handlers.faq.bank.entries import Bank
from handlers.faq.bank.reading import read_bank

Config = Annotated[Path, typer.Option("--config", "-c", envvar="STEWARD_CONFIG", help="Where the folder is named.")]
Faq = Annotated[Path | None, typer.Option("--faq", help="This folder instead; for eval also a BANK.json.")]
DEFAULT = Path("config.yaml")


def folder_of(desk: Desk, faq: Path | None, config: Path) -> tuple[Path, str]:
    """The folder of answers, and how it is shown."""
    if faq is not None:
        return faq, str(faq)
    settings, place = desk.load(config)
    return place.root / settings.folder, str(settings.folder)


def bank_of(desk: Desk, faq: Path | None, config: Path) -> Bank:
    """The bank in that folder."""
    folder, shown = folder_of(desk, faq, config)
    return read_bank(folder, shown)
