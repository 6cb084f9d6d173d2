"""`python -m bench [--only NAME …] [--rounds N]`: measure, keep the results, write RESULTS.md."""

import argparse
import asyncio
import time
from types import ModuleType
from typing import Any

import typer

from bench import answers, burst, machine, matching, memory, notices, probes, report, round_trip

BENCHES: dict[str, ModuleType] = {
    "burst": burst,
    "round_trip": round_trip,
    "memory": memory,
    "probes": probes,
    "notices": notices,
    "matching": matching,
    "answers": answers,
}


def main() -> None:
    """Run what was asked for."""
    asked = arguments()
    for name in asked.only:
        typer.echo(f"{name} …")
        result = measure(BENCHES[name], asked.rounds)
        report.save(name, result)
        report.write_page(list(BENCHES))
        typer.echo(f"{name}: {result['seconds']} s")
    typer.echo(f"Written: {report.PAGE}")


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=BENCHES, default=list(BENCHES), metavar="NAME", help="these alone")
    parser.add_argument("--rounds", type=int, choices=range(1, 21), default=3, metavar="N", help="1 to 20")
    return parser.parse_args()


def measure(bench: ModuleType, rounds: int) -> dict[str, Any]:
    """One bench's result."""
    watch, began = machine.Watch(), time.monotonic()
    tables = asyncio.run(bench.run(rounds))
    return {
        "title": bench.TITLE,
        "date": machine.now(),
        "seconds": round(time.monotonic() - began),
        "rounds": rounds,
        "machine": machine.machine(),
        "others": round(watch.others(), 3),
        "versions": machine.versions(),
        "notes": bench.NOTES,
        "tables": [table.as_json() for table in tables],
    }


if __name__ == "__main__":
    main()
