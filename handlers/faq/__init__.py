"""Answering: the community's own written answers, with their source, or an honest "I don't know".

`reading` takes the folder of answers apart, `lexical` finds the likeliest entries for a text, `confidence` says what is
sure enough. `answering` speaks to those who asked, `unasked` to those who didn't, `following` keeps up with edits.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog

from bot.actions import Decision, Done, Nothing
from bot.events import Chosen, Deleted, Edited, Message, Reaction, Tick
from bot.facts import Answered, AnswerGiven, BestAnswer, Distress, Language, OptedOut
from bot.handler import Handler, Opened, Place, Recurring
from bot.ports import Ports
from handlers.faq.answering.addressed import on_addressed, on_picked
from handlers.faq.answering.correcting import on_bank
from handlers.faq.answering.following import on_deleted, on_edited
from handlers.faq.answering.giving import answer_of, on_answer_given
from handlers.faq.answering.language import on_language
from handlers.faq.answering.manners import is_distress, on_distress
from handlers.faq.answering.optout import OPTIN, OPTOUT, on_opted_out
from handlers.faq.answering.rating import on_reaction
from handlers.faq.answering.unanswered import on_consented
from handlers.faq.answering.unasked import on_grace_over, on_unaddressed
from handlers.faq.bank.reading import read_bank
from handlers.faq.commands import faq_command, run
from handlers.faq.editing.deciding import BANK, on_change
from handlers.faq.editing.keeping_up import keep_up, on_file
from handlers.faq.editing.saving import on_consent
from handlers.faq.editing.withdrawing import on_taken_back
from handlers.faq.editions import Editions
from handlers.faq.library import Library, fitting_of
from handlers.faq.review.jobs import REVIEW_JOBS, REVIEW_TICKS
from handlers.faq.settings import Settings
from handlers.faq.tables import TABLES
from handlers.faq.terminal.program import terminal
from handlers.faq.wiki.sync import WIKI, jobs, on_wiki

log = structlog.get_logger()

What = TypeVar("What")
Result = TypeVar("Result")

#: Who is to be told of a tick, by what its key begins with: all of these.
TICKS: dict[str, tuple[Callable[[Library, Tick, Ports], Awaitable[Decision]], ...]] = {
    "unasked": (on_grace_over,),
    BANK: (keep_up, on_bank),
    **REVIEW_TICKS,
    WIKI: (on_wiki,),
}
#: Who asked, by what the question's key begins with.
CHOICES: dict[str, Callable[[Library, Chosen, Ports], Awaitable[Decision]]] = {
    "choice": on_picked,
    "unknown": on_consented,
    "change": on_change,
    "consent": on_consent,
    "file": on_file,
}


def opened(settings: Settings, place: Place) -> Opened:
    """The handler at work on the folder as it is now."""
    bank = read_bank(place.root / settings.folder, str(settings.folder))
    fitting, why = fitting_of(settings, place)
    if why is not None:
        log.warning("matching_by_words_alone", why=why)
    editions = Editions(files=bank, settings=settings, place=place, fit=fitting)
    with_bank = partial(_with_bank, editions)
    return Opened(
        on={
            Message: with_bank(on_message),
            Tick: with_bank(on_tick),
            Chosen: with_bank(on_chosen),
            Edited: with_bank(on_edited),
            Deleted: with_bank(on_gone),
            Reaction: with_bank(on_reaction),
        },
        commands=(faq_command(with_bank(run)), OPTOUT, OPTIN),
        facts={
            BestAnswer: with_bank(best_answer),
            OptedOut: on_opted_out,
            Language: on_language,
            AnswerGiven: on_answer_given,
            Distress: on_distress,
        },
        jobs=(
            Recurring(key=BANK, every=timedelta(hours=1), after=timedelta(seconds=10), each_start=True),
            *REVIEW_JOBS,
            *jobs(settings),
        ),
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


async def on_tick(library: Library, tick: Tick, ports: Ports) -> Decision:
    """Something that was put off, or comes again and again, has come due."""
    return together([await function(library, tick, ports) for function in TICKS.get(tick.key.partition(":")[0], ())])


async def on_gone(library: Library, event: Deleted, ports: Ports) -> Decision:
    """A message was deleted: a question, or a suggestion."""
    return together([await on_deleted(library, event, ports), await on_taken_back(library, event, ports)])


def together(decided: Sequence[Decision]) -> Decision:
    """All that several have decided about one event."""
    actions = tuple(action for one in decided if isinstance(one, Done) for action in one.actions)
    why = "; ".join(one.why for one in decided)
    return Done(actions, why) if actions else Nothing(why or "nobody waits for it")


async def on_chosen(library: Library, chosen: Chosen, ports: Ports) -> Decision:
    """Somebody has answered a question of ours."""
    function = CHOICES.get(chosen.key.partition(":")[0])
    return await function(library, chosen, ports) if function else Nothing("nobody waits for it")


async def best_answer(library: Library, question: BestAnswer, ports: Ports) -> Answered | None:
    """The fact, for other handlers: the answer, if it is sure, and not kept for certain rooms."""
    found = () if is_distress(question.text) else library.find(question.text, None)
    if not found or not found[0].sure:
        return None
    best = found[0]
    answer = await answer_of(library, best, ports)
    return Answered(slug=best.match.slug, title=best.entry.title, text=answer.text, score=best.match.score)


HANDLER = Handler(
    name="faq",
    settings=Settings,
    open=opened,
    tables=TABLES,
    migrations=Path(__file__).parent / "migrations",
    terminal=terminal,
)
