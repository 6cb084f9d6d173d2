"""All that is known at one moment, and what it says of a service. Whoever is asked, and whoever tells, begins here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.handler import Service
from bot.ports import Memory
from handlers.status import records
from handlers.status.board import Board, Look
from handlers.status.records import Condition, Incident, Phase, Silence, Window
from handlers.status.states import State, worst

#: What was measured longer ago is no evidence of now.
FRESH = timedelta(minutes=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything at one moment. `incidents` are those that may still change; `me_too` how many say it is down, too."""

    now: datetime
    looks: tuple[Look, ...] = ()
    conditions: tuple[Condition, ...] = ()
    incidents: tuple[Incident, ...] = ()
    windows: tuple[Window, ...] = ()
    silences: tuple[Silence, ...] = ()
    me_too: Mapping[str, int] = field(default_factory=dict)
    blind: datetime | None = None


async def world(memory: Memory, board: Board, now: datetime, me_too: Mapping[str, int] | None = None) -> World:
    """Everything, read now."""
    return World(
        now=now,
        looks=tuple(board.looks.values()),
        conditions=tuple(await records.conditions(memory)),
        incidents=tuple(await records.live_incidents(memory)),
        windows=tuple(await records.windows(memory, now)),
        silences=tuple(await records.silences(memory, now)),
        me_too=me_too or {},
        blind=board.blind,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What can be said of a service. `doubt`: why its state isn't known ("stale", "contradictory", "blind", "").

    `since` is when that state began, `measured` when the bot itself last looked; None where it doesn't.
    """

    service: Service
    state: State
    since: datetime | None = None
    measured: datetime | None = None
    looks: tuple[Look, ...] = ()
    conditions: tuple[Condition, ...] = ()
    incident: Incident | None = None
    window: Window | None = None
    doubt: str = ""
    me_too: int = 0


def known(service: Service, world: World, stale: timedelta) -> Known:
    """What is known of this service. A source's word counts until it is `stale`."""
    looks = tuple(look for look in world.looks if look.service == service.name and world.now - look.looked <= FRESH)
    words = tuple(
        word
        for word in world.conditions
        if word.service == service.name and word.source != "probe" and world.now - word.heard <= stale
    )
    incident = next(
        (one for one in world.incidents if one.service == service.name and one.phase != Phase.RESOLVED), None
    )
    window = next((one for one in world.windows if one.service == service.name and one.begins <= world.now), None)
    state, doubt = _judged(looks, words, incident, window, blind=world.blind is not None)
    begun = [look.since for look in looks if look.state == state]
    begun += [word.since for word in words if word.state == state]
    return Known(
        service=service,
        state=state,
        since=min(begun, default=incident.opened if incident else None),
        measured=max((look.looked for look in looks), default=None),
        looks=looks,
        conditions=words,
        incident=incident,
        window=window,
        doubt=doubt,
        me_too=world.me_too.get(service.name, 0),
    )


def _judged(
    looks: tuple[Look, ...],
    words: tuple[Condition, ...],
    incident: Incident | None,
    window: Window | None,
    *,
    blind: bool,
) -> tuple[State, str]:
    seen = [look.state for look in looks if look.state != State.UNKNOWN]
    said = [word.state for word in words if word.state != State.UNKNOWN]
    if window is not None and window.phase != "over":
        return State.MAINTENANCE, ""
    if blind and not said:
        return State.UNKNOWN, "blind"
    if incident is not None and incident.manual and State.DOWN not in (*seen, *said):
        return incident.state, ""
    if not seen and not said:
        return State.UNKNOWN, "stale"
    if seen and said and (worst(seen) == State.UP) != (worst(said) == State.UP) and worst([*seen, *said]) == State.DOWN:
        return State.UNKNOWN, "contradictory"
    return worst([*seen, *said]), ""
