"""JSON in columns of ours, read again: also where a broken version, or somebody's hand, has left something else."""

import json
from typing import Any

from bot import nesting

#: What goes in is held to less; and what is written anew holds it within something.
DEEPEST = 2 * nesting.DEEPEST


def json_object(text: str | None) -> dict[str, Any] | None:
    """The object that was written, an empty one for nothing at all; None where it can't be read."""
    value = json_value(text or "{}")
    return value if isinstance(value, dict) else None


def json_value(text: str) -> Any:
    """The value that was written; None where it can't be read."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return None if nesting.deeper(value, DEEPEST) else value
