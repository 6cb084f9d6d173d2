"""What the rest of the bot asks of encryption: take in a sync's keys, read an event, write one.

All of nio's Olm machine that is used is used here. It is synchronous and writes its store before it returns, so what a
sync brought is on disk before the sync token moves.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from nio import KeysUploadResponse, RoomKeyEvent
from nio.crypto import Olm
from nio.events import ToDeviceEvent
from nio.exceptions import EncryptionError
from vodozemac import DecodeException, MegolmDecryptionException

from bot.errors import CryptoError, StewardError, StorageError, TryLater
from bot.matrix import wire
from bot.matrix.api import Api, Denied, path
from bot.matrix.crypto import fallback, key_requests
from bot.matrix.crypto.devices import Devices
from bot.matrix.crypto.generation import Generation
from bot.matrix.crypto.key_requests import ALGORITHM, KeyRequests
from bot.matrix.crypto.replay import Ledger
from bot.matrix.crypto.store import rewind, whole
from bot.matrix.verification import messages as verification

log = structlog.get_logger()

#: How often a room's key is shared again when its people change meanwhile.
SHARES = 5
#: What may be inside of an encrypted event.
ENCRYPTED = frozenset({"m.room.message", "m.reaction", "m.sticker", *verification.EVENTS})


class NoKey(StewardError):
    """The event's key isn't here, or not yet."""


@dataclass(kw_only=True)
class Machine:
    """Encryption of one device."""

    api: Api
    olm: Olm
    ledger: Ledger
    generation: Generation
    on_verification: Callable[[dict[str, Any]], bool] = lambda _event: False
    _fallback_wanted: bool = False
    _ahead_of_store: bool = False
    _locks: dict[str, asyncio.Lock] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.devices = Devices(api=self.api, olm=self.olm)
        self.requests = KeyRequests(olm=self.olm, ask=self.devices.ask_for_key)

    async def publish(self) -> None:
        """Have this device's keys on the homeserver.

        Raises `CryptoError` when it has others under our device's id, or when ours are older ones.
        """
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
        await self.generation.begin()
        # Forgotten there, as after a logout, they are given again.
        self.olm.account.shared = known is not None
        await self.keep_up()

    # Receiving

    def take_in(self, sync: dict[str, Any]) -> bool:
        """Take in a sync's to-device messages and device changes. True when room keys may have come.

        Raises `StorageError` when they can't be stored; then nothing was, and the same sync can be taken in again.
        """
        events = wire.listed(wire.mapping(sync, "to_device"), "events")
        if events:
            self.generation.rise()
        came = self._open_all(events)
        changed = wire.listed(wire.mapping(sync, "device_lists"), "changed")
        self.devices.changed({user for user in changed if isinstance(user, str)})
        counts = wire.mapping(sync, "device_one_time_keys_count")
        # A missing count is a count of none: taken otherwise, the keys would never be filled up again.
        # Below nothing it would be made up for, key by key, without end.
        self.olm.uploaded_key_count = wire.count(counts.get("signed_curve25519")) or 0
        self._fallback_wanted = self._fallback_wanted or fallback.wanted(sync)
        return came

    def _open_all(self, events: list[Any]) -> bool:
        if self._ahead_of_store:
            self._rewind()
        try:
            with whole(self.olm):
                came = [self._to_device(event) for event in events]
        except StorageError:
            self._ahead_of_store = True
            self._rewind()
            raise
        return any(came)

    def _rewind(self) -> None:
        rewind(self.olm)
        self._ahead_of_store = False

    def _to_device(self, event: Any) -> bool:
        try:
            if self.on_verification(event):
                return False
            if event.get("type") == "m.room_key.withheld":
                key_requests.note_withheld(event)
            if event.get("type") != "m.room.encrypted":
                return False
            opened = self.olm.handle_to_device_event(ToDeviceEvent.parse_event(event))
            if isinstance(opened, RoomKeyEvent):
                key_requests.withdraw(self.olm, opened)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - anybody may send us anything, and nio raises all sorts
            log.warning("to_device_unreadable", error=type(error).__name__)
            return False
        return opened is not None

    async def keep_up(self) -> None:
        """What encryption owes the homeserver after a sync: fresh keys of ours, and mended sessions."""
        keys = self.olm.share_keys() if self.olm.should_upload_keys else {}
        if self._fallback_wanted or not self.olm.account.shared:
            keys["fallback_keys"] = fallback.make(self.olm)
        if keys:
            # On disk before anybody can use them: what is encrypted to a key that we have lost can't be read.
            self.olm.save_account()
            self.generation.rise()
            await self._upload(keys)
            self._fallback_wanted = False
            await self.generation.publish()
        await self.devices.mend_and_send()

    async def _upload(self, keys: dict[str, Any]) -> None:
        try:
            answer = await self.api.call("POST", path("keys", "upload"), keys)
        except Denied as denied:
            if denied.status == 400 and "already exists" in str(denied):  # noqa: PLR2004 - Bad Request
                raise self.generation.refused(
                    "The homeserver already has other one-time keys under the names of ours: the data folder was "
                    "restored from an older backup, or another copy of the bot has been running."
                ) from denied
            raise
        told = wire.mapping(answer, "one_time_key_counts")
        counts = {kind: wire.count(told.get(kind)) or 0 for kind in ("curve25519", "signed_curve25519")}
        self.olm.handle_response(KeysUploadResponse.from_dict({"one_time_key_counts": counts}))

    # Reading

    async def decrypt(self, room: str, event: dict[str, Any]) -> dict[str, Any]:
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
        # Who sent it is the homeserver's word; whose key it was, is not.
        if self.devices.owner(sender_key) not in {None, event.get("sender")}:
            raise CryptoError("it was encrypted by somebody else than its sender")
        message = believed(json.loads(plaintext), room, event)
        await self.ledger.refuse_replay(session.id, index, event["event_id"])
        return message

    def _sender_key(self, room: str, session_id: Any) -> str:
        """The specification lets clients leave the sender's key out; the session's id is enough to find it."""
        known = self.olm.inbound_group_store[room]
        return next((sender for sender, sessions in known.items() if session_id in sessions), "")

    # Writing

    def forget_members(self, room: str) -> None:
        """Somebody came or went: the next message is for others, with a new key."""
        self.devices.forget_members(room)
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
        people = await self.devices.people_of(room)
        await self.devices.learn(room, people)
        if not self.olm.should_share_group_session(room):
            return
        self.generation.rise()
        missing = self.olm.get_missing_sessions(people)
        if missing:
            await self.devices.claim(missing)
        if room not in self.devices.members:
            return  # somebody came or went meanwhile: these are not its people any more
        for shared_with, messages in self.olm.share_group_session_parallel(
            room, people, ignore_unverified_devices=True
        ):
            session = self.olm.outbound_group_sessions.get(room)
            await self.devices.send("m.room.encrypted", messages["messages"])
            if session is not None:
                session.users_shared_with.update(shared_with)
        # It may have been dropped meanwhile.
        if room in self.olm.outbound_group_sessions:
            self.olm.outbound_group_sessions[room].shared = True


def believed(payload: Any, room: str, event: dict[str, Any]) -> dict[str, Any]:
    """A decrypted payload as an event, once it is known to be a message of this room and nothing else.

    A payload may claim to be a state event or to belong elsewhere; nio would believe it.
    """
    if not isinstance(payload, dict) or not isinstance(payload.get("content"), dict):
        raise CryptoError("its content is no event")
    if payload.get("room_id") != room:
        raise CryptoError("it was meant for another room")
    if "state_key" in payload or payload.get("type") not in ENCRYPTED:
        raise CryptoError("it claims to be something that is never encrypted")
    content = dict(payload["content"])
    if "m.relates_to" in event["content"]:
        content.setdefault("m.relates_to", event["content"]["m.relates_to"])
    kept: dict[str, Any] = {key: event[key] for key in ("event_id", "sender", "origin_server_ts") if key in event}
    return {**kept, "type": payload["type"], "content": content, "encrypted": True}
