"""Who may do what. A role comes from the config, the control room or, where a command acts on its own room, from
that room's live power levels; never from a display name, never from a private chat.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Role(IntEnum):
    """In rising order; each may do what the ones before it may."""

    MEMBER = 0
    MODERATOR = 1
    MAINTAINER = 2
    ADMIN = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class PowerLevels:
    """A room's power levels as its homeserver states them now. Creators (room version 12) stand above all numbers."""

    users: Mapping[str, int] = field(default_factory=dict)
    users_default: int = 0
    creators: frozenset[str] = frozenset()

    def of(self, person: str) -> float:
        """This person's power, infinite for creators."""
        return float("inf") if person in self.creators else self.users.get(person, self.users_default)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a person at the moment of a command."""

    listed: Role = Role.MEMBER
    in_control_room: bool = False
    power_here: float = 0


#: Matrix's usual threshold for moderators.
MODERATOR_POWER = 50


def role_of(standing: Standing, *, acts_here: bool) -> Role:
    """The role that counts for a command. `acts_here`: it affects only the configured room it was given in."""
    roles = [standing.listed]
    if standing.in_control_room:
        roles.append(Role.MODERATOR)
    if acts_here and standing.power_here >= MODERATOR_POWER:
        roles.append(Role.MODERATOR)
    return max(roles)
