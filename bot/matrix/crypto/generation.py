"""How far the crypto store has come, so that an older one is noticed: keys that run backwards are no secret any more.

A number that only rises. It stands in the crypto store itself, then in our database, then in the account's data on the
homeserver, and is written in that order: whatever is interrupted, the store's own is never the lowest, unless the file
is an older one. See `docs/decisions/0012-a-rollback-is-noticed.md`.
"""

import contextlib
import hashlib
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import CryptoError, StorageError
from bot.matrix.api import Api, Denied, path
from bot.matrix.crypto.store import STORE_FILE
from bot.storage import state
from bot.storage.engine import Storage

ACCOUNT_DATA = "coop.steward.generation"
_TABLE = "CREATE TABLE IF NOT EXISTS steward_generation (device TEXT PRIMARY KEY, value INTEGER NOT NULL)"
_READ = "SELECT value FROM steward_generation WHERE device = ?"
_RISE = """
INSERT INTO steward_generation (device, value) VALUES (?, 1)
ON CONFLICT (device) DO UPDATE SET value = value + 1 RETURNING value
"""


def objection(kept: int, remembered: int, published: int) -> str | None:
    """What is wrong with a store of this generation, if our database and the homeserver know these; 0 is none."""
    if kept < published:
        return (
            "The homeserver knows newer encryption keys of the bot's device than {store} holds: the folder was "
            "restored from an older backup, or another copy of the bot has been running."
        )
    if kept < remembered:
        return "{store} is older than the bot's database: it was restored from a backup on its own."
    return None


@dataclass(kw_only=True)
class Generation:
    """The generation of one device's keys in the crypto store of this folder."""

    api: Api
    storage: Storage
    user: str
    device: str
    folder: Path
    value: int = field(default=0, init=False)
    _published: dict[str, Any] = field(default_factory=dict, init=False)

    async def begin(self) -> None:
        """Begin a new generation. Raises `CryptoError` when the store is an older one."""
        self.value = self._run(_READ)
        remembered = int(await state.get(self.storage, self._name) or 0)
        self._object(objection(self.value, remembered, await self._known_there()))
        self.rise()
        await self._publish()

    def rise(self) -> None:
        """The keys change. What is used from now on must never be used again."""
        self.value = self._run(_RISE)

    async def save(self, tx: AsyncConnection) -> None:
        """Remember it in our database, within this transaction."""
        await state.put(tx, self._name, str(self.value))

    async def publish(self) -> None:
        """Remember it on the homeserver too. Raises `CryptoError` when another copy of this device has come further."""
        self._object(objection(self.value, 0, await self._known_there()))
        await self._publish()

    def refused(self, why: str) -> CryptoError:
        """An error with this reason, and the one way out of it."""
        return CryptoError(
            f"{why} Going on with it would endanger what is encrypted. Make sure that no other copy runs; then delete "
            f"{self.folder / 'session.json'} and {self.folder / STORE_FILE}, and nothing else: the bot logs in as a "
            "new device, and encrypted chats begin anew."
        )

    def _object(self, why: str | None) -> None:
        if why is not None:
            raise self.refused(why.format(store=self.folder / STORE_FILE))

    async def _publish(self) -> None:
        # Our database first: nobody may remember more than those before.
        async with self.storage.begin() as tx:
            await self.save(tx)
        await self.api.call("PUT", self._where, {**self._published, self.device: self.value})

    async def _known_there(self) -> int:
        try:
            self._published = await self.api.call("GET", self._where)
        except Denied as denied:
            if denied.status != 404:  # noqa: PLR2004 - Not Found
                raise
            self._published = {}
        value = self._published.get(self.device)
        return value if isinstance(value, int) else 0

    @property
    def _where(self) -> str:
        return path("user", self.user, "account_data", ACCOUNT_DATA)

    @property
    def _name(self) -> str:
        return f"crypto.generation.{hashlib.sha256(self.device.encode()).hexdigest()[:32]}"

    def _run(self, statement: str) -> int:
        """Run a statement on this device's row; the generation."""
        try:
            with contextlib.closing(sqlite3.connect(self.folder / STORE_FILE, isolation_level=None)) as store:
                store.execute(_TABLE)
                rows = store.execute(statement, (self.device,)).fetchall()
        except sqlite3.Error as error:
            raise StorageError(f"{self.folder / STORE_FILE} can't be written: {error}") from error
        return int(rows[0][0]) if rows else 0
