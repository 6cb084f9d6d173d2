"""What the pages show, as values: every text is ready to be read, and none of it is markup."""

from dataclasses import dataclass

from handlers.status.page.bars import Bars
from handlers.status.page.words import Stamp
from handlers.status.states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was measured or reported: what, by whom, and when."""

    state: State
    words: str
    source: str
    at: Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """How much of a time the service was up; the time for people, and for programs."""

    label: str
    key: str
    words: str
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceView:
    """A service now. `notice` is what members would notice of its state; `doubt` why its state isn't known."""

    name: str
    title: str
    state: State
    words: str
    since: Stamp | None
    notice: str
    doubt: str
    me_too: str
    people: int
    incident: str
    evidence: tuple[Evidence, ...]
    figures: tuple[Figure, ...] = ()
    bars: Bars | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """An entry of a timeline. `after`: how long after the incident's beginning."""

    at: Stamp
    text: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """An incident. `stage` says in words where it is in its life; `lasted` how long it took, or takes so far."""

    id: str
    title: str
    service: str
    name: str
    state: State
    severity: str
    summary: str
    stage: str
    open: bool
    opened: Stamp
    resolved: Stamp | None
    changed: Stamp
    lasted: str
    updates: tuple[Update, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceView:
    """Maintenance, planned or under way."""

    id: str
    name: str
    service: str
    why: str
    begins: Stamp
    ends: Stamp
    under_way: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Incidents of one day or month, the newest first."""

    iso: str
    title: str
    incidents: tuple[IncidentView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BotView:
    """How the bot itself is. `sync` is when it last heard from its homeserver, `blind` since when it sees nothing."""

    measured: Stamp | None
    connected: bool
    sync: Stamp | None
    blind: Stamp | None
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageModel:
    """The front page."""

    community: str
    made: Stamp
    state: State
    headline: str
    explained: str
    services: tuple[ServiceView, ...]
    incidents: tuple[IncidentView, ...]
    maintenance: tuple[MaintenanceView, ...]
    past: tuple[Group, ...]
    past_days: int
    bot: BotView
