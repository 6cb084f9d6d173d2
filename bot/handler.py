"""What a handler is: values that the engine serves and runs.

`HANDLER` in `handlers/<name>/__init__.py` is one of these. `open` turns the handler's settings into its functions once
at start and again on a reload; everything that it needs afterwards comes as the event and the ports.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Table
from typer import Typer

from bot.actions import Decision
from bot.commands import Command
from bot.events import Event
from bot.facts import Fact
from bot.ports import Ports

#: `async on_x(event, ports) -> Decision`
OnEvent = Callable[[Any, Ports], Awaitable[Decision]]
#: Reads a config file and gives the handler's settings and its place; for its terminal commands.
Load = Callable[[Path], tuple[Any, "Place"]]
#: `async answer(question, ports) -> answer | None`
OnFact = Callable[[Any, Ports], Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One of the community's services, as the config lists it."""

    name: str
    title: str
    url: str
    members_notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and for whom a handler works: the parts of the config that are nobody's in particular."""

    root: Path
    community: str
    people: str
    registration_form: str | None
    services: tuple[Service, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A handler at work.

    `on` has at most one function for each kind of event. `problems` are sentences for the operators about what could
    not be used and was left out.
    """

    on: Mapping[type[Event], OnEvent] = field(default_factory=dict)
    commands: tuple[Command, ...] = ()
    facts: Mapping[type[Fact[Any]], OnFact] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """What a handler brings: settings, tables and their migrations, how it is opened, and `steward <name> …`."""

    name: str
    settings: type[BaseModel]
    open: Callable[[Any, Place], Opened]
    tables: tuple[Table, ...] = ()
    migrations: Path | None = None
    terminal: Callable[[Load], Typer] | None = None
