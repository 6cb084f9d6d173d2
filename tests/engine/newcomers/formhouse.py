"""People who wait for the registration form, on a database: they are asked, time passes, the form comes back."""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import delete, select

from bot.actions import Action, Ask, Say
from bot.effects import Effects
from bot.events import Addressed, Message, Reaction
from bot.handler import Opened
from bot.ports import Ports
from bot.readers import FactDesk, Memory, Sent
from bot.roles import Role
from bot.schedule import Schedule
from bot.storage import schema
from bot.storage.engine import Storage
from handlers.newcomers import HANDLER
from handlers.newcomers.desk import LANE
from handlers.newcomers.form import records, waiting
from handlers.newcomers.form.state import FormKnown, form_known
from tests.support.fakes import FakeClock, FakeRoles, FakeSender
from tests.support.house import ANA, ROOM, House, said
from tests.unit.newcomers.gates import Web, desk


@dataclass(kw_only=True)
class Connected(House):
    """The engine, with something like an internet."""

    web: Web

    def ports(self) -> Ports:
        """What a handler is given now."""
        return self._ports(self.clock.now())

    def _ports(self, now: datetime) -> Ports:
        ports = super()._ports(now)
        assert isinstance(ports.facts, FactDesk)
        ports.facts.ports = replace(ports, http=self.web)
        return ports.facts.ports


def chat_of(person: str) -> str:
    """The private chat with this person."""
    return f"!chat-{person[1:].partition(':')[0]}:example.org"


async def the_chat(person: str) -> str:
    """The same, found."""
    return chat_of(person)


@dataclass(kw_only=True)
class FormHouse:
    """The handler at work. `others` are handlers beside it; `opens` finds private chats."""

    storage: Storage
    clock: FakeClock
    web: Web = field(default_factory=lambda: Web([503]))
    others: dict[str, Opened] = field(default_factory=dict)
    opens: Callable[[str], Awaitable[str]] = the_chat
    sender: FakeSender = field(default_factory=FakeSender)
    roles: FakeRoles = field(default_factory=lambda: FakeRoles({ANA: Role.MODERATOR}))
    house: Connected = field(init=False)
    schedule: Schedule = field(init=False)
    number: "itertools.count[int]" = field(default_factory=itertools.count)

    async def starts(self) -> "FormHouse":
        """The bot starts, with nothing in memory."""
        there = desk()
        newcomers = HANDLER.open(there.settings, there.place)
        self.house = Connected(
            storage=self.storage,
            clock=self.clock,
            handlers={"newcomers": newcomers, **self.others},
            sender=self.sender,
            roles=self.roles,
            web=self.web,
        )
        self.house.outbox.chat_with = self.opens
        jobs = tuple(job for job in newcomers.jobs if job.key in ("form", "tally"))
        self.schedule = Schedule(
            storage=self.storage, clock=self.clock, wake=lambda _room: None, recurring={"newcomers": jobs}
        )
        await self.schedule.begin()
        return self

    # What people do

    async def offered(self, person: str = ANA, lang: str = "en", room: str | None = None) -> str:
        """They are offered to be written to; the offer's event id."""
        room = room or chat_of(person)
        ask = waiting.offer(room, person, lang, f"$asked{next(self.number)}", self.clock.now())
        return await self._sent(ask)

    async def told(self, text: str, key: str) -> str:
        """Something else is said to Ana; its event id."""
        return await self._sent(Say(room=chat_of(ANA), text=text, key=key))

    async def _sent(self, what: Ask | Say) -> str:
        await self.does(what)
        await self.house.outbox.work(what.room)
        event = await Sent(self.storage).event_of("newcomers", what.key or "")
        assert event is not None
        return event

    async def does(self, *actions: Action) -> None:
        """The handler has decided this."""
        async with self.storage.begin() as tx:
            await Effects(now=self.clock.now().timestamp(), cause="$cause").apply(tx, "newcomers", actions)

    async def taps(self, of: str, person: str = ANA, room: str | None = None, *, works: bool = True) -> None:
        """They react to a message with ✅."""
        room = room or chat_of(person)
        id_ = f"$tap{next(self.number)}"
        await self.house.arrives(Reaction(id=id_, room=room, sender=person, at=self.clock.now(), of=of, key="✅"))
        if works:
            await self.house.works(room)

    async def says(self, text: str, person: str = ANA, **changes: Any) -> None:
        """They say something in private."""
        at = {"room": chat_of(person), "private": True, "addressed": Addressed.PRIVATE, **changes}
        message = said(text, f"$said{next(self.number)}", sender=person, at=self.clock.now(), **at)
        await self.house.arrives(message)
        await self.house.works(message.room)

    async def waits(self, person: str = ANA, lang: str = "en") -> None:
        """They are offered it, and take it."""
        await self.taps(await self.offered(person, lang), person=person)
        await self.house.outbox.work(chat_of(person))

    # What happens

    async def passes(self, seconds: float = 0, *, sends: bool = True) -> None:
        """Time passes at once, and what is due then is done and sent."""
        self.clock.forward(seconds)
        await self.schedule.turn()
        await self.house.works(LANE)
        if sends:
            await self.sends()

    async def sends(self) -> None:
        """What waits for the homeserver is sent, and the handler hears what became of it."""
        query = select(schema.outbox.c.room).where(schema.outbox.c.state == "waiting").distinct()
        for row in await self.storage.rows(query):
            await self.house.outbox.work(row.room)
        for row in await self.storage.rows(select(schema.journal.c.room).distinct()):
            await self.house.works(row.room)

    async def sees(self) -> FormKnown:
        """Some newcomer's walk comes to the form, which is looked at."""
        function = self.house.handlers["newcomers"].on[Message]
        assert isinstance(function, partial)
        return await form_known(function.args[0], self.house.ports())

    async def loses_its_jobs(self) -> None:
        """Nothing is to be come back to any more."""
        async with self.storage.begin() as tx:
            await tx.execute(delete(schema.jobs))

    # What there is

    def heard(self, person: str = ANA) -> list[str]:
        """All that has arrived in the chat with them, but for reactions, in order."""
        rows = {row.txn: row for row, _ in self.sender.tried if row.txn in self.sender.stored}
        return [row.content["body"] for row in rows.values() if row.room == chat_of(person) and "body" in row.content]

    def called(self, person: str = ANA) -> list[str]:
        """What has arrived there that makes a sound."""
        rows = {row.txn: row for row, _ in self.sender.tried if row.txn in self.sender.stored}
        mine = [row.content for row in rows.values() if row.room == chat_of(person)]
        return [content["body"] for content in mine if content.get("msgtype") == "m.text"]

    async def waiting(self) -> list[str]:
        """Who waits."""
        return [one.person for one in await records.waiting(Memory(self.storage))]

    async def next_look(self) -> float:
        """In how many seconds it is looked again."""
        query = select(schema.jobs.c.due).where(schema.jobs.c.key == "form", schema.jobs.c.handler == "newcomers")
        (row,) = await self.storage.rows(query)
        return float(row.due) - self.clock.now().timestamp()

    async def failures(self) -> list[str]:
        """What the handler couldn't cope with."""
        rows = await self.storage.rows(select(schema.journal.c.why).where(schema.journal.c.state == "failed"))
        return [row.why for row in rows]

    async def answer(self, text: str, sender: str = ANA) -> str:
        """What a command in a room is answered."""
        before = len(await self.house.queued(ROOM))
        await self.says(text, sender, room=ROOM, private=False, addressed=Addressed.PREFIX)
        return "\n".join((await self.house.queued(ROOM))[before:])
