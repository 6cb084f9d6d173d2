"""What waits in a room, in bounds: in a long line moderators come first, and too long a line is cut.

Why so: `docs/decisions/0013-floods-and-backlogs.md`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from bot.actions import Audit
from bot.effects import Effects
from bot.storage import journal
from bot.storage.engine import Storage
from bot.storage.journal import Entry

log = structlog.get_logger()

#: How many are taken out at once. Where fewer wait, nothing needs to be counted.
BATCH = 20
#: From so many waiting entries on, those of moderators come first.
LONG = 200
#: So many waiting messages in a room are kept; of more, the oldest are left unread.
MOST = 2_000
#: How often the operators are told of the same room, in seconds.
TOLD_AGAIN = 3600.0


@dataclass(kw_only=True)
class Backlog:
    """Takes entries out of the journal. `moderators` are those who come first, as far as known without asking."""

    storage: Storage
    moderators: Callable[[], frozenset[str]] = frozenset
    told: dict[str, float] = field(default_factory=dict)

    async def next(self, room: str, effects: Effects, committed: Callable[[Effects], None]) -> list[Entry]:
        """What is to be handled next in this room. `effects` tells the operators, where something is left unread."""
        entries = await journal.waiting(self.storage, room, limit=BATCH)
        if len(entries) < BATCH:
            return entries
        waiting = await journal.waiting_in(self.storage, room, at_most=MOST + 1)
        if waiting <= LONG:
            return entries
        first = self.moderators()
        if waiting > MOST:
            await self._cut(room, first, effects)
            committed(effects)
        return await journal.waiting(self.storage, room, limit=BATCH, first=first)

    async def _cut(self, room: str, first: frozenset[str], effects: Effects) -> None:
        async with self.storage.begin() as tx:
            left = await journal.leave_unread(tx, room, keep=MOST, besides=first)
            tell = left > 0 and effects.now - self.told.get(room, float("-inf")) >= TOLD_AGAIN
            if tell:
                outcome = f"{left} of them left unread; !bot tells how many by now"
                told = Audit(who="steward", what="too many messages at once", outcome=outcome, room=room)
                await effects.apply(tx, "engine", (told,))
        if tell:
            self.told[room] = effects.now
        if left:
            log.warning("left_unread", room=room, messages=left)
