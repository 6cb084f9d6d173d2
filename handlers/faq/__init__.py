"""Answering: the community's own written answers, with their source, or an honest "I don't know".

`reading` takes the folder of answers apart, `lexical` finds the likeliest entries for a text, `confidence` says what is
sure enough. `answering` speaks to those who asked, `unasked` to those who didn't, `following` keeps up with edits.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.actions import Decision
from bot.events import Chosen, Deleted, Edited, Message, Tick
from bot.facts import Answered, BestAnswer, OptedOut
from bot.handler import Handler, Opened, Place
from bot.ports import Ports
from handlers.faq.answering.addressed import answer_of, on_addressed, on_chosen
from handlers.faq.answering.following import on_deleted, on_edited
from handlers.faq.answering.optout import OPTIN, OPTOUT, on_opted_out
from handlers.faq.answering.unasked import on_tick, on_unaddressed
from handlers.faq.bank.reading import read_bank
from handlers.faq.commands import faq_command, run
from handlers.faq.editions import Editions
from handlers.faq.library import Library, matcher
from handlers.faq.settings import Settings
from handlers.faq.tables import TABLES
from handlers.faq.terminal.program import terminal

What = TypeVar("What")
Result = TypeVar("Result")


def opened(settings: Settings, place: Place) -> Opened:
    """The handler at work on the folder as it is now."""
    bank = read_bank(place.root / settings.folder, str(settings.folder))
    editions = Editions(files=bank, settings=settings, place=place, fit=matcher)
    with_bank = partial(_with_bank, editions)
    return Opened(
        on={
            Message: with_bank(on_message),
            Tick: with_bank(on_tick),
            Chosen: with_bank(on_chosen),
            Edited: with_bank(on_edited),
            Deleted: with_bank(on_deleted),
        },
        commands=(faq_command(with_bank(run)), OPTOUT, OPTIN),
        facts={BestAnswer: with_bank(best_answer), OptedOut: on_opted_out},
        start=editions.start,
        problems=bank.problems,
    )


def _with_bank(
    editions: Editions, function: Callable[[Library, What, Ports], Awaitable[Result]]
) -> Callable[[What, Ports], Awaitable[Result]]:
    """The function with the bank as it is when it is called."""

    async def call(what: What, ports: Ports) -> Result:
        return await function(await editions.current(ports.memory), what, ports)

    return call


async def on_message(library: Library, message: Message, ports: Ports) -> Decision:
    """Somebody said something, to the bot or to the room."""
    answer = on_unaddressed if message.addressed is None else on_addressed
    return await answer(library, message, ports)


async def best_answer(library: Library, question: BestAnswer, ports: Ports) -> Answered | None:
    """The fact, for other handlers: the answer, if it is sure, and not kept for certain rooms."""
    found = library.find(question.text, None)
    if not found or not found[0].sure:
        return None
    text = await answer_of(library, found[0], ports)
    best = found[0]
    return Answered(slug=best.match.slug, title=best.entry.title, text=text, score=best.match.score)


HANDLER = Handler(
    name="faq",
    settings=Settings,
    open=opened,
    tables=TABLES,
    migrations=Path(__file__).parent / "migrations",
    terminal=terminal,
)
