"""What incidents bring to the handler."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from bot.actions import Decision
from bot.commands import Command
from bot.events import Event, Reaction, Signal, Tick
from bot.handler import OnEvent
from bot.ports import Ports
from handlers.status.incidents import mapping, silences, windows, writing
from handlers.status.incidents import ticks as time
from handlers.status.incidents.acknowledging import ack_command, on_reaction
from handlers.status.incidents.commands import incident_command
from handlers.status.incidents.maintenance import maintenance_command
from handlers.status.incidents.parts import Part
from handlers.status.incidents.patience import Patience
from handlers.status.incidents.signals import on_signal
from handlers.status.incidents.silences import silence_command
from handlers.status.watch import Watch

check = mapping.check
JOBS = (time.JOB, time.GONE_JOB)
#: What comes due, by what its key begins with.
_TICKS: dict[str, Callable[[Watch, Tick, Ports], Awaitable[Decision]]] = {
    writing.SETTLE: time.on_settle,
    writing.CLOSE: time.on_close,
    time.LOOK: time.on_look,
    time.STALE: time.on_stale,
    time.GONE: time.on_gone,
    windows.WINDOW: windows.on_window,
    silences.SILENCE: silences.on_silence_over,
}


def ticks(watch: Watch) -> dict[str, Callable[[Tick, Ports], Awaitable[Decision]]]:
    """Who is to be told of a tick, by what its key begins with."""
    return {key: partial(_patiently, function, watch, Patience()) for key, function in _TICKS.items()}


async def _patiently(
    function: Callable[[Watch, Tick, Ports], Awaitable[Decision]],
    watch: Watch,
    patience: Patience,
    tick: Tick,
    ports: Ports,
) -> Decision:
    """A tick that is given up never comes again, and there may be a storm of signals about the same services."""
    patience.begin(tick)
    return await function(watch, tick, ports)


def on(watch: Watch) -> Mapping[type[Event], OnEvent]:
    """Who is given which event."""
    return {Signal: partial(on_signal, watch, Patience()), Reaction: partial(on_reaction, watch)}


def commands(watch: Watch, parts: tuple[Part, ...] = ()) -> tuple[Command, ...]:
    """The maintainers' commands; `parts` are those of `!incident` that others bring."""
    return incident_command(watch, parts), ack_command(watch), maintenance_command(watch), silence_command(watch)
