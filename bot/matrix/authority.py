"""Who may do what, asked of the homeserver at the moment of a command. What nio believes of a room is never used."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.matrix.api import Api, Denied, path
from bot.matrix.rooms import RoomBook
from bot.roles import PowerLevels, Role, Standing, role_of

#: From this room version on, creators stand above all power levels and have no entry among them.
CREATORS_SINCE = 12


@dataclass(frozen=True, kw_only=True)
class Authority:
    """The `Roles` port. `listed` is the config's word."""

    api: Api
    rooms: RoomBook
    listed: Callable[[str], Role]

    async def role(self, person: str, *, room: str | None = None) -> Role:
        """This person's role; with `room`, for a command that acts on that room alone. Raises `TryLater`."""
        listed = self.listed(person)
        if listed > Role.MODERATOR:
            return listed
        control = self.rooms.control_room()
        inside = control is not None and person in await members(self.api, control)
        counts = room is not None and room in self.rooms.configured
        power = (await power_levels(self.api, room)).of(person) if room is not None and counts else 0
        return role_of(Standing(listed=listed, in_control_room=inside, power_here=power), acts_here=counts)


async def members(api: Api, room: str) -> frozenset[str]:
    """Who is in the room, as the homeserver says now; nobody where it doesn't say."""
    try:
        answer = await api.call("GET", path("rooms", room, "joined_members"))
    except Denied:
        return frozenset()
    return frozenset(answer.get("joined", {}))


async def power_levels(api: Api, room: str) -> PowerLevels:
    """The room's power levels as its homeserver states them now; none where it doesn't say."""
    levels = await _state(api, room, "m.room.power_levels")
    creation = await _state(api, room, "m.room.create", whole=True)
    users = {person: level for person, level in levels.get("users", {}).items() if isinstance(level, int)}
    default = levels.get("users_default", 0)
    return PowerLevels(users, default if isinstance(default, int) else 0, creators_of(creation))


def creators_of(creation: dict[str, Any]) -> frozenset[str]:
    """The creators, where the room's version gives them a standing of their own: the sender and those it adds."""
    content = creation.get("content", {})
    version = str(content.get("room_version", "1"))
    if not version.isdigit() or int(version) < CREATORS_SINCE or "sender" not in creation:
        return frozenset()
    return frozenset([creation["sender"], *content.get("additional_creators", [])])


async def _state(api: Api, room: str, kind: str, *, whole: bool = False) -> dict[str, Any]:
    """A state event's content, or the `whole` event; empty where there is none or we may not see it."""
    query = {"format": "event"} if whole else None
    try:
        return await api.call("GET", path("rooms", room, "state", kind, ""), query=query)
    except Denied:
        return {}
