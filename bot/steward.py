"""The running bot: the engine's parts, wired by hand for one account."""

import asyncio
import contextlib
import signal
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog
from pydantic import SecretStr

from bot import flood, unreadable, version, watchdog
from bot.addressing import Identity
from bot.backlog import Backlog
from bot.clock import Clock
from bot.command_line import Commands, known
from bot.config import Config
from bot.dispatch import Dispatch
from bot.effects import Effects
from bot.errors import LoginFailed, RoomsMissing, StewardError, TryLater
from bot.events import Outcome
from bot.handler import Opened
from bot.inbox import reader
from bot.lanes import Lanes
from bot.loops import Loops, Watched
from bot.matrix import session
from bot.matrix.api import Api, LoggedOut
from bot.matrix.authority import Authority
from bot.matrix.chats import Chats
from bot.matrix.crypto import cross_signing, recovery_key
from bot.matrix.crypto.generation import Generation
from bot.matrix.crypto.machine import Machine
from bot.matrix.crypto.replay import Ledger
from bot.matrix.crypto.store import open_machine, store_key
from bot.matrix.home import Home, Wanted, show_profile
from bot.matrix.rooms import RoomBook
from bot.matrix.send import MatrixSender
from bot.matrix.sync import Sync
from bot.matrix.translate import Translator
from bot.matrix.upgrades import Upgrades
from bot.matrix.verification.answering import Verification
from bot.matrix.verification.sas import Party
from bot.matrix.verification.sending import Sending
from bot.outbox import Outbox
from bot.ports import Device, Health, Ports, RoomInfo
from bot.readers import AuditLog, FactDesk, Memory, Rooms, Sent, Threads
from bot.schedule import Schedule
from bot.stewards import Stewards
from bot.storage import journal, outbox
from bot.storage import rooms as kept_rooms
from bot.storage.engine import Storage

log = structlog.get_logger()

SESSION_FILE = "session.json"
#: How often rooms that couldn't be joined are tried again, in seconds.
HOME_AGAIN = 300


