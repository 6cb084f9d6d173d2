"""Rules between values. They look at the bare document, so that their findings come together with all the others."""

import re
from collections.abc import Iterator
from typing import Any

from bot.config.document import Trail
from bot.config.secrets import STAND_IN
from bot.config.shape import nearest

Finding = tuple[Trail, str]

#: Lists whose entries must differ in this key.
_UNIQUE = (("rooms", "name"), ("rooms", "room"), ("services", "name"))
_WAYS_IN = ("password", "token")
#: How the caller of a hook proves itself; and where the secret stands with those that have more than one key.
_PROOFS = {"bearer": (), "path": (), "basic": ("password",), "hmac": ("secret",)}
_HOOK = ("name", "format", *_PROOFS)
#: Fewer characters can be guessed.
_SHORTEST = 16
#: One in use, or the old one and the new one.
_AT_ONCE = (1, 2)
#: A room that is no entry of `rooms`, but is named where news is sent.
_OPERATORS = "operators"
_IN_A_PATH = re.compile("[A-Za-z0-9_-]+")


def broken(document: dict[str, Any]) -> Iterator[Finding]:
    """Every rule that this document breaks, and where."""
    yield from _way_in(document.get("homeserver"))
    for section, key in _UNIQUE:
        yield from _repeated([((section, at, key), value) for at, value in _column(document, section, key)])
    yield from _repeated([(("web", "hooks", at, "name"), str(hook.get("name"))) for at, hook in _hooks(document)])
    commands = document.get("commands")
    prefixes = commands.get("prefixes") if isinstance(commands, dict) else None
    if isinstance(prefixes, list):
        yield from _repeated([(("commands", "prefixes", at), prefix) for at, prefix in enumerate(prefixes)])
    yield from _is_private(document, "control_room", "the control room is for moderators alone")
    yield from _is_private(document, "operators", "that of the operators is for them alone")
    if _room(document, "operators") is not None and _room(document, "operators") == _room(document, "control_room"):
        yield ("operators", "room"), "is the control room; leave this part out, and that is where operators are told"
    for at, name in _column(document, "rooms", "name"):
        if name == _OPERATORS:
            yield ("rooms", at, "name"), f'"{name}" is what the room of the operators is called; choose another name'
    for at, hook in _hooks(document):
        yield from _proof(("web", "hooks", at), hook)


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


def _room(document: dict[str, Any], section: str) -> object:
    found = document.get(section)
    return found.get("room") if isinstance(found, dict) else None


def _is_private(document: dict[str, Any], section: str, why: str) -> Iterator[Finding]:
    room = _room(document, section)
    if room is not None and room in [one for _, one in _column(document, "rooms", "room")]:
        yield (section, "room"), f"is one of the rooms too; {why}"


def _hooks(document: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    web = document.get("web")
    hooks = web.get("hooks") if isinstance(web, dict) else None
    return [(at, hook) for at, hook in enumerate(hooks if isinstance(hooks, list) else ()) if isinstance(hook, dict)]


def _proof(trail: Trail, hook: dict[str, Any]) -> Iterator[Finding]:
    """Exactly one kind, and its secrets hard to guess."""
    kinds = [kind for kind in _PROOFS if hook.get(kind) is not None]
    misspelt = any(key not in _HOOK and nearest(key, _PROOFS) for key in hook)
    if not kinds and not misspelt:
        yield trail, "needs one of bearer, path, basic and hmac, so that not everybody can call it"
    for kind in kinds[1:]:
        yield (*trail, kind), f"{kinds[0]} and {kind} are both given; keep one of them"
    for kind in kinds:
        yield from _secrets(trail, hook, (kind, *_PROOFS[kind]))


def _secrets(trail: Trail, hook: dict[str, Any], keys: tuple[str, ...]) -> Iterator[Finding]:
    found: Any = hook
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    trail = (*trail, *keys)
    if isinstance(found, list) and len(found) not in _AT_ONCE:
        yield trail, "expected one secret, or a list of two while the sender changes from the one to the other"
    each = [((*trail, at), one) for at, one in enumerate(found)] if isinstance(found, list) else [(trail, found)]
    for place, secret in each:
        # An empty one was not found, and that has been told.
        if not isinstance(secret, str) or not secret:
            continue
        if len(secret) < _SHORTEST:
            yield place, f"the secret is too short; it needs {_SHORTEST} characters or more"
        elif keys == ("path",) and not _IN_A_PATH.fullmatch(secret) and secret != STAND_IN:
            yield place, "the secret is to be part of an address, so it may hold letters, digits, - and _ alone"
