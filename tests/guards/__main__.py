"""Runs the table: each guard is taken out in a copy of the project, and the tests named beside it must fail there."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from tests.guards.table import ROOT, Guard, guards

#: Too large to be copied, and not changed by any test.
LINKED = (".venv", ".cache", "tests/foreign/node_modules")
LEFT_OUT = (".git", ".hypothesis", ".mypy_cache", ".ruff_cache", ".pytest_cache", "__pycache__", "data", "node_modules")
#: pytest's word for: tests were run, and some of them failed. All else says nothing about a guard.
SOME_FAILED = 1
#: No test takes longer, in seconds; without its guard one may wait for ever.
TIMEOUT = 120


def copy(to: Path) -> Path:
    """A copy of the project, whose large parts are the project's own."""
    shutil.copytree(ROOT, to, ignore=shutil.ignore_patterns(*LEFT_OUT, *(Path(one).name for one in LINKED)))
    for one in LINKED:
        if (ROOT / one).exists():
            (to / one).symlink_to(ROOT / one)
    return to


def pytest(tree: Path, tests: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run these tests in that tree."""
    options = ("-x", "-q", "-n", "0", "-p", "no:cacheprovider", "--timeout", str(TIMEOUT))
    # Bytecode of a file that was changed and changed back within a second would be taken for the changed one's.
    env = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "STEWARD_FUZZ": "100", "STEWARD_GUARDS": "1"}
    command = [sys.executable, "-m", "pytest", *options, *tests]
    return subprocess.run(command, cwd=tree, env=env, capture_output=True, text=True, check=False)


@contextmanager
def without(guard: Guard, tree: Path) -> Iterator[None]:
    """The tree with this guard taken out, for a while."""
    file = tree / guard.file
    whole = file.read_text()
    file.write_text(guard.taken_out(whole))
    try:
        yield
    finally:
        file.write_text(whole)


def missed(guard: Guard, tree: Path) -> list[str]:
    """What of the tests named beside a guard doesn't notice that it is gone, each with the reason."""
    found = []
    try:
        guard.taken_out((tree / guard.file).read_text())
    except ValueError as error:
        return [str(error)]
    with without(guard, tree):
        for test in guard.tests:
            ran = pytest(tree, [test])
            if ran.returncode != SOME_FAILED:
                found.append(
                    f"{test} (exit code {ran.returncode}: {(ran.stdout.strip() or ran.stderr).splitlines()[-1]})"
                )
    return found


def run(chosen: Sequence[Guard], jobs: int) -> int:
    """Take each of them out; how many are not noticed. Prints the table."""
    with tempfile.TemporaryDirectory(prefix="steward-guards-") as folder:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(jobs):
            trees.put(copy(Path(folder) / str(number)))

        def tried(guard: Guard) -> list[str]:
            tree = trees.get()
            try:
                return missed(guard, tree)
            finally:
                trees.put(tree)

        with ThreadPoolExecutor(jobs) as pool:
            return sum(shown(guard, found) for guard, found in zip(chosen, pool.map(tried, chosen), strict=True))


def shown(guard: Guard, unnoticed: list[str]) -> int:
    """Print a line of the table; 1 where something doesn't notice, else 0."""
    held = ", ".join(test.rpartition("::")[2] for test in guard.tests)
    line = f"{guard.promise} ({guard.file}) | " + ("NOT NOTICED by " + "; ".join(unnoticed) if unnoticed else held)
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
    return int(bool(unnoticed))


def whole(chosen: Sequence[Guard]) -> bool:
    """Whether all tests hold as long as no guard is missing: otherwise their failing would say nothing."""
    ran = pytest(ROOT, sorted({test for guard in chosen for test in guard.tests}))
    if ran.returncode:
        sys.stdout.write(f"{ran.stdout}{ran.stderr}\nWith all guards in place these tests have to pass first.\n")
    return not ran.returncode


def main() -> int:
    """The program."""
    parser = argparse.ArgumentParser(prog="python -m tests.guards", description=__doc__)
    parser.add_argument("--only", default="", help="guards with this in their promise or their file's name alone")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at once")
    given = parser.parse_args()
    chosen = [guard for guard in guards() if given.only.lower() in f"{guard.promise} {guard.file}".lower()]
    if not whole(chosen):
        return 1
    sys.stdout.write("guard | noticed by\n")
    unnoticed = run(chosen, max(given.jobs, 1))
    sys.stdout.write(f"{len(chosen)} guards taken out, {len(chosen) - unnoticed} noticed.\n")
    return int(unnoticed > 0)


if __name__ == "__main__":
    sys.exit(main())
