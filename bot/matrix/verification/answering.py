"""Answering verifications: takes in what comes, asks who may, and sends what `flow` decides.

All of it lives in memory. A restart ends what is under way; the person then tries again.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from bot.clock import Clock
from bot.errors import StewardError
from bot.matrix import wire
from bot.matrix.api import Api, path
from bot.matrix.rooms import RoomBook
from bot.matrix.verification import flow as flows
from bot.matrix.verification import messages, wording
from bot.matrix.verification.flow import Flow, Send, Show, Stage, Step
from bot.matrix.verification.messages import Message
from bot.matrix.verification.policy import REFUSALS, REQUESTS_EACH, WINDOW, Budget, Standing, ignored, refused
from bot.matrix.verification.sas import Party, Sas
from bot.matrix.verification.sending import Sending
from bot.ports import Roles
from bot.roles import Role

log = structlog.get_logger()

#: More than this waits, or is remembered to be over, only in a flood.
MOST_WAITING, MOST_OVER = 200, 1000
#: How often the time is looked at while something is under way, in seconds.
TICK = 1.0
#: What says that the two sides saw something different.
MISMATCHES = {"m.mismatched_sas", "m.mismatched_commitment", "m.key_mismatch"}

#: Who sent it, the room (or none) and the transaction.
Id = tuple[str, str, str]


@dataclass(kw_only=True)
class Verification:
    """Verifications of the bot's one device. `ours`: the keys that we prove, by key id.

    `chat_with`: the private chat with a person, if there is one. `failures` counts what was dropped, `over` remembers
    for a while what has ended, so that it isn't begun or answered again.
    """

    api: Api
    sending: Sending
    rooms: RoomBook
    roles: Roles
    clock: Clock
    us: Party
    ours: Mapping[str, str]
    chat_with: Callable[[str], Awaitable[str | None]]
    wake: Callable[[], None] = lambda: None
    failures: int = 0
    _flows: dict[Id, Flow] = field(default_factory=dict)
    over: dict[Id, float] = field(default_factory=dict)
    _waiting: deque[Message] = field(default_factory=deque)
    _requests: Budget = field(default_factory=lambda: Budget(REQUESTS_EACH))
    _refusals: Budget = field(default_factory=lambda: Budget(REFUSALS))

    # Taking in

    def from_device(self, event: dict[str, Any]) -> bool:
        """Take in a to-device event; whether it was ours to take."""
        return self._hear(messages.from_device(event))

    def from_room(self, room: str, event: dict[str, Any]) -> bool:
        """Take in a room's event, decrypted; whether it was ours to take."""
        return self._hear(messages.from_room(room, event, self.us.user))

    def _hear(self, message: Message | None) -> bool:
        if message is None:
            return False
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(message)
            self.wake()
        else:
            self._drop(_id(message), "too many messages")
        return True

    async def work(self, _lane: str) -> float | None:
        """Do all that waits. When to be called again, in seconds, or None."""
        while self._waiting:
            message = self._waiting.popleft()
            await self._fenced(_id(message), self._take(message))
        for name, flow in tuple(self._flows.items()):
            await self._fenced(name, self._follow(name, flows.tick(flow, self.clock.steady())))
        return TICK if self._flows else None

    async def _fenced(self, name: Id, doing: Awaitable[None]) -> None:
        """What goes wrong ends one verification and nothing else."""
        try:
            await doing
        except StewardError as error:
            self._drop(name, str(error))
        except Exception:
            log.exception("verification_failed", user=name[0])
            self._drop(name, "a bug")

    def _drop(self, name: Id, why: str) -> None:
        self.failures += 1
        self._end(name)
        log.warning("verification_dropped", user=name[0], why=why)

    async def _take(self, message: Message) -> None:
        name = _id(message)
        if name in self._flows:
            await self._follow(name, flows.advance(self._flows[name], message, self.clock.steady()))
        elif name in self.over:
            return
        elif message.kind == "request" or (message.kind == "start" and message.room is None):
            # A start without a request is how old apps begin, and what is left of a request after our restart.
            await self._asked(message)
        elif message.kind not in {"cancel", "done"} and self._reachable(message):
            await self._refuse(message, "m.unknown_transaction", "I don't know this verification. Please start again.")

    # Requests

    async def _asked(self, request: Message) -> None:
        why = ignored(request, self.us.user, self.clock.now().timestamp(), private=self._private(request))
        if not why and not self._requests.take(request.sender, self.clock.steady()):
            why = "too many requests"
        if why:
            log.info("verification_ignored", user=request.sender, why=why)
        elif others := [name for name in self._flows if name[0] == request.sender]:
            # As the specification wants it: nobody can tell which of the two is meant.
            for name in others:
                await self._follow(name, flows.cancelled(self._flows[name], "m.user", "Another one was started."))
            await self._refuse(request, "m.user", "Another one was under way. Both are ended; please start again.")
        else:
            await self._answer(request)

    async def _answer(self, request: Message) -> None:
        them = Party(request.sender, str(request.device))
        role = await self.roles.role(them.user)
        # Strangers must not make us ask about their keys.
        keys = await self._keys(them) if role >= Role.MODERATOR else {}
        why = refused(Standing(role=role, device_known=bool(keys), flows=len(self._flows)))
        if why:
            await self._refuse(request, "m.user", why)
            return
        flow = self._new(request, them, keys)
        log.info("verification_requested", user=them.user, device=them.device, room=request.room)
        if request.kind == "start":
            await self._follow(_id(request), flows.advance(flow, request, self.clock.steady()))
        else:
            await self._follow(_id(request), flows.ready(replace(flow, heard={"request": request.content})))

    def _new(self, request: Message, them: Party, keys: Mapping[str, str]) -> Flow:
        now = self.clock.steady()
        return Flow(
            transaction=request.transaction,
            room=request.room,
            us=self.us,
            them=them,
            ours=self.ours,
            theirs=keys,
            opened=now,
            touched=now,
            pair=Sas(),
        )

    async def _keys(self, them: Party) -> dict[str, str]:
        """The person's keys that a MAC may be over, by key id; none if the device isn't theirs."""
        answer = await self.api.call("POST", path("keys", "query"), {"device_keys": {them.user: []}})
        device = wire.mapping(wire.mapping(wire.mapping(answer, "device_keys"), them.user), them.device)
        master = wire.mapping(wire.mapping(answer, "master_keys"), them.user)
        name = f"ed25519:{them.device}"
        key = wire.mapping(device, "keys").get(name)
        found = {**wire.mapping(master, "keys"), name: key} if isinstance(key, str) else {}
        return {one: value for one, value in found.items() if isinstance(value, str)}

    async def _refuse(self, message: Message, code: str, why: str) -> None:
        """One word, once for each transaction, and not to everybody who keeps asking."""
        self._end(_id(message))
        log.info("verification_refused", user=message.sender, code=code, why=why)
        if self._refusals.take("", self.clock.steady()):
            content = messages.tied({"code": code, "reason": why}, message.transaction, message.room)
            them = Party(message.sender, str(message.device))
            await self.sending.deliver(message.room, them, Send("cancel", content))

    def _private(self, message: Message) -> bool:
        return message.room is not None and self.rooms.private(message.room)

    def _reachable(self, message: Message) -> bool:
        return self._private(message) if message.room is not None else message.device is not None

    # Going on

    async def _follow(self, name: Id, step: Step) -> None:
        """Do what was decided, in order."""
        flow = step.flow
        self._flows[name] = flow
        if flow.stage is Stage.OVER:
            # Before anything is sent: what is over stays over, even if they never hear of it.
            self._end(name)
        for one in step.out:
            await self._do(flow, one)
        if flow.stage is Stage.OVER:
            await self._tell_end(flow)

    def _end(self, name: Id) -> None:
        self._flows.pop(name, None)
        now = self.clock.steady()
        kept = {one: at for one, at in self.over.items() if now - at < WINDOW}
        self.over = dict([*kept.items(), (name, now)][-MOST_OVER:])

    async def _tell_end(self, flow: Flow) -> None:
        event = "verification_done" if flow.code == "done" else "verification_ended"
        log.info(event, user=flow.them.user, device=flow.them.device, code=flow.code)
        if flow.code in MISMATCHES:
            log.warning("verification_mismatch", user=flow.them.user, device=flow.them.device, code=flow.code)
            await self.sending.say(self.rooms.control_room(), wording.alarm(flow.them.user))

    async def _do(self, flow: Flow, one: Send | Show) -> None:
        if isinstance(one, Send):
            await self.sending.deliver(flow.room, flow.them, one)
            return
        names = ", ".join(name for _, name in one.short.emoji)
        log.info("verification_emoji", user=flow.them.user, emoji=names, numbers=wording.numbers(one.short))
        chat = flow.room or await self.chat_with(flow.them.user)
        if chat is not None:
            await self.sending.say(chat, wording.seen(one.short))
        else:
            await self.sending.say(self.rooms.control_room(), wording.seen(one.short, flow.them.user))


def _id(message: Message) -> Id:
    return (message.sender, message.room or "", message.transaction)
