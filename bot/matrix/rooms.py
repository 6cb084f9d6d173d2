"""The rooms that we are in: a small table of our own, since nio's can't be trusted with it."""

from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.matrix import wire
from bot.ports import RoomInfo
from bot.storage import rooms as kept
from bot.storage.rooms import Room

#: A private chat: the two of us.
TWO = 2


@dataclass(kw_only=True)
class RoomBook:
    """What is known of each room, to `us`. `configured` maps room ids to what the config says of them."""

    us: str = ""
    rooms: dict[str, Room] = field(default_factory=dict)
    configured: dict[str, RoomInfo] = field(default_factory=dict)
    #: Rooms that configured ones were upgraded to, with what the config says of those: invitations there are welcome.
    expected: dict[str, RoomInfo] = field(default_factory=dict)
    #: What a sync has said to be encrypted, before that is kept; and what the homeserver said not to be.
    turned: set[str] = field(default_factory=set)
    plain: set[str] = field(default_factory=set)
    #: Rooms that the homeserver has let us into; the sync that tells so may be on its way still.
    entered: set[str] = field(default_factory=set)

    def joined(self, room: str) -> bool:
        """Whether we are in."""
        return room in self.rooms and self.rooms[room].joined

    def inside(self, room: str) -> bool:
        """Whether we are in, as far as speaking there goes: also where no sync has told so yet."""
        return room in self.entered or self.joined(room)

    def removed(self, room: str) -> bool:
        """Whether we were thrown out, and not let in again since."""
        return room in self.rooms and self.rooms[room].removed

    def encrypted(self, room: str) -> bool:
        """Whether it was ever encrypted: never taken back."""
        return room in self.turned or (room in self.rooms and self.rooms[room].encrypted)

    def turn(self, sync: dict[str, Any]) -> None:
        """Take over at once, before anything is kept, which rooms a sync says to be encrypted: that can't be undone."""
        for room, section in wire.rooms(sync, "join").items():
            if _turns_encrypted(section):
                self.turned.add(room)

    def entering(self, room: str) -> None:
        """We join it now, so what it was when we were in last is no matter."""
        self.plain.discard(room)

    def private(self, room: str) -> bool:
        """Whether it is a chat with one person, outside of the configured rooms."""
        known = room in self.configured or room in self.expected
        return not known and self.rooms.get(room, Room(id=room)).people == TWO

    def info(self, room: str) -> RoomInfo:
        """What the config says of it."""
        if room in self.expected:
            return RoomInfo(id=room, name=self.expected[room].name, answers="off")
        return self.configured.get(room, RoomInfo(id=room))

    def control_room(self) -> str | None:
        """The moderators' room, once we are in it."""
        return next((room for room, info in self.configured.items() if info.control and self.inside(room)), None)

    def operators(self) -> str | None:
        """The operators' room, once we are in it; else the moderators'."""
        own = (room for room, info in self.configured.items() if info.operators and self.inside(room))
        return next(own, None) or self.control_room()

    def noticed(self) -> list[RoomInfo]:
        """The rooms that want news of outages, and that we are in."""
        return [info for room, info in self.configured.items() if info.notices and self.inside(room)]

    def named(self, name: str) -> str | None:
        """The room that the config calls so, once we are in it."""
        return next((room for room, info in self.configured.items() if info.name == name and self.inside(room)), None)

    def after(self, sync: dict[str, Any]) -> list[Room]:
        """The rooms that a sync changes, as they will be. Nothing is changed yet."""
        changed = [self._joined(room, section) for room, section in wire.rooms(sync, "join").items()]
        changed += [self._left(room, section) for room, section in wire.rooms(sync, "leave").items()]
        return [room for room in changed if room != self.rooms.get(room.id)]

    def _joined(self, room: str, section: dict[str, Any]) -> Room:
        before = self.rooms.get(room, Room(id=room))
        count = wire.count(wire.mapping(section, "summary").get("m.joined_member_count"))
        people = before.people if count is None else count
        encrypted = before.encrypted or _turns_encrypted(section)
        return replace(before, joined=True, removed=False, encrypted=encrypted, people=people)

    def _left(self, room: str, section: dict[str, Any]) -> Room:
        before = self.rooms.get(room, Room(id=room, joined=False))
        removed = before.removed or _threw_out(section, self.us)
        return replace(before, joined=False, removed=removed, people=0)

    def arrived(self, changed: list[Room]) -> list[str]:
        """The configured rooms whose next versions we are in by now."""
        return [self.expected[room.id].id for room in changed if room.joined and room.id in self.expected]

    async def save(self, tx: AsyncConnection, changed: list[Room]) -> None:
        """Keep them, within the transaction that moves the token."""
        for room in changed:
            await kept.save(tx, room)

    def update(self, changed: list[Room]) -> None:
        """Take them over, once they are kept."""
        self.rooms.update({room.id: room for room in changed})
        self.entered -= {room.id for room in changed}


def _threw_out(section: dict[str, Any], us: str) -> bool:
    """Whether somebody else ended our stay. Coming and going may be told in one breath, so the event alone counts."""
    events = wire.objects(wire.mapping(section, "timeline"), "events")
    ours = [event for event in events if event.get("type") == "m.room.member" and event.get("state_key") == us]
    last = ours[-1] if ours else {}
    before = wire.mapping(wire.mapping(last, "unsigned"), "prev_content").get("membership")
    return before == "join" and last.get("sender") != us


def _turns_encrypted(section: dict[str, Any]) -> bool:
    parts = (wire.mapping(section, "state"), wire.mapping(section, "timeline"))
    events = [event for part in parts for event in wire.objects(part, "events")]
    return any(event.get("type") == "m.room.encryption" and event.get("state_key") == "" for event in events)
