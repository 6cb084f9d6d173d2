"""People on their walk, on a database: they say things, tap, and time passes. What is said arrives, or doesn't."""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from bot.actions import Decision
from bot.dispatch import actions_of
from bot.effects import Effects
from bot.errors import Permanent
from bot.events import Addressed, Event, Reaction
from bot.facts import AnswerGiven, Language
from bot.handler import Opened, Place
from bot.ports import Ports
from bot.readers import Memory, Sent
from bot.schedule import Schedule
from bot.storage import schema
from bot.storage.engine import Storage
from handlers.newcomers import HANDLER
from handlers.newcomers.desk import LANE
from handlers.newcomers.guide import records
from handlers.newcomers.guide.records import Walk
from handlers.newcomers.settings import Settings
from handlers.newcomers.tables import tally
from tests.engine.newcomers.formhouse import Connected, chat_of
from tests.support.fakes import FakeClock, FakeRoles, FakeSender
from tests.support.house import ANA, ROOM, said
from tests.unit.newcomers.gates import Web
from tests.unit.newcomers.routes import PLACE, guide

#: The answer that leads to the form, as a message of the bot's.
ANSWER = "$an-answer"


async def answer_given(question: AnswerGiven, _ports: Ports) -> str | None:
    """As the answers' handler knows it."""
    return "join-registration" if question.event_id == ANSWER else None


async def language(question: Language, _ports: Ports) -> str | None:
    """As the answers' handler knows it."""
    return "de" if "bitte" in question.text else None


FAQ = Opened(facts={AnswerGiven: answer_given, Language: language})


