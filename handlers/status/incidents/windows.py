"""Windows of maintenance, as they are kept, and how time moves them on: planned, soon, under way, over."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, update

from bot.actions import Action, Decision, Done, Later, Nothing, Remember
from bot.events import Tick
from bot.ports import Ports
from handlers.status import records
from handlers.status.history import spans
from handlers.status.incidents import writing
from handlers.status.incidents.stepping import moved
from handlers.status.incidents.ticks import LOOK
from handlers.status.records import Stage, Window
from handlers.status.states import State
from handlers.status.tables import windows
from handlers.status.watch import LANE, Watch

WINDOW = "window"
#: Rooms are reminded so long before; not where it was planned but shortly before that.
REMINDER, AHEAD = timedelta(hours=1), timedelta(hours=2)
ENDED = (Stage.OVER, Stage.CANCELLED)


def planned(window: Window, now: datetime) -> tuple[Action, ...]:
    """A new window, and when it is to be looked at."""
    values: dict[str, Any] = {
        "id": window.id,
        "service": window.service,
        "begins": window.begins.timestamp(),
        "ends": window.ends.timestamp(),
        "why": window.why,
        "who": window.who,
        "phase": str(window.phase),
    }
    if window.phase == Stage.UNDER_WAY:
        at = window.ends
    else:  # whoever plans at short notice has reminded everybody by that
        at = window.begins - REMINDER if window.begins - now > AHEAD else window.begins
    return (Remember(insert(windows).values(**values)), _again(window, at))


def staged(window: Window, stage: Stage, *, ends: datetime | None = None) -> Remember:
    """It is in another stage now. Where somebody else has moved it, it is decided again."""
    values: dict[str, Any] = {"phase": str(stage)} | ({} if ends is None else {"ends": ends.timestamp()})
    same = update(windows).where(windows.c.id == window.id, windows.c.phase == str(window.phase))
    return Remember(same.values(**values), must_change=True)


async def on_window(watch: Watch, tick: Tick, ports: Ports) -> Decision:
    """It is time to look at a window."""
    window = await records.window(ports.memory, tick.key.partition(":")[2])
    if window is None or window.phase in ENDED:
        return Nothing("it is over already")
    stage = due(window, ports.now)
    if stage == window.phase:
        return Nothing("it isn't time yet")
    told = writing.telling(ports.now, changed=True)
    if stage == Stage.OVER:
        return Done((staged(window, stage), *await over(watch, window, ports), *told), "over")
    began = await begun(window, ports) if stage == Stage.UNDER_WAY else ()
    following = window.begins if stage == Stage.REMINDED else window.ends
    return Done((staged(window, stage), *began, _again(window, following), *told), stage.value)


def due(window: Window, now: datetime) -> Stage:
    """The stage that it should be in by now."""
    if now >= window.ends:
        return Stage.OVER
    if now >= window.begins:
        return Stage.UNDER_WAY
    return Stage.REMINDED if now >= window.begins - REMINDER else Stage(window.phase)


async def begun(window: Window, ports: Ports) -> tuple[Action, ...]:
    """What begins with it: in the service's history it counts neither as up nor as down."""
    return await spans.moved(ports, window.service, State.MAINTENANCE, window.begins)


async def over(watch: Watch, window: Window, ports: Ports) -> tuple[Action, ...]:
    """What ends with it: the service counts again, and is looked at as soon as everybody knows."""
    at = min(window.ends, ports.now)
    look = Later(at=ports.now, key=f"{LOOK}:{window.service}", room=LANE)
    conditions = await records.conditions(ports.memory, window.service)
    return (*await moved(watch, ports, window.service, conditions, at), look)


def _again(window: Window, at: datetime) -> Later:
    return Later(at=at, key=f"{WINDOW}:{window.id}", room=LANE)
