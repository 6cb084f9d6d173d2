"""Stand-ins for what tests can't have for real: the time, a homeserver's whims, and what a handler may ask."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Select

from bot.clock import Clock
from bot.errors import TryLater
from bot.events import Event
from bot.facts import Fact
from bot.handler import Place
from bot.inbox import Ignored, Unreadable
from bot.outbox import Sender
from bot.ports import (
    AuditLog,
    Compute,
    Device,
    Facts,
    Fetched,
    Health,
    Heard,
    Http,
    Memory,
    Noted,
    Ours,
    Ports,
    Roles,
    RoomInfo,
    Rooms,
    Sent,
)
from bot.pseudonyms import Pseudonyms
from bot.roles import Role
from bot.storage.journal import Entry
from bot.storage.outbox import Row

Answer = TypeVar("Answer")
Result = TypeVar("Result")

#: When everything happens, unless a test says otherwise.
START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class Crash(BaseException):
    """The process ends here: nothing in the bot may catch it."""


@dataclass
class FakeClock(Clock):
    """Stands still until it is moved."""

    at: datetime = START
    passed: float = 0.0

    def now(self) -> datetime:
        return self.at

    def steady(self) -> float:
        return self.passed

    def forward(self, seconds: float) -> None:
        """Time passes."""
        self.at += timedelta(seconds=seconds)
        self.passed += seconds

    def step(self, seconds: float) -> None:
        """Somebody sets the clock; no time passes."""
        self.at += timedelta(seconds=seconds)


@dataclass
class Watch:
    """A steady clock that is moved by hand, in seconds."""

    at: float = 100.0

    def __call__(self) -> float:
        return self.at


@dataclass
class FakeSender(Sender):
    """A homeserver's end of the outbox. It knows transactions, as a real one does.

    `trouble` holds, by a row's text, what comes of the next tries at it. `tried` has every try, `stored` what arrived,
    in order. `before` is called with each row before anything else.
    """

    trouble: dict[str, list[BaseException]] = field(default_factory=dict)
    tried: list[tuple[Row, str | None]] = field(default_factory=list)
    stored: dict[str, str] = field(default_factory=dict)
    before: Callable[[Row], Awaitable[None]] | None = None
    dies_after: str | None = None

    async def deliver(self, row: Row, target: str | None) -> str | None:
        if self.before is not None:
            await self.before(row)
        self.tried.append((row, target))
        text = row.content.get("body", "")
        if self.trouble.get(text):
            raise self.trouble[text].pop(0)
        self.stored.setdefault(row.txn, text)
        if self.dies_after == text:
            self.dies_after = None
            raise Crash
        return None if row.kind in {"join", "leave"} else f"${row.txn}"

    def texts(self) -> list[str]:
        """What arrived, in order."""
        return list(self.stored.values())


@dataclass
class FakeReader:
    """Matrix's translator: an entry's key stands for what was put there. An exception is raised."""

    events: dict[str, Event | Unreadable | Ignored | Exception] = field(default_factory=dict)

    async def __call__(self, entry: Entry) -> Event | Unreadable | Ignored:
        found = self.events[entry.key]
        if isinstance(found, Exception):
            raise found
        return found


class NoMemory(Memory):
    """Empty tables."""

    async def rows(self, query: Select[Any]) -> Sequence[Any]:
        del query
        return []


class NoFacts(Facts):
    """Nobody knows anything."""

    async def ask(self, question: Fact[Answer]) -> Answer | None:
        del question
        return None


@dataclass
class FakeRooms(Rooms):
    """Rooms as given; `sharing` are the people in configured ones, `inside` those in each room.

    `stays` has since when people are in configured rooms, `before` who was in earlier versions of a room.
    """

    known: Mapping[str, RoomInfo] = field(default_factory=dict)
    sharing: frozenset[str] = frozenset()
    spoke: bool = False
    control_room: str | None = None
    operators_room: str | None = None
    heard: Mapping[str, Heard] = field(default_factory=dict)
    inside: Mapping[str, frozenset[str]] = field(default_factory=dict)
    stays: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)
    before: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def control(self) -> str | None:
        return self.control_room

    def operators(self) -> str | None:
        return self.operators_room or self.control_room

    def noticed(self) -> Sequence[RoomInfo]:
        return [info for info in self.known.values() if info.notices]

    def named(self, name: str) -> str | None:
        return next((room for room, info in self.known.items() if info.name == name), None)

    async def said(self, room: str, event_id: str) -> Heard | None:
        del room
        return self.heard.get(event_id)

    def info(self, room: str) -> RoomInfo:
        return self.known.get(room, RoomInfo(id=room))

    async def others_spoke(self, room: str, since: str, besides: str) -> bool:
        del room, since, besides
        return self.spoke

    async def shares_room(self, person: str) -> bool:
        return person in self.sharing

    async def is_in(self, person: str, room: str) -> bool:
        return person in self.inside.get(room, frozenset())

    async def members(self, room: str) -> frozenset[str]:
        return self.inside.get(room, frozenset())

    async def entered(self, person: str) -> Mapping[str, datetime]:
        return self.stays.get(person, {})

    async def was_in_before(self, person: str, room: str) -> bool:
        return person in self.before.get(room, frozenset())


@dataclass
class FakeRoles(Roles):
    """Roles as given: everywhere in `held`, by power levels of their own room in `here`."""

    held: Mapping[str, Role] = field(default_factory=dict)
    here: Mapping[str, Role] = field(default_factory=dict)

    async def role(self, person: str, *, room: str | None = None) -> Role:
        everywhere = self.held.get(person, Role.MEMBER)
        return everywhere if room is None else max(everywhere, self.here.get(person, Role.MEMBER))


@dataclass
class FakeSent(Sent):
    """What we said, by event id."""

    ours: Mapping[str, Ours] = field(default_factory=dict)

    async def find(self, event_id: str) -> Ours | None:
        return self.ours.get(event_id)

    async def event_of(self, handler: str, key: str) -> str | None:
        return next((one.event_id for one in self.ours.values() if (one.handler, one.key) == (handler, key)), None)


@dataclass
class FakeAuditLog(AuditLog):
    """An audit log with these lines, newest first."""

    lines: Sequence[Noted] = ()

    async def latest(self, limit: int, containing: str = "") -> Sequence[Noted]:
        return [line for line in self.lines if containing in line.who or containing in line.what][:limit]


@dataclass
class FakeHttp(Http):
    """The internet, as given by address; all else can't be reached."""

    pages: Mapping[str, Fetched] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        del headers
        self.asked.append(url)
        if url not in self.pages:
            raise TryLater("it can't be reached")
        return self.pages[url]


