"""All that a pattern of words matches, spelled out: for patterns that hold no repetition but of letters."""

import importlib
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

_PARSER: Any = importlib.import_module("re._parser")


def spelled_out(pattern: re.Pattern[str]) -> list[str]:
    """Every text that the pattern is for. Where it allows letters of any kind, there are none."""
    return sorted({" ".join(text.split()) for text in _of(_PARSER.parse(pattern.pattern))})


def _of(parsed: Any) -> Iterator[str]:
    return map("".join, product(*(list(_one(str(what), about)) for what, about in parsed)))


def _one(what: str, about: Any) -> Iterator[str]:
    match what:
        case "LITERAL":
            yield chr(about)
        case "AT":
            yield ""
        case "BRANCH":
            for branch in about[1]:
                yield from _of(branch)
        case "SUBPATTERN":
            yield from _of(about[3])
        case "MAX_REPEAT":
            least, most, inner = about
            if least == 0:
                yield ""
            if most == 1:
                yield from _of(inner)
        case _:
            raise NotImplementedError(what)
