"""A message whose key isn't here: its sender is told so, once a day, unless the key comes after all.

Where a room full of people is affected, one of them an hour hears of it; it is the bot's trouble, not theirs.

The wait is a `Later` of the engine's own, committed together with the finding that the message can't be read, so it
outlives the process.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions import Decision, Done, Later, Nothing, Remember, Reply
from bot.events import Tick
from bot.handler import Opened
from bot.matrix import wire
from bot.ports import Ports
from bot.storage import journal, told
from bot.storage.engine import Storage
from bot.storage.journal import Entry

#: Under this name the engine's own ticks come back.
ENGINE = "engine"
#: How long a key may be on its way.
GRACE = timedelta(minutes=2)
#: What was older when it came is history: nobody waits for an answer to it, and keys for it aren't asked for.
LIVE = timedelta(minutes=15)
TEXT = (
    "I could not read your message, since my device didn't get its key. Please send it again; if that doesn't help, "
    "start a new private chat with me."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A message that could not be read when it came, as it stands now.

    `told`: its sender was told today. `room_told`: somebody in its room was told within this hour.
    """

    state: str
    sender: str
    private: bool
    answers: str
    told: bool
    room_told: bool = False


def live(entry: Entry) -> bool:
    """Whether it came soon after it was written. What was written before we came in never comes at all."""
    return entry.received - entry.at <= LIVE.total_seconds()


def put_off(entry: Entry, why: str, now: datetime) -> Decision:
    """Come back to it after the grace; but for history, and for what was found unreadable before."""
    if entry.why or not live(entry):
        return Nothing(why)
    relation = wire.mapping(wire.mapping(entry.body, "content"), "m.relates_to")
    thread = wire.identifier(relation.get("event_id")) if relation.get("rel_type") == "m.thread" else None
    memo = {"event": entry.key, "thread": thread}
    return Done((Later(at=now + GRACE, key=told.key_of("unreadable", entry.key), room=entry.room, memo=memo),), why)


def decide(tick: Tick, missed: Missed, keys: tuple[str, str], now: datetime) -> Decision:
    """Whether its sender is told, noting that under both keys: the person's for today, and the room's for this hour."""
    if missed.state == journal.WAITING:
        return Done((Later(at=now + GRACE, key=tick.key, room=tick.room, memo=tick.memo),), "its key may have come")
    if missed.state != journal.UNREADABLE:
        return Nothing("it isn't unreadable any more")
    if not missed.private and missed.answers == "off":
        return Nothing("nothing is answered in this room")
    if missed.told:
        return Nothing("its sender was told today")
    if not missed.private and missed.room_told:
        return Nothing("somebody in this room was told a while ago")
    event, thread = tick.memo["event"], tick.memo["thread"]
    notice = Reply(to=event, room=tick.room, text=TEXT, mention=missed.sender, in_thread=thread)
    noted = keys[:1] if missed.private else keys
    at = now.timestamp()
    return Done((notice, *(Remember(told.note(key, at)) for key in noted)), "its key didn't come")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """The engine's own part among the handlers. `private` says of a room whether it is a private chat."""

    storage: Storage
    private: Callable[[str], bool]

    def opened(self) -> Opened:
        """As the dispatch takes it."""
        return Opened(on={Tick: self.on_tick})

    async def on_tick(self, tick: Tick, ports: Ports) -> Decision:
        """The grace is over."""
        found = await journal.find(self.storage, tick.memo["event"])
        if found is None:
            return Nothing("it is forgotten")
        state, sender = found
        today, hour = ports.now.date().isoformat(), ports.now.strftime("%Y-%m-%dT%H")
        keys = (told.key_of("unreadable", sender, today), told.key_of("unreadable in", tick.room, hour))
        missed = Missed(
            state=state,
            sender=sender,
            private=self.private(tick.room),
            answers=ports.rooms.info(tick.room).answers,
            told=await told.was(self.storage, keys[0]),
            room_told=await told.was(self.storage, keys[1]),
        )
        return decide(tick, missed, keys, ports.now)
