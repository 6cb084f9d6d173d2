"""Commands given in chat: found in a message, authorised, run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.actions import Decision, Nothing, Pass
from bot.commands import Call, Command, nearest, refuse, say, split
from bot.errors import Refused
from bot.events import Addressed, Message
from bot.ports import Ports

#: Commands older than this are not run: what they were meant for has passed.
STALE = timedelta(minutes=15)
#: How often a person is told that a command is unknown.
HINT = timedelta(minutes=1)
#: How many people's last hint is remembered.
HINTS_KEPT = 1000


@dataclass(frozen=True, kw_only=True)
class Commands:
    """All commands of all handlers, each with its handler's name."""

    known: dict[str, tuple[str, Command]]
    hinted: dict[str, datetime] = field(default_factory=dict)

    async def decide(self, message: Message, ports: Ports) -> tuple[str, Decision]:
        """The decision of the command in this message, or `Pass` when there is none."""
        call = find(message, self.known)
        if call is None:
            return "engine", Pass("no command")
        if call.name not in self.known:
            return "engine", self._unknown(call, ports)
        handler, command = self.known[call.name]
        if ports.now - message.at > STALE:
            return "engine", say(call, "This came while I was away; say it again if you still want it.", "stale")
        return handler, await self._run(command, call, ports)

    async def _run(self, command: Command, call: Call, ports: Ports) -> Decision:
        message = call.message
        role = await ports.roles.role(message.sender, room=message.room if command.acts_here else None)
        if role < command.who:
            return refuse(call, f"{ports.prefix}{command.name}", command.who)
        try:
            return await command.run(Call(name=call.name, args=call.args, message=message, role=role), ports)
        except Refused as refused:
            return say(call, str(refused), "refused")

    def _unknown(self, call: Call, ports: Ports) -> Decision:
        """One short line, only when it is near a known one or in a private chat: other bots share the prefix."""
        near = nearest(call.name, tuple(self.known))
        if near is None and not call.message.private:
            return Nothing("not a command of ours")
        last = self.hinted.get(call.message.sender)
        if last is not None and ports.now - last < HINT:
            return Nothing("told a moment ago that it is unknown")
        self._remember_hint(call.message.sender, ports.now)
        meant = (
            f"Did you mean `{ports.prefix}{near}`?"
            if near
            else f"I don't know that one. Try it without the `{ports.prefix}`, or `{ports.prefix}help`."
        )
        return say(call, meant, "unknown command")

    def _remember_hint(self, person: str, now: datetime) -> None:
        self.hinted[person] = now
        while len(self.hinted) > HINTS_KEPT:
            del self.hinted[next(iter(self.hinted))]


def known(handlers: Sequence[tuple[str, tuple[Command, ...]]]) -> dict[str, tuple[str, Command]]:
    """The commands by name. Two handlers with one name is a mistake of ours, told at once."""
    found: dict[str, tuple[str, Command]] = {}
    for handler, commands in handlers:
        for command in commands:
            if command.name in found:
                raise ValueError(f"two handlers bring the command {command.name}")
            found[command.name] = (handler, command)
    return found


def find(message: Message, commands: dict[str, tuple[str, Command]]) -> Call | None:
    """The command in a message: always behind a prefix; otherwise only where it can hardly be a question."""
    if message.addressed is None:
        return None
    name, args = split(message.text)
    if message.addressed is Addressed.PREFIX:
        return Call(name=name, args=args, message=message)
    command = commands[name][1] if name in commands else None
    if command is not None and command.bare(args):
        return Call(name=name, args=args, message=message)
    return None


def is_anothers(message: Message, commands: dict[str, tuple[str, Command]]) -> bool:
    """Whether it is a command of some other bot's, as far as one can tell: it isn't answered."""
    call = find(message, commands)
    if call is None or call.name in commands or message.private:
        return False
    return nearest(call.name, tuple(commands)) is None
