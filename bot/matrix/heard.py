"""What somebody said in a message that was handled before: texts aren't kept, so the homeserver is asked for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.addressing import Identity, Said, without_fallback
from bot.errors import CryptoError, Permanent
from bot.events import Addressed
from bot.matrix import wire
from bot.matrix.api import Api, path
from bot.matrix.crypto.machine import Machine, NoKey
from bot.matrix.translate import called, mentioned
from bot.ports import Heard

PREFIX = Addressed.PREFIX
#: As of messages that come in.
LONGEST = 16_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """Reads single messages of rooms that we are in. `joined` tells whether that is so, `us` by what we are called."""

    us: Identity
    api: Api
    machine: Machine
    joined: Callable[[str], bool]

    async def __call__(self, room: str, event_id: str) -> Heard | None:
        """The message with its latest edit; None where it is gone, or can't be read. Raises `TryLater`."""
        if not self.joined(room):
            return None
        try:
            event = await self.api.call("GET", path("rooms", room, "event", event_id))
        except Permanent:
            return None
        return await self._heard(room, event_id, event)

    async def _heard(self, room: str, event_id: str, event: dict[str, Any]) -> Heard | None:
        sender, at = wire.identifier(event.get("sender")), wire.moment(event.get("origin_server_ts"))
        content = wire.mapping(await self._opened(room, event), "content")
        edit = wire.mapping(wire.mapping(wire.mapping(event, "unsigned"), "m.relations"), "m.replace")
        if edit.get("sender") == sender:
            newer = wire.mapping(wire.mapping(await self._opened(room, edit), "content"), "m.new_content")
            content = {**content, **newer}
        text = wire.text(content.get("body"), LONGEST)
        if event.get("event_id") != event_id or sender is None or at is None or text is None:
            return None
        plain = without_fallback(text) if wire.mapping(wire.mapping(content, "m.relates_to"), "m.in_reply_to") else text
        addressed, words = called(content, Said(text=plain, mentions=mentioned(content)), self.us)
        return Heard(id=event_id, sender=sender, text=words, at=at, command=addressed is PREFIX)

    async def _opened(self, room: str, event: dict[str, Any]) -> dict[str, Any]:
        """The event without its encryption; an empty one where that can't be taken off."""
        if event.get("type") != "m.room.encrypted":
            return event
        try:
            return await self.machine.decrypt(room, event)
        except (NoKey, CryptoError, KeyError, TypeError, ValueError, RecursionError):
            return {}
