"""`steward faq …`: look at the bank, check it, score it, try it."""

import typer

from bot.handler import Desk
from handlers.faq.terminal import checks, exporting, listing, scoring, syncing, try_log


def terminal(desk: Desk) -> typer.Typer:
    """The commands, with the way to the config's folder."""
    program = typer.Typer(help="The bank of answers.", no_args_is_help=True)
    for command in (listing, checks, scoring, try_log, exporting, syncing):
        command.add(program, desk)
    return program
