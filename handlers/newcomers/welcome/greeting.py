"""The wait is over: floods are seen to first, then those who are still there are greeted, in each room together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby
from operator import attrgetter

import structlog

from bot.actions import Action, Decision, DirectMessage, Done, Nothing, Say
from bot.errors import SlowDown, TryLater, Unreachable
from bot.events import Outcome, Tick
from bot.facts import OptedOut
from bot.ports import Ports, RoomInfo
from handlers.newcomers.counts.tally import What, counted
from handlers.newcomers.desk import Desk
from handlers.newcomers.welcome import flooding, records
from handlers.newcomers.welcome.joining import STALE, TICK, key_of, look, next_look
from handlers.newcomers.welcome.records import Newcomer, State, Waiting
from handlers.newcomers.welcome.template import greeting

log = structlog.get_logger()

#: What the key of a greeting in a room begins with.
SAID = "greeted"
#: So many are looked at one by one, and mentioned; those beyond are greeted with them, in the room, and not by name.
MOST = 50
#: How soon it is looked again in a room of which nothing could be told.
PUT_OFF = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Those in a room who have waited: who is greeted there, who in private, who has gone, who needs no greeting."""

    room: str
    here: tuple[Newcomer, ...] = ()
    private: tuple[Newcomer, ...] = ()
    missed: tuple[Newcomer, ...] = ()
    spared: tuple[Newcomer, ...] = ()


async def on_tick(desk: Desk, tick: Tick, ports: Ports) -> Decision:
    """It is time to look, in all rooms at once: first in the one whose time it is."""
    swept = await flooding.sweep(desk, await records.due(ports.memory), ports)
    actions, welcomed = list(swept.actions), 0
    for number, people in enumerate(in_rooms(swept.left, tick.key)):
        room, wait = people[0].room, desk.settings.welcome.wait
        due = next_look(Waiting(first=people[0].at, latest=people[-1].at), wait)
        ready = tuple(one for one in people if ports.now - one.at >= wait) if due <= ports.now else ()
        found = await asked(room, ready, ports, first=number == 0) if ready else Ready(room=room)
        if found is None:
            actions.append(look(room, ports.now + PUT_OFF))
            continue
        if ready:
            actions += greet(desk, found, ports)
            welcomed += len(found.here)
        if rest := people[len(ready) :]:
            actions.append(look(room, next_look(Waiting(first=rest[0].at, latest=rest[-1].at), wait)))
    actions += [counted(What.WELCOMED, tick.id, ports.now, number=number) for number in range(welcomed)]
    return Done(tuple(actions), "looked who is new") if actions else Nothing("nobody waits")


def in_rooms(newcomers: Sequence[Newcomer], key: str) -> list[tuple[Newcomer, ...]]:
    """Who waits in each room, in the order of their coming; first in that which the tick with this key is for."""
    by_room = groupby(sorted(newcomers, key=attrgetter("room", "at")), key=attrgetter("room"))
    return sorted((tuple(some) for _, some in by_room), key=lambda some: key_of(some[0].room) != key)


async def asked(room: str, ready: Sequence[Newcomer], ports: Ports, *, first: bool) -> Ready | None:
    """Who is there; None where it can't be told now: one room must not hold up the others for that.

    Raises `TryLater` where nothing at all can be asked.
    """
    try:
        return await who_is_there(room, ready, ports)
    except TryLater as error:
        if first and isinstance(error, Unreachable | SlowDown):
            raise
        log.warning("newcomers_put_off", room=room, why=str(error))
        return None


async def who_is_there(room: str, ready: Sequence[Newcomer], ports: Ports) -> Ready:
    """Who they are, asked of the homeserver now. Raises `TryLater` where it can't be asked."""
    if ports.rooms.info(room).welcome == "off":
        return Ready(room=room, spared=tuple(ready))
    inside = await ports.rooms.members(room)
    missed = tuple(one for one in ready if one.person not in inside)
    there = tuple(one for one in ready if one.person in inside)
    spared = tuple([one for one in there[:MOST] if not await is_new(one, ports)])
    new = tuple(one for one in there[:MOST] if one not in spared)
    return Ready(
        room=room,
        here=(*(one for one in new if one.how == "room"), *there[MOST:]),
        private=tuple(one for one in new if one.how != "room"),
        missed=missed,
        spared=spared,
    )


async def is_new(one: Newcomer, ports: Ports) -> bool:
    """Whether they are new to the community, and may be greeted."""
    person = one.person or ""
    if ports.now - one.at > STALE or await ports.facts.ask(OptedOut(person)):
        return False
    stays = await ports.rooms.entered(person)
    if any(ports.now - since > STALE for room, since in stays.items() if room != one.room):
        return False
    return not await ports.rooms.was_in_before(person, one.room)


def greet(desk: Desk, ready: Ready, ports: Ports) -> list[Action]:
    """All that is to be done about those in one room. Nobody is named or kept who isn't greeted."""
    log.info(
        "newcomers_looked_at",
        room=ready.room,
        greeted=len(ready.here),
        written_to=len(ready.private),
        gone=len(ready.missed),
        spared=len(ready.spared),
    )
    info = ports.rooms.info(ready.room)
    return [
        *(_together(desk, ready.here, info, ports) if ready.here else ()),
        *(_alone(desk, one, info, ports) for one in ready.private),
        *(records.become(one, State.WELCOMED) for one in ready.here),
        *(records.become(one, State.WRITING) for one in ready.private),
        *(records.become(one, State.MISSED) for one in ready.missed),
        *(records.become(one, State.SPARED) for one in ready.spared),
    ]


def _together(desk: Desk, people: Sequence[Newcomer], info: RoomInfo, ports: Ports) -> tuple[Action]:
    names = tuple(one.person or "" for one in people)
    text = greeting(desk, ports, info, names)
    # Nobody is greeted twice, so that the first of them makes the key one of a kind.
    return (Say(room=people[0].room, text=text, key=f"{SAID}:{people[0].pseudonym}", mentions=names[:MOST]),)


def _alone(desk: Desk, one: Newcomer, info: RoomInfo, ports: Ports) -> Action:
    person = one.person or ""
    return DirectMessage(to=person, text=greeting(desk, ports, info, (person,)), key=f"{TICK}:{one.pseudonym}")


async def on_said(outcome: Outcome, _ports: Ports) -> Decision:
    """What became of a greeting in a room: where the bot may not speak, nobody is greeted by it, and that is all."""
    if outcome.ok:
        return Nothing("the greeting is there")
    log.warning("greeting_not_said", room=outcome.room, why=outcome.why)
    return Nothing("the greeting could not be said")


async def on_written(desk: Desk, outcome: Outcome, ports: Ports) -> Decision:
    """What became of a private greeting. Who can't be written to is greeted in the room, with whoever else is new."""
    before = await records.newcomer(ports.memory, outcome.key.partition(":")[2])
    if before is None or before.state != State.WRITING:
        return Nothing("nobody's greeting")
    if outcome.ok:
        done = (records.become(before, State.WELCOMED), counted(What.WELCOMED, outcome.id, ports.now))
        return Done(done, "greeted in private")
    log.info("greeting_not_written", room=before.room)
    if before.person is None:
        return Done((records.become(before, State.SPARED),), "could not be written to for too long")
    again = replace(before, state=State.LATE, how="room", at=ports.now)
    others = await records.waiting(ports.memory, before.room)
    at = next_look(Waiting(first=others.first if others else again.at, latest=again.at), desk.settings.welcome.wait)
    return Done((records.change(before, again), look(before.room, at)), "is greeted in the room")
