"""A folder of what would take long to work out again. Whatever is wrong with it is no more than lost time."""

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

_DIGEST = hashlib.sha256().digest_size


def kept(folder: Path | None, name: str) -> bytes | None:
    """What was kept under a name, if it is there and whole."""
    if folder is None:
        return None
    try:
        content = (folder / name).read_bytes()
    except OSError:
        return None
    digest, rest = content[:_DIGEST], content[_DIGEST:]
    return rest if hashlib.sha256(rest).digest() == digest else None


def keep(folder: Path | None, name: str, content: bytes) -> None:
    """Keep this under a name: all of it, or what was there before. A folder that can't be written to keeps nothing."""
    if folder is None:
        return
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        number, written = tempfile.mkstemp(dir=folder, prefix=".new-")
        try:
            with os.fdopen(number, "wb") as file:
                file.write(hashlib.sha256(content).digest() + content)
            Path(written).replace(folder / name)
        finally:
            Path(written).unlink(missing_ok=True)
