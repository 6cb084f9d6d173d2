"""Lists and objects within each other. Python reads and writes them to a depth that depends on who asks, then fails.

So what came in is held to a depth of our own: whatever could be read can be written, and read again.
"""

import re
from typing import Any

#: How many lists and objects may stand within each other in what we take in.
DEEPEST = 100
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)


def deeper(value: Any, than: int = DEEPEST) -> bool:
    """Whether more lists and objects stand within each other than that."""
    level: list[Any] = [value]
    for _ in range(than):
        level = [inner for one in level for inner in _within(one)]
    return any(isinstance(one, dict | list) for one in level)


def cut(raw: bytes, deepest: int = DEEPEST) -> bytes:
    """JSON as it was, but for a `null` in place of each list or object that is nested deeper."""
    kept, depth, done = [], 0, 0
    for token in _TOKEN.finditer(raw):
        if token[0] in b"[{":
            depth += 1
            if depth == deepest + 1:
                kept.append(raw[done : token.start()])
        elif token[0] in b"]}":
            if depth == deepest + 1:
                kept.append(b"null")
                done = token.end()
            depth -= 1
    return b"".join([*kept, raw[done:]])


def _within(value: Any) -> list[Any]:
    match value:
        case dict():
            return list(value.values())
        case list():
            return value
        case _:
            return []
