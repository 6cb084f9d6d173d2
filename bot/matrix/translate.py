"""Matrix's JSON → our events. Pure, but for reading what a reply points at and opening what is encrypted."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.addressing import Identity, Said, address, without_fallback
from bot.clock import Clock, SystemClock
from bot.errors import CryptoError
from bot.events import Addressed, Deleted, Edited, Event, Invited, Joined, Left, Message, Reaction, Wordless
from bot.inbox import Ignored, Unreadable
from bot.matrix import wire
from bot.matrix.crypto.machine import Machine, NoKey
from bot.matrix.rooms import RoomBook
from bot.matrix.said_before import OWN_ID
from bot.ports import Sent
from bot.stewards import Stewards
from bot.storage.journal import SPOKEN as SPOKEN_TYPES
from bot.storage.journal import Entry
from bot.unreadable import live

#: Longer texts are cut: nobody asks a question of that length.
LONGEST_TEXT = 16_000
LONGEST_REACTION = 64
#: Messages that people write. Notices come from bots and are never answered.
SPOKEN = {"m.text", "m.emote"}
#: Messages in which people say nothing that can be read.
WORDLESS = {"m.audio", "m.file", "m.image", "m.location", "m.video"}
#: On these a Steward's mark counts.
MARKED = {*SPOKEN_TYPES, "m.reaction"}
_QUOTED = re.compile(r"(<mx-reply>.*?</mx-reply>)?\s*(<p>\s*)?<(blockquote|pre|code)\b", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Translator:
    """Turns journal entries from Matrix into events."""

    us: Identity
    rooms: RoomBook
    machine: Machine
    sent: Sent
    stewards: Stewards = field(default_factory=Stewards)
    clock: Clock = field(default_factory=SystemClock)
    verification: Callable[[str, dict[str, Any]], bool] = lambda _room, _event: False

    async def __call__(self, entry: Entry) -> Event | Unreadable | Ignored:
        """The event; or that it can't be read, or that it is nobody's business."""
        body = entry.body
        if marked(body):  # the mark stands outside too, so it is seen also without the key
            return self._another(entry, body)
        if entry.kind == "m.room.encrypted":
            try:
                body = await self.machine.decrypt(entry.room, body)
            except NoKey as error:
                if live(entry):
                    self.machine.requests.want(entry.room, body)
                return Unreadable(str(error))
            except (CryptoError, KeyError, TypeError, ValueError, RecursionError) as error:
                return Ignored(f"not believed: {error}")
        try:
            if self.verification(entry.room, body):
                return Ignored("a verification")
            return await self._event(entry, body)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            return Ignored(f"malformed ({type(error).__name__})")

    async def _event(self, entry: Entry, body: dict[str, Any]) -> Event | Ignored:
        content = wire.mapping(body, "content")
        if marked(body):
            return self._another(entry, body)
        match body.get("type"):
            case "m.room.message":
                return await self._message(entry, content)
            case "m.sticker":
                return self._wordless(entry, "m.sticker")
            case "m.reaction":
                return reaction(entry, wire.mapping(content, "m.relates_to"))
            case "m.room.redaction":
                of = wire.identifier(body.get("redacts")) or wire.identifier(content.get("redacts"))
                return Deleted(**_happened(entry), of=of) if of else Ignored("a deletion of nothing")
            case "m.room.member":
                return member(entry, body, self.us.user_id)
            case "steward.invite":
                return invited(entry, body, self.us.user_id)
            case other:
                return Ignored(f"{wire.text(other, 40)} is not for us")

    def _another(self, entry: Entry, body: dict[str, Any]) -> Ignored:
        """Another Steward's message or reaction: never answered. In a room of ours it is noted that it answers there.

        An answer says to what; a copy of one that a person passes on doesn't.
        """
        why = "another Steward's"
        hangs = hanging(wire.mapping(wire.mapping(body, "content"), "m.relates_to"))
        if not (hangs.reply_to or hangs.thread) or entry.room not in self.rooms.configured:
            return Ignored(why)
        now = self.clock.now().timestamp()
        return Ignored(why, self.stewards.answered(entry.room, entry.sender, entry.key, entry.at, now))

    async def _message(self, entry: Entry, content: dict[str, Any]) -> Event | Ignored:
        relation = wire.mapping(content, "m.relates_to")
        if relation.get("rel_type") == "m.replace":
            return await self._edited(entry, content, relation)
        text = wire.text(content.get("body"), LONGEST_TEXT)
        kind = wire.text(content.get("msgtype"), 40)
        if kind in WORDLESS:
            return self._wordless(entry, kind)
        if kind not in SPOKEN or text is None:
            return Ignored(f"a message of type {kind}")
        return await self._spoken(entry, content, text, hanging(relation))

    def _wordless(self, entry: Entry, kind: str) -> Wordless:
        return Wordless(**_happened(entry), kind=kind, private=self.rooms.private(entry.room))

    async def _spoken(self, entry: Entry, content: dict[str, Any], text: str, hangs: "Hanging") -> Message:
        said = Said(
            text=without_fallback(text) if hangs.fallback else text,
            mentions=mentioned(content),
            to_us=hangs.reply_to is not None and await self.sent.find(hangs.reply_to) is not None,
            private=self.rooms.private(entry.room),
        )
        addressed, words = called(content, said, self.us)
        return Message(
            **_happened(entry),
            text=words,
            addressed=addressed,
            private=said.private,
            thread=hangs.thread,
            reply_to=hangs.reply_to,
            mentions=said.mentions,
            encrypted=entry.kind == "m.room.encrypted",
        )

    async def _edited(self, entry: Entry, content: dict[str, Any], relation: dict[str, Any]) -> Event | Ignored:
        new = {key: value for key, value in wire.mapping(content, "m.new_content").items() if key != "m.relates_to"}
        message = await self._message(entry, new)
        original = wire.identifier(relation.get("event_id"))
        if not isinstance(message, Message) or original is None:
            return Ignored("an edit of something that we don't read")
        return Edited(**_happened(entry), of=original, message=replace(message, id=original))


def called(content: dict[str, Any], said: Said, us: Identity) -> tuple[Addressed | None, str]:
    """How a message addresses us, if it does, and its words without that."""
    if content.get("msgtype") == "m.emote":  # says what somebody does, and asks nobody
        return None, said.text.strip()
    return address(said, replace(us, prefixes=()) if quotes(content) else us)


def mentioned(content: dict[str, Any]) -> frozenset[str]:
    """Whom a message mentions."""
    users = wire.listed(wire.mapping(content, "m.mentions"), "user_ids")
    return frozenset(user for user in users if isinstance(user, str))


def quotes(content: dict[str, Any]) -> bool:
    """Whether it begins with a quote or code by its HTML alone: not all apps keep their signs in the plain text."""
    return _QUOTED.match(wire.text(content.get("formatted_body"), LONGEST_TEXT) or "") is not None


def marked(body: dict[str, Any]) -> bool:
    """Whether a Steward has said this; what we say ourselves doesn't come here."""
    return body.get("type") in MARKED and OWN_ID in wire.mapping(body, "content")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hanging:
    """What a message hangs on. `fallback`: older clients quote what they reply to in the text."""

    thread: str | None
    reply_to: str | None
    fallback: bool


