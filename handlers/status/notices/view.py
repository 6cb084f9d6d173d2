"""All that telling goes by, at one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from handlers.status.notices.routing import Rota
from handlers.status.notices.told import Said, Told
from handlers.status.records import Condition, Incident, Moment, Phase, Silence, Window
from handlers.status.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is, and what has been told of it.

    Of the `pending` incidents something may be left to tell, and of the `lasting` ones more may come; `incidents` are
    these and those that share a message with one of them. `told` is by incident and room, `said` by room.
    """

    now: datetime
    watch: Watch
    rota: Rota
    incidents: Mapping[str, Incident] = field(default_factory=dict)
    pending: frozenset[str] = frozenset()
    lasting: frozenset[str] = frozenset()
    moments: Mapping[str, Sequence[Moment]] = field(default_factory=dict)
    conditions: Sequence[Condition] = ()
    windows: Sequence[Window] = ()
    silences: Sequence[Silence] = ()
    me_too: Mapping[str, int] = field(default_factory=dict)
    told: Mapping[tuple[str, str], Told] = field(default_factory=dict)
    said: Mapping[str, Sequence[Said]] = field(default_factory=dict)

    @property
    def open(self) -> list[Incident]:
        """Those of which something may be left to tell, the oldest first."""
        return [one for one in self.incidents.values() if one.id in self.pending]

    def silence(self, incident: Incident) -> Silence | None:
        """Whether rooms aren't to be told of it now."""
        return next((one for one in self.silences if one.service in ("", "*", incident.service)), None)

    def entry(self, incident: str) -> int:
        """The latest entry of its timeline."""
        return max((moment.id for moment in self.moments.get(incident, ())), default=0)


def over(incident: Incident) -> bool:
    """Whether all is well again, and has been for long enough."""
    return incident.phase == Phase.RESOLVED
