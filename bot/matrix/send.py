"""Sending: one outbox row → one call to the homeserver."""

from dataclasses import dataclass
from typing import Any

from bot.errors import Permanent
from bot.matrix.api import Api, path
from bot.matrix.crypto.machine import Machine
from bot.matrix.rooms import RoomBook
from bot.storage.outbox import Row

#: Where a message carries our own id for it, so that it can be found again in the room's history.
OWN_ID = "coop.steward.id"
#: Reactions are sent in the clear, as all clients do: what they react to is not secret.
NEVER_ENCRYPTED = {"m.reaction"}


@dataclass(frozen=True, kw_only=True)
class MatrixSender:
    """Carries rows to the homeserver. The transaction id is the row's for good, so a second try changes nothing."""

    api: Api
    machine: Machine
    rooms: RoomBook

    async def deliver(self, row: Row, target: str | None) -> str | None:
        """The new event's id, if there is one. Raises `TryLater` or `Permanent`."""
        match row.kind:
            case "send":
                return await self._send(row, aimed(row.content, target))
            case "redact":
                of = target or row.content["event_id"]
                where = path("rooms", row.room, "redact", of, row.txn)
                return str((await self.api.call("PUT", where, {"reason": row.content["reason"]}))["event_id"])
            case "join":
                query = {"via": row.content.get("via", [])}
                await self.api.call("POST", path("join", row.room), {}, query=query)
                return None
            case "leave":
                await self.api.call("POST", path("rooms", row.room, "leave"), {"reason": row.content["reason"]})
                return None
            case other:
                raise Permanent(f"nothing knows how to do {other!r}")

    async def _send(self, row: Row, content: dict[str, Any]) -> str:
        kind, content = row.type, {**content, OWN_ID: row.txn}
        if self.rooms.encrypted(row.room) and kind not in NEVER_ENCRYPTED:
            kind, content = "m.room.encrypted", await self.machine.encrypt(row.room, kind, content)
        answer = await self.api.call("PUT", path("rooms", row.room, "send", kind, row.txn), content)
        return str(answer["event_id"])


def aimed(content: dict[str, Any], target: str | None) -> dict[str, Any]:
    """The content with its relation pointing at the message of ours that it is about."""
    if target is None:
        return content
    return {**content, "m.relates_to": {**content.get("m.relates_to", {}), "event_id": target}}
