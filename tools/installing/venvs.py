"""Virtual environments and what pip puts into them."""

import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from tools.installing.children import ChildError, SetupError, run

_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"

#: pip, whatever the person's own settings say: into this environment, no questions, lines as they come.
_ENV = {"PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONUNBUFFERED": "1"}

#: How pip's output tells that nothing answers.
_NO_NETWORK = ("NewConnectionError", "NameResolutionError", "Network is unreachable", "Connection refused", "timed out")


def ensure_venv(folder: Path) -> None:
    """A working environment in `folder`: the one that is there, else a new one in its place."""
    if not _works(folder):
        run([sys.executable, "-m", _maker(), "--clear", folder], cwd=folder.parent)


def _works(folder: Path) -> bool:
    python = folder / "bin/python"
    if not python.exists():
        return False
    try:
        run([python, "-c", f"import pip, sys; assert sys.version_info[:2] == {sys.version_info[:2]}"], cwd=folder)
    except (ChildError, OSError):
        return False
    return True


def _maker() -> str:
    """The module that makes environments. Debian's Python comes without the means to."""
    if find_spec("venv") and find_spec("ensurepip"):
        return "venv"
    if find_spec("virtualenv"):
        return "virtualenv"
    raise SetupError(
        f"This Python ({sys.executable}) can't make virtual environments: its ensurepip module is missing. On Debian "
        f"and Ubuntu 'sudo apt install python{_VERSION}-venv' brings it; elsewhere 'virtualenv' will do. Then run this "
        "again."
    )


def packages_in(lock: Path) -> list[str]:
    """The names of the packages that a lock file pins."""
    return [line.split("==")[0] for line in lock.read_text().splitlines() if "==" in line and line[0].isalnum()]


def install_locked(folder: Path, lock: Path, collected: Callable[[int], object], *options: str) -> None:
    """Install a lock's packages; `collected` gets the number of those downloaded or found so far."""
    count = 0

    def on_line(line: str) -> None:
        nonlocal count
        if line.startswith(("Collecting ", "Requirement already satisfied: ")):
            count += 1
            collected(count)

    # The lock is complete, so that pip has nothing to resolve: --no-deps.
    options = (*options, "--no-deps", "--require-hashes", "--requirement", str(lock))
    pip(folder, *options, cwd=lock.parent, on_line=on_line)


def install_into(python: Path, target: Path, lock: Path, collected: Callable[[int], object]) -> None:
    """Put a lock's packages into a plain folder beside an environment; nothing is run or compiled on the way."""
    count = 0

    def on_line(line: str) -> None:
        nonlocal count
        count += line.startswith("Collecting ")
        collected(count)

    options = ("--target", str(target), "--only-binary", ":all:", "--no-compile", "--no-deps", "--require-hashes")
    _pip_install(python, *options, "--requirement", str(lock), cwd=lock.parent, on_line=on_line)


def pip(folder: Path, *args: str, cwd: Path, on_line: Callable[[str], object] = str) -> None:
    """`pip install`, with a sentence on what to do when it fails."""
    _pip_install(folder / "bin/python", *args, cwd=cwd, on_line=on_line)


def _pip_install(python: Path, *args: str, cwd: Path, on_line: Callable[[str], object]) -> None:
    command: list[str | Path] = [python, "-m", "pip", "install", "--retries", "2", "--progress-bar", "off", *args]
    try:
        run(command, cwd=cwd, env=_ENV, on_line=on_line)
    except ChildError as error:
        raise ChildError(_advice(error.said), error.said) from error


def _advice(said: Sequence[str]) -> str:
    text = "\n".join(said)
    if any(sign in text for sign in _NO_NETWORK):
        return "pip can't reach its package index: check the network (and proxy settings), then run this again."
    if "DO NOT MATCH THE HASHES" in text:
        return "A package isn't the one that the lock names (its hash is another); nothing of it was installed."
    if "No space left" in text:
        return "The disk is full: make room, then run this again."
    if sys.platform == "darwin" and "rust" in text.lower():
        return "A package has to be compiled here and that needs Rust: install it (brew install rust), then run again."
    return "pip failed. If what it says is of no help, run this again; it goes on where it stopped."
