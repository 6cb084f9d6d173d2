"""Values that know where they stand: what a config file is turned into, before it means anything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

#: The keys and list positions that lead to a value: ("rooms", 1, "name").
Trail = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where values come from. `rank` orders the problems of several sources; only files have a folder."""

    name: str
    rank: int
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where. Line 0: there is none to point at."""

    source: Source
    line: int
    text: str
    trail: Trail = ()

    def __str__(self) -> str:
        place = f"{self.source.name}:{self.line}" if self.line else self.source.name
        return ": ".join(filter(None, (place, dotted(self.trail), self.text)))


Report = Callable[[Problem], None]


def dotted(trail: Trail) -> str:
    """A trail as people read it, list entries counted from 1: rooms[2].name."""
    steps = (f"[{step + 1}]" if isinstance(step, int) else f".{printable(step)}" for step in trail)
    return "".join(steps).removeprefix(".")


def printable(text: str, longest: int = 40) -> str:
    """This text on one line, short, and without anything that a terminal would obey."""
    safe = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text[: longest + 1])
    return safe if len(safe) <= longest else safe[:longest] + "…"


@dataclass(frozen=True, slots=True)
class Placed:
    """A value (a mapping's and a list's are Placed in turn), its line, and the line of the key that leads to it."""

    value: Any
    source: Source
    line: int = 0
    key_line: int = 0

    def nearest(self, trail: Trail) -> tuple["Placed", Trail]:
        """What stands at this trail or, where it ends before, the last on the way; and the rest of the trail."""
        here = self
        for walked, step in enumerate(trail):
            match here.value, step:
                case dict() as entries, str() if step in entries:
                    here = entries[step]
                case list() as entries, int() if step < len(entries):
                    here = entries[step]
                case _:
                    return here, trail[walked:]
        return here, ()

    def problem(self, trail: Trail, text: str, *, at_key: bool = False) -> Problem:
        """What is wrong at this trail. Where something is missing, its parent's first line is the place."""
        here, rest = self.nearest(trail)
        line = here.key_line if (at_key or rest) and here.key_line else here.line
        return Problem(here.source, line, text, trail)


def given(value: object, source: Source) -> Placed:
    """A mapping from the program itself, placed."""
    match value:
        case Mapping():
            return Placed({str(key): given(inner, source) for key, inner in value.items()}, source)
        case list() | tuple():
            return Placed([given(inner, source) for inner in value], source)
        case Path():
            return Placed(str(value), source)
        case _:
            return Placed(value, source)


def merged(base: Placed, over: Placed) -> Placed:
    """`over` laid upon `base`: mappings are merged, anything else takes the place of what was there."""
    if not (isinstance(base.value, dict) and isinstance(over.value, dict)):
        return over
    both = {key: merged(base.value[key], inner) for key, inner in over.value.items() if key in base.value}
    return replace(base, value=base.value | over.value | both)
