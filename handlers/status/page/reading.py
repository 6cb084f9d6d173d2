"""What there is to show at a moment, read: for everybody's eyes, so without what is the operators' alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.handler import Service, Visit
from bot.ports import Memory
from handlers.status import records
from handlers.status.history.spans import SELF
from handlers.status.records import Incident, Moment, Phase, Span
from handlers.status.states import Severity
from handlers.status.watch import Watch
from handlers.status.world import Known, World, known, world

#: How far back the bars go; past incidents on the front page; and how many are in the feed and in the history.
BARS, PAST = timedelta(days=90), timedelta(days=15)
IN_FEED, IN_HISTORY = 30, 500
BEGINNING = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything that may be shown. `spans` are by service, with the bot's own among them; `moments` by incident.

    `past` are incidents whatever became of them, the newest first.
    """

    now: datetime
    community: str
    services: tuple[Service, ...]
    world: World
    stale: timedelta
    spans: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    past: tuple[Incident, ...] = ()
    moments: Mapping[str, tuple[Moment, ...]] = field(default_factory=dict)
    last_sync: datetime | None = None
    unready: tuple[str, ...] = ()

    def known(self) -> tuple[Known, ...]:
        """What is known of each service."""
        return tuple(known(service, self.world, self.stale) for service in self.services)

    def service(self, name: str) -> Service:
        """The service with this name."""
        return next(one for one in self.services if one.name == name)

    def open(self) -> tuple[Incident, ...]:
        """The incidents that aren't over, the oldest first."""
        return tuple(one for one in self.world.incidents if one.phase != Phase.RESOLVED)


async def scene(watch: Watch, visit: Visit, me_too: Mapping[str, int]) -> Scene:
    """The scene without history: how it is now, with the timelines of what is open."""
    services = watch.place.services
    at = public(await world(visit.memory, watch.board, visit.now, me_too), services)
    return Scene(
        now=visit.now,
        community=watch.place.community,
        services=services,
        world=at,
        stale=watch.settings.stale,
        moments=await records.public_moments(visit.memory, (one.id for one in at.incidents)),
        last_sync=visit.last_sync,
        unready=visit.unready,
    )


async def with_history(watch: Watch, visit: Visit, me_too: Mapping[str, int]) -> Scene:
    """The scene with what the front page shows of the past."""
    now = await scene(watch, visit, me_too)
    past = await incidents(visit.memory, now.services, visit.now - PAST)
    rows = await records.span_rows(visit.memory, visit.now - BARS)
    return replace(now, past=past, spans=await visit.compute.run(_by_service, rows))


async def incidents(
    memory: Memory, services: tuple[Service, ...], since: datetime, limit: int = 100
) -> tuple[Incident, ...]:
    """Incidents for everybody that were opened after `since`, the newest first."""
    return tuple(one for one in await records.past_incidents(memory, since, limit) if shown(one, services))


def shown(incident: Incident, services: Iterable[Service]) -> bool:
    """Whether it is for everybody: of a service that people know, and no concern of the operators alone."""
    return incident.severity != Severity.INFO and any(one.name == incident.service for one in services)


def public(at: World, services: tuple[Service, ...]) -> World:
    """The world without what is the operators' alone."""
    quiet = {word.by for word in at.conditions if word.source == "probe" and word.severity == Severity.INFO}
    return replace(
        at,
        looks=tuple(look for look in at.looks if look.probe not in quiet or not look.state.bad),
        conditions=tuple(word for word in at.conditions if word.severity != Severity.INFO or not word.state.bad),
        incidents=tuple(one for one in at.incidents if shown(one, services)),
        windows=tuple(one for one in at.windows if any(one.service == service.name for service in services)),
    )


def _by_service(rows: Iterable[Any]) -> dict[str, tuple[Span, ...]]:
    """Each service's own with the bot's, so that nobody has to go through all of them again and again."""
    each: dict[str, list[Span]] = {}
    for span in map(records.span, rows):
        each.setdefault(span.service, []).append(span)
    blind = each.pop(SELF, [])
    return {service: (*own, *blind) for service, own in each.items()}
