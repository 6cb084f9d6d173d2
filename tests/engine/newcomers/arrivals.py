"""The whole handler on a database: people come and go, time passes, and what is said reaches a homeserver."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from bot.commands import Command
from bot.dispatch import Verdict
from bot.errors import Permanent
from bot.events import Addressed, Joined
from bot.facts import OptedOut
from bot.handler import Chatroom, Opened, Place
from bot.outbox import Outbox
from bot.ports import Ports, RoomInfo
from bot.schedule import Schedule
from bot.storage import journal, outbox, schema
from bot.storage.engine import Storage
from bot.storage.journal import Entry
from bot.storage.outbox import Row
from handlers.newcomers import HANDLER, tables
from handlers.newcomers.desk import LANE
from handlers.newcomers.settings import Settings
from tests.support.fakes import PLACE, PORTS, Crash, FakeClock, FakeRooms, FakeSender
from tests.support.house import CONTROL, House, said

CHAT, TECH, LETTERS, QUIET = "!chat:example.org", "!tech:example.org", "!letters:example.org", "!quiet:example.org"
#: Newcomers are greeted in the chat and in the tech room, in private where they come to letters, in quiet not at all.
ROOMS = {
    CHAT: RoomInfo(id=CHAT, name="chat", alias="#chat:example.org", welcome="room"),
    TECH: RoomInfo(id=TECH, name="tech", alias="#tech:example.org", welcome="room"),
    LETTERS: RoomInfo(id=LETTERS, name="letters", alias="#letters:example.org", welcome="private"),
    QUIET: RoomInfo(id=QUIET, name="quiet", alias="#quiet:example.org"),
}
HALL = replace(
    PLACE,
    rooms=("chat", "tech", "letters", "quiet"),
    chatrooms=(
        Chatroom(name="chat", room="#chat:example.org", about="all that has to do with the co-op"),
        Chatroom(name="tech", room="#tech:example.org", about="when something doesn't work"),
        Chatroom(name="quiet", room="#quiet:example.org"),
    ),
)
ME = PORTS.me
WAIT = 120


@dataclass
class Doors(FakeSender):
    """A homeserver's end of the outbox. Rooms in `refusing` take nothing, and to people in it no chat can be opened.

    `dies`: the process ends when the next message has arrived.
    """

    refusing: set[str] = field(default_factory=set)
    dies: bool = False
    said: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def deliver(self, row: Row, target: str | None) -> str | None:
        if row.room in self.refusing:
            raise Permanent("M_FORBIDDEN: You don't have permission to post that to the room.")
        known = row.txn in self.stored
        event = await super().deliver(row, target)
        if not known:
            self.said.append((row.room, row.content))
        if self.dies:
            self.dies = False
            raise Crash
        return event

    async def chat_with(self, person: str) -> str:
        """The private chat with somebody."""
        if person in self.refusing:
            raise Permanent("M_FORBIDDEN: no invitations from you")
        return f"!with-{person[1:]}"


@dataclass(kw_only=True)
class Arrivals:
    """People at the door. `inside` is who is in each room, `alone` who has opted out."""

    storage: Storage
    clock: FakeClock
    settings: dict[str, Any] = field(default_factory=dict)
    place: Place = HALL
    doors: Doors = field(default_factory=Doors)
    inside: dict[str, frozenset[str]] = field(default_factory=dict)
    stays: dict[str, dict[str, datetime]] = field(default_factory=dict)
    before: dict[str, frozenset[str]] = field(default_factory=dict)
    alone: set[str] = field(default_factory=set)
    control: str | None = CONTROL
    number: int = 0

    def __post_init__(self) -> None:
        self.starts()

    def starts(self) -> None:
        """The bot starts, with nothing in memory."""
        self.handler = HANDLER.open(Settings.model_validate(self.settings), self.place)
        self.rooms = FakeRooms(
            known=dict(ROOMS), control_room=self.control, inside=self.inside, stays=self.stays, before=self.before
        )
        others = Opened(facts={OptedOut: self._opted_out})
        self.house = House(
            storage=self.storage,
            clock=self.clock,
            handlers={"newcomers": self.handler, "faq": others},
            rooms=self.rooms,
            control_room=self.control,
        )
        self.outbox = Outbox(
            storage=self.storage,
            sender=self.doors,
            clock=self.clock,
            told=frozenset({"newcomers"}),
            control_room=lambda: self.control,
            chat_with=self.doors.chat_with,
        )
        self.schedule = Schedule(
            storage=self.storage,
            clock=self.clock,
            wake=lambda _room: None,
            recurring={"newcomers": self.handler.jobs},
        )

    async def _opted_out(self, question: OptedOut, _ports: Ports) -> bool:
        return question.person in self.alone

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def command(self, name: str) -> Command:
        """One of the handler's commands."""
        return next(one for one in self.handler.commands if one.name == name)

    # What happens

    async def joins(
        self, person: str, room: str = CHAT, *, ago: float = 0, returning: bool = False, works: bool = True
    ) -> str:
        """Somebody comes into a room, by their server's word `ago` seconds ago; the event's id."""
        self.number += 1
        at = self.now - timedelta(seconds=ago)
        event = Joined(id=f"$j{self.number}", room=room, sender=person, at=at, returning=returning)
        self.inside[room] = self.inside.get(room, frozenset()) | {person}
        await self.house.arrives(event)
        if works:
            await self.house.works(room)
        return event.id

    def leaves(self, person: str, room: str = CHAT) -> None:
        """Somebody goes, or is removed."""
        self.inside[room] -= {person}

    async def says(self, text: str, person: str = "@ana:example.org", room: str = CHAT, **changes: Any) -> list[str]:
        """Somebody gives a command; what they are answered."""
        self.number += 1
        message = said(text, f"$m{self.number}", sender=person, room=room, at=self.now, addressed=Addressed.PREFIX)
        before = len(await self.house.queued(room))
        await self.house.arrives(replace(message, **changes))
        await self.house.works(room)
        return (await self.house.queued(room))[before:]

    async def passes(self, seconds: float = 0) -> None:
        """Time passes; then what is due is done, and what can be sent is sent."""
        self.clock.forward(seconds)
        await self.settles()

    async def settles(self) -> None:
        """What is due is done, and what can be sent is sent, until there is nothing more."""
        before = None
        while before != (before := await self._marks()):
            await self.schedule.turn()
            for lane in await journal.waiting_rooms(self.storage):
                await self.house.works(lane)
            for lane in await outbox.waiting_rooms(self.storage):
                await self.outbox.work(lane)

    async def _marks(self) -> tuple[int, ...]:
        counts = [
            (await self.storage.rows(select(func.count()).select_from(table)))[0][0]
            for table in (schema.journal, schema.outbox, schema.sent)
        ]
        failed = await self.storage.rows(select(schema.journal.c.why).where(schema.journal.c.state == "failed"))
        assert not failed, failed
        return tuple(counts)

    def overtaken(self, lane: str) -> None:
        """When the next decision is made and not yet committed, all that waits in another lane is worked off."""
        dispatch = self.house.dispatch
        commit = dispatch._commit  # noqa: SLF001 - the moment between the two

        async def late(entry: Entry, verdict: Verdict) -> None:
            object.__setattr__(dispatch, "_commit", commit)
            await self.house.works(lane)
            await commit(entry, verdict)

        object.__setattr__(dispatch, "_commit", late)

    # What came of it

    def heard(self, room: str = CHAT) -> list[str]:
        """What the bot has said in a room."""
        return [content["body"] for where, content in self.doors.said if where == room]

    def told(self, person: str) -> list[str]:
        """What it has said to somebody in private."""
        return self.heard(f"!with-{person[1:]}")

    def mentioned(self) -> list[str]:
        """Who was mentioned, each time."""
        return [one for _, content in self.doors.said for one in content["m.mentions"].get("user_ids", ())]

    async def people(self) -> list[tuple[str, str | None]]:
        """Who is remembered: their state, and their id if it is kept; in the order of their coming."""
        rows = await self.storage.rows(select(tables.people).order_by(tables.people.c.at, tables.people.c.state))
        return [(row.state, row.person) for row in rows]

    async def state_of(self, person: str) -> str | None:
        """What became of somebody's welcome."""
        key = PORTS.pseudonym(person)
        rows = await self.storage.rows(select(tables.people.c.state).where(tables.people.c.pseudonym == key))
        return rows[0].state if rows else None

    async def counted(self, what: str = "welcomed") -> int:
        """How often that was counted."""
        return len(await self.storage.rows(select(tables.tally.c.id).where(tables.tally.c.what == what)))

    async def flooded(self) -> list[str]:
        """The rooms that have a flood."""
        return [row.room for row in await self.storage.rows(select(tables.floods).order_by(tables.floods.c.room))]

    async def due_in(self) -> list[float]:
        """In how many seconds the welcome is looked at again."""
        rows = await self.storage.rows(
            select(schema.jobs.c.due).where(schema.jobs.c.room == LANE, schema.jobs.c.key.like("welcome:%"))
        )
        return sorted(round(row.due - self.now.timestamp(), 3) for row in rows)


MakeArrivals = Callable[..., Arrivals]


def several(count: int, start: int = 0) -> list[str]:
    """So many people."""
    return [f"@person{number}:example.org" for number in range(start, start + count)]
