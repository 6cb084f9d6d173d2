"""Devices with real Olm machines and stores, and the part of a homeserver that carries keys between them."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from bot.matrix.api import Denied
from bot.matrix.crypto.generation import Generation
from bot.matrix.crypto.machine import Machine
from bot.matrix.crypto.replay import Ledger
from bot.matrix.crypto.store import open_machine
from bot.storage.engine import Storage
from tests.support.fakes import FakeClock

STORE_KEY = "a store key"


@dataclass
class KeyServer:
    """Device keys, one-time keys, to-device messages and account data of everyone, and one room with all in it."""

    devices: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    one_time: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    inbox: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    account_data: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: What was sent to devices, as it was sent: (type, messages).
    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    refuses: dict[str, Exception] = field(default_factory=dict)

    def answer(self, caller: tuple[str, str], method: str, where: str, body: Any) -> dict[str, Any]:
        """What a homeserver answers to this call of this device's."""
        self.calls.append(f"{method} {where}")
        for part, error in self.refuses.items():
            if part in where:
                raise error
        match [unquote(part) for part in where.removeprefix("/_matrix/client/v3/").split("/")]:
            case ["keys", "query"]:
                return self._query(body["device_keys"])
            case ["keys", "upload"]:
                return self._upload(caller, body)
            case ["keys", "claim"]:
                return self._claim(body["one_time_keys"])
            case ["sendToDevice", kind, _txn]:
                return self._send(caller, kind, body["messages"])
            case ["rooms", _room, "members"]:
                return {"chunk": [{"state_key": one, "content": {"membership": "join"}} for one in self._people()]}
            case ["user", user, "account_data", kind]:
                return self._data(method, f"{user} {kind}", body)
            case other:
                raise AssertionError(f"nothing here answers {other}")

    def _people(self) -> list[str]:
        return sorted({user for user, _ in self.devices})

    def _query(self, wanted: dict[str, list[str]]) -> dict[str, Any]:
        found: dict[str, Any] = {user: {} for user in wanted}
        for (user, device), keys in self.devices.items():
            if user in wanted and (not wanted[user] or device in wanted[user]):
                found[user][device] = keys
        return {"device_keys": found, "failures": {}}

    def _upload(self, caller: tuple[str, str], body: dict[str, Any]) -> dict[str, Any]:
        if "device_keys" in body:
            self.devices[caller] = body["device_keys"]
        kept = self.one_time.setdefault(caller, {})
        for name, key in body.get("one_time_keys", {}).items():
            if kept.get(name, key) != key:
                raise Denied(400, "M_UNKNOWN", f"One time key {name} already exists. Old key: …; new key: …")
            kept[name] = key
        return {"one_time_key_counts": {"signed_curve25519": len(kept)}}

    def _claim(self, wanted: dict[str, dict[str, str]]) -> dict[str, Any]:
        claimed: dict[str, Any] = {}
        for user, devices in wanted.items():
            for device in devices:
                kept = self.one_time.get((user, device))
                if kept:
                    claimed.setdefault(user, {})[device] = dict([kept.popitem()])
        return {"one_time_keys": claimed, "failures": {}}

    def _send(self, caller: tuple[str, str], kind: str, messages: dict[str, Any]) -> dict[str, Any]:
        self.sent.append((kind, messages))
        for user, devices in messages.items():
            for owner, device in self.devices:
                content = devices.get(device, devices.get("*"))
                if owner == user and content is not None:
                    event = {"type": kind, "sender": caller[0], "content": content}
                    self.inbox.setdefault((user, device), []).append(event)
        return {}

    def _data(self, method: str, name: str, body: Any) -> dict[str, Any]:
        if method == "PUT":
            self.account_data[name] = body
            return {}
        if name not in self.account_data:
            raise Denied(404, "M_NOT_FOUND", "Account data not found")
        return self.account_data[name]


@dataclass
class FakeApi:
    """One device's line to the key server."""

    server: KeyServer
    caller: tuple[str, str]

    async def call(self, method: str, path: str, body: Any = None, **_options: Any) -> dict[str, Any]:
        return self.server.answer(self.caller, method, path, body)


@dataclass
class Device:
    """A device of somebody's, with our machine."""

    machine: Machine
    server: KeyServer

    @property
    def name(self) -> tuple[str, str]:
        return self.machine.olm.user_id, self.machine.olm.device_id

    def sync(self, *, losing: str | None = None) -> bool:
        """Take in what was sent to this device, but for events of a type that gets lost."""
        events = [one for one in self.server.inbox.pop(self.name, []) if one["type"] != losing]
        count = len(self.server.one_time.get(self.name, {}))
        answer = {"to_device": {"events": events}, "device_one_time_keys_count": {"signed_curve25519": count}}
        return self.machine.take_in(answer)

    async def say(self, room: str, text: str, event_id: str = "$1") -> dict[str, Any]:
        """An encrypted message of this device's, as an event."""
        content = await self.machine.encrypt(room, "m.room.message", {"msgtype": "m.text", "body": text})
        return {
            "type": "m.room.encrypted",
            "event_id": event_id,
            "sender": self.name[0],
            "origin_server_ts": 1_700_000_000_000,
            "content": content,
        }


async def device(server: KeyServer, storage: Storage, folder: Path, user: str, name: str) -> Device:
    """Somebody's device, its keys known to the server. The same folder again is the same device, restarted."""
    folder = folder / re.sub(r"\W", "", f"{user}{name}")
    folder.mkdir(exist_ok=True)
    api: Any = FakeApi(server, (user, name))
    machine = Machine(
        api=api,
        olm=open_machine(user, name, folder, STORE_KEY),
        ledger=Ledger(storage=storage, clock=FakeClock()),
        generation=Generation(api=api, storage=storage, user=user, device=name, folder=folder),
    )
    await machine.publish()
    return Device(machine, server)
