"""The devices of those whom we talk to: knowing them, having Olm sessions with them, sending to them."""

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import structlog
from nio import KeysClaimResponse, KeysQueryResponse
from nio.crypto import Olm, OlmDevice

from bot.errors import Permanent, TryLater
from bot.matrix import wire
from bot.matrix.api import Api, path
from bot.matrix.crypto import key_requests
from bot.matrix.crypto.key_requests import Missing

log = structlog.get_logger()

#: How long a homeserver may look for keys on other servers, in milliseconds.
KEYS_TIMEOUT = 10_000
#: How often a device is sent a fresh Olm session, in seconds: the specification's limit.
MENDED_EVERY = 3600.0
#: How often a room's people are asked for again when they change meanwhile.
ASKS = 5


@dataclass(kw_only=True)
class Devices:
    """Everyone's devices, as far as we need them. `members` are the people of each room, where known."""

    api: Api
    olm: Olm
    seconds: Callable[[], float] = time.monotonic
    members: dict[str, frozenset[str]] = field(default_factory=dict)
    #: How often a room's people, or a person's devices, were said to have changed: what was asked before is outdated.
    _news: Counter[str] = field(default_factory=Counter)
    _sending: asyncio.Lock = field(default_factory=asyncio.Lock)
    _mended: dict[tuple[str, str], float] = field(default_factory=dict)

    def forget_members(self, room: str) -> None:
        """Somebody came or went: its people are asked for anew, also where an answer is on its way."""
        self._news[room] += 1
        self.members.pop(room, None)

    def changed(self, people: set[str]) -> None:
        """These people's devices have changed: they are asked for anew, also where an answer is on its way."""
        self._news.update(people)
        self.olm.add_changed_users(people & self.olm.tracked_users)

    async def people_of(self, room: str) -> list[str]:
        """Everyone who is in the room or invited to it."""
        for _ in range(ASKS):
            if room in self.members:
                return sorted(self.members[room])
            news, people = self._news[room], await self._members(room)
            if self._news[room] == news:
                self.members[room] = people
        if room in self.members:
            return sorted(self.members[room])
        raise TryLater("people keep coming and going while it is asked who is in the room")

    async def _members(self, room: str) -> frozenset[str]:
        answer = await self.api.call("GET", path("rooms", room, "members"), query={"not_membership": "leave"})
        if not isinstance(answer.get("chunk"), list):
            raise TryLater("the homeserver's list of a room's people is none")
        return frozenset(
            event["state_key"]
            for event in wire.objects(answer, "chunk")
            if wire.mapping(event, "content").get("membership") in {"join", "invite"}
            and wire.identifier(event.get("state_key"))
        )

    async def learn(self, room: str, people: list[str]) -> None:
        """Ask for the devices of those that we don't know, or that have changed; a change means a new room key."""
        unknown = {person for person in people if person not in self.olm.tracked_users}
        asked = unknown | (self.olm.users_for_key_query & set(people))
        if not asked:
            return
        body = {"timeout": KEYS_TIMEOUT, "device_keys": {person: [] for person in sorted(asked)}}
        news = {person: self._news[person] for person in asked}
        answer = KeysQueryResponse.from_dict(await self.api.call("POST", path("keys", "query"), body))
        changed = self._taken_in(answer, asked)
        self.olm.users_for_key_query.update(one for one in asked if self._news[one] != news[one])
        self._drop_keys(room, changed)

    def _taken_in(self, answer: Any, asked: set[str]) -> set[str]:
        """Whose devices have changed by this answer."""
        before = {person: dict(self.olm.device_store[person]) for person in asked}
        try:
            self.olm.handle_response(answer)
        except Exception:
            # They are in memory and not on disk. Asked again, they would be no news, and could never be shared with.
            for person, devices in before.items():
                self.olm.device_store[person].clear()
                self.olm.device_store[person].update(devices)
            self.olm.users_for_key_query.update(asked)
            raise
        return set(getattr(answer, "changed", None) or ())

    def _drop_keys(self, room: str, changed: set[str]) -> None:
        """Have new room keys made where these people are."""
        for other in [room, *(one for one, members in self.members.items() if changed & members)] if changed else []:
            self.olm.outbound_group_sessions.pop(other, None)

    def owner(self, identity_key: str) -> str | None:
        """Whose device has this key, as far as devices are known."""
        found = (device.user_id for device in self.olm.device_store if device.curve25519 == identity_key)
        return next(found, None)

    async def claim(self, devices: dict[str, Iterable[str]]) -> None:
        """Make Olm sessions with these devices, by one-time keys of theirs."""
        wanted = {person: dict.fromkeys(theirs, "signed_curve25519") for person, theirs in devices.items()}
        body = {"timeout": KEYS_TIMEOUT, "one_time_keys": wanted}
        answer = await self.api.call("POST", path("keys", "claim"), body)
        self.olm.handle_response(KeysClaimResponse.from_dict(answer))

    async def send(self, kind: str, messages: dict[str, Any]) -> None:
        """Send to devices: content by device (`*`: all), by user."""
        await self.api.call("PUT", path("sendToDevice", kind, uuid.uuid4().hex), {"messages": messages})

    async def mend_and_send(self) -> None:
        """Make fresh Olm sessions with devices that need one, and send what waits for devices."""
        async with self._sending:
            if self.olm.wedged_devices:
                try:
                    await self.claim(self.olm.get_users_for_key_claiming())
                finally:
                    # Whoever has no key to claim is tried again when they are next in need, not at each sync.
                    self.olm.wedged_devices.clear()
            while self.olm.outgoing_to_device_messages:
                message = self.olm.outgoing_to_device_messages[0]
                try:
                    await self.send(message.type, message.as_dict()["messages"])
                except Permanent as error:
                    log.warning("to_device_refused", type=message.type, why=str(error))
                self.olm.outgoing_to_device_messages.pop(0)

    async def ask_for_key(self, wanted: Missing) -> None:
        """Ask everyone who may have this room key, and have a fresh Olm session with the device that made it."""
        content = key_requests.request(wanted, self.olm.device_id)
        people = sorted({wanted.sender, self.olm.user_id})
        await self.send(key_requests.KIND, {person: {"*": content} for person in people})
        log.info("key_asked_for", sender=wanted.sender, room=wanted.room)
        await self.learn(wanted.room, [wanted.sender])
        device = self._maker(wanted)
        now = self.seconds()
        if device is None or now - self._mended.get((device.user_id, device.id), -MENDED_EVERY) < MENDED_EVERY:
            return
        self._mended[device.user_id, device.id] = now
        self.olm.wedged_devices.append(device)
        await self.mend_and_send()

    def _maker(self, wanted: Missing) -> OlmDevice | None:
        """The device that the event says it is from, if it is known."""
        theirs = self.olm.device_store.active_user_devices(wanted.sender)
        return next((one for one in theirs if wanted.device == one.id or wanted.sender_key == one.curve25519), None)
