"""One Steward for each data folder: two would be the same device twice, which breaks encryption for both."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from bot.errors import InUse, StorageError

FILE = "lock"


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder, made if need be. Raises `InUse` at once when somebody else holds it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StorageError(f"The data folder {folder} can't be used: {error.strerror}.") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise InUse(f"Another Steward is running on {folder}. Stop it first, or use another folder.") from error
    try:
        yield
    finally:
        os.close(descriptor)
