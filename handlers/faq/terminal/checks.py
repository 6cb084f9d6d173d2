"""`steward faq check`: what is wrong with the files, and what the thresholds let through."""

from collections.abc import Sequence
from typing import Annotated

import typer

from bot.errors import Exit
from bot.handler import Desk
from handlers.faq.bank.entries import Entry
from handlers.faq.matching import calibration
from handlers.faq.matching.calibration import Tried
from handlers.faq.matching.fitting import Fitting
from handlers.faq.terminal.linking import Links, looked_at
from handlers.faq.terminal.options import DEFAULT, Config, Faq, bank_of, fitting
from handlers.faq.terminal.output import complain, progress

Quick = Annotated[bool, typer.Option("--quick", help="Only read the files; measure nothing.")]
LinksToo = Annotated[bool, typer.Option("--links", help="Look whether each link leads somewhere, one by one.")]
Strict = Annotated[bool, typer.Option("--strict", help="Fail on warnings too.")]

#: How many of a list of warnings are shown.
SHOWN = 10


def add(program: typer.Typer, desk: Desk) -> None:
    """Add the command."""

    @program.command()
    def check(
        config: Config = DEFAULT,
        faq: Faq = None,
        *,
        quick: Quick = False,
        strict: Strict = False,
        links: LinksToo = False,
    ) -> None:
        """Read every file, tell what is wrong, and measure what the thresholds let through."""
        bank = bank_of(desk, faq, config)
        found = looked_at(bank.entries, desk, config) if links else Links((), ())
        problems, warnings = [*bank.problems, *found.dead], [*bank.warnings, *found.unreached]
        if bank.entries and not quick:
            warnings += measure(bank.entries, fitting(desk, config))
        complain([*problems, *(f"warning: {warning}" for warning in warnings)])
        typer.echo(f"{len(bank.entries)} answers, {len(problems)} problems, {len(warnings)} warnings.")
        if problems or (strict and warnings):
            raise typer.Exit(Exit.FAILED)


def measure(entries: Sequence[Entry], matcher: Fitting) -> list[str]:
    """Print what the thresholds let through on this bank; what is wrong with that, and who confuse each other."""
    lines = sum(len(entry.questions) for entry in entries)
    tried = Tried(
        hidden=tuple(progress(calibration.hidden(entries, matcher), "hidden", lines)),
        left_out=tuple(progress(calibration.left_out(entries, matcher), "left out", lines)),
        look_alikes=tuple(progress(calibration.look_alikes(entries, matcher), "look-alikes")),
    )
    for limit in calibration.LIMITS:
        typer.echo(tried.line(limit))
    warnings = [
        f"{limit.name}: more than {limit.allowed:.0%} with the entry hidden"
        for limit in calibration.LIMITS
        if tried.fooled(limit) > limit.allowed
    ]
    warnings += [
        f"{count} left-out phrasings of {owner} are answered by {other}; tell them apart with `not:` lines"
        for owner, other, count in calibration.confused(tried.left_out)[:SHOWN]
    ]
    return warnings
