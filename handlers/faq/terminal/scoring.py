"""`steward faq eval`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.handler import Desk
from handlers.faq.bank.entries import Entry
from handlers.faq.terminal import evaluation
from handlers.faq.terminal.options import DEFAULT, Config, Faq, bank_of, fitting
from handlers.faq.terminal.output import parsed, progress

Questions = Annotated[Path, typer.Argument(help="The questions: a list of {id, text, intent, accept_also}.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")]


def add(program: typer.Typer, desk: Desk) -> None:
    """Add the command."""

    @program.command("eval")
    def eval_(questions: Questions, config: Config = DEFAULT, faq: Faq = None, *, as_json: Json = False) -> None:
        """Score the bank against a file of questions."""
        entries = _bank_json(faq) if faq is not None and faq.is_file() else bank_of(desk, faq, config).entries
        asked = parsed(questions, evaluation.questions_in)
        over = fitting(desk, config)(entries)
        results = [evaluation.ask(over, question) for question in progress(asked, "asking", quiet=as_json)]
        figures = evaluation.report(results)
        typer.echo(json.dumps(figures, ensure_ascii=False)) if as_json else show_figures(figures)


def show_figures(figures: dict[str, Any]) -> None:
    """The figures of an evaluation, a line each."""
    asked, unasked, latency = figures["addressed"], figures["unprompted"], figures["latency_ms"]
    typer.echo(f"questions      {figures['n']}")
    typer.echo(f"asked          top 1 {asked['top1']:.3f}, top 3 {asked['top3']:.3f}")
    typer.echo(f"unasked        {unasked['answered']} answered: {unasked['right']} right, {unasked['wrong']} wrong")
    typer.echo(f"               recall {unasked['recall']:.3f}, precision {unasked['precision']:.3f}")
    typer.echo(f"               false answers {unasked['false_answer_rate']:.4f} of what nothing answers")
    typer.echo(f"milliseconds   p50 {latency['p50']}, p99 {latency['p99']}")


def _bank_json(path: Path) -> tuple[Entry, ...]:
    entries: tuple[Entry, ...] = parsed(path, evaluation.bank_in)
    return entries
