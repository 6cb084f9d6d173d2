"""What several of the terminal commands take."""

from pathlib import Path
from typing import Annotated

import typer

from bot.errors import ConfigError
from bot.handler import Desk, Place
from handlers.faq.bank.entries import Bank
from handlers.faq.bank.reading import read_bank
from handlers.faq.library import fitting_of
from handlers.faq.matching.fitting import Fitting
from handlers.faq.settings import Settings
from handlers.faq.terminal.output import complain

Config = Annotated[Path, typer.Option("--config", "-c", envvar="STEWARD_CONFIG", help="Where the folder is named.")]
Faq = Annotated[Path | None, typer.Option("--faq", help="This folder instead; for eval also a BANK.json.")]
DEFAULT = Path("config.yaml")
#: Where the project lies.
SHIPPED = Path(__file__).parents[3]


def folder_of(desk: Desk, faq: Path | None, config: Path) -> tuple[Path, str]:
    """The folder of answers, and how it is shown."""
    if faq is not None:
        return faq, str(faq)
    settings, place = desk.load(config)
    return place.root / settings.folder, str(settings.folder)


def fitting(desk: Desk, config: Path) -> Fitting:
    """What makes matchers, as the bot would have them. Nothing is kept: the bot's folder may be somebody else's."""
    try:
        settings, place = desk.load(config)
    except ConfigError:  # a folder or a file of answers needs no configuration
        if config.exists():
            raise
        settings, place = Settings(), Place(root=SHIPPED, community="", people="", registration_form=None)
    made, why = fitting_of(settings, place, keep=False)
    if why is not None:
        complain([f"Compared by words alone. {why}"])
    return made


def bank_of(desk: Desk, faq: Path | None, config: Path) -> Bank:
    """The bank in that folder."""
    folder, shown = folder_of(desk, faq, config)
    return read_bank(folder, shown)
