"""Keys on disk: nio's store in a file of its own, encrypted with a key of its own."""

import secrets
from pathlib import Path

import vodozemac
from nio.crypto import Olm
from nio.store import SqliteStore

from bot.errors import CryptoError
from bot.files import write_private

KEY_FILE, STORE_FILE = "store.key", "crypto.db"


def store_key(folder: Path, configured: str | None) -> str:
    """The key that the store is encrypted with: the configured one, else one made at first and kept beside it."""
    if configured:
        return configured
    file = folder / KEY_FILE
    if not file.exists():
        if (folder / STORE_FILE).exists():
            raise CryptoError(f"{file} is missing, and {STORE_FILE} opens with nothing else. Restore it from a backup.")
        write_private(file, secrets.token_urlsafe(32).encode())
    key = file.read_text(encoding="ascii").strip()
    if not key:
        raise CryptoError(f"{file} is empty. Restore it from a backup; without it the bot's keys can't be opened.")
    return key


def open_machine(user: str, device: str, folder: Path, key: str) -> Olm:
    """The Olm machine of this device. Raises `CryptoError` when the key doesn't fit."""
    try:
        machine = Olm(user, device, SqliteStore(user, device, str(folder), key, STORE_FILE))
    except (vodozemac.PickleException, vodozemac.LibolmPickleException) as error:
        raise CryptoError(
            f"The keys in {folder / STORE_FILE} don't open with this store key. "
            f"Put the right one into `storage.key` or {folder / KEY_FILE}."
        ) from error
    (folder / STORE_FILE).chmod(0o600)
    return machine
