"""Floods: how much one person, and one room, may ask of the bot. Generous at once, small in the long run.

Why so: `docs/decisions/0013-floods-and-backlogs.md`.
"""

import heapq
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.actions import Decision, Done, Nothing
from bot.commands import reply
from bot.config.models import Limits
from bot.errors import TryLater
from bot.events import Message
from bot.ports import Ports
from bot.roles import Role

#: How many people, and how many rooms, are remembered.
KEPT = 10_000
#: How long the answer counts to whether somebody with nothing left is a moderator, in seconds.
ASKED_AGAIN = 60.0
TOO_MUCH = "That is more than I can answer at once. I'll be quiet for a while; please try again in a few minutes."


class Ruling(StrEnum):
    """What becomes of a message: it is let through, answered with the one notice, or met with silence."""

    ALLOWED = "allowed"
    NOTICE = "notice"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How many messages may come at once, and how many a minute after that."""

    at_once: int
    per_minute: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """What is left. `at`: when it was counted, in seconds; `told`: the rooms in which it was said that it is empty.

    `last` is the last message that was ruled on, and how: a decision that is made again takes nothing.
    """

    tokens: float
    at: float
    told: frozenset[str] = frozenset()
    last: tuple[str, Ruling] = ("", Ruling.ALLOWED)


def full(rules: Rules, now: float) -> Bucket:
    """The bucket of somebody who wasn't heard of before."""
    return Bucket(tokens=rules.at_once, at=now)


def filled(bucket: Bucket, now: float, rules: Rules) -> Bucket:
    """The bucket as it is by now. Half full, it may be said anew that it is empty."""
    passed = max(now - bucket.at, 0.0)
    tokens = min(bucket.tokens + passed * rules.per_minute / 60, rules.at_once)
    told = frozenset[str]() if tokens >= rules.at_once / 2 else bucket.told
    return replace(bucket, tokens=tokens, at=bucket.at + passed, told=told)


def take(bucket: Bucket, now: float, rules: Rules) -> tuple[Bucket, bool]:
    """Take one out, if there is one."""
    bucket = filled(bucket, now, rules)
    if bucket.tokens < 1:
        return bucket, False
    return replace(bucket, tokens=bucket.tokens - 1), True


def refuse(bucket: Bucket, room: str) -> tuple[Bucket, Ruling]:
    """Whether it is said in this room that it is empty: once."""
    if room in bucket.told:
        return bucket, Ruling.SILENCE
    return replace(bucket, told=bucket.told | {room}), Ruling.NOTICE


@dataclass(kw_only=True)
class Buckets:
    """One bucket for each key, as many as are worth remembering."""

    rules: Rules
    kept: dict[str, Bucket] = field(default_factory=dict)

    def of(self, key: str, now: float) -> Bucket:
        """This key's bucket."""
        return self.kept.get(key) or full(self.rules, now)

    def put(self, key: str, bucket: Bucket) -> None:
        """Remember it. When there are too many, a tenth is forgotten: the fullest, of which there is least to know."""
        self.kept[key] = bucket
        if len(self.kept) > KEPT:
            for fullest in heapq.nlargest(KEPT // 10, self.kept, key=lambda one: self.kept[one].tokens):
                del self.kept[fullest]


def from_config(limits: Limits) -> "Floods":
    """With the limits of the config."""
    return Floods(
        people=Buckets(rules=Rules(at_once=limits.person_at_once, per_minute=limits.person_per_minute)),
        rooms=Buckets(rules=Rules(at_once=limits.room_at_once, per_minute=limits.room_per_minute)),
    )


@dataclass(kw_only=True)
class Floods:
    """Stops what is over the limit, before anything else looks at it. Moderators are never limited."""

    people: Buckets
    rooms: Buckets
    moderators: dict[str, tuple[float, bool]] = field(default_factory=dict)

    async def stop(self, message: Message, ports: Ports) -> Decision | None:
        """What is decided about a message over the limit; None where it isn't over, or isn't for the bot."""
        if message.addressed is None:
            return None
        ruling = self._rule(message, ports.now.timestamp())
        if ruling is not Ruling.ALLOWED and await self._is_moderator(message.sender, ports):
            return None
        match ruling:
            case Ruling.ALLOWED:
                return None
            case Ruling.NOTICE:
                return Done((reply(message, TOO_MUCH),), "over the limit")
            case Ruling.SILENCE:
                return Nothing("over the limit")

    def _rule(self, message: Message, now: float) -> Ruling:
        person, room = self.people.of(message.sender, now), self.rooms.of(message.room, now)
        if person.last[0] == message.id:
            return person.last[1]
        person, allowed = take(person, now, self.people.rules)
        ruling = Ruling.ALLOWED
        if not allowed:
            person, ruling = refuse(person, message.room)
        else:
            room, allowed = take(room, now, self.rooms.rules)
            if not allowed:
                room, ruling = refuse(room, message.room)
            self.rooms.put(message.room, room)
        self.people.put(message.sender, replace(person, last=(message.id, ruling)))
        return ruling

    async def _is_moderator(self, person: str, ports: Ports) -> bool:
        """Asked only of those with nothing left, and rarely: a flood is not to become one of questions about roles."""
        now = ports.now.timestamp()
        at, known = self.moderators.get(person, (0.0, False))
        if now - at < ASKED_AGAIN:
            return known
        try:
            known = await ports.roles.role(person) >= Role.MODERATOR
        except TryLater:
            known = False
        self.moderators.pop(person, None)
        self.moderators[person] = (now, known)
        if len(self.moderators) > KEPT:
            del self.moderators[next(iter(self.moderators))]
        return known
