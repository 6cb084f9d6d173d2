"""JSON that anybody may have written."""

import json
from typing import Any

#: What is asked for here is small; more of it would only keep the bot busy. In bytes.
LARGEST = 512 * 1024


def object_in(body: bytes) -> dict[str, Any] | None:
    """The object in this body; None where there is something else."""
    if len(body) > LARGEST:
        return None
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def part(found: Any, *keys: str) -> Any:
    """What stands below these keys; None where there is nothing."""
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found
