"""The whole handler on a database: signals come in, time passes, people give commands."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import insert, select

from bot.actions import Later
from bot.events import Addressed, Reaction, Signal
from bot.handler import Place
from bot.readers import Memory
from bot.roles import Role
from bot.schedule import Schedule
from bot.storage import jobs, schema
from bot.storage.engine import Storage
from handlers.status import HANDLER, records, tables
from handlers.status.records import Incident, Moment
from handlers.status.settings import Settings
from handlers.status.watch import LANE, Watch
from tests.support.fakes import FakeClock, FakeRoles, FakeRooms
from tests.support.house import ANA, CONTROL, ROOM, House, said
from tests.unit.status.scenes import PLACE

KUMA, GATUS = "hook:kuma", "hook:gatus"
HOOKED = replace(PLACE, hooks=("kuma", "gatus"))


@dataclass(kw_only=True)
class Watchhouse:
    """Ana is a maintainer, Ben isn't."""

    storage: Storage
    clock: FakeClock
    settings: dict[str, Any] = field(default_factory=dict)
    place: Place = HOOKED
    rooms: FakeRooms = field(default_factory=lambda: FakeRooms(control_room=CONTROL))
    house: House = field(init=False)
    number: int = 0

    def __post_init__(self) -> None:
        self.starts()

    def starts(self) -> None:
        """The bot starts, with nothing in memory."""
        status = HANDLER.open(Settings.model_validate(self.settings), self.place)
        roles = FakeRoles({ANA: Role.MAINTAINER})
        self.house = House(
            storage=self.storage, clock=self.clock, handlers={"status": status}, roles=roles, rooms=self.rooms
        )

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def hooked(
        self, *, hook: str = "kuma", source: str = "generic", raw: str | None = None, works: bool = True, **body: Any
    ) -> str:
        """A hook is sent a body, in the generic format unless `source` says another."""
        self.number += 1
        told = {"service": "mastodon", "state": "down", "summary": "HTTP 503", **body}
        signal = Signal(
            id=f"hook:{hook}:{self.number}",
            room=f"hook:{hook}",
            sender="",
            at=self.now,
            source=source,
            body={"hook": hook, "raw": json.dumps(told) if raw is None else raw},
        )
        return await self._comes(signal, works=works)

    async def probed(self, state: str, *, probe: str = "mastodon", works: bool = True, **body: Any) -> str:
        """A probe tells its verdict, or something else."""
        self.number += 1
        told = {
            "probe": probe,
            "service": "mastodon",
            "state": state,
            "severity": "critical",
            "evidence": "HTTP 503 after 0.3 s",
            "since": self.now.timestamp(),
            "at": self.now.timestamp(),
        }
        signal = Signal(
            id=f"probe:{self.number}",
            room="probe:mastodon",
            sender="",
            at=self.now,
            source="probe",
            body=body or told,
        )
        return await self._comes(signal, works=works)

    async def _comes(self, signal: Signal, *, works: bool) -> str:
        await self.house.arrives(signal)
        if works:
            await self.house.works(signal.room)
        return signal.id

    async def says(self, text: str, sender: str = ANA, room: str = ROOM, **changes: Any) -> str:
        """Somebody gives a command; what they are answered."""
        self.number += 1
        message = said(text, f"$m{self.number}", sender=sender, room=room, at=self.now, addressed=Addressed.PREFIX)
        before = len(await self.house.queued(room))
        await self.house.arrives(replace(message, **changes))
        await self.house.works(room)
        return "\n".join((await self.house.queued(room))[before:])

    async def reacts(self, to: str, emoji: str, sender: str = ANA, room: str = ROOM) -> str:
        """Somebody reacts to a message; the event's id."""
        self.number += 1
        event = Reaction(id=f"$r{self.number}", room=room, sender=sender, at=self.now, of=to, key=emoji)
        await self.house.arrives(event)
        await self.house.works(room)
        return event.id

    async def passes(self, seconds: float = 0) -> None:
        """Time passes, and what comes due is done."""
        self.clock.forward(seconds)
        woken: list[str] = []
        await Schedule(storage=self.storage, clock=self.clock, wake=woken.append).turn()
        for lane in dict.fromkeys([*woken, LANE]):
            await self.house.works(lane)

    async def comes_due(self, key: str) -> None:
        """A job with this key is due now, whatever else is put off."""
        async with self.storage.begin() as tx:
            await jobs.add_job(tx, "status", Later(at=self.now, key=key, room=LANE))
        await self.passes()

    # What is kept

    @property
    def watch(self) -> Watch:
        """What the handler works with."""
        function = self.house.handlers["status"].on[Signal]
        assert isinstance(function, partial)
        watch = function.args[0]
        assert isinstance(watch, Watch)
        return watch

    @property
    def memory(self) -> Memory:
        return Memory(self.storage)

    async def incidents(self) -> list[Incident]:
        """All incidents, the oldest first."""
        rows = await self.storage.rows(select(tables.incidents.c.id).order_by(tables.incidents.c.id))
        found = [await records.incident(self.memory, row.id) for row in rows]
        return [one for one in found if one is not None]

    async def the_incident(self) -> Incident:
        """The only one."""
        (one,) = await self.incidents()
        return one

    async def moments(self, incident: str) -> list[Moment]:
        """Its timeline."""
        return await records.moments(self.memory, incident)

    async def kinds(self) -> list[str]:
        """What has happened, in all incidents."""
        return [one.kind for incident in await self.incidents() for one in await self.moments(incident.id)]

    async def live(self) -> list[str]:
        """The services that have an incident that may change."""
        return [one.service for one in await records.live_incidents(self.memory)]

    async def history(self) -> list[tuple[str, str, float | None]]:
        """The spans: service, state, how many seconds they lasted."""
        rows = await self.storage.rows(select(tables.spans).order_by(tables.spans.c.id))
        return [(row.service, row.state, None if row.ended is None else row.ended - row.begun) for row in rows]

    async def has_job(self, key: str) -> bool:
        """Whether this is to be come back to."""
        return bool(await self.storage.rows(select(schema.jobs).where(schema.jobs.c.key == key)))

    async def has_said(self, key: str, event_id: str, room: str = ROOM, handler: str = "status") -> None:
        """The bot has said something under this key."""
        row = {"event_id": event_id, "room": room, "handler": handler, "key": key, "at": self.now.timestamp()}
        async with self.storage.begin() as tx:
            await tx.execute(insert(schema.sent).values(**row))

    async def audited(self) -> list[tuple[str, str, str]]:
        """The audit log: who, what, outcome; the oldest first."""
        rows = await self.storage.rows(select(schema.audit).order_by(schema.audit.c.id))
        return [(row.who, row.what, row.outcome) for row in rows]
