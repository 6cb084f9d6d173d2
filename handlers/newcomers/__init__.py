"""Guiding: a short welcome, then a walk to the registration form at one's own pace, in private.

`welcome` greets, `guide` walks, `form` looks whether the form works, `people` says whom to ask about what isn't for a
bot, `counts` tells moderators how many.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.actions import Action, Decision, Nothing, Pass
from bot.checking import all_of
from bot.events import Chosen, Deleted, Left, Message, Outcome, Tick, Wordless
from bot.facts import ForPeople
from bot.handler import Handler, OnEvent, Opened, Place
from bot.ports import Ports
from handlers.newcomers.counts import records as counts
from handlers.newcomers.counts.command import newcomers_command
from handlers.newcomers.desk import Desk
from handlers.newcomers.form import waiting
from handlers.newcomers.form import wiring as form
from handlers.newcomers.guide import resuming, talking
from handlers.newcomers.guide import wiring as guide
from handlers.newcomers.guide.leaving import on_left
from handlers.newcomers.guide.wordless import on_wordless
from handlers.newcomers.people import asking
from handlers.newcomers.settings import Settings
from handlers.newcomers.tables import TABLES
from handlers.newcomers.welcome import wiring as welcome

#: What comes back to the handler under a key of its own.
Back = TypeVar("Back", Tick, Outcome, Chosen)
#: Who is offered a message, in this order.
MESSAGES: tuple[Callable[[Desk, Message, Ports], Awaitable[Decision]], ...] = (
    waiting.on_message,
    talking.on_message,
    asking.on_message,
    resuming.on_message,
)


def opened(settings: Settings, place: Place) -> Opened:
    """The handler at work."""
    all_of(partial(welcome.check, settings, place), partial(guide.check, settings, place))
    desk = Desk(settings=settings, place=place)
    ticks: Mapping[str, OnEvent] = {
        **form.ticks(desk),
        **guide.ticks(desk),
        **welcome.ticks(desk),
        counts.TALLY: counts.on_forget,
    }
    outcomes: Mapping[str, OnEvent] = {**form.OUTCOMES, **guide.outcomes(desk), **welcome.outcomes(desk)}
    choices: Mapping[str, OnEvent] = {**form.CHOICES}
    return Opened(
        on={
            Message: partial(on_message, desk),
            Tick: partial(on_back, ticks),
            Outcome: partial(on_back, outcomes),
            Chosen: partial(on_back, choices),
            Wordless: partial(on_wordless, desk),
            Left: partial(on_left, desk),
            Deleted: asking.on_deleted,
            **welcome.on(desk),
            **guide.on(desk),
        },
        commands=(newcomers_command(desk), *welcome.commands(desk), *guide.commands(desk)),
        facts={ForPeople: partial(asking.for_people, desk)},
        jobs=(*form.JOBS, counts.JOB, *welcome.JOBS, *guide.jobs(settings)),
    )


async def on_message(desk: Desk, message: Message, ports: Ports) -> Decision:
    """The first that doesn't pass decides; what those who pass want done besides is done all the same."""
    besides: list[Action] = []
    whys: list[str] = []
    for function in MESSAGES:
        decision = await function(desk, message, ports)
        if not isinstance(decision, Pass):
            return decision
        besides += decision.besides
        whys.append(decision.why)
    return Pass("; ".join(whys), tuple(besides))


async def on_back(functions: Mapping[str, OnEvent], event: Back, ports: Ports) -> Decision:
    """Something has come due, was chosen, or it is told what became of a message: by what its key begins with."""
    function = functions.get(event.key.partition(":")[0])
    return await function(event, ports) if function else Nothing("nobody waits for it")


HANDLER = Handler(
    name="newcomers",
    settings=Settings,
    open=opened,
    tables=TABLES,
    migrations=Path(__file__).parent / "migrations",
)