class InPlace(Compute):
    """Heavy work, done at once."""

    async def run(self, work: Callable[..., Result], *args: Any) -> Result:
        return work(*args)


PLACE = Place(root=Path(), community="Social.coop", people="Ask in the chatroom.", registration_form=None)

HEALTH = Health(
    version="1.2.3",
    uptime=timedelta(hours=5),
    last_sync=START - timedelta(seconds=12),
    outbox_waiting=0,
    outbox_oldest=None,
    journal_waiting=0,
    storage="sqlite",
)


async def healthy() -> Health:
    """The bot is well."""
    return HEALTH


PORTS = Ports(
    now=START,
    memory=NoMemory(),
    facts=NoFacts(),
    rooms=FakeRooms(),
    roles=FakeRoles(),
    sent=FakeSent(),
    audit=FakeAuditLog(),
    compute=InPlace(),
    http=FakeHttp(),
    health=healthy,
    commands=(),
    prefix="!",
    me="@steward:example.org",
    device=Device("ABCDEFGHIJ", "abcdEFGH1234abcdEFGH1234abcdEFGH1234abcdEFG"),
    pseudonym=Pseudonyms.from_key("of the tests"),
)


def ports(**changes: Any) -> Ports:
    """Ports that know nothing, but for what is given."""
    return replace(PORTS, **changes)
