"""Two bots that answer each other: a breaker for each pair of an account and a room.

A person reads before they answer, and a burst of questions is sent before any of them is answered. A bot replies to
each answer at once, again and again. That, and nothing else, is taken for a loop: who asks one thing after the other,
however fast, is met by the limits for everybody (`bot/flood.py`).
"""

from dataclasses import dataclass, field, replace

from bot.actions import Audit, Decision, Done, Nothing
from bot.clock import Clock
from bot.events import Message
from bot.outbox import Sender
from bot.ports import Ports
from bot.storage.outbox import Row

#: What counts as at once: this soon after our answer to their last message, in seconds. People need longer.
AT_ONCE = 2.0
#: The clocks of two machines differ, and our answer is out a moment before we hear of it; in seconds.
TOLERANCE = 0.1
#: So many times within so many seconds is a loop, and then nothing is said to that account there for so long.
TURNS, WITHIN, SILENT = 20, 60.0, 600.0
#: How often the operators are told of the same pair, in seconds.
TOLD_AGAIN = 3600.0
#: How many pairs are remembered.
KEPT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What has passed between us and an account in a room. Times are in seconds.

    `last`: their last message for us; `answered`: the message that we answered last, and when that answer was sent;
    `turns`: when they came back at once, time after time, without a break; `silent_until`: nothing is said before;
    `told`: the message with which the operators were told, and when.
    """

    last: str = ""
    answered: tuple[str, float] = ("", 0.0)
    turns: tuple[float, ...] = ()
    silent_until: float = 0.0
    told: tuple[str, float] = ("", float("-inf"))


def came(pair: Pair, message: str, at: float, now: float) -> Pair:
    """They have written to us: `message`, at `at`. Anything but coming back at once breaks the row."""
    if message == pair.last:
        return pair
    to, when = pair.answered
    at_once = to == pair.last != "" and -TOLERANCE <= at - when < AT_ONCE
    turns = (*(turn for turn in pair.turns if at - turn < WITHIN), at) if at_once else ()
    if len(turns) <= TURNS:
        return replace(pair, last=message, turns=turns)
    told = (message, now) if now - pair.told[1] >= TOLD_AGAIN else pair.told
    return replace(pair, last=message, turns=(), silent_until=now + SILENT, told=told)


def answered(pair: Pair, message: str, when: float) -> Pair:
    """Our answer to this message of theirs was sent."""
    return replace(pair, answered=(message, when))


@dataclass(kw_only=True)
class Loops:
    """Stops the messages of an account that we are in a loop with. Operators are told when it begins."""

    pairs: dict[tuple[str, str], Pair] = field(default_factory=dict)

    async def stop(self, message: Message, ports: Ports) -> Decision | None:
        """What is decided about a message within a loop; None for all others."""
        if message.addressed is None:
            return None
        key, now = (message.room, message.sender), ports.now.timestamp()
        pair = self.pairs.get(key, Pair())
        if message.reply_to is not None:
            pair = came(pair, message.id, message.at.timestamp(), now)
            self._put(key, pair)
        if now >= pair.silent_until:
            return None
        if pair.told[0] != message.id:
            return Nothing("a loop between bots")
        outcome = f"I say nothing to it there for {SILENT / 60:.0f} minutes"
        told = Audit(who=message.sender, what="answers me at once, again and again", outcome=outcome, room=message.room)
        return Done((told,), "a loop between bots")

    def sent(self, row: Row, when: float) -> None:
        """A row of ours is out."""
        key = (row.room, row.recipient or "")
        if key in self.pairs and row.cause is not None:
            self._put(key, answered(self.pairs[key], row.cause, when))

    def _put(self, key: tuple[str, str], pair: Pair) -> None:
        self.pairs.pop(key, None)
        self.pairs[key] = pair
        if len(self.pairs) > KEPT:
            del self.pairs[next(iter(self.pairs))]


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A sender whose answers are noted with the time at which they were out."""

    sender: Sender
    loops: Loops
    clock: Clock

    async def deliver(self, row: Row, target: str | None) -> str | None:
        """As the sender does it."""
        event_id = await self.sender.deliver(row, target)
        self.loops.sent(row, self.clock.now().timestamp())
        return event_id
