"""Sending what belongs to a verification: at once and past the outbox, since a late word of it is worth nothing."""

import asyncio
import uuid
from dataclasses import dataclass
from typing import Any

import structlog

from bot.errors import StewardError, TryLater
from bot.matrix import render
from bot.matrix.api import Api, path
from bot.matrix.crypto.machine import Machine
from bot.matrix.rooms import RoomBook
from bot.matrix.verification.flow import Send
from bot.matrix.verification.messages import PREFIX
from bot.matrix.verification.sas import Party

log = structlog.get_logger()

#: How often a message is tried, and the longest wait in between, in seconds.
TRIES, LONGEST_WAIT = 4, 5.0


@dataclass(frozen=True, kw_only=True)
class Sending:
    """The way out, to rooms and to devices."""

    api: Api
    machine: Machine
    rooms: RoomBook

    async def deliver(self, room: str | None, them: Party, message: Send) -> None:
        """Send a message of the protocol to the room, or to the person's device. Raises `TryLater` or `Permanent`."""
        kind = PREFIX + message.kind
        if room is not None:
            await self._to_room(room, kind, message.content)
            return
        body = {"messages": {them.user: {them.device: message.content}}}
        await self._put(path("sendToDevice", kind, uuid.uuid4().hex), body)

    async def say(self, room: str | None, markdown: str) -> None:
        """Say something beside it, if there is a room. Nothing hangs on it: the log has it too."""
        if room is None:
            return
        try:
            await self._to_room(room, "m.room.message", render.content(markdown))
        except StewardError as error:
            log.warning("verification_not_said", room=room, why=str(error))

    async def _to_room(self, room: str, kind: str, content: dict[str, Any]) -> None:
        if self.rooms.encrypted(room):
            kind, content = "m.room.encrypted", await self.machine.encrypt(room, kind, content)
        await self._put(path("rooms", room, "send", kind, uuid.uuid4().hex), content)

    async def _put(self, where: str, body: dict[str, Any]) -> None:
        """A few tries, all with the same transaction."""
        for attempt in range(TRIES):
            try:
                await self.api.call("PUT", where, body)
            except TryLater as error:
                if attempt == TRIES - 1:
                    raise
                await asyncio.sleep(min(error.after or 2.0**attempt, LONGEST_WAIT))
            else:
                return
