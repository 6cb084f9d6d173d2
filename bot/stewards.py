"""Other Stewards in a room of ours. Every Steward marks what it sends, so that two of them don't talk to each other.

The mark is no proof: anybody can put it on their messages. All they get by it is not being answered, and a room in
which the bot waits to be asked until the hour is over; who did it is told to the operators.
"""

from dataclasses import dataclass, field

from bot.actions import Audit

#: How long another Steward's answer counts, in seconds.
COUNTED = 3600.0


#: How many of them are remembered; more is somebody's game.
KEPT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """When another Steward answered last, and the message with which the operators were told of it."""

    at: float
    told: str


@dataclass(kw_only=True)
class Stewards:
    """Which other Stewards answer in which rooms, by room and Matrix id."""

    seen: dict[tuple[str, str], Seen] = field(default_factory=dict)

    def here(self, room: str, now: float) -> bool:
        """Whether another Steward has answered in this room lately."""
        return any(place == room and now - seen.at < COUNTED for (place, _), seen in self.seen.items())

    def answered(self, room: str, who: str, message: str, at: float, now: float) -> tuple[Audit, ...]:
        """Another Steward has answered here: take note, and tell the operators unless they know."""
        if now - at >= COUNTED:
            return ()
        before = self.seen.pop((room, who), None)
        told = before.told if before is not None and now - before.at < COUNTED else message
        self.seen[room, who] = Seen(at=max(at, before.at if before else at), told=told)
        if len(self.seen) > KEPT:
            del self.seen[next(iter(self.seen))]
        # The same message again: what was decided about it didn't come to its commit.
        if told != message:
            return ()
        what = "is another Steward, and answers in this room"
        return (Audit(who=who, what=what, outcome="I don't speak unasked there", room=room),)
