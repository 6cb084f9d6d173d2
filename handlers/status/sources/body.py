"""A body → values: any text is read or refused, and what is of another type than foreseen counts as missing."""

import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from handlers.status.sources.taken import UnreadableError

#: A number of more digits is no count and no id, and Python refuses to read some of them.
MOST_DIGITS = 20
#: Before this there was no monitoring: Go's zero time (the year 1) stands for "not yet".
EARLIEST = 2000
#: A backslash, with what JSON allows to follow it, if that does.
_BACKSLASH = re.compile(r'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})?')


def parsed(raw: str) -> dict[str, Any]:
    """The object that this JSON is. Raises `UnreadableError`.

    Senders that put texts into a template leave new lines and backslashes in them as they are (Gatus escapes quotation
    marks alone); that is forgiven. Of a key that comes twice, the last counts.
    """
    try:
        found = _loaded(raw)
    except ValueError:
        found = _repaired(raw)
    if not isinstance(found, dict):
        raise UnreadableError("it is JSON, but not an object in braces")
    return found


def _repaired(raw: str) -> Any:
    """With each backslash doubled that stands before nothing that it could escape."""
    try:
        return _loaded(_BACKSLASH.sub(lambda found: found[0] if found[1] else r"\\", raw))
    except json.JSONDecodeError as error:
        raise UnreadableError(f"it isn't JSON (it breaks at character {error.pos + 1} of {len(error.doc)})") from None


def _loaded(raw: str) -> Any:
    try:
        return json.loads(raw, strict=False, parse_int=_number, parse_constant=lambda _name: None)
    except RecursionError:
        raise UnreadableError("it is nested too deep") from None


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) <= MOST_DIGITS else float(digits)


def mapping(value: Any) -> Mapping[str, Any]:
    """The object that it is; an empty one if it is none."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[Mapping[str, Any]]:
    """The objects of the list that it is."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def word(value: Any) -> str:
    """The text or number that it is, as a text without space around it; "" if it is neither."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f"{value:g}" if isinstance(value, float) and math.isfinite(value) else str(value)


def text(of: Mapping[str, Any], *names: str) -> str:
    """What stands under the first of these names that has something to say."""
    return next((found for name in names if (found := word(of.get(name)))), "")


def texts(value: Any) -> dict[str, str]:
    """What it says, by name, as texts."""
    return {name: said for name, one in mapping(value).items() if (said := word(one))}


def known(names: Iterable[str]) -> tuple[str, ...]:
    """Those that aren't empty, once each, in order."""
    return tuple(dict.fromkeys(name for name in names if name))


def moment(value: Any) -> datetime | None:
    """A time in the form of RFC 3339, or in that of databases; without a zone it is in UTC. None if it is neither."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        if found is None or found.year < EARLIEST:
            return None
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
