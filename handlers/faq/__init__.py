"""Answering: the community's own written answers, with their source, or an honest "I don't know".

`reading` takes the folder of answers apart, `lexical` finds the likeliest entries for a text, `confidence` says what is
sure enough. `answering` speaks to those who asked, `unasked` to those who didn't, `following` keeps up with edits.
"""

from functools import partial
from pathlib import Path

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
from handlers.faq.commands import faq_command
from handlers.faq.library import Library
from handlers.faq.settings import Settings
from handlers.faq.tables import TABLES
from handlers.faq.terminal.program import terminal


def opened(settings: Settings, place: Place) -> Opened:
    """The handler at work on the folder as it is now."""
    bank = read_bank(place.root / settings.folder, str(settings.folder))
    library = Library.of(bank.entries, settings, place)
    return Opened(
        on={
            Message: partial(on_message, library),
            Tick: partial(on_tick, library),
            Chosen: partial(on_chosen, library),
            Edited: partial(on_edited, library),
            Deleted: partial(on_deleted, library),
        },
        commands=(faq_command(library), OPTOUT, OPTIN),
        facts={BestAnswer: partial(best_answer, library), OptedOut: on_opted_out},
        problems=bank.problems,
    )


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
