"""History's jobs, and who is to be told of which tick."""

from collections.abc import Awaitable, Callable
from functools import partial

from bot.actions import Decision
from bot.events import Tick
from bot.ports import Ports
from handlers.status.history import alive, forgetting
from handlers.status.history.absence import ABSENCE, on_absence
from handlers.status.watch import Watch

JOBS = (alive.JOB, forgetting.JOB)


def ticks(watch: Watch) -> dict[str, Callable[[Tick, Ports], Awaitable[Decision]]]:
    """Who is to be told of a tick, by what its key begins with."""
    return {
        alive.ALIVE: partial(alive.on_alive, watch, alive.Pulse()),
        ABSENCE: partial(on_absence, watch),
        forgetting.FORGET: partial(forgetting.on_forget, watch),
    }
