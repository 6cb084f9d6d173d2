"""How long history is kept."""

from datetime import datetime, timedelta

from sqlalchemy import Delete, delete, select

from bot.actions import Decision, Done, Remember
from bot.events import Tick
from bot.handler import Recurring
from bot.ports import Ports
from handlers.status import tables
from handlers.status.watch import Watch

#: The job.
FORGET = "forget"
JOB = Recurring(key=FORGET, every=timedelta(days=1), after=timedelta(minutes=2), each_start=True)
#: A year, and some more to compare it with.
HISTORY = timedelta(days=400)
#: A system that has been silent for so long has nothing to say any more.
WORDS = timedelta(days=30)


async def on_forget(watch: Watch, tick: Tick, ports: Ports) -> Decision:
    """Forget what has been kept for its term."""
    del tick
    old, silent = ports.now - HISTORY, ports.now - max(WORDS, watch.settings.stale)
    return Done(tuple(map(Remember, forgotten(old, silent))), "what is old is forgotten")


def forgotten(old: datetime, silent: datetime) -> tuple[Delete, ...]:
    """What goes: history from before `old`, and what nobody has said again since `silent`."""
    over = tables.incidents.c.live.is_(None) & (tables.incidents.c.opened < old.timestamp())
    those = select(tables.incidents.c.id).where(over)
    return (
        delete(tables.timeline).where(tables.timeline.c.incident.in_(those)),
        delete(tables.told).where(tables.told.c.incident.in_(those)),
        delete(tables.told).where(tables.told.c.incident.startswith("window:"), tables.told.c.at < old.timestamp()),
        delete(tables.said).where(tables.said.c.gone < old.timestamp()),
        delete(tables.incidents).where(over),
        delete(tables.spans).where(tables.spans.c.ended < old.timestamp()),
        delete(tables.windows).where(tables.windows.c.ends < old.timestamp()),
        delete(tables.silences).where(tables.silences.c.until < old.timestamp()),
        delete(tables.conditions).where(tables.conditions.c.heard < silent.timestamp()),
    )
