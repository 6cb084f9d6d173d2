"""Answering without Matrix: the same decisions, with ports behind which nothing is kept and nobody is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select

from bot import version
from bot.actions import Ask, Decision, Done, Pass, Reply
from bot.clock import Clock
from bot.command_line import Commands, known
from bot.config import Config
from bot.errors import Permanent
from bot.events import Addressed, Message
from bot.handler import Opened
from bot.ports import Device, Fetched, Health, Heard, Noted, Ours, Ports, RoomInfo
from bot.pseudonyms import Pseudonyms
from bot.readers import FactDesk, Threads
from bot.roles import Role


class Nobody:
    """All ports of a place without rooms, people or memory."""

    async def rows(self, _query: Select[Any]) -> Sequence[Any]:
        """Nothing is kept."""
        return ()

    def info(self, room: str) -> RoomInfo:
        """There is no room, and nothing is noted."""
        return RoomInfo(id=room, misses="off")

    def control(self) -> str | None:
        """There are no moderators."""
        return None

    def operators(self) -> str | None:
        """There are no operators."""
        return None

    def noticed(self) -> Sequence[RoomInfo]:
        """There is no room."""
        return ()

    def named(self, _name: str) -> str | None:
        """There is no room."""
        return None

    async def said(self, _room: str, _event_id: str) -> Heard | None:
        """Nothing was said."""
        return None

    async def fetch(self, _url: str, _headers: Mapping[str, str] | None = None) -> Fetched:
        """Nothing is fetched."""
        raise Permanent("nothing is fetched here")

    async def others_spoke(self, _room: str, _since: str, _besides: str) -> bool:
        """There are no others."""
        return False

    async def shares_room(self, _person: str) -> bool:
        """There are no rooms to share."""
        return False

    async def is_in(self, _person: str, _room: str) -> bool:
        """There are no rooms to be in."""
        return False

    async def members(self, _room: str) -> frozenset[str]:
        """There is nobody."""
        return frozenset()

    async def entered(self, _person: str) -> Mapping[str, datetime]:
        """There are no rooms to be in."""
        return {}

    async def was_in_before(self, _person: str, _room: str) -> bool:
        """There are no rooms to have been in."""
        return False

    async def role(self, _person: str, *, room: str | None = None) -> Role:  # noqa: ARG002 - the port's own shape
        """Whoever sits at this terminal is a member."""
        return Role.MEMBER

    async def find(self, _event_id: str) -> Ours | None:
        """Nothing was sent."""
        return None

    async def event_of(self, _handler: str, _key: str) -> str | None:
        """Nothing was sent."""
        return None

    async def latest(self, _limit: int, _containing: str = "") -> Sequence[Noted]:
        """Nothing was done."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Offline:
    """The handlers, spoken to directly."""

    settings: Config
    handlers: Mapping[str, Opened]
    clock: Clock

    async def answer(self, text: str) -> str | None:
        """What the bot would say in a private chat, in Markdown; None where it would be silent."""
        commands = Commands(known=known([(name, one.commands) for name, one in self.handlers.items()]))
        ports = self._ports(commands)
        prefix = ports.prefix if text.startswith(ports.prefix) else ""
        message = Message(
            id="$here",
            room="!here",
            sender="@you:here",
            at=ports.now,
            text=text.removeprefix(prefix),
            addressed=Addressed.PREFIX if prefix else Addressed.PRIVATE,
            private=True,
        )
        _, decision = await commands.decide(message, ports)
        for opened in self.handlers.values():
            if isinstance(decision, Pass) and Message in opened.on:
                decision = await opened.on[Message](message, ports)
        return said(decision)

    def _ports(self, commands: Commands) -> Ports:
        facts, nobody = FactDesk(self.handlers), Nobody()
        ports = Ports(
            now=self.clock.now(),
            memory=nobody,
            facts=facts,
            rooms=nobody,
            roles=nobody,
            sent=nobody,
            audit=nobody,
            compute=Threads(),
            http=nobody,
            health=no_health,
            commands=tuple(command for _, command in commands.known.values()),
            prefix=self.settings.commands.prefixes[0],
            me=self.settings.homeserver.user,
            device=Device(id="", fingerprint=""),
            pseudonym=Pseudonyms.passing(),
        )
        facts.ports = ports
        return ports


def said(decision: Decision) -> str | None:
    """The words of a decision."""
    actions = decision.actions if isinstance(decision, Done) else ()
    return next((action.text for action in actions if isinstance(action, Reply | Ask)), None)


async def no_health() -> Health:
    """The bot isn't running here."""
    return Health(
        version=version.VERSION,
        uptime=timedelta(),
        last_sync=None,
        outbox_waiting=0,
        outbox_oldest=None,
        journal_waiting=0,
        storage="none",
    )
