"""What the rest of the bot asks of encryption: take in a sync's keys, read an event, write one.

All of nio's Olm machine that is used is used here. It is synchronous and writes its store before it returns, so what a
sync brought is on disk before the sync token moves.
"""

import asyncio
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import structlog
from nio import KeysClaimResponse, KeysQueryResponse, KeysUploadResponse, MegolmEvent
from nio.crypto import Olm
from nio.events import ToDeviceEvent
from nio.exceptions import EncryptionError
from vodozemac import DecodeException, MegolmDecryptionException

from bot.errors import CryptoError, StewardError, TryLater
from bot.matrix import wire
from bot.matrix.api import Api, path
from bot.matrix.crypto import fallback

log = structlog.get_logger()

ALGORITHM = "m.megolm.v1.aes-sha2"
#: How long a homeserver may look for keys on other servers, in milliseconds.
KEYS_TIMEOUT = 10_000
#: How often a room's key is shared again when its people change meanwhile.
SHARES = 5


class NoKey(StewardError):
    """The event's key isn't here, or not yet."""


@dataclass(kw_only=True)
class Machine:
    """Encryption of one device."""

    api: Api
    olm: Olm
    _fallback_wanted: bool = False
    _members: dict[str, frozenset[str]] = field(default_factory=dict)
    _locks: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def publish(self) -> None:
        """Have this device's keys on the homeserver. Raises `CryptoError` when it has others under our device's id."""
        user, device = self.olm.user_id, self.olm.device_id
        answer = await self.api.call("POST", path("keys", "query"), {"device_keys": {user: [device]}})
        theirs = wire.mapping(wire.mapping(wire.mapping(answer, "device_keys"), user), device)
        known = wire.mapping(theirs, "keys").get(f"ed25519:{device}")
        if known not in {None, self.olm.account.identity_keys["ed25519"]}:
            raise CryptoError(
                f"The keys of the bot's device {device} are not the ones in its data folder. Restore the folder from "
                "a backup; or delete session.json and crypto.db in it: the bot then logs in as a new device, and "
                "encrypted chats begin anew."
            )
        # Forgotten there, as after a logout, they are given again.
        self.olm.account.shared = known is not None
        await self.keep_up()

    # Receiving

    def take_in(self, sync: dict[str, Any]) -> bool:
        """Take in a sync's to-device messages and device changes. True when room keys may have come."""
        came = [self._to_device(event) for event in wire.listed(wire.mapping(sync, "to_device"), "events")]
        changed = wire.listed(wire.mapping(sync, "device_lists"), "changed")
        self.olm.add_changed_users({user for user in changed if isinstance(user, str)} & self.olm.tracked_users)
        counts = wire.mapping(sync, "device_one_time_keys_count")
        # A missing count is a count of none: taken otherwise, the keys would never be filled up again.
        count = counts.get("signed_curve25519")
        self.olm.uploaded_key_count = count if isinstance(count, int) else 0
        self._fallback_wanted = self._fallback_wanted or fallback.wanted(sync)
        return any(came)

    def _to_device(self, event: Any) -> bool:
        try:
            if event.get("type") != "m.room.encrypted":
                return False
            parsed = ToDeviceEvent.parse_event(event)
            return self.olm.handle_to_device_event(parsed) is not None
        except Exception as error:  # noqa: BLE001 - anybody may send us anything, and nio raises all sorts
            log.warning("to_device_unreadable", error=type(error).__name__)
            return False

    async def keep_up(self) -> None:
        """What encryption owes the homeserver after a sync: fresh keys of ours, and mended sessions."""
        keys = self.olm.share_keys() if self.olm.should_upload_keys else {}
        if self._fallback_wanted or not self.olm.account.shared:
            keys["fallback_keys"] = fallback.make(self.olm)
        if keys:
            # On disk before anybody can use them: what is encrypted to a key that we have lost can't be read.
            self.olm.save_account()
            await self._upload(keys)
            self._fallback_wanted = False
        if self.olm.wedged_devices:
            await self._claim(self.olm.get_users_for_key_claiming())
        while self.olm.outgoing_to_device_messages:
            message = self.olm.outgoing_to_device_messages[0]
            await self._send_to_device(message.type, message.as_dict()["messages"])
            self.olm.outgoing_to_device_messages.pop(0)

    async def _upload(self, keys: dict[str, Any]) -> None:
        answer = await self.api.call("POST", path("keys", "upload"), keys)
        counts = {"curve25519": 0, "signed_curve25519": 0, **answer.get("one_time_key_counts", {})}
        self.olm.handle_response(KeysUploadResponse.from_dict({"one_time_key_counts": counts}))

    # Reading

    def decrypt(self, room: str, event: dict[str, Any]) -> dict[str, Any]:
        """The event as it was before encryption. Raises `NoKey`, or `CryptoError` when it must not be believed."""
        content = event["content"]
        if content.get("algorithm") != ALGORITHM:
            raise CryptoError("encrypted in a way that we don't know")
        sender_key = content.get("sender_key") or self._sender_key(room, content.get("session_id"))
        session = self.olm.inbound_group_store.get(room, sender_key, content["session_id"])
        if session is None:
            raise NoKey("its key isn't here")
        try:
            plaintext, index = session.decrypt(content["ciphertext"])
        except (MegolmDecryptionException, DecodeException, EncryptionError) as error:
            raise NoKey(f"its key doesn't open it ({error})") from error
        self._refuse_replay(index, room, event, sender_key)
        return believed(json.loads(plaintext), room, event)

    def _sender_key(self, room: str, session_id: Any) -> str:
        """The specification lets clients leave the sender's key out; the session's id is enough to find it."""
        known = self.olm.inbound_group_store[room]
        return next((sender for sender, sessions in known.items() if session_id in sessions), "")

    def _refuse_replay(self, index: int, room: str, event: dict[str, Any], sender_key: str) -> None:
        content = {"device_id": "", **event["content"], "sender_key": sender_key}
        if not self.olm.message_index_ok(index, MegolmEvent.from_dict({**event, "content": content, "room_id": room})):
            raise CryptoError("a replayed message")

    # Writing

    def forget_members(self, room: str) -> None:
        """Somebody came or went: the next message is for others, with a new key."""
        self._members.pop(room, None)
        self.olm.outbound_group_sessions.pop(room, None)

    async def encrypt(self, room: str, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        """The content of an `m.room.encrypted` event that every device in the room can read."""
        # One at a time for each room. Nothing here is ever cancelled half-way: see `Lanes.close`.
        async with self._locks.setdefault(room, asyncio.Lock()):
            sealed = await self._sealed(room, {"content": content, "type": kind})
        if "m.relates_to" in content:
            sealed["m.relates_to"] = content["m.relates_to"]
        return sealed

    async def _sealed(self, room: str, payload: dict[str, Any]) -> dict[str, Any]:
        for _ in range(SHARES):
            await self._share(room)
            # While the key was being shared, somebody may have come or gone and the key with them.
            session = self.olm.outbound_group_sessions.get(room)
            if session is not None and session.shared and not session.expired:
                sealed: dict[str, Any] = self.olm.group_encrypt(room, payload)
                return sealed
        raise TryLater("people keep coming and going while the room's key is being shared")

    async def _share(self, room: str) -> None:
        people = await self._people(room)
        await self._learn_devices(room, people)
        if not self.olm.should_share_group_session(room):
            return
        missing = self.olm.get_missing_sessions(people)
        if missing:
            await self._claim(missing)
        for shared_with, messages in self.olm.share_group_session_parallel(
            room, people, ignore_unverified_devices=True
        ):
            await self._send_to_device("m.room.encrypted", messages["messages"])
            self.olm.outbound_group_sessions[room].users_shared_with.update(shared_with)
        self.olm.outbound_group_sessions[room].shared = True

    async def _people(self, room: str) -> list[str]:
        """Everyone who is in the room or invited to it."""
        if room not in self._members:
            answer = await self.api.call("GET", path("rooms", room, "members"), query={"not_membership": "leave"})
            self._members[room] = frozenset(
                event["state_key"]
                for event in answer.get("chunk", [])
                if event.get("content", {}).get("membership") in {"join", "invite"}
            )
        return sorted(self._members[room])

    async def _learn_devices(self, room: str, people: list[str]) -> None:
        """Ask for the devices of those that we don't know, or that have changed; a change means a new room key."""
        unknown = {person for person in people if person not in self.olm.tracked_users}
        asked = unknown | (self.olm.users_for_key_query & set(people))
        if not asked:
            return
        body = {"timeout": KEYS_TIMEOUT, "device_keys": {person: [] for person in sorted(asked)}}
        answer = KeysQueryResponse.from_dict(await self.api.call("POST", path("keys", "query"), body))
        self.olm.handle_response(answer)
        if getattr(answer, "changed", None):
            self.olm.outbound_group_sessions.pop(room, None)

    async def _claim(self, devices: dict[str, Iterable[str]]) -> None:
        wanted = {person: dict.fromkeys(theirs, "signed_curve25519") for person, theirs in devices.items()}
        body = {"timeout": KEYS_TIMEOUT, "one_time_keys": wanted}
        answer = await self.api.call("POST", path("keys", "claim"), body)
        self.olm.handle_response(KeysClaimResponse.from_dict(answer))

    async def _send_to_device(self, kind: str, messages: dict[str, Any]) -> None:
        await self.api.call("PUT", path("sendToDevice", kind, uuid.uuid4().hex), {"messages": messages})


def believed(payload: Any, room: str, event: dict[str, Any]) -> dict[str, Any]:
    """A decrypted payload as an event, once it is known to be a message of this room and nothing else.

    A payload may claim to be a state event or to belong elsewhere; nio would believe it.
    """
    if not isinstance(payload, dict) or not isinstance(payload.get("content"), dict):
        raise CryptoError("its content is no event")
    if payload.get("room_id") != room:
        raise CryptoError("it was meant for another room")
    if "state_key" in payload or payload.get("type") not in {"m.room.message", "m.reaction", "m.sticker"}:
        raise CryptoError("it claims to be something that is never encrypted")
    content = dict(payload["content"])
    if "m.relates_to" in event["content"]:
        content.setdefault("m.relates_to", event["content"]["m.relates_to"])
    kept: dict[str, Any] = {key: event[key] for key in ("event_id", "sender", "origin_server_ts") if key in event}
    return {**kept, "type": payload["type"], "content": content, "encrypted": True}
