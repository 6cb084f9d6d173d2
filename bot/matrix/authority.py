"""Who may do what, asked of the homeserver at the moment of a command. What nio believes of a room is never used."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.matrix import wire
from bot.matrix.api import Api, Denied, path
from bot.matrix.rooms import RoomBook
from bot.roles import PowerLevels, Role, Standing, role_of

#: From this room version on, creators stand above all power levels and have no entry among them.
CREATORS_SINCE = 12
#: How many versions of a room are looked back.
MOST_VERSIONS = 5


@dataclass(slots=True)
class LastKnown:
    """Who was in the control room when it was last asked. Never for authority: only for whose messages come first."""

    in_control_room: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Authority:
    """The `Roles` port. `listed` is the config's word; `last` keeps who was in the control room when last asked."""

    api: Api
    rooms: RoomBook
    listed: Callable[[str], Role]
    last: LastKnown = field(default_factory=LastKnown)

    async def role(self, person: str, *, room: str | None = None) -> Role:
        """This person's role; with `room`, for a command that acts on that room alone. Raises `TryLater`."""
        listed = self.listed(person)
        if listed > Role.MODERATOR:
            return listed
        inside = person in await self.in_control_room()
        counts = room is not None and room in self.rooms.configured
        power = (await power_levels(self.api, room)).of(person) if room is not None and counts else 0
        return role_of(Standing(listed=listed, in_control_room=inside, power_here=power), acts_here=counts)

    async def in_control_room(self) -> frozenset[str]:
        """Who is in the control room, as the homeserver says now. Raises `TryLater`."""
        control = self.rooms.control_room()
        self.last.in_control_room = await members(self.api, control) if control is not None else frozenset()
        return self.last.in_control_room


async def members(api: Api, room: str) -> frozenset[str]:
    """Who is in the room, as the homeserver says now; nobody where it doesn't say."""
    try:
        answer = await api.call("GET", path("rooms", room, "joined_members"))
    except Denied:
        return frozenset()
    return frozenset(wire.mapping(answer, "joined"))


@dataclass(frozen=True, slots=True)
class Stay:
    """How somebody stands to a room ("join", "invite", "leave", "ban", "knock"), and since when, in UTC."""

    membership: str
    since: datetime


async def stay(api: Api, room: str, person: str) -> Stay | None:
    """How this person stands to the room, as the homeserver says now; None where it has never heard of them there.

    A new name or picture counts as a new beginning.
    """
    try:
        event = await api.call("GET", path("rooms", room, "state", "m.room.member", person), query={"format": "event"})
    except Denied:
        return None
    membership, since = wire.mapping(event, "content").get("membership"), wire.moment(event.get("origin_server_ts"))
    if not isinstance(membership, str) or since is None:
        return None
    return Stay(membership, since)


async def earlier_versions(api: Api, room: str) -> tuple[str, ...]:
    """The rooms that this one was upgraded from, the latest first, as far as their own creations say and we may see."""
    found: list[str] = []
    for _ in range(MOST_VERSIONS):
        creation = await state_of(api, found[-1] if found else room, "m.room.create")
        earlier = wire.identifier(wire.mapping(creation, "predecessor").get("room_id"))
        if earlier is None or earlier in {room, *found}:
            break
        found.append(earlier)
    return tuple(found)


async def power_levels(api: Api, room: str) -> PowerLevels:
    """The room's power levels as its homeserver states them now; none where it doesn't say."""
    levels = await state_of(api, room, "m.room.power_levels")
    creation = await state_of(api, room, "m.room.create", whole=True)
    return levels_of(levels, creation)


def levels_of(levels: dict[str, Any], creation: dict[str, Any]) -> PowerLevels:
    """The power levels that two state events give. What isn't a whole number gives nothing: rather too little.

    Without any, Matrix gives a room's creator 100. That is for a room which is being made; we don't count it.
    """
    users = {person: level for person, level in wire.mapping(levels, "users").items() if _is_level(level)}
    default = levels.get("users_default", 0)
    return PowerLevels(users, default if _is_level(default) else 0, creators_of(creation))


def _is_level(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def creators_of(creation: dict[str, Any]) -> frozenset[str]:
    """The creators, where the room's version gives them a standing of their own: the sender and those it adds."""
    content = wire.mapping(creation, "content")
    version, sender = content.get("room_version"), wire.identifier(creation.get("sender"))
    if not isinstance(version, str) or not version.isascii() or not version.isdecimal() or sender is None:
        return frozenset()
    if int(version[:9]) < CREATORS_SINCE:
        return frozenset()
    added = wire.listed(content, "additional_creators")
    return frozenset([sender, *(one for one in added if wire.identifier(one))])


async def state_of(api: Api, room: str, kind: str, *, whole: bool = False) -> dict[str, Any]:
    """A state event's content, or the `whole` event; empty where there is none or we may not see it."""
    query = {"format": "event"} if whole else None
    try:
        return await api.call("GET", path("rooms", room, "state", kind, ""), query=query)
    except Denied:
        return {}
