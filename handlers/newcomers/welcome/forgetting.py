"""What isn't needed any more is forgotten."""

from datetime import datetime, timedelta

from bot.actions import Decision, Done
from bot.events import Tick
from bot.handler import Recurring
from bot.ports import Ports
from handlers.newcomers.desk import Desk
from handlers.newcomers.settings import WelcomeSettings
from handlers.newcomers.welcome import records
from handlers.newcomers.welcome.joining import MOST_WAITS, STALE

FORGET = "welcome-forget"
JOB = Recurring(key=FORGET, every=timedelta(hours=1), after=timedelta(minutes=10))


async def on_forget(desk: Desk, _tick: Tick, ports: Ports) -> Decision:
    """Forget what has been kept for its term."""
    return forget(desk.settings.welcome, ports.now)


def forget(settings: WelcomeSettings, now: datetime) -> Done:
    """What that is. Nothing goes for as long as it may be waited for, or tells that a flood goes on."""
    kept = max(STALE, 2 * MOST_WAITS * settings.wait, 2 * settings.flood.calm)
    return Done(records.forgotten(now, kept), "forgot who came")
