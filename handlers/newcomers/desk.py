"""What everything here works with, and the lane in which what is put off is worked on, one after the other."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.handler import Place
from handlers.newcomers.form.looks import Looks
from handlers.newcomers.settings import Settings

#: The name of no room.
LANE = "jobs:newcomers"
#: How often the same person is told the same thing that isn't an answer.
HINT = timedelta(minutes=1)
#: How many people's last hint is remembered.
HINTS_KEPT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Settings and place; and in memory alone: who was given a hint lately, by which event, and how the form looked."""

    settings: Settings
    place: Place
    hinted: dict[str, tuple[datetime, str]] = field(default_factory=dict, init=False, repr=False)
    looks: Looks = field(default_factory=Looks, init=False, repr=False)

    def may_hint(self, person: str, event: str, now: datetime) -> bool:
        """Whether this person may be told something that they didn't ask for, because of this event. Then they are.

        The same event again gets the same answer: decisions may be made twice.
        """
        at, by = self.hinted.get(person, (now - HINT, event))
        if by != event and now - at < HINT:
            return False
        self.hinted.pop(person, None)
        self.hinted[person] = (now, event)
        while len(self.hinted) > HINTS_KEPT:
            del self.hinted[next(iter(self.hinted))]
        return True
