"""The narrow things that a handler may ask for. All only read; effects are actions."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy import Select

from bot.commands import Command
from bot.facts import Fact
from bot.roles import Role

Answer = TypeVar("Answer")
Result = TypeVar("Result")


class Memory(Protocol):
    """The handler's own tables, read."""

    async def rows(self, query: Select[Any]) -> Sequence[Any]:
        """All rows of a SELECT."""
        ...


class Facts(Protocol):
    """What other handlers know."""

    async def ask(self, question: Fact[Answer]) -> Answer | None:
        """The answer, or None where nobody knows."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomInfo:
    """What a handler may know of a room. `name` is its name in the config, None for private chats and others.

    `control`: it is the moderators'; `operators`: it is that of those who run things.

    `misses`: whether a question without an answer is noted for those who write the answers: "ask", "keep" or "off".
    `welcome`: where newcomers are greeted: "off", "room" or "private".
    """

    id: str
    name: str | None = None
    alias: str | None = None
    answers: str = "addressed"
    notices: bool = False
    control: bool = False
    operators: bool = False
    misses: str = "ask"
    welcome: str = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message as it stands now. `text` is without reply fallback, prefix and the bot's name, as of a `Message`.

    `at` is the homeserver's time of it; `command`: a prefix stood before the text.
    """

    id: str
    sender: str
    text: str
    at: datetime
    command: bool = False


class Rooms(Protocol):
    """Rooms, as configured and as the homeserver states them."""

    def info(self, room: str) -> RoomInfo:
        """This room's settings."""
        ...

    def control(self) -> str | None:
        """The id of the moderators' room; None while there is none."""
        ...

    def operators(self) -> str | None:
        """The id of the operators' room: one of their own, or the moderators'; None while there is none."""
        ...

    def noticed(self) -> Sequence[RoomInfo]:
        """The configured rooms that we are in and that want news of outages."""
        ...

    def named(self, name: str) -> str | None:
        """The id of the room that the config calls so; None while we aren't in it."""
        ...

    async def said(self, room: str, event_id: str) -> Heard | None:
        """What somebody said in this message, asked of the homeserver now; None where it can't be read."""
        ...

    async def others_spoke(self, room: str, since: str, besides: str) -> bool:
        """Whether anyone besides this person (and the bot) has said something after the event `since`."""
        ...

    async def shares_room(self, person: str) -> bool:
        """Whether this person is, at this moment, in a configured room."""
        ...

    async def is_in(self, person: str, room: str) -> bool:
        """Whether this person is, at this moment, in this room."""
        ...

    async def members(self, room: str) -> frozenset[str]:
        """Who is, at this moment, in this room; nobody where the homeserver doesn't say."""
        ...

    async def entered(self, person: str) -> Mapping[str, datetime]:
        """The configured rooms that this person is in at this moment, each with when they came or last renamed."""
        ...

    async def was_in_before(self, person: str, room: str) -> bool:
        """Whether this person was ever in a room that this one was upgraded from."""
        ...


class Roles(Protocol):
    """Authority, read from the homeserver at the moment of asking."""

    async def role(self, person: str, *, room: str | None = None) -> Role:
        """This person's role; with `room`, for a command that acts on that room alone."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer, whatever its status. `url` is where it came from in the end; `elapsed` is in seconds."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    elapsed: float


class Http(Protocol):
    """The internet, read: nothing of private networks but what the config allows, nothing without limits."""

    async def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        """GET this. Raises `Permanent` where it may not be fetched or is too large, `TryLater` where it failed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What a TLS server showed. `trouble`: why it isn't to be trusted; none where all is well."""

    ends: datetime
    issuer: str
    trouble: str = ""
    elapsed: float = 0.0


class Reach(Protocol):
    """The internet below HTTP. As with `Http`: nothing of private networks but what the config allows.

    All raise `Permanent` where it may not be called, `TryLater` where it failed, with a sentence that says why.
    """

    async def tcp(self, host: str, port: int) -> float:
        """Open a connection and close it; how many seconds that took."""
        ...

    async def tls(self, host: str, port: int) -> Certificate:
        """The certificate that is shown to whoever asks for this host."""
        ...

    async def dns(self, name: str, kind: str, server: str | None = None) -> tuple[str, ...]:
        """The records of this kind ("A", "MX", …) as texts, sorted; asked of the machine's resolver, or of a server."""
        ...


class Compute(Protocol):
    """Heavy work, off the event loop."""

    async def run(self, work: Callable[..., Result], *args: Any) -> Result:
        """`work(*args)` in another thread."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """A message of ours: who it was for, what caused it, which handler sent it under which key."""

    event_id: str
    room: str
    handler: str
    key: str | None
    cause: str | None
    recipient: str | None


class Sent(Protocol):
    """What we said, for 30 days."""

    async def find(self, event_id: str) -> Ours | None:
        """Our message with this event id."""
        ...

    async def event_of(self, handler: str, key: str) -> str | None:
        """The event id of the message that was sent under this key, once it was."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A line of the audit log. `at` is in seconds."""

    at: float
    who: str
    what: str
    outcome: str
    room: str


class AuditLog(Protocol):
    """What was done by those who may."""

    async def latest(self, limit: int, containing: str = "") -> Sequence[Noted]:
        """The newest lines, newest first; only those whose person or deed contains the given text."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the bot is, for `!bot`."""

    version: str
    uptime: timedelta
    last_sync: datetime | None
    outbox_waiting: int
    outbox_oldest: datetime | None
    journal_waiting: int
    given_up: int = 0
    left_unread: int = 0
    storage: str


@dataclass(frozen=True, slots=True)
class Device:
    """The bot's one device: its id, and the fingerprint of its key as apps show it."""

    id: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What every handler function is given beside its event. `now` is the time of deciding, in UTC.

    `pseudonym` gives what stands for a person where their id is not to be kept: always the same, and worth nothing
    without the bot's own key.
    """

    now: datetime
    memory: Memory
    facts: Facts
    rooms: Rooms
    roles: Roles
    sent: Sent
    audit: AuditLog
    compute: Compute
    http: Http
    health: Callable[[], Awaitable[Health]]
    commands: tuple[Command, ...]
    prefix: str
    me: str
    device: Device
    pseudonym: Callable[[str], str]
