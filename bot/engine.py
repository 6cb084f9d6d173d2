"""The engine's parts, wired by hand for one account."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot import flood, unreadable, version
from bot.account import Account
from bot.addressing import Identity
from bot.backlog import Backlog
from bot.clock import Clock
from bot.command_line import Commands, known
from bot.config import Config
from bot.dispatch import Dispatch
from bot.effects import ALSO, Effects
from bot.elsewhere import Channel, Gone
from bot.events import Outcome
from bot.handler import Opened
from bot.inbox import reader
from bot.lanes import Lanes
from bot.loops import Loops, Watched
from bot.matrix.authority import Authority
from bot.matrix.chats import Chats
from bot.matrix.heard import Hearing
from bot.matrix.home import Home, Wanted
from bot.matrix.send import MatrixSender
from bot.matrix.sync import Sync
from bot.matrix.translate import Translator
from bot.matrix.upgrades import Upgrades
from bot.matrix.verification.answering import Verification
from bot.matrix.verification.sas import Party
from bot.matrix.verification.sending import Sending
from bot.outbox import Outbox, Sender
from bot.ports import Health, Http, Ports, Reach, RoomInfo
from bot.probing import Probing
from bot.readers import AuditLog, FactDesk, Memory, Rooms, Sent, Threads
from bot.schedule import Schedule
from bot.stewards import Stewards
from bot.storage import journal, outbox
from bot.storage.engine import Storage


@dataclass(kw_only=True)
class Engine:
    """What works: sync, dispatch, outbox, schedule, verification and upgrades. `Steward` starts and stops it."""

    settings: Config
    handlers: dict[str, Opened]
    storage: Storage
    account: Account
    clock: Clock
    outside: Http
    reach: Reach
    channels: Mapping[str, Channel] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.us, self.api, self.machine = self.account.user, self.account.api, self.account.machine
        self.rooms, self.device = self.account.rooms, self.account.device
        self.started = self.clock.now()
        self.home = Home(api=self.api, storage=self.storage, rooms=self.rooms, wanted=wanted_rooms(self.settings))
        self.floods, self.loops, self.stewards = flood.from_config(self.settings.limits), Loops(), Stewards()
        self.authority = Authority(api=self.api, rooms=self.rooms, listed=self.settings.roles.listed)
        self.commands = Commands(known=known([(name, one.commands) for name, one in self.handlers.items()]))
        self.chats = Chats(api=self.api, storage=self.storage, rooms=self.rooms)
        self.verification = self._verification()
        self.verification_lanes = Lanes("verification", self.verification.work)
        self.dispatch_lanes = Lanes("dispatch", self._dispatch().work)
        self.outbox, self.gone = self._outbox(self._matrix()), self._outbox(Gone())
        self.beside = {name: self._outbox(channel) for name, channel in self.channels.items()}
        self.outbox_lanes = Lanes("outbox", self._send)
        self.upgrade_lanes = Lanes("upgrades", self._upgrades().work)
        self.schedule = Schedule(
            storage=self.storage,
            clock=self.clock,
            wake=self.dispatch_lanes.wake,
            recurring={name: one.jobs for name, one in self.handlers.items()},
        )
        self.probing = Probing(
            probes={name: one.probes for name, one in self.handlers.items()},
            storage=self.storage,
            clock=self.clock,
            http=self.outside,
            reach=self.reach,
            wake=self.dispatch_lanes.wake,
        )
        self.sync = Sync(
            api=self.api,
            storage=self.storage,
            machine=self.machine,
            rooms=self.rooms,
            clock=self.clock,
            us=self.us,
            wake=self.dispatch_lanes.wake,
            log_in_again=self.account.log_in_again,
            control_room=self.rooms.control_room,
            after_commit=self._after_commit,
            upgraded=self.upgrade_lanes.wake,
        )
        self.lanes = (self.dispatch_lanes, self.outbox_lanes, self.verification_lanes, self.upgrade_lanes)

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
            go_on=lambda: self.dispatch_lanes.open,
        )

    def _identity(self) -> Identity:
        localpart = self.us.removeprefix("@").partition(":")[0]
        names = (self.settings.profile.name, localpart)
        return Identity(user_id=self.us, names=names, prefixes=self.settings.commands.prefixes)

    def _matrix(self) -> Sender:
        sender = MatrixSender(api=self.api, machine=self.machine, rooms=self.rooms, clock=self.clock)
        return Watched(sender=sender, loops=self.loops, clock=self.clock)

    async def _send(self, lane: str) -> float | None:
        """What waits in this lane. Each channel has an outbox of its own: what holds one up holds up no other."""
        if not lane.startswith(ALSO):
            return await self.outbox.work(lane)
        return await self.beside.get(lane.removeprefix(ALSO), self.gone).work(lane)

    def _outbox(self, sender: Sender) -> Outbox:
        return Outbox(
            storage=self.storage,
            sender=sender,
            clock=self.clock,
            told=frozenset(name for name, one in self.handlers.items() if Outcome in one.on),
            wake=self.dispatch_lanes.wake,
            wake_outbox=self._wake_outbox,
            control_room=self.rooms.control_room,
            encrypted=self.rooms.encrypted,
            chat_with=self.chats.open,
            go_on=lambda: self.outbox_lanes.open,
        )

    def _verification(self) -> Verification:
        verification = Verification(
            api=self.api,
            sending=Sending(api=self.api, machine=self.machine, rooms=self.rooms),
            rooms=self.rooms,
            roles=self.authority,
            clock=self.clock,
            us=Party(self.us, self.device.id),
            ours={
                f"ed25519:{self.device.id}": self.device.fingerprint,
                f"ed25519:{self.account.master}": self.account.master,
            },
            chat_with=self.chats.chat_with,
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
                hear=Hearing(us=self._identity(), api=self.api, machine=self.machine, joined=self.rooms.joined),
            ),
            roles=self.authority,
            sent=Sent(self.storage),
            audit=AuditLog(self.storage),
            compute=Threads(),
            http=self.outside,
            health=self.health,
            commands=tuple(command for _, command in self.commands.known.values()),
            prefix=self.settings.commands.prefixes[0],
            me=self.us,
            device=self.device,
            pseudonym=self.account.pseudonym,
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


def wanted_rooms(settings: Config) -> list[Wanted]:
    """The rooms of the config, then the control room, then the operators'."""
    rooms = [
        Wanted(
            room=one.room,
            via=one.via,
            info=RoomInfo(
                id="", name=one.name, answers=one.answers, notices=one.notices, misses=one.misses, welcome=one.welcome
            ),
        )
        for one in settings.rooms
    ]
    control = settings.control_room
    if control is not None:
        info = RoomInfo(id="", name="control-room", control=True)
        rooms.append(Wanted(room=control.room, via=control.via, info=info))
    operators = settings.operators
    if operators is not None:
        info = RoomInfo(id="", name="operators", operators=True)
        rooms.append(Wanted(room=operators.room, via=operators.via, info=info))
    return rooms
