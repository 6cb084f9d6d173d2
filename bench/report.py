"""Results → files: one of JSON for each bench, and RESULTS.md from all that are there."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.tables import Table

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results"
PAGE = FOLDER / "RESULTS.md"
HEAD = """\
# Results

Written by `make bench` from `results/*.json`, where each round's figures are. Everything runs on one machine, over
loopback, with a Synapse that has no rate limits. Figures are medians over the rounds, with the lowest and the highest
in brackets. Sides take turns; a ratio is that of a round, then the median of these.
"""


def save(name: str, result: dict[str, Any]) -> None:
    """Keep a bench's result."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")


def write_page(names: Sequence[str]) -> None:
    """Write the page from what is kept, in this order."""
    kept = [path for name in names if (path := RESULTS / f"{name}.json").exists()]
    lines = (line for path in kept for line in _section(json.loads(path.read_text())))
    PAGE.write_text(HEAD + "".join(f"{line}\n" for line in lines))


def _section(result: dict[str, Any]) -> Iterator[str]:
    yield from ("", f"## {result['title']}", "")
    yield from (result["notes"], "", *_measured(result))
    for table in result["tables"]:
        yield ""
        yield from Table.of_json(table).lines()


def _measured(result: dict[str, Any]) -> Iterator[str]:
    versions = ", ".join(f"{name} {number}" for name, number in result["versions"].items())
    yield f"- {result['date']}; rounds: {result['rounds']}, in {result['seconds']} s"
    yield f"- {result['machine']}; others took {result['others']:.0%} of it meanwhile"
    yield f"- {versions}"
