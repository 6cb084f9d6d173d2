"""Reading JSON that anybody may have written: what isn't of the expected form counts as absent."""

import math
from datetime import UTC, datetime
from typing import Any

#: Matrix's own limit for ids, in bytes; also the width of our columns.
LONGEST_ID = 255
LARGEST_COUNT = 2**31


def mapping(parent: Any, key: str) -> dict[str, Any]:
    """The object under this key, or an empty one."""
    value = parent.get(key) if isinstance(parent, dict) else None
    return value if isinstance(value, dict) else {}


def listed(parent: Any, key: str) -> list[Any]:
    """The list under this key, or an empty one."""
    value = parent.get(key) if isinstance(parent, dict) else None
    return value if isinstance(value, list) else []


def objects(parent: Any, key: str) -> list[dict[str, Any]]:
    """The objects in the list under this key."""
    return [value for value in listed(parent, key) if isinstance(value, dict)]


def rooms(sync: Any, part: str) -> dict[str, Any]:
    """A sync's sections for rooms ("join", "leave", "invite"), by room id."""
    sections = mapping(mapping(sync, "rooms"), part)
    return {room: section for room, section in sections.items() if identifier(room)}


def identifier(value: Any) -> str | None:
    """An id: a text that is short enough and that every database takes."""
    if not isinstance(value, str) or not value or "\0" in value:
        return None
    encoded = value.encode(errors="ignore")
    return value if len(encoded) <= LONGEST_ID and encoded.decode() == value else None


def text(value: Any, longest: int) -> str | None:
    """A text without what databases and terminals choke on, cut to a length."""
    if not isinstance(value, str):
        return None
    return value[:longest].replace("\0", "").encode(errors="ignore").decode()


def token(value: Any) -> str | None:
    """A place in a homeserver's history: a text that can be kept, and put into an address."""
    return value if isinstance(value, str) and value and text(value, len(value)) == value else None


def count(value: Any) -> int | None:
    """A number of things, where it is one that databases take."""
    return value if isinstance(value, int) and 0 <= value < LARGEST_COUNT else None


def seconds(value: Any) -> float | None:
    """Matrix's milliseconds as seconds, where they are a time at all."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        at = float(value) / 1000
    except OverflowError:
        return None
    return at if math.isfinite(at) and at >= 0 else None


def moment(value: Any) -> datetime | None:
    """Matrix's milliseconds as a time in UTC, where they are one that our calendar knows."""
    at = seconds(value)
    try:
        return None if at is None else datetime.fromtimestamp(at, UTC)
    except (OverflowError, ValueError, OSError):
        return None
