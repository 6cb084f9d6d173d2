"""The recurring job of each feed."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from bot.actions import Decision, Done, Nothing
from bot.commands import nearest
from bot.errors import ConfigError
from bot.events import Tick
from bot.handler import Place, Recurring
from bot.ports import Ports, Rooms
from handlers.status.feeds import deciding
from handlers.status.feeds.deciding import Round, changed, job_key
from handlers.status.feeds.fetching import Answer, Trouble, Unchanged, fetch
from handlers.status.feeds.records import GONE, state_of
from handlers.status.settings import OPERATORS, FeedSettings, Settings
from handlers.status.watch import Watch

#: What the keys of these jobs begin with.
FEED = "feed"
#: Feeds are read one after the other, not all at the start.
APART = timedelta(seconds=10)


def jobs(settings: Settings) -> tuple[Recurring, ...]:
    """One for each feed."""
    first = timedelta(seconds=10)
    return tuple(
        Recurring(key=job_key(feed), every=feed.every, after=first + number * APART)
        for number, feed in enumerate(settings.feeds, 1)
    )


async def on_feed(watch: Watch, tick: Tick, ports: Ports) -> Decision:
    """It is time to read a feed."""
    feed = next((one for one in watch.settings.feeds if job_key(one) == tick.key), None)
    rooms = listening(feed, ports.rooms) if feed else {}
    if feed is None or not rooms:
        return Nothing("no such feed" if feed is None else "nobody to tell")
    state = await state_of(ports.memory, feed)
    if state.trouble == GONE:
        return Nothing("it is gone for good")
    turn = Round(
        feed=feed,
        state=state,
        rooms=rooms,
        operators=ports.rooms.operators(),
        now=ports.now,
    )
    match await fetch(feed, state.etag, state.modified, ports):
        case Trouble() as trouble:
            return Done(deciding.failed(turn, trouble), "a feed can't be read")
        case Unchanged():
            return Done(deciding.settled(turn, state), "nothing new in a feed")
        case Answer() as answer:
            return Done(deciding.followed(turn, answer, await _sent(turn, answer, ports)), "read a feed")


def ticks(watch: Watch) -> dict[str, Callable[[Tick, Ports], Awaitable[Decision]]]:
    """Who is to be told of a tick, by what its key begins with."""
    return {FEED: partial(on_feed, watch)}


def check(settings: Settings, place: Place) -> None:
    """Raises `ConfigError` where two feeds have one name, or one names a room that isn't there."""
    names, known = [one.name for one in settings.feeds], {*place.rooms, OPERATORS}
    problems = [
        f"status.feeds[{number}].name: {name} is given a second time; each feed needs its own"
        for number, name in enumerate(names, 1)
        if name in names[: number - 1]
    ]
    problems += [
        f"status.feeds[{number}].rooms: there is no room {room!r}{_near(room, known)}"
        for number, feed in enumerate(settings.feeds, 1)
        for room in feed.rooms
        if room not in known
    ]
    if problems:
        raise ConfigError(*problems)


def _near(room: str, known: set[str]) -> str:
    near = nearest(room, tuple(sorted(known)))
    return f"; did you mean {near!r}?" if near else ""


def listening(feed: FeedSettings, rooms: Rooms) -> dict[str, str]:
    """The ids of the rooms that hear of it and that we are in, by name; each room once."""
    found = {name: rooms.operators() if name == OPERATORS else rooms.named(name) for name in feed.rooms}
    names = {room: name for name, room in reversed(found.items()) if room is not None}
    return {name: room for room, name in reversed(names.items())}


async def _sent(turn: Round, answer: Answer, ports: Ports) -> dict[str, bool]:
    keys = [deciding.key(turn.feed, entry, name) for entry in changed(turn, answer) for name in turn.rooms]
    return {key: await ports.sent.event_of("status", key) is not None for key in keys}
