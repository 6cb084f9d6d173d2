"""The table of guards: which text in the code holds which promise, and which tests fail without it."""

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).parent / "guards.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """One guard. `text` stands exactly once in `file`; `without` is what stands there when it is taken out.

    `tests`, as `path::name`, must then fail.
    """

    promise: str
    file: str
    text: str
    without: str
    tests: tuple[str, ...]

    def taken_out(self, source: str) -> str:
        """The file without the guard. Raises ValueError where the text isn't there exactly once."""
        times = source.count(self.text)
        if times != 1:
            raise ValueError(f"{self.file}: the guard of “{self.promise}” stands there {times} times, not once")
        return source.replace(self.text, self.without)


def guards() -> list[Guard]:
    """All of them, in the table's order."""
    return [guard for file, entries in yaml.safe_load(TABLE.read_text()).items() for guard in _of(file, entries)]


def _of(file: str, entries: list[dict[str, Any]]) -> list[Guard]:
    return [
        Guard(
            promise=entry["promise"],
            file=file,
            text=entry["guard"],
            without=entry["without"] or "",
            tests=tuple(entry["noticed_by"]),
        )
        for entry in entries
    ]


def functions_in(file: Path) -> set[str]:
    """The names of all test functions in a file."""
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    return {node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, functions)}
