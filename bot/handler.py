"""What a handler is: values that the engine serves and runs.

`HANDLER` in `handlers/<name>/__init__.py` is one of these. `open` turns the handler's settings into its functions once
at start and again on a reload; everything that it needs afterwards comes as the event and the ports.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, SecretStr
from sqlalchemy import Table
from typer import Typer

from bot.actions import Decision
from bot.commands import Command
from bot.events import Event
from bot.facts import Fact
from bot.ports import Compute, Http, Memory, Ports, Reach

#: `async on_x(event, ports) -> Decision`
OnEvent = Callable[[Any, Ports], Awaitable[Decision]]
#: `async answer(question, ports) -> answer | None`
OnFact = Callable[[Any, Ports], Awaitable[Any]]


class Desk(Protocol):
    """What a handler's terminal commands may ask for, each time of the configuration at this path."""

    def load(self, config: Path) -> tuple[Any, "Place"]:
        """The handler's settings and its place. Raises `ConfigError`."""
        ...

    def memory(self, config: Path) -> AbstractAsyncContextManager[Memory]:
        """The handler's tables, read; the bot may be running. Raises `StewardError` where they can't be opened."""
        ...

    def http(self, config: Path) -> AbstractAsyncContextManager[Http]:
        """The internet, as the bot would read it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One of the community's services, as the config lists it. `known_as` is what else people and systems call it."""

    name: str
    title: str
    url: str
    members_notice: str = ""
    known_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chatroom:
    """One of the community's rooms: its name in the config, its alias or id, and what it is for, if that is said."""

    name: str
    room: str
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and for whom a handler works: the parts of the config that are nobody's in particular.

    `root` is the config file's folder, `data` the one that the bot keeps things in (None: nothing is kept); `rooms` are
    the names of the configured rooms, `chatrooms` more of them, and `hooks` the names of the hooks.
    """

    root: Path
    data: Path | None = None
    community: str
    people: str
    registration_form: str | None
    services: tuple[Service, ...] = ()
    rooms: tuple[str, ...] = ()
    chatrooms: tuple[Chatroom, ...] = ()
    hooks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """What is to be done again and again: a `Tick` with this `key`, the first `after` the start, then `every` so often.

    Its room is no room, but a lane of the handler's own. A `Later` with the same key takes the next one's place.
    What waits already stays where it is, unless it is due after `each_start`.
    """

    key: str
    every: timedelta
    after: timedelta = timedelta(minutes=1)
    each_start: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a probe sees the world with. `now` is the time of looking, in UTC."""

    now: datetime
    http: Http
    reach: Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What came of a look: `tell` is the body of a `Signal`, or None; in `again` the next look is due, more or less."""

    again: timedelta
    tell: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Something outside that is looked at for as long as the bot works. What it tells comes as a `Signal` of "probe".

    `look` remembers by itself what it saw before; it never raises what it foresees. The first look is due `after` the
    start.
    """

    key: str
    look: Callable[[Sight], Awaitable[Looked]]
    after: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody asks for a page. `args` are the parts of the path that vary.

    `ready` and `unready` (why not) tell how the bot itself is; `last_sync` is None before the first. `exported`: it is
    written as a file, so that its links are names of files.
    """

    now: datetime
    memory: Memory
    compute: Compute
    args: Mapping[str, str] = field(default_factory=dict)
    ready: bool = True
    unready: tuple[str, ...] = ()
    last_sync: datetime | None = None
    exported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A page's answer. `type` is its media type, with the charset where it is a text."""

    body: str | bytes
    type: str = "text/html; charset=utf-8"
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page for everybody, served at `path` ("/", "/incidents/{id}"); it may be a few seconds old.

    The page "/404" stands in for those that there aren't; its argument `depth` says how many folders deep.
    `file`: under which name it is also written, where pages are exported; `files` names those of a page whose path
    varies, each with its args, the newest first.
    """

    path: str
    show: Callable[[Visit], Awaitable[Shown]]
    file: str | None = None
    files: Callable[[Visit], Awaitable[Mapping[str, Mapping[str, str]]]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A handler at work.

    `on` has at most one function for each kind of event. `start` is awaited once, before the first of them, and gets
    the handler's tables. Into the folder `export` the pages are written too. `channels` are ways out beside Matrix, by
    name: addresses of the Apprise library's. `problems` are sentences for the operators about what could not be used
    and was left out.
    """

    on: Mapping[type[Event], OnEvent] = field(default_factory=dict)
    commands: tuple[Command, ...] = ()
    facts: Mapping[type[Fact[Any]], OnFact] = field(default_factory=dict)
    jobs: tuple[Recurring, ...] = ()
    probes: tuple[Probe, ...] = ()
    pages: tuple[Page, ...] = ()
    export: Path | None = None
    channels: Mapping[str, SecretStr] = field(default_factory=dict)
    start: Callable[[Memory], Awaitable[None]] | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """What a handler brings: settings, tables and their migrations, how it is opened, and `steward <name> …`."""

    name: str
    settings: type[BaseModel]
    open: Callable[[Any, Place], Opened]
    tables: tuple[Table, ...] = ()
    migrations: Path | None = None
    terminal: Callable[[Desk], Typer] | None = None
