"""Asking for room keys that didn't come, and remembering which were asked for.

Whoever is asked may answer by a forwarded key. nio takes one only if it was asked for and comes from a verified device
of our own account; the point of asking others is that their apps share the key anew, and use a fresh Olm session.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from nio import RoomKeyEvent, ToDeviceMessage
from nio.crypto import Olm, OutgoingKeyRequest

from bot.errors import StewardError
from bot.matrix import wire

log = structlog.get_logger()

ALGORITHM = "m.megolm.v1.aes-sha2"
KIND = "m.room_key_request"
#: How many keys may be asked for within a minute, and how many requests are remembered.
MOST, MINUTE, REMEMBERED = 20, 60.0, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A room key that isn't here, and what the event says of the device that made it."""

    room: str
    sender: str
    session: str
    device: str | None
    sender_key: str | None


def missing(room: str, event: dict[str, Any]) -> Missing | None:
    """The key that this event needs; None when it doesn't say."""
    content = wire.mapping(event, "content")
    sender, session = wire.identifier(event.get("sender")), wire.identifier(content.get("session_id"))
    if sender is None or session is None:
        return None
    device, key = wire.identifier(content.get("device_id")), wire.identifier(content.get("sender_key"))
    return Missing(room=room, sender=sender, session=session, device=device, sender_key=key)


def request(wanted: Missing, device: str) -> dict[str, Any]:
    """The content of a request by our device. The session's id names the request, as in nio."""
    body = {"algorithm": ALGORITHM, "room_id": wanted.room, "session_id": wanted.session}
    if wanted.sender_key is not None:
        body["sender_key"] = wanted.sender_key
    return {"action": "request", "body": body, "requesting_device_id": device, "request_id": wanted.session}


def note(olm: Olm, wanted: Missing) -> OutgoingKeyRequest:
    """Note that it is being asked for, for as long as this process lives: an answer is taken from now on."""
    noted = OutgoingKeyRequest(wanted.session, wanted.session, wanted.room, ALGORITHM)
    olm.outgoing_key_requests[wanted.session] = noted
    return noted


def remember(olm: Olm, wanted: Missing) -> None:
    """Keep that it was asked for; the oldest is forgotten when there are too many."""
    olm.store.add_outgoing_key_request(note(olm, wanted))
    if len(olm.outgoing_key_requests) > REMEMBERED:
        forget(olm, next(iter(olm.outgoing_key_requests)))


def forget(olm: Olm, session: str) -> None:
    """It isn't asked for any longer."""
    olm.store.remove_outgoing_key_request(olm.outgoing_key_requests.pop(session))


def withdraw(olm: Olm, came: RoomKeyEvent) -> None:
    """A key has come by itself: who was asked for it need not answer any more."""
    if came.session_id not in olm.outgoing_key_requests:
        return
    forget(olm, came.session_id)
    cancelled = {
        "action": "request_cancellation",
        "requesting_device_id": olm.device_id,
        "request_id": came.session_id,
    }
    for person in sorted({came.sender, olm.user_id}):
        olm.outgoing_to_device_messages.append(ToDeviceMessage(KIND, person, "*", cancelled))


def note_withheld(event: dict[str, Any]) -> None:
    """Log that somebody's app refuses us a key, and why, in the specification's own word for it."""
    content = wire.mapping(event, "content")
    log.warning(
        "room_key_withheld",
        sender=wire.identifier(event.get("sender")),
        room=wire.identifier(content.get("room_id")),
        code=wire.text(content.get("code"), 40),
    )


@dataclass(kw_only=True)
class KeyRequests:
    """Keys to be asked for, one after the other and not too many, beside the work that found them missing."""

    olm: Olm
    ask: Callable[[Missing], Awaitable[None]]
    seconds: Callable[[], float] = time.monotonic
    _wanted: asyncio.Queue[Missing] = field(default_factory=lambda: asyncio.Queue(MOST))
    _last: deque[float] = field(default_factory=deque)

    def want(self, room: str, event: dict[str, Any]) -> None:
        """Have this event's key asked for: each once."""
        wanted = missing(room, event)
        if wanted is None or wanted.session in self.olm.outgoing_key_requests or not self._may():
            return
        # Before it is asked for: the same key is missing from every message that it was used for. On disk afterwards:
        # whoever is killed before asking asks again.
        note(self.olm, wanted)
        self._wanted.put_nowait(wanted)

    def _may(self) -> bool:
        now = self.seconds()
        while self._last and now - self._last[0] >= MINUTE:
            self._last.popleft()
        if len(self._last) >= MOST or self._wanted.full():
            return False
        self._last.append(now)
        return True

    async def run(self) -> None:
        """Ask until cancelled. What can't be asked now is let go: the next event that needs it brings it back."""
        while True:
            wanted = await self._wanted.get()
            try:
                await self.ask(wanted)
                if wanted.session in self.olm.outgoing_key_requests:  # its key may have come meanwhile
                    remember(self.olm, wanted)
            except Exception as error:  # noqa: BLE001 - nio raises all sorts at what others have written
                expected = isinstance(error, StewardError)
                log.warning("key_not_asked_for", why=str(error) if expected else type(error).__name__)
                self.olm.outgoing_key_requests.pop(wanted.session, None)
