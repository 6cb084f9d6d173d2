"""Relaying: is it down? What was measured, what others report, and one living notice for each incident.

`probes` measure, `sources` read what monitoring systems send, `feeds` are read; `incidents` makes one story of it all.
`notices` tells the rooms, `telling` everybody else; `asking` answers, `history` remembers, `page` shows. What is known
at a moment is in `world`.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.actions import Decision, Nothing
from bot.checking import all_of
from bot.events import Outcome, Tick
from bot.facts import Instance
from bot.handler import Handler, Opened, Place
from bot.ports import Ports
from handlers.status.asking import wiring as asking
from handlers.status.asking.desk import Desk
from handlers.status.feeds import job as feeds
from handlers.status.history import jobs as history
from handlers.status.history.command import uptime_command
from handlers.status.history.export import EXPORT
from handlers.status.incidents import wiring as incidents
from handlers.status.notices import wiring as notices
from handlers.status.page import export as page_export
from handlers.status.page import pages as status_pages
from handlers.status.probes import watching as probes
from handlers.status.settings import Settings
from handlers.status.sources import keeping
from handlers.status.tables import TABLES
from handlers.status.telling import wiring as telling
from handlers.status.watch import Watch

#: What comes back to the handler under a key of its own.
Back = TypeVar("Back", Tick, Outcome)


def opened(settings: Settings, place: Place) -> Opened:
    """The handler at work."""
    checks = (probes.check, incidents.check, notices.check, feeds.check, telling.check)
    all_of(*(partial(check, settings, place) for check in checks))
    watch = Watch(settings=settings, place=place)
    desk = Desk(watch=watch)
    ticks = {**history.ticks(watch), **feeds.ticks(watch), **keeping.ticks(watch)}
    ticks |= {**notices.ticks(watch, desk.me_too.counts), **telling.ticks(watch), **incidents.ticks(watch)}
    outcomes = {**notices.OUTCOMES, **telling.OUTCOMES}
    return Opened(
        on={
            Tick: partial(on_back, ticks),
            Outcome: partial(on_back, outcomes),
            **asking.on(desk),
            **incidents.on(watch),
            **telling.ON,
        },
        commands=(
            *asking.commands(desk),
            *telling.commands(watch),
            *incidents.commands(watch, (EXPORT,)),
            uptime_command(watch),
        ),
        jobs=(
            *history.JOBS,
            keeping.JOB,
            *feeds.jobs(settings),
            *notices.JOBS,
            *incidents.JOBS,
            *telling.jobs(settings),
        ),
        facts={**asking.facts(desk), Instance: partial(probes.instance, watch)},
        probes=probes.probes_of(watch),
        channels=telling.channels(settings),
        pages=status_pages(watch, desk.me_too.counts),
        export=page_export(watch),
    )


async def on_back(
    functions: Mapping[str, Callable[[Back, Ports], Awaitable[Decision]]], event: Back, ports: Ports
) -> Decision:
    """Something has come due, or it is told what became of a message: by what its key begins with."""
    function = functions.get(event.key.partition(":")[0])
    return await function(event, ports) if function else Nothing("nobody waits for it")


HANDLER = Handler(
    name="status",
    settings=Settings,
    open=opened,
    tables=TABLES,
    migrations=Path(__file__).parent / "migrations",
)
