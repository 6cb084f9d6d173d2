"""Every test that the reliability page names is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reliability.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


def functions_of(file: Path) -> set[str]:
    """The names of all test functions in a file."""
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    return {node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, functions)}


@pytest.mark.parametrize(("file", "name"), NAMED, ids=lambda part: part.rpartition("/")[2])
def test_each_test_that_holds_a_promise_is_there(file: str, name: str) -> None:
    assert name in functions_of(ROOT / file)


def test_each_promise_is_held_by_a_test() -> None:
    promises = [
        line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| promise", "| -"))
    ]
    assert len(promises) > 45
    assert [line for line in promises if "::test_" not in line] == []
