"""What the probes see at the moment: in memory alone, since it is measured anew within the minute."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.facts import InstanceFacts
from handlers.status.states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a probe has come to. `state` is its verdict, since `since`; the rest is of its last look.

    `evidence` is a sentence without a full stop ("HTTP 200 after 0.3 s"); `elapsed` is in seconds. For `good_for` it
    tells how things are; a probe that looks more seldom than that says so.
    """

    probe: str
    service: str
    state: State
    since: datetime
    looked: datetime
    evidence: str
    elapsed: float | None = None
    good_for: timedelta = timedelta(minutes=3)


@dataclass(slots=True)
class Board:
    """Written by the probes, read by whoever is asked. `blind`: since when the bot itself sees nothing.

    `probes` are the names of all that there are, also of those that haven't looked yet.
    """

    probes: frozenset[str] = frozenset()
    looks: dict[str, Look] = field(default_factory=dict)
    instance: InstanceFacts | None = None
    blind: datetime | None = None

    def of(self, service: str) -> list[Look]:
        """All that is measured of a service."""
        return [look for look in self.looks.values() if look.service == service]
