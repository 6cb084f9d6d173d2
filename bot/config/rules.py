"""Rules between values. They look at the bare document, so that their findings come together with all the others."""

from collections.abc import Iterator
from typing import Any

from bot.config.document import Trail
from bot.config.shape import nearest

Finding = tuple[Trail, str]

#: Lists whose entries must differ in this key.
_UNIQUE = (("rooms", "name"), ("rooms", "room"), ("services", "name"))
_WAYS_IN = ("password", "token")


def broken(document: dict[str, Any]) -> Iterator[Finding]:
    """Every rule that this document breaks, and where."""
    yield from _way_in(document.get("homeserver"))
    for section, key in _UNIQUE:
        yield from _repeated([((section, at, key), value) for at, value in _column(document, section, key)])
    commands = document.get("commands")
    prefixes = commands.get("prefixes") if isinstance(commands, dict) else None
    if isinstance(prefixes, list):
        yield from _repeated([(("commands", "prefixes", at), prefix) for at, prefix in enumerate(prefixes)])
    yield from _control_room_is_private(document)


def _way_in(homeserver: object) -> Iterator[Finding]:
    if not isinstance(homeserver, dict):
        return
    ways = [way for way in _WAYS_IN if homeserver.get(way) is not None]
    misspelt = any(key not in _WAYS_IN and nearest(key, _WAYS_IN) for key in homeserver)
    if len(ways) > 1:
        yield ("homeserver", "token"), "password and token are both given; keep one of them"
    if not ways and not misspelt:
        yield ("homeserver",), "needs a password or a token, such as password: ${STEWARD_PASSWORD}"


def _column(document: dict[str, Any], section: str, key: str) -> list[tuple[int, str]]:
    entries = document.get(section)
    found = enumerate(entries if isinstance(entries, list) else ())
    return [(at, entry[key]) for at, entry in found if isinstance(entry, dict) and isinstance(entry.get(key), str)]


def _repeated(values: list[Finding]) -> Iterator[Finding]:
    seen: set[object] = set()
    for trail, value in values:
        if isinstance(value, str) and value in seen:
            yield trail, "is given a second time; each entry needs its own"
        seen.add(value if isinstance(value, str) else None)


def _control_room_is_private(document: dict[str, Any]) -> Iterator[Finding]:
    control = document.get("control_room")
    if isinstance(control, dict) and control.get("room") in [room for _, room in _column(document, "rooms", "room")]:
        yield ("control_room", "room"), "is one of the rooms too; the control room is for moderators alone"
