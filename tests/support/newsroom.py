"""The handler `status` on the engine, with rooms that it tells: incidents happen by hand, time by a clock."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from bot.effects import Effects
from bot.errors import Permanent, TryLater
from bot.handler import Opened
from bot.ports import RoomInfo
from bot.schedule import Schedule
from bot.storage import jobs, schema
from bot.storage.engine import Storage
from bot.storage.outbox import Row
from handlers.status import opened, tables
from handlers.status.records import Incident, Moment, Phase, Silence, Window
from handlers.status.settings import Settings
from handlers.status.watch import LANE, tell
from tests.support.fakes import FakeClock, FakeRooms, FakeSender
from tests.support.house import House

TECH, OPEN, OPS = "!tech:example.org", "!open:example.org", "!ops:example.org"
#: Tech chat and the open chatroom want news; the operators have a room of their own.
ROOMS = {
    TECH: RoomInfo(id=TECH, name="tech-chat", notices=True),
    OPEN: RoomInfo(id=OPEN, name="open-chatroom"),
    OPS: RoomInfo(id=OPS, name="operators", operators=True),
}


@dataclass
class Line:
    """A message in a room as its members see it now. `was` is all that it ever said; `under`: in whose thread."""

    room: str
    text: str
    loud: bool
    at: datetime
    under: str | None = None
    was: list[str] = field(default_factory=list)


@dataclass
class Homeserver(FakeSender):
    """A homeserver's rooms. While it is `away`, nothing arrives; rooms in `refusing` take nothing, ever."""

    clock: FakeClock = field(default_factory=FakeClock)
    away: bool = False
    refusing: set[str] = field(default_factory=set)
    lines: dict[str, Line] = field(default_factory=dict)

    async def deliver(self, row: Row, target: str | None) -> str | None:
        if self.away:
            raise TryLater("it can't be reached")
        if row.room in self.refusing:
            raise Permanent("M_FORBIDDEN")
        event = await super().deliver(row, target)
        new, text = row.content.get("m.new_content"), row.content.get("body", "")
        if new is not None:
            assert target is not None
            line = self.lines[target]
            line.text = new["body"]
            line.was.append(line.text)
        elif event is not None and event not in self.lines:
            loud = row.content["msgtype"] == "m.text"
            self.lines[event] = Line(row.room, text, loud, self.clock.at, target, [text])
        return event

    def main(self, room: str) -> list[str]:
        """What stands in the room now, outside of threads."""
        return [line.text for line in self.lines.values() if line.room == room and line.under is None]

    def threads(self, room: str) -> list[str]:
        """What stands in its threads."""
        return [line.text for line in self.lines.values() if line.room == room and line.under is not None]

    def edits(self, room: str) -> int:
        """How often anything was edited there."""
        return sum(len(line.was) - 1 for line in self.lines.values() if line.room == room)


@dataclass(kw_only=True)
class Newsroom:
    """The handler at work."""

    storage: Storage
    clock: FakeClock
    handler: Opened
    rooms: dict[str, RoomInfo] = field(default_factory=lambda: dict(ROOMS))
    incidents: dict[str, Incident] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.homeserver = Homeserver(clock=self.clock)
        self.start()

    def start(self) -> None:
        """Start, or start anew: nothing is known but what is in the database."""
        told = FakeRooms(known=self.rooms, operators_room=OPS)
        self.house = House(
            storage=self.storage,
            clock=self.clock,
            handlers={"status": self.handler},
            rooms=told,
            sender=self.homeserver,
            control_room=None,
        )
        self.schedule = Schedule(
            storage=self.storage,
            clock=self.clock,
            wake=lambda _room: None,
            recurring={"status": tuple(job for job in self.handler.jobs if job.key == "notify")},
        )

    async def settles(self) -> None:
        """All that is due is done, and all that can be sent is sent."""
        before = None
        while before != (before := await self._marks()):
            await self.schedule.turn()
            await self.house.works(LANE)
            for room in self.rooms:
                await self.house.outbox.work(room)
                await self.house.works(room)

    async def begins(self) -> "Newsroom":
        """From now on it looks once a minute by itself."""
        await self.schedule.begin()
        return self

    async def _marks(self) -> tuple[int, int]:
        counts = [
            (await self.storage.rows(select(func.count()).select_from(table)))[0][0]
            for table in (schema.journal, schema.outbox)
        ]
        failed = await self.storage.rows(select(schema.journal.c.why).where(schema.journal.c.state == "failed"))
        assert not failed, failed
        return counts[0], counts[1]

    async def passes(self, seconds: float, step: float = 10) -> None:
        """Time passes, and things are done in it when they are due."""
        end = self.clock.at + timedelta(seconds=seconds)
        while self.clock.at < end:
            self.clock.forward(min(step, (end - self.clock.at).total_seconds()))
            await self.settles()

    async def happens(self, incident: Incident, *moments: Moment) -> None:
        """The incident is like this now, and those who tell are woken."""
        known = incident.id in self.incidents
        version = self.incidents[incident.id].version + 1 if known else 1
        incident = self.incidents[incident.id] = replace(incident, version=version, changed=self.clock.at)
        values = _row(incident) | {"live": incident.service}
        table = tables.incidents
        statement = table.update().where(table.c.id == incident.id) if known else table.insert()
        async with self.storage.begin() as tx:
            await tx.execute(statement.values(**values))
            for moment in moments:
                row = {name: value for name, value in _row(moment).items() if name != "id"}
                await tx.execute(tables.timeline.insert().values(**row))
            await jobs.add_job(tx, "status", tell(self.clock.at))

    async def goes(self, incident: str, *moments: Moment, **changes: Any) -> None:
        """Something about the incident changes."""
        await self.happens(replace(self.incidents[incident], **changes), *moments)

    async def ends(self, incident: str, **changes: Any) -> None:
        """All is well again."""
        moment = Moment(incident=incident, at=self.clock.at, kind="resolved", text="It works again.")
        await self.goes(incident, moment, phase=Phase.RESOLVED, resolved=self.clock.at, **changes)

    async def begins_again(self, incident: str, **changes: Any) -> None:
        """It wasn't the end."""
        count = self.incidents[incident].reopened + 1
        moment = Moment(incident=incident, at=self.clock.at, kind="reopened", text="It fails again.")
        await self.goes(incident, moment, phase=Phase.OPEN, resolved=None, reopened=count, **changes)

    async def is_for_good(self, incident: str) -> None:
        """It won't be opened again."""
        async with self.storage.begin() as tx:
            table = tables.incidents
            await tx.execute(update(table).where(table.c.id == incident).values(live=None))

    async def keeps(self, record: Silence | Window) -> None:
        """Somebody has silenced a service, or plans maintenance."""
        table = tables.silences if isinstance(record, Silence) else tables.windows
        async with self.storage.begin() as tx:
            await tx.execute(table.delete().where(table.c.id == record.id))
            await tx.execute(table.insert().values(**_row(record)))
            await jobs.add_job(tx, "status", tell(self.clock.at))

    def committed(self) -> list[Effects]:
        """What was committed since the start."""
        return self.house.committed


def _row(record: Any) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in record.__slots__}
    return {name: value.timestamp() if isinstance(value, datetime) else value for name, value in values.items()}


def newsroom(storage: Storage, clock: FakeClock, place: Any, **settings: Any) -> Newsroom:
    """The handler with these settings."""
    return Newsroom(storage=storage, clock=clock, handler=opened(Settings.model_validate(settings), place))
