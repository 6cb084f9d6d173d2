"""Join floods, looked at when it is time: which go on, are over, or begin; and the word to the moderators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.actions import Action, Say
from bot.ports import Ports
from handlers.newcomers.desk import Desk
from handlers.newcomers.settings import Flood as Rules
from handlers.newcomers.welcome import floods, records
from handlers.newcomers.welcome.floods import Flood
from handlers.newcomers.welcome.joining import look
from handlers.newcomers.welcome.records import Newcomer, State
from handlers.newcomers.welcome.wording import flood_told

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waters:
    """How the floods stand. `ended`, `going` and `begun` are those that were and those that are new.

    `passed` came in one of them, `left` didn't. `crowd`: who came together where one begins, in the order of their
    coming.
    """

    ended: tuple[Flood, ...] = ()
    going: tuple[Flood, ...] = ()
    begun: tuple[Flood, ...] = ()
    passed: tuple[Newcomer, ...] = ()
    left: tuple[Newcomer, ...] = ()
    crowd: tuple[Newcomer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What is to be done about them, and who is left to be greeted."""

    actions: tuple[Action, ...]
    left: tuple[Newcomer, ...]


async def sweep(desk: Desk, waiting: tuple[Newcomer, ...], ports: Ports) -> Swept:
    """See to all floods."""
    rules = desk.settings.welcome.flood
    under_way = await floods.under_way(ports.memory, rules)
    lately = await records.lately(ports.memory, waiting[0].at - rules.within) if waiting else ()
    veterans = await _veterans(floods.crowd(lately, rules), ports)
    lately = _without(lately, veterans)
    waters = stand(_without(waiting, veterans), under_way, lately, rules, ports.now)
    spared = tuple(records.become(one, State.SPARED) for one in veterans)
    return Swept(actions=(*spared, *_done(waters, rules), *_told(waters, rules, ports)), left=waters.left)


async def _veterans(crowd: Sequence[Newcomer], ports: Ports) -> tuple[Newcomer, ...]:
    """Those who have only followed their room into its next version, as all do at once when it is upgraded."""
    waiting = [one for one in crowd if one.state == State.WAITING and one.person]
    return tuple([one for one in waiting if await ports.rooms.was_in_before(one.person or "", one.room)])


def stand(
    waiting: Sequence[Newcomer], under_way: Sequence[Flood], lately: Sequence[Newcomer], rules: Rules, now: datetime
) -> Waters:
    """How the floods stand now. `lately` are all who count for one, those among `waiting` too."""
    swept = [floods.swept(one, _in(waiting, one.room), rules) for one in under_way]
    caught = [one for _, some in swept for one in some]
    left = _without(waiting, caught)
    crowd = floods.crowd(lately, rules)
    rooms = sorted({one.room for one in set(crowd) & set(left)})
    return Waters(
        ended=tuple(flood for flood, _ in swept if not flood.lasts(now, rules.calm)),
        going=tuple(flood for flood, _ in swept if flood.lasts(now, rules.calm)),
        begun=tuple(_begun(room, _in(crowd, room), _in(left, room)) for room in rooms),
        passed=(*caught, *(one for one in left if one.room in rooms)),
        left=tuple(one for one in left if one.room not in rooms),
        crowd=tuple(one for one in crowd if one.room in rooms),
    )


def _in(newcomers: Sequence[Newcomer], room: str) -> tuple[Newcomer, ...]:
    return tuple(one for one in newcomers if one.room == room)


def _without(newcomers: Sequence[Newcomer], others: Sequence[Newcomer]) -> tuple[Newcomer, ...]:
    known = frozenset(others)
    return tuple(one for one in newcomers if one not in known)


def _begun(room: str, crowd: Sequence[Newcomer], left: Sequence[Newcomer]) -> Flood:
    return Flood(room=room, since=crowd[0].at, latest=max(crowd[-1].at, left[-1].at))


def _done(waters: Waters, rules: Rules) -> tuple[Action, ...]:
    return (
        *(records.become(one, State.PASSED) for one in waters.passed),
        *(floods.end(one) for one in waters.ended),
        *(floods.go_on(one) for one in waters.going),
        *(floods.begin(one) for one in waters.begun),
        *(look(one.room, one.latest + rules.calm) for one in (*waters.going, *waters.begun)),
    )


def _told(waters: Waters, rules: Rules, ports: Ports) -> tuple[Action, ...]:
    """One word to the moderators, however many rooms it reaches: none where one is under way already."""
    for flood in waters.begun:
        log.warning("join_flood", room=flood.room, people=len(_in(waters.crowd, flood.room)))
    if not waters.begun or waters.going:
        return ()
    control = ports.rooms.control()
    if control is None:
        log.warning("join_flood_not_told", why="there is no control room")
        return ()
    infos = [ports.rooms.info(flood.room) for flood in waters.begun]
    span = waters.crowd[-1].at - waters.crowd[0].at
    return (Say(room=control, text=flood_told(infos, len(waters.crowd), span, rules.calm)),)
