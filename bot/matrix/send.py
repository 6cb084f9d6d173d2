"""Sending: one outbox row → one call to the homeserver."""

from dataclasses import dataclass
from typing import Any

from bot.clock import Clock
from bot.errors import Permanent
from bot.matrix import media
from bot.matrix.api import Api, Denied, path
from bot.matrix.crypto.machine import Machine
from bot.matrix.rooms import RoomBook
from bot.matrix.said_before import OWN_ID, said_before
from bot.storage.outbox import Row

#: Reactions are sent in the clear, as all clients do: what they react to is not secret.
NEVER_ENCRYPTED = {"m.reaction"}
#: How a homeserver says that a room has no such state. Nothing else means that a room is not encrypted.
NO_SUCH_STATE = (404, "M_NOT_FOUND")
#: For so long, in seconds, every homeserver is trusted to recognise a transaction, also over a restart of its own.
REMEMBERED = 3600.0


@dataclass(frozen=True, kw_only=True)
class MatrixSender:
    """Carries rows to the homeserver. The transaction id is the row's for good, so a second try changes nothing.

    Where the homeserver may not recognise it any more, the room's history is looked at first: after `REMEMBERED`, and
    when the room has become encrypted since, which has another endpoint with transactions of its own.
    """

    api: Api
    machine: Machine
    rooms: RoomBook
    clock: Clock

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
                self.rooms.entering(row.room)
                await self.api.call("POST", path("join", row.room), {}, query=query, elsewhere=True)
                return None
            case "leave":
                await self.api.call("POST", path("rooms", row.room, "leave"), {"reason": row.content["reason"]})
                return None
            case other:
                raise Permanent(f"nothing knows how to do {other!r}")

    async def _send(self, row: Row, content: dict[str, Any]) -> str | None:
        sealed = row.type not in NEVER_ENCRYPTED and await self._encrypted(row.room)
        old = self.clock.now().timestamp() - row.created > REMEMBERED
        if old or (sealed and not row.encrypted):
            found = await said_before(self.api, row, self.rooms.us)
            if found is not None:
                return found
        if media.IMAGE in content:
            content = await media.placed(self.api, row, content, sealed=sealed)
        kind, content = row.type, {**content, OWN_ID: row.txn}
        if sealed:
            # The id stands outside too, where it can be found again without keys. It is random and tells nothing.
            kind, content = "m.room.encrypted", await self.machine.encrypt(row.room, kind, content) | {OWN_ID: row.txn}
        return await self._put(row, kind, content)

    async def _put(self, row: Row, kind: str, content: dict[str, Any]) -> str | None:
        try:
            answer = await self.api.call("PUT", path("rooms", row.room, "send", kind, row.txn), content)
        except Denied as denied:
            # Our own reaction is there already. That is all that was wanted.
            if denied.errcode == "M_DUPLICATE_ANNOTATION":
                return None
            raise
        return str(answer["event_id"])

    async def _encrypted(self, room: str) -> bool:
        """Whether to encrypt: once encrypted always, and plain only where the homeserver knows of no encryption."""
        if self.rooms.encrypted(room):
            return True
        if room not in self.rooms.plain:
            if await self._has_encryption(room):
                return True
            self.rooms.plain.add(room)
        return False

    async def _has_encryption(self, room: str) -> bool:
        try:
            await self.api.call("GET", path("rooms", room, "state", "m.room.encryption", ""))
        except Denied as denied:
            if (denied.status, denied.errcode) == NO_SUCH_STATE:
                return False
            raise
        return True


def aimed(content: dict[str, Any], target: str | None) -> dict[str, Any]:
    """The content with its relation pointing at the message of ours that it is about."""
    if target is None:
        return content
    relation = {**content.get("m.relates_to", {}), "event_id": target}
    if "m.in_reply_to" in relation:
        relation["m.in_reply_to"] = {"event_id": target}
    return {**content, "m.relates_to": relation}
