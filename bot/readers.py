"""The ports, as the engine fills them: each reads one thing for a handler and changes nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select

from bot.facts import Fact
from bot.handler import Opened
from bot.matrix.api import Api
from bot.matrix.authority import earlier_versions, members, stay
from bot.matrix.rooms import RoomBook
from bot.ports import Heard, Noted, Ours, Ports, RoomInfo
from bot.storage import audit, journal, outbox
from bot.storage.engine import Storage

Answer = TypeVar("Answer")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Memory:
    """A handler's own tables."""

    storage: Storage

    async def rows(self, query: Select[Any]) -> Sequence[Any]:
        """All rows of a SELECT."""
        return await self.storage.rows(query)


@dataclass(slots=True)
class FactDesk:
    """Finds who knows."""

    handlers: Mapping[str, Opened]
    ports: Ports | None = field(default=None)

    async def ask(self, question: Fact[Answer]) -> Answer | None:
        """The answer, or None where nobody knows."""
        for opened in self.handlers.values():
            function = opened.facts.get(type(question))
            if function is not None and self.ports is not None:
                answer: Answer | None = await function(question, self.ports)
                return answer
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """Rooms, as configured and as the homeserver states them."""

    storage: Storage
    book: RoomBook
    api: Api
    us: str
    restrained: Callable[[str], bool] = lambda _room: False
    hear: Callable[[str, str], Awaitable[Heard | None]]

    def info(self, room: str) -> RoomInfo:
        """This room's settings. Where the bot is `restrained`, it doesn't speak unasked, whatever the config says."""
        info = self.book.info(room)
        return replace(info, answers="addressed") if info.answers == "when_sure" and self.restrained(room) else info

    def control(self) -> str | None:
        """The moderators' room."""
        return self.book.control_room()

    def operators(self) -> str | None:
        """The operators' room, or the moderators'."""
        return self.book.operators()

    def noticed(self) -> Sequence[RoomInfo]:
        """The rooms that want news of outages."""
        return self.book.noticed()

    def named(self, name: str) -> str | None:
        """The room with this name."""
        return self.book.named(name)

    async def said(self, room: str, event_id: str) -> Heard | None:
        """What stands in this message."""
        return await self.hear(room, event_id)

    async def others_spoke(self, room: str, since: str, besides: str) -> bool:
        """Whether anyone besides this person (and the bot) has said something after the event `since`."""
        return await journal.others_spoke(self.storage, room, since, {besides, self.us})

    async def shares_room(self, person: str) -> bool:
        """Whether this person is, at this moment, in a configured room."""
        for room in tuple(self.book.configured):
            if person in await members(self.api, room):
                return True
        return False

    async def is_in(self, person: str, room: str) -> bool:
        """Whether this person is, at this moment, in this room."""
        return person in await members(self.api, room)

    async def members(self, room: str) -> frozenset[str]:
        """Who is, at this moment, in this room."""
        return await members(self.api, room)

    async def entered(self, person: str) -> Mapping[str, datetime]:
        """The configured rooms that this person is in, and since when."""
        rooms = [room for room in self.book.configured if self.book.inside(room)]  # there may be others meanwhile
        stays = {room: await stay(self.api, room, person) for room in rooms}
        return {room: found.since for room, found in stays.items() if found is not None and found.membership == "join"}

    async def was_in_before(self, person: str, room: str) -> bool:
        """Whether this person was in one of the room's earlier versions."""
        for earlier in await earlier_versions(self.api, room):
            found = await stay(self.api, earlier, person)
            if found is not None and found.membership in {"join", "leave", "ban"}:
                return True
        return False


@dataclass(frozen=True, slots=True)
class Sent:
    """What we said."""

    storage: Storage

    async def find(self, event_id: str) -> Ours | None:
        """Our message with this event id."""
        return await outbox.find_sent(self.storage, event_id)

    async def event_of(self, handler: str, key: str) -> str | None:
        """The event id of the message that was sent under this key, once it was."""
        ours = await outbox.sent_under(self.storage, handler, key)
        return ours.event_id if ours else None


@dataclass(frozen=True, slots=True)
class AuditLog:
    """What was done by those who may."""

    storage: Storage

    async def latest(self, limit: int, containing: str = "") -> Sequence[Noted]:
        """The newest lines."""
        return await audit.latest(self.storage, limit, containing)


class Threads:
    """Heavy work, in another thread."""

    async def run(self, work: Callable[..., Result], *args: Any) -> Result:
        """`work(*args)`, off the event loop."""
        return await asyncio.to_thread(work, *args)
