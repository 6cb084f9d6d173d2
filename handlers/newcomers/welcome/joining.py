"""Somebody comes into a room: whether they are to be greeted, and when to look again."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from bot.actions import Decision, Done, Later, Nothing, Remember
from bot.events import Joined
from bot.ports import Ports, RoomInfo
from handlers.newcomers.desk import LANE, Desk
from handlers.newcomers.settings import WelcomeSettings
from handlers.newcomers.welcome import floods, records
from handlers.newcomers.welcome.records import Newcomer, State, Waiting

#: What the tick's key begins with; each room has its own.
TICK = "welcome"
#: Who came longer ago, and wasn't greeted since the bot was away, is new no more.
STALE = timedelta(days=1)
#: Whoever keeps coming must not put off the greeting for ever: after so many times the wait it is due.
MOST_WAITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is going on when somebody comes.

    `known` is what is remembered of them; `waiting`: since when others wait in the room, `lately` how many came to any
    room within the flood's time; `flooded`: the room has a flood under way.
    """

    known: Newcomer | None = None
    waiting: Waiting | None = None
    lately: int = 0
    flooded: bool = False


async def on_joined(desk: Desk, event: Joined, ports: Ports) -> Decision:
    """Somebody came into a room."""
    settings, now = desk.settings.welcome, ports.now
    info = ports.rooms.info(event.room)
    if why := spared(settings, info, event, now):
        return Nothing(why)
    pseudonym = ports.pseudonym(event.sender)
    known = await records.newcomer(ports.memory, pseudonym)
    if why := not_new(known, event):
        return Nothing(why)
    new = Newcomer(
        pseudonym=pseudonym,
        state=arrival(event.at, settings, now),
        at=now,
        room=event.room,
        how=info.welcome,
        person=event.sender,
    )
    return decide(new, await scene_of(event.room, known, settings, ports), settings)


async def scene_of(room: str, known: Newcomer | None, settings: WelcomeSettings, ports: Ports) -> Scene:
    """What is going on in the room. In a flood nothing more is asked."""
    flood = await floods.flood_in(ports.memory, room, settings.flood)
    if flood is not None and flood.lasts(ports.now, settings.flood.calm):
        return Scene(known=known, flooded=True)
    waiting = await records.waiting(ports.memory, room)
    lately = await records.how_many_lately(ports.memory, ports.now - settings.flood.within)
    return Scene(known=known, waiting=waiting, lately=lately)


def spared(settings: WelcomeSettings, info: RoomInfo, event: Joined, now: datetime) -> str:
    """Why somebody isn't to be greeted, whatever is known of them; empty where they are."""
    if info.welcome == "off":
        return "nobody is greeted in this room"
    if ignored(event.sender, settings.ignore):
        return "nobody's id: a pattern in the config says so"
    if now - event.at > STALE:
        return "came too long ago"
    return ""


def ignored(person: str, patterns: tuple[str, ...]) -> bool:
    """Whether an id is like one of the patterns, whichever way letters are written."""
    return any(fnmatchcase(person.lower(), pattern.lower()) for pattern in patterns)


def not_new(known: Newcomer | None, event: Joined) -> str:
    """Why somebody isn't new, by what is remembered of them; empty where they are."""
    if known is None:
        return "was here before" if event.returning else ""
    return "" if known.state == State.MISSED else f"known: {known.state}"


def arrival(at: datetime, settings: WelcomeSettings, now: datetime) -> State:
    """Where somebody's welcome begins. What is heard of late came while the bot was away, or says so falsely.

    It doesn't tell how many came at once, then. When they came by their server's word counts for nothing else.
    """
    return State.LATE if now - at > settings.flood.within else State.WAITING


def decide(new: Newcomer, scene: Scene, settings: WelcomeSettings) -> Done:
    """They are noted, and it is looked again when it is time."""
    if scene.flooded:
        return Done((_noted(replace(new, state=State.PASSED, person=None), scene),), "came in a flood")
    crowded = new.state == State.WAITING and scene.lately + 1 >= settings.flood.joins
    latest = Waiting(first=scene.waiting.first if scene.waiting else new.at, latest=new.at)
    at = new.at if crowded else next_look(latest, settings.wait)
    return Done((_noted(new, scene), look(new.room, at)), "many come at once" if crowded else "waits for the greeting")


def _noted(new: Newcomer, scene: Scene) -> Remember:
    return records.note(new) if scene.known is None else records.change(scene.known, new)


def next_look(waiting: Waiting, wait: timedelta) -> datetime:
    """When those who wait in a room are greeted: some time after the last came, so that they are greeted together."""
    return min(waiting.latest + wait, waiting.first + MOST_WAITS * wait)


def look(room: str, at: datetime) -> Later:
    """Look who is to be greeted in this room. Each room has a tick of its own, so that no two put off each other's."""
    return Later(at=at, key=key_of(room), room=LANE)


def key_of(room: str) -> str:
    """The key of a room's tick."""
    return f"{TICK}:{hashlib.sha256(room.encode()).hexdigest()[:32]}"
