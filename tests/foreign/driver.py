"""A foreign Matrix client (matrix-js-sdk on Node) in the hands of a test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tests.foreign.node_process import ForeignClientError, NodeProcess

__all__ = ["ForeignClient", "ForeignClientError", "foreign_client"]

_SECONDS_TO_BE_READY = 60

#: room, event_id, sender, type, body, html, msgtype, relates_to, mentions, content, encrypted, undecryptable,
#: why_undecryptable, shield: as messages.mjs describes them.
Event = dict[str, Any]


class ForeignClient:
    """One logged-in client. Its calls raise `ForeignClientError` with the SDK's own words."""

    def __init__(self, process: NodeProcess, device_id: str) -> None:
        self.device_id = device_id
        self._process = process

    async def join(self, room: str) -> None:
        """Join, and return when the client's own sync shows it."""
        await self._process.call("join", room=room)

    async def open_chat(self, other: str, *, encrypted: bool = True) -> str:
        """Make a private chat with `other`, wait until they have joined, return its room id."""
        room: str = await self._process.call("open_chat", other=other, encrypted=encrypted)
        return room

    async def say(self, room: str, text: str, *, thread: str | None = None, reply_to: str | None = None) -> str:
        """Send a text, maybe in the thread of an event or as a reply to one; return its event id."""
        content: dict[str, Any] = {"msgtype": "m.text", "body": text, "m.mentions": {}}
        if thread is not None:
            content["m.relates_to"] = {
                "rel_type": "m.thread",
                "event_id": thread,
                "is_falling_back": reply_to is None,
                "m.in_reply_to": {"event_id": reply_to or thread},
            }
        elif reply_to is not None:
            content["m.relates_to"] = {"m.in_reply_to": {"event_id": reply_to}}
        return await self.send(room, content)

    async def react(self, room: str, event_id: str, key: str) -> str:
        """React to an event; return the reaction's event id."""
        relation = {"rel_type": "m.annotation", "event_id": event_id, "key": key}
        return await self.send(room, {"m.relates_to": relation}, kind="m.reaction")

    async def send(self, room: str, content: dict[str, Any], *, kind: str = "m.room.message") -> str:
        """Send any event, encrypted where the room is; return its event id."""
        event_id: str = await self._process.call("send", room=room, type=kind, content=content)
        return event_id

    async def device_is_cross_signed(self, user: str) -> dict[str, bool]:
        """For each device of the user, whether its owner signed it."""
        signed: dict[str, bool] = await self._process.call("devices", of=user)
        return signed

    async def verify(self, user: str, *, device: str | None = None, room: str | None = None) -> "ForeignVerification":
        """Ask somebody for verification: their device by to-device messages, or in a private chat."""
        number: int = await self._process.call("verify", user=user, device=device, room=room)
        return ForeignVerification(self._process, number)

    async def sees_as_verified(self, user: str) -> bool:
        """Whether this user's identity is verified, as far as this client knows."""
        verified: bool = await self._process.call("user_is_verified", user=user)
        return verified

    async def device_is_verified(self, user: str, device: str) -> bool:
        """Whether this client trusts the device."""
        verified: bool = await self._process.call("device_is_verified", user=user, device=device)
        return verified

    async def until_verified(self, user: str) -> None:
        """Return once this client sees the user as verified, after one of its syncs."""
        await self._process.call("user_becomes_verified", user=user)

    async def next_from(
        self,
        room: str,
        sender: str,
        timeout: float = 20,  # noqa: ASYNC109
        *,
        kind: str = "m.room.message",
    ) -> Event:
        """The next event of that sender there that was not returned before, decrypted or known not to be."""

        def wanted(event: Event) -> bool:
            return (event["room"], event["sender"], event["type"]) == (room, sender, kind)

        event: Event = await self._process.take("event", wanted, timeout, f"{kind} from {sender} in {room}")
        return event

    async def next_invite(self, timeout: float = 20) -> str:  # noqa: ASYNC109
        """The room of the next invite that was not returned before."""
        room: str = await self._process.take("invite", lambda _: True, timeout, "invite")
        return room


@dataclass(frozen=True)
class ForeignVerification:
    """A verification that this client asked for."""

    process: NodeProcess
    number: int

    async def emoji(self, *, start: bool = True) -> tuple[list[tuple[str, str]], list[int]]:
        """Start it, or let the other side start; the emoji with their names, and the numbers, that are shown."""
        shown = await self._call("see_emoji", start=start)
        return [(symbol, name) for symbol, name in shown["emoji"]], shown["numbers"]

    async def confirm(self) -> None:
        """Say that the emoji are the same, and wait until both are done."""
        await self._call("confirm_emoji")

    async def mismatch(self) -> None:
        """Say that the emoji differ."""
        await self._call("reject_emoji")

    async def cancel(self) -> None:
        """Think better of it."""
        await self._call("cancel_verification")

    async def cancelled(self) -> str:
        """Wait until it is cancelled; the code."""
        code: str = await self._call("why_cancelled")
        return code

    async def _call(self, call: str, **args: Any) -> Any:
        return await self.process.call(call, verification=self.number, **args)


@asynccontextmanager
async def foreign_client(
    homeserver_url: str, *, user: str, password: str, strict: bool = False
) -> AsyncIterator[ForeignClient]:
    """A client that has logged in and synced. `strict`: cross-signed itself, it trusts cross-signed devices alone."""
    process = await NodeProcess.start(homeserver_url, user, password, "strict" if strict else "lax")
    try:
        device_id = await process.take("ready", bool, _SECONDS_TO_BE_READY, "sign of life from the foreign client")
        yield ForeignClient(process, device_id)
    finally:
        await process.close()
