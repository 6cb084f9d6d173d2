"""Keys on disk: nio's store in a file of its own, encrypted with a key of its own."""

import contextlib
import functools
import inspect
import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import vodozemac
from nio.crypto import Olm
from nio.store import SqliteStore
from peewee import PeeweeException

from bot.errors import CryptoError, StorageError
from bot.files import write_private

KEY_FILE, STORE_FILE = "store.key", "crypto.db"


class Store(SqliteStore):  # type: ignore[misc]  # nio is without types
    """nio's store. Whatever goes wrong with its file comes out as `StorageError`."""

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        return _guarded(found) if inspect.ismethod(found) else found


def _guarded(method: Any) -> Any:
    @functools.wraps(method)
    def called(*args: Any, **options: Any) -> Any:
        with _trouble():
            return method(*args, **options)

    return called


@contextlib.contextmanager
def _trouble() -> Iterator[None]:
    try:
        yield
    except (PeeweeException, sqlite3.Error) as error:
        raise StorageError(f"{STORE_FILE} can't be used: {error}") from error


@contextlib.contextmanager
def whole(olm: Olm) -> Iterator[None]:
    """Whatever is stored within comes to be stored as a whole. Raises `StorageError` when nothing was: see `rewind`."""
    with _trouble(), olm.store.database.atomic():
        yield


def rewind(olm: Olm) -> None:
    """Have the machine stand where its store stands, so that what wasn't stored can be done again.

    Olm sessions and the account stay the objects that they are: a room key that is being shared holds on to them, and
    two states of one session would encrypt with the same key.
    """
    account, sessions, keys = (
        olm.store.load_account(),
        olm.store.load_sessions(),
        olm.store.load_inbound_group_sessions(),
    )
    requests = olm.store.load_outgoing_key_requests()
    present = {session.id: session for session in olm.session_store}
    for theirs in sessions.values():
        theirs[:] = [_set_back(present.get(session.id, session), session) for session in theirs]
        theirs.sort(key=lambda session: session.use_time, reverse=True)
    olm.account._account = account._account  # noqa: SLF001 - nio has no other way
    olm.session_store, olm.inbound_group_store = sessions, keys
    olm.outgoing_key_requests = {**requests, **olm.outgoing_key_requests}


def _set_back(session: Any, stored: Any) -> Any:
    session._session = stored._session  # noqa: SLF001 - nio has no other way
    return session


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
    """The Olm machine of this device. Raises `CryptoError` when the key doesn't fit, `StorageError` for the rest."""
    try:
        machine = Olm(user, device, Store(user, device, str(folder), key, STORE_FILE))
    except (vodozemac.PickleException, vodozemac.LibolmPickleException) as error:
        raise CryptoError(
            f"The keys in {folder / STORE_FILE} don't open with this store key. "
            f"Put the right one into `storage.key` or {folder / KEY_FILE}."
        ) from error
    (folder / STORE_FILE).chmod(0o600)
    return machine