def hanging(relation: dict[str, Any]) -> Hanging:
    """The thread that a message is in, and what it replies to; a thread's own fallback is no reply."""
    reply_to = wire.identifier(wire.mapping(relation, "m.in_reply_to").get("event_id"))
    in_thread = relation.get("rel_type") == "m.thread"
    only_fallback = in_thread and bool(relation.get("is_falling_back"))
    return Hanging(
        thread=wire.identifier(relation.get("event_id")) if in_thread else None,
        reply_to=None if only_fallback else reply_to,
        fallback=reply_to is not None,
    )


def reaction(entry: Entry, relation: dict[str, Any]) -> Event | Ignored:
    """Somebody's reaction."""
    of, key = wire.identifier(relation.get("event_id")), wire.text(relation.get("key"), LONGEST_REACTION)
    if of is None or key is None:
        return Ignored("a reaction to nothing")
    return Reaction(**_happened(entry), of=of, key=key)


def member(entry: Entry, body: dict[str, Any], us: str) -> Event | Ignored:
    """Somebody came or went; a changed name or picture is neither."""
    who = wire.identifier(body.get("state_key"))
    before = wire.mapping(wire.mapping(body, "unsigned"), "prev_content").get("membership")
    now = wire.mapping(body, "content").get("membership")
    if who and now == "join" and before != "join" and who != us:
        return Joined(**{**_happened(entry), "sender": who}, returning=before in {"leave", "ban"})
    if who and before in {"join", "invite"} and now in {"leave", "ban"}:
        return Left(**_happened(entry), who=who)
    return Ignored("no coming or going")


def invited(entry: Entry, body: dict[str, Any], us: str) -> Event | Ignored:
    """Who invited us, and whether as to a private chat."""
    for event in wire.objects(body, "state"):
        sender = wire.identifier(event.get("sender"))
        if event.get("type") == "m.room.member" and event.get("state_key") == us and sender:
            direct = wire.mapping(event, "content").get("is_direct") is True
            return Invited(**{**_happened(entry), "sender": sender}, direct=direct)
    return Ignored("an invitation that doesn't say from whom")


def _happened(entry: Entry) -> dict[str, Any]:
    at = datetime.fromtimestamp(entry.at, UTC)
    return {"id": entry.key, "room": entry.room, "sender": entry.sender, "at": at}