@dataclass(kw_only=True)
class Walkhouse:
    """The handler at work. `closed` are those who can't be written to in private."""

    storage: Storage
    clock: FakeClock
    guide: Mapping[str, Any] | None = field(default_factory=guide)
    place: Place = PLACE
    web: Web = field(default_factory=Web)
    closed: set[str] = field(default_factory=set)
    sender: FakeSender = field(default_factory=FakeSender)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    house: Connected = field(init=False)
    schedule: Schedule = field(init=False)

    async def starts(self, guide: Mapping[str, Any] | None = None) -> "Walkhouse":
        """The bot starts, with nothing in memory, and perhaps with another guide."""
        self.guide = guide or self.guide
        newcomers = HANDLER.open(Settings.model_validate({"guide": self.guide}), self.place)
        self.house = Connected(
            storage=self.storage,
            clock=self.clock,
            handlers={"newcomers": newcomers, "faq": FAQ},
            sender=self.sender,
            roles=FakeRoles(),
            web=self.web,
        )
        self.house.outbox.chat_with = self._chat_with
        jobs = tuple(job for job in newcomers.jobs if job.key == "silence")
        self.schedule = Schedule(
            storage=self.storage, clock=self.clock, wake=lambda _room: None, recurring={"newcomers": jobs}
        )
        await self.schedule.begin()
        return self

    async def _chat_with(self, person: str) -> str:
        if person in self.closed:
            raise Permanent("they have left the chat")
        return chat_of(person)

    # What people do

    async def says(self, text: str, who: str = ANA, *, sends: bool = True, **changes: Any) -> list[str]:
        """They say something in their private chat; what they hear there."""
        at = {"room": chat_of(who), "private": True, "addressed": Addressed.PRIVATE, **changes}
        message = said(text, f"$m{next(self.numbers)}", sender=who, at=self.clock.now(), **at)
        return await self._heard_after(message, who, sends=sends)

    async def asks(self, text: str, who: str = ANA, room: str = ROOM, *, sends: bool = True) -> list[str]:
        """They give a command in a room; what is said there."""
        before = len(self.said_in(room))
        message = said(text, f"$m{next(self.numbers)}", sender=who, room=room, at=self.clock.now())
        await self.house.arrives(replace(message, addressed=Addressed.PREFIX))
        await self.house.works(room)
        if sends:
            await self.sends()
        return self.said_in(room)[before:]

    async def taps(self, emoji: str, of: str, who: str = ANA, room: str | None = None) -> list[str]:
        """They react; what they hear in their private chat."""
        tap = Reaction(
            id=f"$r{next(self.numbers)}", room=room or chat_of(who), sender=who, at=self.clock.now(), of=of, key=emoji
        )
        return await self._heard_after(tap, who)

    async def taps_the_step(self, emoji: str, who: str = ANA) -> list[str]:
        """They react to the step that they see."""
        walk = await self.walk(who)
        assert walk is not None
        assert walk.shown is not None
        event = await Sent(self.storage).event_of("newcomers", walk.shown)
        assert event is not None
        return await self.taps(emoji, event, who)

    async def _heard_after(self, event: Event, who: str, *, sends: bool = True) -> list[str]:
        before = len(self.heard(who))
        await self.house.arrives(event)
        await self.house.works(event.room)
        if sends:
            await self.sends()
        return self.heard(who)[before:]

    # What happens

    async def answered(self, room: str = ROOM) -> None:
        """The bot has given the answer that leads to the form."""
        row = {
            "event_id": ANSWER,
            "room": room,
            "handler": "faq",
            "key": "answer:1",
            "at": self.clock.now().timestamp(),
        }
        async with self.storage.begin() as tx:
            await tx.execute(insert(schema.sent).values(**row))

    async def sends(self) -> None:
        """What waits for the homeserver is sent, and the handler hears what became of it."""
        waiting = select(schema.outbox.c.room).where(schema.outbox.c.state == "waiting").distinct()
        while rows := await self.storage.rows(waiting):
            for row in rows:
                await self.house.outbox.work(row.room)
            for lane in await self.storage.rows(select(schema.journal.c.room).distinct()):
                await self.house.works(lane.room)

    async def commits(self, decision: Decision) -> None:
        """A decision is committed, whatever has happened since it was made. Raises `Conflict`."""
        effects = Effects(now=self.clock.now().timestamp(), cause="$cause")
        async with self.storage.begin() as tx:
            await effects.apply(tx, "newcomers", actions_of(decision))

    async def passes(self, **time: float) -> None:
        """Time passes, and what is due then is done and sent."""
        self.clock.forward(timedelta(**time).total_seconds())
        await self.turns()
        await self.sends()

    async def turns(self) -> None:
        """What is due now is done."""
        await self.schedule.turn()
        await self.house.works(LANE)

    # What there is

    @property
    def ports(self) -> Ports:
        """What the handler may ask now."""
        return self.house.dispatch.ports(self.clock.now())

    def said_in(self, room: str, kind: str = "body") -> list[str]:
        """What arrived in the room, in order."""
        return [str(content[kind]) for content in self.contents(room) if kind in content]

    def contents(self, room: str) -> list[dict[str, Any]]:
        """The contents of all that arrived there."""
        rows = {row.txn: row for row, _ in self.sender.tried if row.txn in self.sender.stored}
        return [row.content for row in rows.values() if row.room == room]

    def heard(self, who: str = ANA) -> list[str]:
        """What arrived in their private chat."""
        return self.said_in(chat_of(who))

    def reactions(self, who: str = ANA) -> list[str]:
        """The reactions that arrived there."""
        found = [content["m.relates_to"] for content in self.contents(chat_of(who)) if "body" not in content]
        return [one["key"] for one in found]

    async def walk(self, who: str = ANA) -> Walk | None:
        """Their walk."""
        return await records.walk_of(Memory(self.storage), who)

    async def counted(self) -> Counter[str]:
        """What was counted, each with its step if it has one."""
        rows = await self.storage.rows(select(tally.c.what, tally.c.step))
        return Counter(f"{row.what} {row.step or ''}".strip() for row in rows)

    async def whys(self) -> list[str]:
        """Why things were decided as they were."""
        return [str(row.why) for row in await self.storage.rows(select(schema.journal.c.why))]

    async def failures(self) -> list[str]:
        """What the handler couldn't cope with."""
        rows = await self.storage.rows(select(schema.journal.c.why).where(schema.journal.c.state == "failed"))
        return [row.why for row in rows]
