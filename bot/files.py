"""Files that only the bot's user may read, whole at any moment."""

import os
from pathlib import Path


def write_private(file: Path, content: bytes) -> None:
    """Write the file anew, in place of any before; a reader sees the old one or the new one, never a part."""
    partial = file.with_name(f"{file.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(file)
