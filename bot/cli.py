"""The program's commands; thin."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.markdown import Markdown

from bot import app, logs, version
from bot.config import Config
from bot.errors import Exit, StewardError
from bot.matrix.crypto import recovery
from bot.matrix.render import plain

Result = TypeVar("Result")

ConfigPath = Annotated[
    Path, typer.Option("--config", "-c", envvar="STEWARD_CONFIG", help="The configuration to use.", show_default=True)
]
Overlay = Annotated[
    Path | None, typer.Option(envvar="STEWARD_OVERLAY", help="A file whose keys replace those of the configuration.")
]
DEFAULT = Path("config.yaml")
#: The configuration that comes with Steward.
SHIPPED = Path(__file__).parents[1] / "config.yaml"

program = typer.Typer(
    name="steward",
    help="A Matrix bot for member-run communities.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the program. Expected errors are a sentence and an exit code, never a traceback."""
    for handler in app.HANDLERS:
        if handler.terminal is not None:
            program.add_typer(handler.terminal(app.Desk(handler.name)), name=handler.name)
    try:
        program()
    except StewardError as error:
        sys.exit(complain(error))


def complain(error: StewardError) -> int:
    """Say what is wrong, on standard error; the exit code."""
    sys.stderr.write(f"{error}\n")
    return int(error.exit)


def read_without_secrets(path: Path) -> Config:
    """The configuration for commands that never log in anywhere."""
    return app.read_config(path, os.environ, secrets=False)


@program.callback(invoke_without_command=True)
def root(
    *, show_version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False
) -> None:
    """A Matrix bot for member-run communities."""
    if show_version:
        typer.echo(f"steward {version.VERSION}")
        raise typer.Exit


@program.command()
def run(
    config: ConfigPath = DEFAULT,
    overlay: Overlay = None,
    *,
    check: Annotated[bool, typer.Option("--check", help="Look at everything once and stop.")] = False,
    new_identity: Annotated[
        bool, typer.Option("--new-identity", help="Make new cross-signing keys if the bot has lost its own.")
    ] = False,
) -> None:
    """Run the bot."""
    settings = app.read_config(config, os.environ, overlay)
    logs.set_up(settings.logging.level, settings.logging.format)
    asyncio.run(app.run(settings, check=check, renew=new_identity))
    if check:
        typer.echo("Everything is in order.")


@program.command("recovery-key")
def show_recovery_key(config: ConfigPath = DEFAULT) -> None:
    """Show the recovery key once, and delete its file."""
    settings = read_without_secrets(config)
    typer.echo(recovery.take(settings.at(settings.storage.folder)))
    typer.echo("Keep this key in a safe place: it is not shown again. Whoever has it can become the bot.", err=True)


@program.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you would ask in a private chat; commands work too.")],
    config: ConfigPath = DEFAULT,
    *,
    why: Annotated[bool, typer.Option("--why", help="Show which answer was found, and how sure that is.")] = False,
) -> None:
    """Answer a question here, without Matrix."""
    logs.set_up("error", "human")
    settings = read_without_secrets(config)
    if why:
        question = f"{settings.commands.prefixes[0]}faq why {question}"
    answer = asyncio.run(app.answer(settings, question))
    if answer is None:
        typer.echo("To this the bot would say nothing.", err=True)
        raise typer.Exit(Exit.FAILED)
    show(answer)


def show(markdown: str) -> None:
    """Markdown for reading on a terminal, as plain text elsewhere."""
    console = Console()
    if console.is_terminal:
        console.print(Markdown(markdown))
    else:
        typer.echo(plain(markdown))


@program.command()
def demo(
    question: Annotated[
        str | None, typer.Option("--ask", envvar="STEWARD_ASK", help="Ask this, print the answer and stop.")
    ] = None,
    config: Annotated[Path, typer.Option("--config", "-c", help="The configuration to try.")] = SHIPPED,
    port: Annotated[int | None, typer.Option(help="The homeserver's port; a free one if none is given.")] = None,
    within: Annotated[float, typer.Option(hidden=True, help="Seconds to wait for the answer.")] = 30,
) -> None:
    """Try Steward on this machine: a homeserver, people, rooms, the bot, and a chat to talk to it."""
    from bot.demo import demo as whole  # noqa: PLC0415 - its libraries are for it alone; the bot starts without them

    raise typer.Exit(whole.run(config, question=question, within=within, port=port))
