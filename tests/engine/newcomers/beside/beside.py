"""Ana walks in private, with the guide and the FAQ at work on a database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import select, update

from bot.events import Addressed, Deleted, Event, Left, Wordless
from bot.handler import Opened, Place, Service
from bot.outbox import Outbox
from bot.ports import RoomInfo
from bot.readers import Memory
from bot.storage import outbox, schema
from bot.storage.engine import Storage
from handlers import faq
from handlers.newcomers import HANDLER, tables
from handlers.newcomers.form.records import Waiting, wait
from handlers.newcomers.guide import records
from handlers.newcomers.guide.records import Walk
from handlers.newcomers.settings import Settings
from tests.support.fakes import PORTS, FakeClock, FakeRooms, FakeSender
from tests.support.house import ANA, BEN, House, said

ROOT = Path(__file__).parents[4]
FORM = "https://join.example.org/form"
PLACE = Place(
    root=ROOT,
    community="Social.coop",
    people="Ask people in the lounge.",
    registration_form=FORM,
    services=(Service(name="registration", title="the registration form", url=FORM),),
    rooms=("lounge", "mute"),
)
#: Ana's private chat, one of the community's rooms, another that wants no answers, and one of nobody's.
CHAT, LOUNGE, MUTE, ELSEWHERE = "!chat:example.org", "!lounge:example.org", "!mute:example.org", "!else:example.org"
ROOMS = {
    LOUNGE: RoomInfo(id=LOUNGE, name="lounge", welcome="room"),
    MUTE: RoomInfo(id=MUTE, name="mute", answers="off"),
}
MODERATOR = BEN
#: What is kept of a FAQ's answer or a miss, and all that newcomers keep but the walk itself.
OTHERS = (*faq.HANDLER.tables, tables.people, tables.forms, tables.floods)


@dataclass(kw_only=True)
class Beside:
    """What people do, and what they hear."""

    storage: Storage
    clock: FakeClock
    answers: Opened
    settings: Settings
    house: House = field(init=False)
    number: int = 0

    def __post_init__(self) -> None:
        self.opens(self.settings)

    def opens(self, settings: Settings, place: Place = PLACE) -> None:
        """The handlers are opened, with nothing in memory."""
        self.house = House(
            storage=self.storage,
            clock=self.clock,
            handlers={"newcomers": HANDLER.open(settings, place), "faq": self.answers},
            rooms=FakeRooms(known=ROOMS),
        )
        self.outbox = Outbox(
            storage=self.storage, sender=FakeSender(), clock=self.clock, told=frozenset({"newcomers", "faq"})
        )

    @property
    def now(self) -> datetime:
        return self.clock.now()

    # What people do

    async def happens(self, event: Event) -> list[str]:
        """An event comes in; what is said because of it, wherever. Then that arrives."""
        await self.house.arrives(event)
        await self.house.works(event.room)
        state, why = await self.house.became(event.id)
        assert state != "failed", why
        rows = [
            row for room in (CHAT, LOUNGE, MUTE, ELSEWHERE) for row in await outbox.waiting(self.storage, room, 100)
        ]
        for room in (CHAT, LOUNGE, MUTE, ELSEWHERE):
            await self.outbox.work(room)
        return [row.content["body"] for row in rows if "body" in row.content]

    async def says(self, text: str, room: str = CHAT, sender: str = ANA, **changes: Any) -> list[str]:
        """Somebody says something to the bot; in Ana's chat without more ado, elsewhere by mentioning it."""
        private = room == CHAT
        plain = said(text, self._id(), room=room, sender=sender, at=self.now, private=private)
        how = Addressed.PRIVATE if private else Addressed.MENTION
        return await self.happens(replace(plain, **{"addressed": how, **changes}))

    async def sends(self, kind: str, room: str = CHAT, *, private: bool = True) -> list[str]:
        """Ana sends something that isn't words."""
        return await self.happens(
            Wordless(id=self._id(), room=room, sender=ANA, at=self.now, kind=kind, private=private)
        )

    async def goes(self, who: str = ANA, room: str = CHAT, by: str | None = None) -> list[str]:
        """Somebody leaves a room, or is removed from it by somebody else."""
        return await self.happens(Left(id=self._id(), room=room, sender=by or who, at=self.now, who=who))

    async def deletes(self, what: str, room: str = CHAT) -> list[str]:
        """Ana deletes a message."""
        return await self.happens(Deleted(id=self._id(), room=room, sender=ANA, at=self.now, of=what))

    @property
    def last(self) -> str:
        """The id of the last event."""
        return f"$b{self.number}"

    def _id(self) -> str:
        self.number += 1
        return self.last

    async def walks(self, text: str = "I'd like to join", following: str = "next") -> None:
        """Ana begins her walk and goes one step further."""
        await self.says(text)
        await self.says(following)
        self.clock.forward(60)

    async def waits_for_the_form(self) -> None:
        """Ana wants to be written to once the form works again."""
        wish = Waiting(person=ANA, lang="en", since=self.now)
        async with self.storage.begin() as tx:
            await tx.execute(wait(wish).statement)

    async def was_greeted(self) -> None:
        """All who have come were greeted."""
        async with self.storage.begin() as tx:
            await tx.execute(update(tables.people).values(state="welcomed", person=None))

    def meanwhile_moved(self) -> None:
        """Right before the next commit, Ana's walk is changed from another lane."""
        plain = self.house.dispatch.storage

        class Moved:
            """The storage, but that the walk's row has changed when a transaction begins; once."""

            done = False

            def __getattr__(self, name: str) -> Any:
                return getattr(plain, name)

            @asynccontextmanager
            async def begin(self) -> AsyncIterator[Any]:
                async with plain.begin() as tx:
                    if not self.done:
                        self.done = True
                        await tx.execute(update(tables.walks).values(version=tables.walks.c.version + 1))
                    yield tx

        self.house.dispatch = replace(self.house.dispatch, storage=cast("Storage", Moved()))

    # What is kept

    async def walk(self) -> Walk | None:
        """Ana's walk."""
        return await records.walk_of(Memory(self.storage), ANA)

    async def tallied(self) -> list[tuple[str, str | None]]:
        """What was counted, at which step."""
        rows = await self.storage.rows(select(tables.tally.c.what, tables.tally.c.step))
        return sorted(((row.what, row.step) for row in rows), key=str)

    async def kept(self) -> list[str]:
        """All that is kept beside the walk and the counts."""
        found = {table.name: await self.storage.rows(select(table)) for table in OTHERS}
        return [f"{name}: {row}" for name, rows in found.items() for row in rows]

    async def reasons(self) -> str:
        """Why each event was answered or not, as the journal keeps it."""
        return "; ".join(row.why or "" for row in await self.storage.rows(select(schema.journal.c.why)))

    async def asks(self) -> int:
        """How many questions with options wait for an answer."""
        return len(await self.storage.rows(select(schema.asks)))

    async def redactions(self) -> list[str]:
        """What of our own was taken back."""
        rows = await self.storage.rows(select(schema.outbox.c.kind).where(schema.outbox.c.kind == "redact"))
        return [row.kind for row in rows]

    async def state_of(self, person: str) -> str | None:
        """What became of somebody's welcome."""
        query = select(tables.people.c.state).where(tables.people.c.pseudonym == PORTS.pseudonym(person))
        rows = await self.storage.rows(query)
        return rows[0].state if rows else None
