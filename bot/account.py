"""The bot's account, logged in: one device for good, with its keys on the homeserver and signed."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bot.clock import Clock
from bot.config import Config
from bot.errors import LoginFailed
from bot.matrix import session
from bot.matrix.api import Api, LoggedOut
from bot.matrix.crypto import cross_signing, recovery_key
from bot.matrix.crypto.generation import Generation
from bot.matrix.crypto.machine import Machine
from bot.matrix.crypto.replay import Ledger
from bot.matrix.crypto.store import open_machine, store_key
from bot.matrix.rooms import RoomBook
from bot.ports import Device
from bot.pseudonyms import Pseudonyms
from bot.storage import rooms as kept_rooms
from bot.storage.engine import Storage

SESSION_FILE = "session.json"


@dataclass(frozen=True, kw_only=True)
class Account:
    """Who we are: the line to the homeserver, our device's keys, and the rooms that we are in.

    `master` is the public part of the account's master key.
    """

    settings: Config
    api: Api
    machine: Machine
    rooms: RoomBook
    master: str
    pseudonym: Pseudonyms

    @property
    def user(self) -> str:
        """Our Matrix id."""
        return self.settings.homeserver.user

    @property
    def device(self) -> Device:
        """Our device and its fingerprint."""
        return Device(self.machine.olm.device_id, self.machine.olm.account.identity_keys["ed25519"])

    async def log_in_again(self, error: LoggedOut) -> None:
        """A soft logout keeps the device, so we log in as it again; anything else was somebody's will."""
        if not error.soft:
            raise LoginFailed("The homeserver has logged the bot out for good. Log it in again.") from error
        file = session_file(self.settings)
        who = await session.log_in_again(self.api, file, credentials(self.settings))
        self.api.token = who.token
        session.save(file, who)


async def log_in(settings: Config, storage: Storage, api: Api, clock: Clock, *, renew: bool = False) -> Account:
    """Be the bot's one device, with its keys on the homeserver and signed; with `renew`, by new signing keys."""
    who = await session.log_in(api, session_file(settings), credentials(settings))
    folder = settings.at(settings.storage.folder)
    key = store_key(folder, secret(settings.storage.key))
    machine = Machine(
        api=api,
        olm=open_machine(who.user, who.device, folder, key),
        ledger=Ledger(storage=storage, clock=clock),
        generation=Generation(api=api, storage=storage, user=who.user, device=who.device, folder=folder),
    )
    await machine.publish()
    await cross_signing.ensure(api, who, identity(settings, key, renew=renew))
    keys = cross_signing.load(folder, key)
    rooms = RoomBook(us=who.user, rooms=await kept_rooms.load(storage))
    master = keys.public("master") if keys is not None else ""
    pseudonyms = Pseudonyms.from_key(key)
    return Account(settings=settings, api=api, machine=machine, rooms=rooms, master=master, pseudonym=pseudonyms)


def identity(settings: Config, key: str, *, renew: bool) -> cross_signing.Identity:
    """Where our signing keys are kept, and how they can be had again."""
    recovery = secret(settings.homeserver.recovery_key)
    return cross_signing.Identity(
        folder=settings.at(settings.storage.folder),
        store_key=key,
        password=secret(settings.homeserver.password),
        renew=renew,
        recovery_key=recovery_key.read(recovery) if recovery is not None else None,
    )


def session_file(settings: Config) -> Path:
    """Where it is kept who we are."""
    return settings.at(settings.storage.folder) / SESSION_FILE


def secret(value: SecretStr | None) -> str | None:
    """The value itself, for the one place that needs it."""
    return value.get_secret_value() if value is not None else None


def credentials(settings: Config) -> session.Credentials:
    """Who to be, and how to prove it."""
    account = settings.homeserver
    return session.Credentials(
        user=account.user,
        password=secret(account.password),
        token=secret(account.token),
        device_name=account.device_name,
    )
