"""What moderators read of a join flood. Pure."""

import math
from collections.abc import Sequence
from datetime import timedelta

from bot.ports import RoomInfo
from handlers.newcomers.welcome.template import room_link

#: Up to twice of each unit, the smaller one is named.
_UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60))


def flood_told(rooms: Sequence[RoomInfo], people: int, within: timedelta, calm: timedelta) -> str:
    """How many came where in how long, what the bot does about it, and what moderators can do."""
    where = [room_link(one.name or one.id, one.alias or one.id) for one in rooms]
    there = "there" if len(where) == 1 else "in these rooms"
    return (
        f"{people} people came to {_listed(where)} within {span(within)}. That looks like a flood, so I greet nobody "
        f"{there} until it has been calm for {span(calm)}. Other rooms that they go to I treat the same, without "
        "another message.\n\n"
        "If they are no friends: in your app, set the room to invite-only for a while, and remove them. If they share "
        "a homeserver, a server ACL keeps it out. I do none of that by myself."
    )


def span(time: timedelta) -> str:
    """How long, in one unit: "8 seconds", "10 minutes"; never less than it is, and at least a second."""
    seconds = max(time.total_seconds(), 1.0)
    name, size = next((unit for unit in _UNITS if seconds >= 2 * unit[1]), ("second", 1))
    if seconds % 60 == 0 and name == "second":
        name, size = "minute", 60
    count = math.ceil(seconds / size)
    return f"{count} {name}{'' if count == 1 else 's'}"


def _listed(rooms: Sequence[str]) -> str:
    return " and ".join([", ".join(rooms[:-1]), rooms[-1]]) if len(rooms) > 1 else "".join(rooms)
