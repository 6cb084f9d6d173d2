"""What answering works with, and what it reads: the services as they are known now, and notices that were posted."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.handler import Service
from bot.ports import Ports
from handlers.status import records, tables
from handlers.status.asking.weak import MeToo
from handlers.status.watch import Watch
from handlers.status.world import Known, World, known, world

#: How long the same person isn't told unasked of the same incident again.
AGAIN = timedelta(minutes=10)
#: So many people are remembered.
MOST = 10_000
#: The messages of ours that speak of one incident, by what their keys begin with; its id stands behind that.
_ON_INCIDENTS = frozenset({"notice", "again", "reminder", "fresh", "detail"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The watch, and what is remembered of the last hour in memory alone: `told` is when whom of which incident."""

    watch: Watch
    me_too: MeToo = field(default_factory=MeToo)
    told: dict[bytes, tuple[datetime, str]] = field(default_factory=dict, init=False, repr=False)
    #: What persons are remembered by is worth nothing without it, and it goes with the process.
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    @property
    def services(self) -> Sequence[Service]:
        """All that are listed."""
        return self.watch.place.services

    async def world(self, ports: Ports) -> World:
        """All that is known now."""
        return await world(ports.memory, self.watch.board, ports.now, self.me_too.counts(ports.now))

    def known(self, services: Sequence[Service], now: World) -> list[Known]:
        """What is known of these."""
        probed = {probe.service for probe in self.watch.settings.probes}
        found = (known(service, now, self.watch.settings.stale) for service in services)
        return [replace(one, probed=one.service.name in probed) for one in found]

    def told_lately(self, person: str, incident: str, event: str, now: datetime) -> bool:
        """Whether this person was told of it a moment ago, because of another event; if not, they are told now."""
        who = self._digest(f"{incident} {person}")
        self._forget(now)
        at, by = self.told.get(who, (now - AGAIN, event))
        if by != event and now - at < AGAIN:
            return True
        self.told.pop(who, None)
        self.told[who] = (now, event)
        if len(self.told) > MOST:
            del self.told[next(iter(self.told))]
        return False

    def _digest(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode("utf-8", "replace"), key=self._key, digest_size=16).digest()

    def _forget(self, now: datetime) -> None:
        """Who was told longer ago stands first."""
        while self.told and now - next(iter(self.told.values()))[0] >= AGAIN:
            del self.told[next(iter(self.told))]


async def service_of(event_id: str | None, room: str, ports: Ports) -> str | None:
    """The service that our notice with this event id speaks of; None if it is none, or speaks of several."""
    ours = await ports.sent.find(event_id) if event_id else None
    if ours is None or ours.handler != "status" or ours.room != room or not ours.key:
        return None
    kind, _, rest = ours.key.partition(":")
    if kind not in _ON_INCIDENTS:
        return None
    rows = await ports.memory.rows(select(tables.told.c.incident).where(tables.told.c.key == ours.key))
    ids = {row.incident for row in rows} or {rest.partition(":")[0]}
    found = {one.service for id in ids if (one := await records.incident(ports.memory, id))}  # noqa: A001 - its own
    return found.pop() if len(found) == 1 else None


async def notice_of(incident: str, room: str, ports: Ports) -> str | None:
    """The event id of the notice that tells this room of the incident."""
    told = tables.told.c
    rows = await ports.memory.rows(select(told.key).where(told.incident == incident, told.room == room))
    return await ports.sent.event_of("status", rows[0].key) if rows else None
