"""One event → the handlers → one commit."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot import asks, unreadable
from bot.actions import Action, Audit, Decision, Done, Nothing, Pass, Reply
from bot.backlog import Backlog
from bot.clock import Clock
from bot.command_line import Commands, find, is_anothers
from bot.effects import Conflict, Effects
from bot.errors import passes
from bot.events import Chosen, Event, Message, Outcome, Tick
from bot.handler import OnEvent, Opened
from bot.inbox import Ignored, Unreadable
from bot.ports import Ports
from bot.storage import jobs, journal
from bot.storage.engine import Storage
from bot.storage.jobs import OpenAsk
from bot.storage.journal import Entry

log = structlog.get_logger()

#: Questions older than this are counted and left: the asker has gone on.
STALE = timedelta(hours=1)
#: How often a decision is made again when what it rested on keeps changing.
TRIES = 5

Read = Callable[[Entry], Awaitable[Event | Unreadable | Ignored]]
#: Stops a message before commands and handlers, by what it decides; None lets it through.
Guard = Callable[[Message, Ports], Awaitable[Decision | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the handlers decided about an event, each by its name; what its entry becomes; the ask that it answers."""

    decided: tuple[tuple[str, Decision], ...]
    state: str = journal.DONE
    closes: OpenAsk | None = None

    @property
    def reason(self) -> str:
        """Why each handler spoke or kept silent. Never a text."""
        return "; ".join(f"{handler}: {decision.why}" for handler, decision in self.decided)[:500]


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """Gives each journalled event of a room to the handlers, in order, and commits what they decide."""

    storage: Storage
    read: Read
    handlers: dict[str, Opened]
    commands: Commands
    guards: tuple[Guard, ...]
    backlog: Backlog
    ports: Callable[[datetime], Ports]
    after_commit: Callable[[Effects], None]
    clock: Clock
    control_room: Callable[[], str | None]
    encrypted: Callable[[str], bool] = lambda _room: False
    #: Whether there is to be another event after the one under way.
    go_on: Callable[[], bool] = lambda: True

    async def work(self, room: str) -> None:
        """Handle all that waits for this room, for as long as it is to go on."""
        while entries := await self.backlog.next(room, self._effects(""), self.after_commit):
            for entry in entries:
                if not self.go_on():
                    return
                await self._handle(entry)

    async def _handle(self, entry: Entry) -> None:
        for attempt in range(TRIES):
            verdict = await self._fenced(entry)
            try:
                await self._commit(entry, verdict)
            except Conflict:
                log.info("decided_again", event_id=entry.key, attempt=attempt)
            except Exception as error:
                if passes(error):  # not the event's fault: its lane rests, and it is decided on later
                    raise
                await self._commit(entry, self._surprised(entry, error))
                return
            else:
                return
        await self._commit(entry, self._surprised(entry, Conflict(f"the decision collided {TRIES} times")))

    async def _fenced(self, entry: Entry) -> Verdict:
        """The one fence for surprises: logged with the event's id, told, and the loop goes on."""
        try:
            event = await self.read(entry)
            match event:
                case Unreadable(why):
                    return engine(unreadable.put_off(entry, why, self.clock.now()), journal.UNREADABLE)
                case Ignored(why, told):
                    return engine(Done(told, why) if told else Nothing(why))
                case _:
                    return await self._decide(event)
        except Exception as error:
            if passes(error):
                raise
            return self._surprised(entry, error)

    def _surprised(self, entry: Entry, error: Exception) -> Verdict:
        log.error("handler_failed", event_id=entry.key, source=entry.source, exc_info=error)
        return engine(surprised(entry, error), journal.FAILED)

    async def _decide(self, event: Event) -> Verdict:
        now = self.clock.now()
        ports = self.ports(now)
        answered = await asks.answered(self.storage, ports.sent, event, now) if asks.may_answer(event) else None
        if answered is not None:
            chosen, ask = answered
            name, decision = await self._to_one(chosen, ports)
            return Verdict(decided=((name, decision),), closes=None if stays_open(decision) else ask)
        match event:
            case Message():
                return Verdict(decided=await self._first(event, ports))
            case Tick() | Chosen() | Outcome():
                return Verdict(decided=(await self._to_one(event, ports),))
            case _:
                decided = [(name, await function(event, ports)) for name, function in self._subscribed(type(event))]
                return Verdict(decided=tuple(decided))

    async def _to_one(self, event: Tick | Chosen | Outcome, ports: Ports) -> tuple[str, Decision]:
        """To the handler that asked for it: its name stands before the key."""
        handler, _, key = event.key.partition(":")
        opened = self.handlers.get(handler)
        function = opened.on.get(type(event)) if opened else None
        return handler, await function(replace(event, key=key), ports) if function else Nothing("nobody waits for it")

    async def _first(self, message: Message, ports: Ports) -> tuple[tuple[str, Decision], ...]:
        """Guards, commands, then the handlers in the order of their priority: the first that doesn't pass ends it."""
        # Before the guards, so that nothing is taken from people for what isn't answered anyway.
        if ports.now - message.at > STALE and find(message, self.commands.known) is None:
            return (("engine", Nothing("asked too long ago")),)
        for guard in () if is_anothers(message, self.commands.known) else self.guards:
            if (stopped := await guard(message, ports)) is not None:
                return (("engine", stopped),)
        command = await self.commands.decide(message, ports)
        if not isinstance(command[1], Pass):
            return (command,)
        passed: list[tuple[str, Decision]] = []
        for name, function in self._subscribed(Message):
            decision = await function(message, ports)
            if not isinstance(decision, Pass):
                return ((name, decision), *passed)
            passed.append((name, decision))
        return tuple(passed) or (("engine", Nothing("nobody's")),)

    def _subscribed(self, kind: type[Any]) -> list[tuple[str, OnEvent]]:
        return [(name, opened.on[kind]) for name, opened in self.handlers.items() if kind in opened.on]

    async def _commit(self, entry: Entry, verdict: Verdict) -> None:
        """What was decided, what is to be remembered, and "this event is done": one transaction."""
        effects = self._effects(entry.key)
        async with self.storage.begin() as tx:
            if not await journal.finish(tx, entry, verdict.state, verdict.reason):
                return
            if verdict.closes is not None and not await jobs.close_ask(tx, verdict.closes):
                raise Conflict("somebody else chose first")
            for handler, decision in verdict.decided:
                await effects.apply(tx, handler, actions_of(decision))
        self.after_commit(effects)

    def _effects(self, cause: str) -> Effects:
        now = self.clock.now().timestamp()
        return Effects(now=now, cause=cause, control_room=self.control_room(), encrypted=self.encrypted)


def engine(decision: Decision, state: str = journal.DONE) -> Verdict:
    """The engine's own verdict."""
    return Verdict(decided=(("engine", decision),), state=state)


def actions_of(decision: Decision) -> tuple[Action, ...]:
    """What there is to do."""
    match decision:
        case Done():
            return decision.actions
        case Pass():
            return decision.besides
        case _:
            return ()


def stays_open(decision: Decision) -> bool:
    """Whether the question that was answered waits for another answer."""
    return isinstance(decision, Done) and decision.stays_open


def surprised(entry: Entry, error: Exception) -> Decision:
    """What is said when a handler fails: a sentence to the person, the reason to the operators."""
    what = f"failed on an event: {type(error).__name__}"
    told = Audit(who="steward", what=what, outcome=f"see the log for {entry.key}", room=entry.room)
    if entry.kind not in journal.SPOKEN:
        return Done((told,), "failed")
    text = "Something went wrong here; the moderators have been told."
    return Done((Reply(to=entry.key, room=entry.room, text=text, mention=entry.sender), told), "failed")
