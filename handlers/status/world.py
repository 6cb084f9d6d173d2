"""All that is known at one moment, and what it says of a service. Whoever is asked, and whoever tells, begins here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot.handler import Service
from bot.ports import Memory
from handlers.status import records
from handlers.status.board import Board, Look
from handlers.status.records import Condition, Incident, Phase, Silence, Stage, Window
from handlers.status.states import Severity, State, worst

One = TypeVar("One")


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

    `since` is when that state began, or that doubt; `measured` when the bot itself last looked, None where it doesn't.
    `looks` and `conditions` are what counts now; `last_look` and `last_word` may be too old for that. `probed`: it is
    measured, though perhaps not yet.
    """

    service: Service
    state: State
    since: datetime | None = None
    measured: datetime | None = None
    looks: tuple[Look, ...] = ()
    conditions: tuple[Condition, ...] = ()
    last_look: Look | None = None
    last_word: Condition | None = None
    incident: Incident | None = None
    window: Window | None = None
    doubt: str = ""
    blind: datetime | None = None
    me_too: int = 0
    probed: bool = False

    @property
    def nothing(self) -> bool:
        """Whether nothing was ever heard or seen of it."""
        return not (self.last_look or self.last_word or self.incident or self.window)


def known(service: Service, world: World, stale: timedelta) -> Known:
    """What is known of this service. A source's word counts until it is `stale`, a look for as long as it is good."""
    mine = [look for look in world.looks if look.service == service.name]
    heard = [word for word in world.conditions if word.service == service.name and word.source != "probe"]
    # What a blind eye has seen last is no evidence of now.
    looks = tuple(look for look in mine if world.blind is None and world.now - look.looked <= look.good_for)
    words = tuple(word for word in heard if world.now - word.heard <= stale)
    incident = _first(one for one in world.incidents if one.service == service.name and one.phase != Phase.RESOLVED)
    window = _first(one for one in world.windows if one.service == service.name and _lasts(one, world.now))
    state, doubt = _judged(looks, words, incident, window, blind=world.blind is not None)
    found = Known(
        service=service,
        state=state,
        looks=looks,
        conditions=words,
        last_look=max(mine, key=lambda look: look.looked, default=None),
        last_word=max(heard, key=lambda word: word.heard, default=None),
        incident=incident,
        window=window,
        doubt=doubt,
        blind=world.blind,
        me_too=world.me_too.get(service.name, 0),
        measured=_measured(looks, state),
    )
    return _dated(found)


def _first(found: Iterable[One]) -> One | None:
    return next(iter(found), None)


def _lasts(window: Window, now: datetime) -> bool:
    return window.begins <= now < window.ends and window.phase not in (Stage.OVER, Stage.CANCELLED)


def _measured(looks: tuple[Look, ...], state: State) -> datetime | None:
    """The newest look that shows this state; if none does, the newest."""
    shows = [look.looked for look in looks if look.state == state] or [look.looked for look in looks]
    return max(shows, default=None)


def _judged(
    looks: tuple[Look, ...],
    words: tuple[Condition, ...],
    incident: Incident | None,
    window: Window | None,
    *,
    blind: bool,
) -> tuple[State, str]:
    if window is not None:
        return State.MAINTENANCE, ""
    seen = [look.state for look in looks if look.state != State.UNKNOWN]
    said = _verdicts(words)
    if incident is not None and incident.manual and incident.phase == Phase.OPEN:
        return worst([incident.state, *seen, *said]), ""
    if not seen and not said:
        return State.UNKNOWN, "blind" if blind else "stale"
    if State.MAINTENANCE in said:
        return State.MAINTENANCE, ""
    if _contradict(worst(seen) if seen else None, said):
        return State.UNKNOWN, "contradictory"
    return worst([*seen, *said]), ""


def _verdicts(words: tuple[Condition, ...]) -> list[State]:
    """What each system says of the service as a whole: the worst of its parts.

    Mere information isn't asked, nor what a person has called resolved all the same.
    """
    certain = [word for word in words if word.state != State.UNKNOWN and not word.muted]
    counted = [word for word in certain if counts(word)]
    systems = sorted({word.by for word in counted})
    return [worst(word.state for word in counted if word.by == by) for by in systems]


def counts(word: Condition) -> bool:
    """Whether it says how the service is: a system's mere information is for the operators alone."""
    return word.source == "probe" or word.severity != Severity.INFO or word.state == State.MAINTENANCE


def _contradict(seen: State | None, said: list[State]) -> bool:
    """Whether one says up, another down, and it isn't the bot that measures what others report: down.

    A part that fails, or slowness, contradicts nobody: they may look at different things.
    """
    everybody = {seen, *said}
    return {State.UP, State.DOWN} <= everybody and not (seen == State.DOWN and State.DOWN in said)


def _dated(found: Known) -> Known:
    """With the time since when it is so."""
    shown = [look.since for look in found.looks if look.state == found.state]
    shown += [word.since for word in found.conditions if word.state == found.state]
    match found.state:
        case State.UP:  # as a whole since the last of its parts is
            begun = max([look.since for look in found.looks] or shown, default=None)
        case State.UNKNOWN:
            begun = _doubted(found)
        case State.MAINTENANCE if found.window is not None:
            begun = found.window.begins
        case _:
            begun = min(shown, default=found.incident.opened if found.incident else None)
    return replace(found, since=begun)


def _doubted(found: Known) -> datetime | None:
    """Since when its state isn't known."""
    match found.doubt:
        case "blind":
            return found.blind
        case "contradictory":
            begun = [look.since for look in found.looks] + [word.since for word in found.conditions]
        case _:
            begun = [found.last_look.looked] if found.last_look else []
            begun += [found.last_word.heard] if found.last_word else []
    return max(begun, default=None)
