"""What the two commands install with: plain words where something is missing, and nothing done twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.installing import venvs
from tools.installing.children import SetupError

ROOT = Path(__file__).parents[2]


def test_a_python_that_cannot_make_environments_is_told_with_the_remedy(monkeypatch):
    monkeypatch.setattr(venvs, "find_spec", lambda name: None if name in {"ensurepip", "virtualenv"} else name)

    with pytest.raises(SetupError, match=r"ensurepip module is missing\. .*'sudo apt install python3\.\d+-venv'"):
        venvs.ensure_venv(Path("/nowhere/at/all"))


def test_an_unknown_part_is_told_with_those_that_there_are():
    command = [sys.executable, str(ROOT / "tools" / "setup.py"), "everything"]

    ended = subprocess.run(command, text=True, capture_output=True, timeout=60, check=False, env=os.environ)

    assert ended.returncode != 0
    for part in ("bot", "dev", "synapse", "node", "foreign"):
        assert part in ended.stderr + ended.stdout


def test_the_lock_files_pin_every_package_by_hash_and_name_no_address():
    locks = sorted((ROOT / "locks").glob("*.txt"))
    assert len(locks) >= 4
    for lock in locks:
        lines = lock.read_text().splitlines()
        assert "://" not in lock.read_text(), lock
        for number, line in enumerate(lines):
            if line and not line.startswith(" "):
                assert "==" in line, f"{lock}:{number + 1}"
                assert "--hash=sha256:" in lines[number + 1], f"{lock}:{number + 1}"
