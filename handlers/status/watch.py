"""The watch: what everything here works with, and how those who tell are woken."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.actions import Later
from bot.handler import Place, Service
from handlers.status.board import Board
from handlers.status.settings import Settings

#: Where recurring jobs and all that is told are worked on, one after the other: the name of no room.
LANE = "jobs:status"
#: The job that tells rooms what they don't know yet.
NOTIFY = "notify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Settings, place, and what the probes see."""

    settings: Settings
    place: Place
    board: Board = field(default_factory=Board)

    def service(self, name: str) -> Service:
        """The service with this name; of one that isn't listed, what can be said of it."""
        found = (one for one in self.place.services if one.name == name)
        return next(found, Service(name=name, title=name, url=""))


def tell(now: datetime) -> Later:
    """Have rooms told of what has changed. Goes along with each change to an incident, a window or a silence."""
    return Later(at=now, key=NOTIFY, room=LANE)
