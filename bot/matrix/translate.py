"""Matrix's JSON → our events. Pure, but for reading what a reply points at and opening what is encrypted."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.addressing import Identity, Said, address, without_fallback
from bot.errors import CryptoError
from bot.events import Deleted, Edited, Event, Invited, Joined, Left, Message, Reaction
from bot.inbox import Ignored, Unreadable
from bot.matrix.crypto.machine import Machine, NoKey
from bot.matrix.rooms import RoomBook
from bot.ports import Sent
from bot.storage.journal import Entry

#: Longer texts are cut: nobody asks a question of that length.
LONGEST_TEXT = 16_000
#: Messages that people write. Notices come from bots and are never answered.
SPOKEN = {"m.text", "m.emote"}


@dataclass(frozen=True, kw_only=True)
class Translator:
    """Turns journal entries from Matrix into events."""

    us: Identity
    rooms: RoomBook
    machine: Machine
    sent: Sent

    async def __call__(self, entry: Entry) -> Event | Unreadable | Ignored:
        """The event; or that it can't be read, or that it is nobody's business."""
        body = entry.body
        if entry.kind == "m.room.encrypted":
            try:
                body = self.machine.decrypt(entry.room, body)
            except NoKey as error:
                return Unreadable(str(error))
            except (CryptoError, KeyError, TypeError, ValueError) as error:
                return Ignored(f"not believed: {error}")
        try:
            return await self._event(entry, body)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            return Ignored(f"malformed ({type(error).__name__})")

    async def _event(self, entry: Entry, body: dict[str, Any]) -> Event | Ignored:
        match body["type"]:
            case "m.room.message":
                return await self._message(entry, body)
            case "m.reaction":
                relation = body["content"]["m.relates_to"]
                return Reaction(**_happened(entry), of=str(relation["event_id"]), key=str(relation["key"])[:64])
            case "m.room.redaction":
                return Deleted(**_happened(entry), of=body.get("redacts") or body["content"]["redacts"])
            case "m.room.member":
                return member(entry, body, self.us.user_id)
            case "steward.invite":
                return invited(entry, body, self.us.user_id)
            case other:
                return Ignored(f"{other} is not for us")

    async def _message(self, entry: Entry, body: dict[str, Any]) -> Event | Ignored:
        content = body["content"]
        relation = content.get("m.relates_to") or {}
        if relation.get("rel_type") == "m.replace":
            return await self._edited(entry, body, relation)
        if content.get("msgtype") not in SPOKEN:
            return Ignored(f"a message of type {str(content.get('msgtype'))[:40]}")
        reply_to = (relation.get("m.in_reply_to") or {}).get("event_id")
        fallback = relation.get("rel_type") == "m.thread" and relation.get("is_falling_back", False)
        to_us = bool(reply_to) and not fallback and await self.sent.find(str(reply_to)) is not None
        text = str(content["body"])[:LONGEST_TEXT]
        mentions = frozenset(map(str, (content.get("m.mentions") or {}).get("user_ids", [])))
        private = self.rooms.private(entry.room)
        said = Said(text=without_fallback(text) if reply_to else text, mentions=mentions, to_us=to_us, private=private)
        addressed, words = address(said, self.us)
        return Message(
            **_happened(entry),
            text=words,
            addressed=addressed,
            private=private,
            thread=relation.get("event_id") if relation.get("rel_type") == "m.thread" else None,
            reply_to=None if fallback else reply_to,
            mentions=mentions,
            encrypted=entry.kind == "m.room.encrypted",
        )

    async def _edited(self, entry: Entry, body: dict[str, Any], relation: dict[str, Any]) -> Event | Ignored:
        new = {key: value for key, value in body["content"]["m.new_content"].items() if key != "m.relates_to"}
        message = await self._message(entry, {**body, "content": new})
        if not isinstance(message, Message):
            return Ignored("an edit of something that we don't read")
        original = str(relation["event_id"])
        return Edited(**_happened(entry), of=original, message=replace(message, id=original))


def member(entry: Entry, body: dict[str, Any], us: str) -> Event | Ignored:
    """Somebody came or went; a changed name or picture is neither."""
    who = str(body["state_key"])
    before = ((body.get("unsigned") or {}).get("prev_content") or {}).get("membership")
    now = body["content"].get("membership")
    if now == "join" and before != "join" and who != us:
        return Joined(**{**_happened(entry), "sender": who})
    if before in {"join", "invite"} and now in {"leave", "ban"}:
        return Left(**_happened(entry), who=who)
    return Ignored("no coming or going")


def invited(entry: Entry, body: dict[str, Any], us: str) -> Event | Ignored:
    """Who invited us, and whether as to a private chat."""
    for event in body["state"]:
        if event.get("type") == "m.room.member" and event.get("state_key") == us:
            happened = {**_happened(entry), "sender": str(event["sender"])}
            return Invited(**happened, direct=bool(event["content"].get("is_direct")))
    return Ignored("an invitation that doesn't say from whom")


def _happened(entry: Entry) -> dict[str, Any]:
    at = datetime.fromtimestamp(entry.at, UTC)
    return {"id": entry.key, "room": entry.room, "sender": entry.sender, "at": at}
