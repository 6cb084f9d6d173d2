"""A step of the machine, in the world: what it rests on is read, what comes of it is written."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.actions import Action
from bot.ports import Ports
from handlers.status import records
from handlers.status.history import spans
from handlers.status.incidents import writing
from handlers.status.incidents.conditions import PROBE, Word, take, watched
from handlers.status.incidents.machine import Rules, Step, advance
from handlers.status.records import Condition, Incident, Phase, Stage, Window
from handlers.status.states import State, worst
from handlers.status.watch import Watch
from handlers.status.world import counts


@dataclass(slots=True)
class Steps:
    """All steps of one decision."""

    watch: Watch
    ports: Ports
    opened: int = 0
    actions: list[Action] = field(default_factory=list)
    done: list[Step] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether there may be something to tell."""
        return any(one.changed for one in self.done)

    async def make(
        self,
        service: str,
        words: Sequence[Word] = (),
        *,
        come: Sequence[Condition] = (),
        gone: Collection[str] = (),
    ) -> Step:
        """The next step of this service. `come` are conditions that were another's so far, `gone` the keys of such."""
        ports, settings = self.ports, self.watch.settings
        # The incident first: whoever changes a condition counts its version up, so what is read after it is no older.
        incident = await writing.live(ports.memory, service)
        own = await records.conditions(ports.memory, service)
        conditions = [*(one for one in own if one.key not in gone), *come]
        before = watched(conditions, looked(self.watch), self.watch.board.probes)
        rules = await self._rules(service, incident)
        done = advance(incident, before, words, rules)
        self.opened += done.incident is not None and done.incident.id == rules.id
        self.actions += writing.step(incident, conditions, done, settings)
        self.actions += await self._moved(service, take(before, words, ports.now, settings.stale).all, words, rules)
        self.done.append(done)
        return done

    async def _rules(self, service: str, incident: Incident | None) -> Rules:
        settings, ports = self.watch.settings, self.ports
        may_open = incident is None or incident.phase == Phase.RESOLVED
        return Rules(
            now=ports.now,
            id=await writing.next_id(ports.memory, ports.now, self.opened) if may_open else "",
            service=service,
            title=self.watch.service(service).title,
            reopen=settings.reopen,
            times=settings.flapping.times,
            within=settings.flapping.within,
            hold=settings.flapping.hold,
            stale=settings.stale,
            maintenance=any(one.service == service for one in await under_way(ports)),
            reopened=await writing.reopened(ports.memory, incident) if may_open else (),
        )

    async def _moved(
        self, service: str, conditions: Sequence[Condition], words: Sequence[Word], rules: Rules
    ) -> tuple[Action, ...]:
        """The service's history: by what is measured, and where nothing is, by what is reported."""
        known = any(one.name == service for one in self.watch.place.services)
        if not known or not words or rules.maintenance:
            return ()
        return await moved(self.watch, self.ports, service, conditions)


async def moved(
    watch: Watch, ports: Ports, service: str, conditions: Sequence[Condition], at: datetime | None = None
) -> tuple[Action, ...]:
    """The service's history goes on with what these say of it, from then on when the last of them did.

    With `at`, something else was true until then: where these say nothing, nothing is known from then on.
    """
    probed = any(one.service == service for one in watch.settings.probes)
    count = [
        one for one in conditions if (one.source == PROBE) == probed and one.state != State.UNKNOWN and counts(one)
    ]
    if not count:
        return () if at is None else await spans.closed(ports, service, at)
    # The last of them to change has made it so.
    since = max(one.since for one in count)
    return await spans.moved(ports, service, worst(one.state for one in count), at or since)


async def under_way(ports: Ports) -> list[Window]:
    """The windows of maintenance that are under way."""
    return [one for one in await records.windows(ports.memory, ports.now) if is_under_way(one, ports.now)]


def is_under_way(window: Window, now: datetime) -> bool:
    """Whether it has begun and isn't over: by the clock, since ticks may be late."""
    return window.begins <= now < window.ends and window.phase not in (Stage.OVER, Stage.CANCELLED)


def looked(watch: Watch) -> Mapping[str, datetime]:
    """When each probe looked last."""
    return {name: look.looked for name, look in watch.board.looks.items()}
