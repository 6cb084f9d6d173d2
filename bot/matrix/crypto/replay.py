"""The ledger of room keys' indices: an encrypted message counts once, also after a restart.

A homeserver can send an old message anew, as another event with a fresh time; nothing inside the encryption says when
it was written. Each message uses an index of its room key, and no honest app uses one twice, so what comes second under
another event id is refused. This is what the 15 minutes in `bot.command_line`, which believe the homeserver's time,
rest upon for encrypted commands. What is older than the ledger's term isn't opened for want of its key, or is stale.
"""

from dataclasses import dataclass

from bot.clock import Clock
from bot.errors import CryptoError
from bot.storage import replays
from bot.storage.engine import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Remembers which event used which index. The same event may come again: that changes nothing."""

    storage: Storage
    clock: Clock

    async def refuse_replay(self, session: str, index: int, event_id: str) -> None:
        """Note the index as used by this event. Raises `CryptoError` when another event has used it before."""
        async with self.storage.begin() as tx:
            first = await replays.first_use(tx, session, index, event_id, self.clock.now().timestamp())
        if first != event_id:
            raise CryptoError("a replayed message")