@dataclass(kw_only=True)
class Steward:
    """The running bot."""

    settings: Config
    handlers: dict[str, Opened]
    storage: Storage
    api: Api
    machine: Machine
    rooms: RoomBook
    clock: Clock
    #: The public part of the account's master key.
    master: str

    @classmethod
    async def log_in(
        cls,
        settings: Config,
        handlers: dict[str, Opened],
        storage: Storage,
        api: Api,
        clock: Clock,
        *,
        renew: bool = False,
    ) -> "Steward":
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
        password = secret(settings.homeserver.password)
        recovery = secret(settings.homeserver.recovery_key)
        identity = cross_signing.Identity(
            folder=folder,
            store_key=key,
            password=password,
            renew=renew,
            recovery_key=recovery_key.read(recovery) if recovery is not None else None,
        )
        await cross_signing.ensure(api, who, identity)
        keys = cross_signing.load(folder, key)
        rooms = RoomBook(us=who.user, rooms=await kept_rooms.load(storage))
        return cls(
            settings=settings,
            handlers=handlers,
            storage=storage,
            api=api,
            machine=machine,
            rooms=rooms,
            clock=clock,
            master=keys.public("master") if keys is not None else "",
        )

    def __post_init__(self) -> None:
        self.us = self.settings.homeserver.user
        self.started = self.clock.now()
        self.home = Home(api=self.api, storage=self.storage, rooms=self.rooms, wanted=wanted_rooms(self.settings))
        self.floods, self.loops, self.stewards = flood.from_config(self.settings.limits), Loops(), Stewards()
        self.authority = Authority(api=self.api, rooms=self.rooms, listed=self.settings.roles.listed)
        self.commands = Commands(known=known([(name, one.commands) for name, one in self.handlers.items()]))
        self.device = Device(self.machine.olm.device_id, self.machine.olm.account.identity_keys["ed25519"])
        self.verification = self._verification()
        self.verification_lanes = Lanes("verification", self.verification.work)
        self.dispatch_lanes = Lanes("dispatch", self._dispatch().work)
        self.outbox_lanes = Lanes("outbox", self._outbox().work)
        self.upgrade_lanes = Lanes("upgrades", self._upgrades().work)
        self.schedule = Schedule(storage=self.storage, clock=self.clock, wake=self.dispatch_lanes.wake)
        self.sync = Sync(
            api=self.api,
            storage=self.storage,
            machine=self.machine,
            rooms=self.rooms,
            clock=self.clock,
            us=self.us,
            wake=self.dispatch_lanes.wake,
            log_in_again=self._log_in_again,
            control_room=self.rooms.control_room,
            after_commit=self._after_commit,
            upgraded=self.upgrade_lanes.wake,
        )

    async def check(self) -> None:
        """Join the rooms and look at everything once. Raises what is wrong."""
        await self.sync.turn()
        await self.home.enter()
        if self.home.missing:
            raise RoomsMissing(*map(str, self.home.missing.values()))

    async def run(self) -> None:
        """Work until told to stop. What is under way then comes to its end."""
        await self.home.remembered()
        tasks = [asyncio.create_task(self.sync.run()), asyncio.create_task(self._settle_in())]
        tasks.append(asyncio.create_task(self.machine.requests.run()))
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        try:
            await first_done([*tasks, asyncio.create_task(self.schedule.run()), asyncio.create_task(wait_for(stop))])
        finally:
            watchdog.notify("STOPPING=1")
            await self.dispatch_lanes.close()
            await self.outbox_lanes.close()
            await self.verification_lanes.close()
            await self.upgrade_lanes.close()
            log.info("stopped")

    async def _settle_in(self) -> None:
        """Once the first sync has told us where now is: enter the rooms, and take up what waits from before."""
        await self.sync.ready.wait()
        await self.home.enter()
        if self.home.hopeless():
            raise RoomsMissing(*map(str, self.home.missing.values()))
        # Not before: which rooms are ours decides what is done with an invitation or a command.
        self.dispatch_lanes.release()
        self.outbox_lanes.release()
        self.verification_lanes.release()
        self.upgrade_lanes.release()
        with contextlib.suppress(TryLater):
            await self.authority.in_control_room()
        for room in await journal.waiting_rooms(self.storage):
            self.dispatch_lanes.wake(room)
        for room in await outbox.waiting_rooms(self.storage):
            self.outbox_lanes.wake(room)
        await self._show_profile()
        log.info(
            "ready", user=self.us, rooms=len(self.home.wanted) - len(self.home.missing), missing=len(self.home.missing)
        )
        while True:
            await asyncio.sleep(HOME_AGAIN)
            if self.home.missing:
                await self.home.enter()

    async def _show_profile(self) -> None:
        profile = self.settings.profile
        avatar = self.settings.at(profile.avatar) if profile.avatar else None
        try:
            await show_profile(self.api, self.storage, self.us, profile.name, avatar)
        except (StewardError, OSError) as error:
            log.warning("profile_not_set", why=str(error))

    async def _log_in_again(self, error: LoggedOut) -> None:
        """A soft logout keeps the device, so we log in as it again; anything else was somebody's will."""
        if not error.soft:
            raise LoginFailed("The homeserver has logged the bot out for good. Log it in again.") from error
        file = session_file(self.settings)
        who = await session.log_in_again(self.api, file, credentials(self.settings))
        self.api.token = who.token
        session.save(file, who)

    def _dispatch(self) -> Dispatch:
        translate = Translator(
            us=self._identity(),
            rooms=self.rooms,
            machine=self.machine,
            sent=Sent(self.storage),
            stewards=self.stewards,
            clock=self.clock,
            verification=self.verification.from_room,
        )
        notices = unreadable.Notices(storage=self.storage, private=self.rooms.private)
        return Dispatch(
            storage=self.storage,
            read=reader(translate),
            handlers=self.handlers | {unreadable.ENGINE: notices.opened()},
            commands=self.commands,
            guards=(self.loops.stop, self.floods.stop),
            backlog=Backlog(storage=self.storage, moderators=self._moderators),
            ports=self._ports,
            after_commit=self._after_commit,
            clock=self.clock,
            control_room=self.rooms.control_room,
            encrypted=self.rooms.encrypted,
        )

    def _identity(self) -> Identity:
        localpart = self.us.removeprefix("@").partition(":")[0]
        names = (self.settings.profile.name, localpart)
        return Identity(user_id=self.us, names=names, prefixes=self.settings.commands.prefixes)

    def _outbox(self) -> Outbox:
        return Outbox(
            storage=self.storage,
            sender=Watched(
                sender=MatrixSender(api=self.api, machine=self.machine, rooms=self.rooms, clock=self.clock),
                loops=self.loops,
                clock=self.clock,
            ),
            clock=self.clock,
            told=frozenset(name for name, one in self.handlers.items() if Outcome in one.on),
            wake=self.dispatch_lanes.wake,
            wake_outbox=self._wake_outbox,
            control_room=self.rooms.control_room,
            encrypted=self.rooms.encrypted,
        )

    def _verification(self) -> Verification:
        verification = Verification(
            api=self.api,
            sending=Sending(api=self.api, machine=self.machine, rooms=self.rooms),
            rooms=self.rooms,
            roles=self.authority,
            clock=self.clock,
            us=Party(self.us, self.device.id),
            ours={f"ed25519:{self.device.id}": self.device.fingerprint, f"ed25519:{self.master}": self.master},
            chat_with=Chats(api=self.api, storage=self.storage, rooms=self.rooms).chat_with,
            wake=lambda: self.verification_lanes.wake("verification"),
        )
        self.machine.on_verification = verification.from_device
        return verification

    def _upgrades(self) -> Upgrades:
        return Upgrades(home=self.home, authority=self.authority, clock=self.clock, after_commit=self._after_commit)

    def _moderators(self) -> frozenset[str]:
        """Who they are as far as known, without asking."""
        return self.settings.roles.people | self.authority.last.in_control_room

    def _wake_outbox(self, room: str) -> None:
        self.outbox_lanes.wake(room)

    def _after_commit(self, effects: Effects) -> None:
        for room in {row.room for row in effects.queued}:
            self._wake_outbox(room)
        if effects.later:
            self.schedule.nudge()

    def _ports(self, now: datetime) -> Ports:
        facts = FactDesk(self.handlers)
        ports = Ports(
            now=now,
            memory=Memory(self.storage),
            facts=facts,
            rooms=Rooms(
                storage=self.storage,
                book=self.rooms,
                api=self.api,
                us=self.us,
                restrained=lambda room: self.stewards.here(room, now.timestamp()),
            ),
            roles=self.authority,
            sent=Sent(self.storage),
            audit=AuditLog(self.storage),
            compute=Threads(),
            health=self.health,
            commands=tuple(command for _, command in self.commands.known.values()),
            prefix=self.settings.commands.prefixes[0],
            me=self.us,
            device=self.device,
        )
        facts.ports = ports
        return ports

    async def health(self) -> Health:
        """How the bot is."""
        waiting, oldest = await outbox.depth(self.storage)
        return Health(
            version=version.VERSION,
            uptime=self.clock.now() - self.started,
            last_sync=self.sync.last,
            outbox_waiting=waiting,
            outbox_oldest=datetime.fromtimestamp(oldest, UTC) if oldest else None,
            journal_waiting=await journal.depth(self.storage),
            given_up=self.sync.lost,
            left_unread=await journal.unread(self.storage),
            storage=self.storage.url.get_backend_name(),
        )


async def first_done(tasks: list[asyncio.Task[None]]) -> None:
    """Wait for the first of these to end, end the others, and raise what it raised."""
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done:
        task.result()


async def wait_for(event: asyncio.Event) -> None:
    """Return once it is set."""
    await event.wait()


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


def wanted_rooms(settings: Config) -> list[Wanted]:
    """The rooms of the config, the control room last."""
    rooms = [
        Wanted(
            room=one.room, via=one.via, info=RoomInfo(id="", name=one.name, answers=one.answers, notices=one.notices)
        )
        for one in settings.rooms
    ]
    control = settings.control_room
    if control is not None:
        info = RoomInfo(id="", name="control-room", control=True)
        rooms.append(Wanted(room=control.room, via=control.via, info=info))
    return rooms
