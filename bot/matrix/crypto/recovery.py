"""The signing keys in secret storage: put there once, fetched when the data folder was lost."""

import secrets
from pathlib import Path

import structlog

from bot.errors import CryptoError
from bot.files import write_private
from bot.matrix.api import Denied
from bot.matrix.crypto import recovery_key
from bot.matrix.crypto.secret_storage import SecretStorage

log = structlog.get_logger()


def name_of(usage: str) -> str:
    """The name of a signing key's private part among the secrets."""
    return f"m.cross_signing.{usage}"


async def restore(storage: SecretStorage, key: bytes, usages: tuple[str, ...]) -> dict[str, bytes]:
    """The private signing keys, by usage. Raises `CryptoError` when the recovery key doesn't open them."""
    found = await storage.fetch(key, tuple(map(name_of, usages)))
    private = {usage: found[name_of(usage)] for usage in usages}
    if any(len(raw) != 32 for raw in private.values()):  # noqa: PLR2004 - an Ed25519 key
        raise CryptoError("What is in the homeserver's secret storage are no signing keys.")
    return private


async def keep_safe(
    storage: SecretStorage, folder: Path, private: dict[str, bytes], *, given: bytes | None, replace: bool
) -> None:
    """Put the private signing keys into secret storage, under a recovery key that is given or made.

    Where secret storage is set up already, whoever did so, it stays as it is, unless it is to be replaced.
    """
    try:
        if await storage.default_key() is not None and not replace:
            return
        key = given or _kept(folder) or _made(folder)
        await storage.set_up(key, {name_of(usage): raw for usage, raw in private.items()})
    except Denied as denied:
        log.warning("recovery_not_set_up", why=str(denied))
        return
    if given is None:
        log.info("recovery_key_made", file=str(folder / recovery_key.FILE), do="keep it in a safe place elsewhere")


def take(folder: Path) -> str:
    """The recovery key, for the one time that it is shown; its file is deleted. Raises `CryptoError` without one."""
    file = folder / recovery_key.FILE
    if not file.exists():
        raise CryptoError(
            f"{file} is not there: the recovery key was shown before, or the bot has never been started. Nobody can "
            "show it a second time; `steward run --new-identity` makes a new one, with a new identity."
        )
    key = file.read_text(encoding="ascii").strip()
    file.unlink()
    return key


def _kept(folder: Path) -> bytes | None:
    """The key of a set-up that was interrupted."""
    file = folder / recovery_key.FILE
    return recovery_key.read(file.read_text(encoding="ascii")) if file.exists() else None


def _made(folder: Path) -> bytes:
    """A new key, on disk before anything is locked with it."""
    key = secrets.token_bytes(32)
    write_private(folder / recovery_key.FILE, f"{recovery_key.written(key)}\n".encode())
    return key
