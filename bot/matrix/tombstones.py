"""Room upgrades: whether a tombstone is followed. Pure decisions; the calls are made in `upgrades.py`.

A tombstone is a state event, so its sender had the power for it in the old room. What it points at is anybody's room
until that room names the old one as its predecessor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.matrix import wire
from bot.roles import MODERATOR_POWER, Role

#: How many upgrades in a row are followed; more is no community's doing.
MOST_HOPS = 5
#: A room with one of these lets nobody in by themselves.
CLOSED = {"invite", "knock"}
#: These let in whoever is in certain other rooms.
RESTRICTED = {"restricted", "knock_restricted"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """What stands over `room` now: who put it there, and the room that it points at."""

    id: str
    room: str
    sender: str
    replacement: str

    @property
    def via(self) -> list[str]:
        """Servers that know the new room: its maker's, and the one in its id, where it has one."""
        servers = [self.sender.partition(":")[2], self.replacement.partition(":")[2]]
        return list(dict.fromkeys(server for server in servers if server))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What the tombstone's sender may: their role everywhere, and their power in the old room."""

    role: Role
    power: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What is known of the old room: is it one of the config's, the control room even, and which rooms was it before.

    `before` begins with the room that the config means and ends with the old one.
    """

    configured: bool
    control: bool
    before: Sequence[str]
    sender: Sender


def seen(sync: dict[str, Any]) -> list[str]:
    """The rooms that have a tombstone in a sync's answer."""
    return [room for room, section in wire.rooms(sync, "join").items() if _tombstone_in(section)]


def _tombstone_in(section: dict[str, Any]) -> bool:
    events = [event for part in ("state", "timeline") for event in wire.objects(wire.mapping(section, part), "events")]
    return any(event.get("type") == "m.room.tombstone" and event.get("state_key") == "" for event in events)


def read(room: str, event: dict[str, Any]) -> Tombstone | None:
    """The tombstone in a room's state; None where it is none, or points nowhere."""
    at, sender = wire.identifier(event.get("event_id")), wire.identifier(event.get("sender"))
    replacement = wire.identifier(wire.mapping(event, "content").get("replacement_room"))
    if event.get("type") != "m.room.tombstone" or event.get("state_key") != "" or at is None or sender is None:
        return None
    if replacement is None or not replacement.startswith("!"):
        return None
    return Tombstone(id=at, room=room, sender=sender, replacement=replacement)


def refusal(stone: Tombstone, move: Move) -> str | None:
    """Why the new room isn't even entered, if so."""
    if stone.replacement in move.before or stone.replacement == stone.room:
        return "it leads in a circle"
    if len(move.before) > MOST_HOPS:
        return f"these are more than {MOST_HOPS} upgrades in a row; put the new room into the config"
    if not move.configured and move.sender.role < Role.MODERATOR:
        return "it isn't a moderator's"
    if move.control and move.sender.role < Role.ADMIN and move.sender.power < MODERATOR_POWER:
        return "its sender has no power over moderators there"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor:
    """The new room's state: its create event, its rule for joining, and the old room's."""

    creation: dict[str, Any]
    join_rule: dict[str, Any]
    join_rule_before: dict[str, Any]


def mismatch(stone: Tombstone, new: Successor, *, control: bool) -> str | None:
    """Why the new room doesn't take the old one's place, if so."""
    if wire.mapping(wire.mapping(new.creation, "content"), "predecessor").get("room_id") != stone.room:
        return "the new room doesn't name this one as its predecessor"
    if control and not closed(new.join_rule, new.join_rule_before):
        return "people could enter the new room without being invited"
    return None


def closed(rule: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether a room lets in nobody without a moderator's doing; or, by other rooms, nobody that it didn't before."""
    kind = wire.text(rule.get("join_rule"), wire.LONGEST_ID)
    if kind in CLOSED:
        return True
    return kind in RESTRICTED and kind == before.get("join_rule") and rule.get("allow") == before.get("allow")
