"""Stamps: a file in the folder of an installed part that tells what it was made from."""

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path


def fingerprint(inputs: Iterable[bytes]) -> str:
    """A hash of what a part is made from: its files, and the kind of Python that packages are built for."""
    digest = hashlib.sha256(sys.implementation.cache_tag.encode())
    for content in inputs:
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def stamped(folder: Path, part: str) -> str | None:
    """What the part in this folder was made from; None if it isn't finished."""
    try:
        return _stamp(folder, part).read_text()
    except OSError:
        return None


def stamp(folder: Path, part: str, made_from: str) -> None:
    """Note that the part is finished."""
    _stamp(folder, part).write_text(made_from)


def unstamp(folder: Path) -> None:
    """Forget all that was finished in a folder: something is about to change there."""
    for old in folder.glob(".setup-*"):
        old.unlink()


def _stamp(folder: Path, part: str) -> Path:
    return folder / f".setup-{part}"
