"""Messages of a verification: as they come, in a room or from device to device, and as they go."""

from dataclasses import dataclass
from typing import Any

from bot.matrix import wire

PREFIX = "m.key.verification."
REQUEST = PREFIX + "request"
#: What comes as an event of its own in a room. A request comes as a message there.
EVENTS = tuple(PREFIX + kind for kind in ("ready", "start", "accept", "key", "mac", "done", "cancel"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of somebody's. `kind` is the type's last word; `room` is None from device to device.

    `at`: when a request says that it was made, in seconds; None where it doesn't say.
    """

    kind: str
    sender: str
    transaction: str
    content: dict[str, Any]
    room: str | None = None
    at: float | None = None

    @property
    def device(self) -> str | None:
        """The device that it says it is from; not every kind does."""
        return wire.identifier(self.content.get("from_device"))


def from_device(event: dict[str, Any]) -> Message | None:
    """A to-device event as a message, if it is one."""
    content, kind = wire.mapping(event, "content"), event.get("type")
    sender, transaction = wire.identifier(event.get("sender")), wire.identifier(content.get("transaction_id"))
    if kind not in (REQUEST, *EVENTS) or sender is None or transaction is None:
        return None
    at = wire.seconds(content.get("timestamp"))
    return Message(kind=str(kind).removeprefix(PREFIX), sender=sender, transaction=transaction, content=content, at=at)


def from_room(room: str, event: dict[str, Any], us: str) -> Message | None:
    """A room's event, decrypted, as a message, if it is one. Requests to others are none."""
    content, kind = wire.mapping(event, "content"), event.get("type")
    sender, event_id = wire.identifier(event.get("sender")), wire.identifier(event.get("event_id"))
    relation = wire.mapping(content, "m.relates_to")
    request = kind == "m.room.message" and content.get("msgtype") == REQUEST and content.get("to") == us
    followed = wire.identifier(relation.get("event_id")) if relation.get("rel_type") == "m.reference" else None
    transaction = event_id if request else followed
    if sender is None or transaction is None or not (request or kind in EVENTS):
        return None
    name = "request" if request else str(kind).removeprefix(PREFIX)
    at = wire.seconds(event.get("origin_server_ts"))
    return Message(kind=name, sender=sender, transaction=transaction, content=content, room=room, at=at)


def tied(content: dict[str, Any], transaction: str, room: str | None) -> dict[str, Any]:
    """A message's content with what ties it to its verification."""
    if room is None:
        return {**content, "transaction_id": transaction}
    return {**content, "m.relates_to": {"rel_type": "m.reference", "event_id": transaction}}
