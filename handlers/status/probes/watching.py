"""A probe at work: looks, judges, writes what it saw on the board, and tells when its verdict changes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.errors import Permanent, TryLater
from bot.facts import Instance, InstanceFacts
from bot.handler import Looked, Place, Probe, Sight
from bot.ports import Ports
from handlers.status.board import Board, Look
from handlers.status.probes.control import Control
from handlers.status.probes.judging import Change, Seen, judge
from handlers.status.probes.kinds import WAYS
from handlers.status.probes.listing import Listed, listed
from handlers.status.probes.reading import Reading, failed
from handlers.status.settings import Settings
from handlers.status.states import State
from handlers.status.watch import Watch

BLIND = "my own network is down"
#: What was seen tells how things are until so many looks more should have come, but for some minutes at least.
LOOKS = 3
GOOD_FOR = timedelta(minutes=3)


@dataclass(slots=True, kw_only=True)
class Watcher:
    """One probe, and what it has seen so far."""

    listed: Listed
    board: Board
    control: Control
    ours: bool = False
    seen: Seen | None = None

    async def look(self, sight: Sight) -> Looked:
        """Look once. `ours`: the server that is looked at is the community's own, whose figures go into answers."""
        reading = await self.read(sight)
        before = self.seen or Seen(since=sight.now)
        reading = await self._with_open_eyes(reading, before, sight)
        self.seen, change, again = judge(before, reading, self.listed.settings, sight.now)
        self._show(self.seen, reading, sight.now)
        told = None if change is None else _body(self.listed, change, _ended(reading, sight))
        return Looked(again=again, tell=told)

    async def read(self, sight: Sight) -> Reading:
        """What is found at this moment, whatever that means."""
        settings = self.listed.settings
        try:
            return await WAYS[settings.kind].look(settings, self.listed.target, sight)
        except (TryLater, Permanent) as error:
            return failed(error)

    async def _with_open_eyes(self, reading: Reading, before: Seen, sight: Sight) -> Reading:
        """The same, unless it's the bot itself that is offline. That is asked once a failure would count."""
        at = _ended(reading, sight)
        if reading.answered:
            self.control.answered(self.listed.name, at)
            return reading
        counts = before.doubted is not None or reading.state == before.verdict
        if reading.state != State.DOWN or not counts or not await self.control.blinds(self.listed.name, sight, at):
            return reading
        return replace(reading, state=State.UNKNOWN, evidence=BLIND, blind=True)

    def _show(self, seen: Seen, reading: Reading, now: datetime) -> None:
        settings = self.listed.settings
        self.board.looks[self.listed.name] = Look(
            probe=self.listed.name,
            service=settings.service,
            state=seen.verdict,
            since=seen.since,
            looked=now,
            evidence=reading.evidence,
            elapsed=reading.elapsed,
            good_for=max(GOOD_FOR, LOOKS * settings.every),
        )
        if self.ours and reading.instance is not None:
            self.board.instance = reading.instance


def _ended(reading: Reading, sight: Sight) -> datetime:
    """When the look was over."""
    return sight.now + timedelta(seconds=reading.elapsed or 0)


def _body(listed: Listed, change: Change, now: datetime) -> dict[str, Any]:
    return {
        "probe": listed.name,
        "service": listed.settings.service,
        "state": str(change.state),
        "severity": listed.settings.severity,
        "evidence": change.evidence,
        "since": change.since.timestamp(),
        "at": now.timestamp(),
    }


def check(settings: Settings, place: Place) -> None:
    """Raises `ConfigError` with everything that is wrong with the probes."""
    listed(settings.probes, place.services)


def probes_of(watch: Watch) -> tuple[Probe, ...]:
    """The config's probes. Raises `ConfigError` with everything that is wrong with them."""
    found = listed(watch.settings.probes, watch.place.services)
    watch.board.probes = frozenset(one.name for one in found)
    control = Control(addresses=watch.settings.control, board=watch.board)
    first = next((one for one in found if one.settings.kind == "mastodon"), None)
    watchers = [Watcher(listed=one, board=watch.board, control=control, ours=one is first) for one in found]
    looking = tuple(Probe(key=one.listed.name, look=one.look) for one in watchers)
    return (*looking, *control.probes()) if looking else ()


async def instance(watch: Watch, _question: Instance, _ports: Ports) -> InstanceFacts | None:
    """The fact, for other handlers: what the community's server last said of itself."""
    return watch.board.instance
