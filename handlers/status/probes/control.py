"""Is it the bot itself that is offline? Addresses elsewhere, and many at once, can't all have failed.

They are asked when a look got no answer. If none of them answers, the bot is blind until one does, or until the look
that found it blind gets an answer: that some other service answers says little, it may be on the same machine.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.errors import OutOfSight, Permanent, TryLater
from bot.handler import Looked, Probe, Sight
from handlers.status.board import Board

#: So seldom the addresses are asked, for all probes together.
SELDOM = timedelta(seconds=10)
#: How long their answers are waited for, in seconds.
PATIENCE = 5.0
#: How often it is looked whether there is something to tell.
OFTEN = timedelta(seconds=5)


@dataclass(slots=True)
class Control:
    """Shared by all probes. Without addresses the bot never thinks that it is blind."""

    addresses: tuple[str, ...]
    board: Board
    _asked: datetime | None = None
    _online: bool = True
    _told: bool = False
    _cleared: datetime | None = None
    _unanswered: set[str] = field(default_factory=set)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def probes(self) -> tuple[Probe, ...]:
        """Tells when the bot goes blind and when it sees again, and finds the latter out."""
        return (Probe(key="control", look=self.look),) if self.addresses else ()

    async def blinds(self, probe: str, sight: Sight, at: datetime) -> bool:
        """Whether this probe got no answer because the bot itself is offline."""
        if not self.addresses or await self._any_answers(sight, at):
            return False
        self._unanswered.add(probe)
        if self.board.blind is None:
            self.board.blind = at
        return True

    def answered(self, probe: str, at: datetime) -> None:
        """This probe got an answer."""
        if probe in self._unanswered:
            self._sees(at)

    async def look(self, sight: Sight) -> Looked:
        """While blind, ask again. Tell what isn't told yet."""
        if self.board.blind is not None:
            await self._any_answers(sight, sight.now)
        return Looked(again=OFTEN, tell=self._news())

    def _news(self) -> dict[str, Any] | None:
        blind = self.board.blind
        if (blind is not None) == self._told:
            return None
        self._told = blind is not None
        at = blind or self._cleared
        return {"blind": self._told, "at": at.timestamp() if at else 0.0}

    def _sees(self, at: datetime) -> None:
        self._unanswered.clear()
        if self.board.blind is not None:
            self.board.blind, self._cleared = None, at

    async def _any_answers(self, sight: Sight, at: datetime) -> bool:
        """Whether one of the addresses answers, or has answered just now."""
        async with self._asking:
            if self._asked is None or abs(at - self._asked) >= SELDOM:
                self._online = await ask(self.addresses, sight)
                self._asked = at
                if self._online:
                    self._sees(at)
            return self._online


async def ask(addresses: tuple[str, ...], sight: Sight) -> bool:
    """Whether one of these answers, all asked at once. Any answer is one."""
    asked = [asyncio.create_task(_answers(address, sight)) for address in addresses]
    try:
        async with asyncio.timeout(PATIENCE):
            for answer in asyncio.as_completed(asked):
                if await answer:
                    return True
    except TimeoutError:
        return False
    finally:
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
    return False


async def _answers(address: str, sight: Sight) -> bool:
    try:
        await sight.http.fetch(address)
    except (TryLater, OutOfSight):
        return False
    except Permanent:
        return True
    return True
