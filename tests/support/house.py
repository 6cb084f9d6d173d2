"""The engine without Matrix: what happens is journalled, decided on and committed; what would be said is queued."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.backlog import Backlog
from bot.command_line import Commands, known
from bot.dispatch import Dispatch, Guard
from bot.effects import Effects
from bot.events import Event, Joined, Message, Reaction
from bot.handler import Opened
from bot.inbox import Ignored, Unreadable, reader
from bot.outbox import Outbox
from bot.ports import Ports
from bot.readers import AuditLog, FactDesk, Memory, Sent
from bot.roles import Role
from bot.storage import journal, outbox, schema
from bot.storage.engine import Storage
from bot.storage.journal import Entry
from tests.support.fakes import PORTS, START, FakeClock, FakeReader, FakeRoles, FakeRooms, FakeSender

#: For tests to which the database doesn't matter: the quicker one does.
on_any_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

ROOM, CONTROL = "!room:example.org", "!control:example.org"
ANA, BEN = "@ana:example.org", "@ben:example.org"

KINDS: dict[type[Any], str] = {Message: "m.room.message", Reaction: "m.reaction", Joined: "m.room.member"}


def said(text: str, id: str = "$said", **changes: Any) -> Message:  # noqa: A002 - as the event's own field
    """Ana says something in the room, to nobody in particular."""
    return replace(Message(id=id, room=ROOM, sender=ANA, at=START, text=text), **changes)


def joined(who: str = ANA, id: str = "$joined", **changes: Any) -> Joined:  # noqa: A002 - as the event's own field
    """Somebody comes into the room."""
    return replace(Joined(id=id, room=ROOM, sender=who, at=START), **changes)


def reacted(of: str, key: str, id: str = "$reacted", **changes: Any) -> Reaction:  # noqa: A002 - as the event's own
    """Ana reacts to a message."""
    return replace(Reaction(id=id, room=ROOM, sender=ANA, at=START, of=of, key=key), **changes)


def entry(key: str, room: str = ROOM, **changes: Any) -> Entry:
    """A journal entry as Matrix brings it, of a message of Ana's."""
    at = START.timestamp()
    plain = Entry(
        source="matrix", key=key, kind="m.room.message", room=room, at=at, received=at, sender=ANA, body={"text": key}
    )
    return replace(plain, **changes)


@dataclass(kw_only=True)
class House:
    """Handlers at work on a database."""

    storage: Storage
    handlers: dict[str, Opened]
    clock: FakeClock = field(default_factory=FakeClock)
    roles: FakeRoles = field(default_factory=FakeRoles)
    rooms: FakeRooms = field(default_factory=FakeRooms)
    sender: FakeSender = field(default_factory=FakeSender)
    reader: FakeReader = field(default_factory=FakeReader)
    committed: list[Effects] = field(default_factory=list)
    control_room: str | None = CONTROL
    guards: tuple[Guard, ...] = ()
    known_moderators: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        brought = [(name, one.commands) for name, one in self.handlers.items()]
        self.dispatch = Dispatch(
            storage=self.storage,
            read=reader(self.reader),
            handlers=self.handlers,
            commands=Commands(known=known(brought)),
            guards=self.guards,
            backlog=Backlog(storage=self.storage, moderators=lambda: self.known_moderators),
            ports=self._ports,
            after_commit=self.committed.append,
            clock=self.clock,
            control_room=lambda: self.control_room,
        )
        self.outbox = Outbox(storage=self.storage, sender=self.sender, clock=self.clock, told=frozenset(self.handlers))

    def _ports(self, now: datetime) -> Ports:
        facts = FactDesk(self.handlers)
        facts.ports = replace(
            PORTS,
            now=now,
            memory=Memory(self.storage),
            facts=facts,
            roles=self.roles,
            rooms=self.rooms,
            sent=Sent(self.storage),
            audit=AuditLog(self.storage),
        )
        return facts.ports

    async def arrives(self, event: Event | Unreadable | Ignored | Exception, **changes: Any) -> None:
        """Something is journalled, and not yet looked at. `changes` are to its entry."""
        key = changes.pop("key", None) or getattr(event, "id", "$event")
        self.reader.events[key] = event
        about = {name: getattr(event, name) for name in ("room", "sender") if hasattr(event, name)}
        new = entry(key, **{"kind": KINDS.get(type(event), "m.room.message"), **about, **changes})
        await self.journalled(new)

    async def journalled(self, *entries: Entry) -> None:
        """These are journalled as they are."""
        async with self.storage.begin() as tx:
            await journal.write(tx, entries)

    async def happens(self, *events: Event | Unreadable | Ignored | Exception) -> None:
        """Events of one room come in and are worked off."""
        for event in events:
            await self.arrives(event)
        await self.works()

    async def works(self, room: str = ROOM) -> None:
        """All that waits for the room is worked off."""
        await self.dispatch.work(room)

    async def queued(self, room: str = ROOM) -> list[str]:
        """The texts on their way to the room."""
        return [row.content.get("body", row.type) for row in await outbox.waiting(self.storage, room, 100)]

    async def became(self, key: str) -> tuple[str, str]:
        """What became of an entry, and why."""
        query = select(schema.journal.c.state, schema.journal.c.why).where(schema.journal.c.key == key)
        (row,) = await self.storage.rows(query)
        return row.state, row.why


def moderator(person: str) -> FakeRoles:
    """Roles in which this person is a moderator."""
    return FakeRoles(held={person: Role.MODERATOR})


MakeHouse = Callable[..., House]
