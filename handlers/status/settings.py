"""The `status:` section of the config."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from bot.durations import Duration

Kind = Literal["http", "mastodon", "mediawiki", "matrix", "tls", "dns", "tcp"]
Weight = Literal["info", "warning", "critical"]

#: What is watched is somebody's machine.
OFTEN = timedelta(seconds=5)
#: Nothing that is fetched is waited for any longer.
LONGEST = timedelta(seconds=20)
#: The operators' own room, among the rooms of a route or a feed.
OPERATORS = "operators"


def _seldom(every: timedelta) -> timedelta:
    if every < OFTEN:
        raise ValueError('expected at least 5 seconds, such as "30s"')
    return every


def _some_time(span: timedelta) -> timedelta:
    if span <= timedelta(0):
        raise ValueError('expected more than nothing, such as "10s"')
    return span


def _soon(span: timedelta) -> timedelta:
    if span > LONGEST:
        raise ValueError(f'expected at most {LONGEST.seconds} seconds, such as "10s"')
    return span


def _web(address: str) -> str:
    if re.fullmatch(r"https?://[^\s/]\S*", address) is None:
        raise ValueError('expected a web address such as "https://status.example.org"')
    return address


def _slug(name: str) -> str:
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) is None:
        raise ValueError('expected a short name of lower-case letters, digits and hyphens, such as "mail"')
    return name


Web = Annotated[str, AfterValidator(_web)]
Name = Annotated[str, AfterValidator(_slug)]
Every = Annotated[Duration, AfterValidator(_seldom)]
Some = Annotated[Duration, AfterValidator(_some_time)]
Patience = Annotated[Some, AfterValidator(_soon)]


class Part(BaseModel):
    """Nothing unknown, nothing converted, nothing changed afterwards."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class ProbeSettings(Part):
    """How a service is measured from the bot's own machine."""

    service: str = Field(description="The service that it measures.")
    kind: Kind = Field(default="http", description="What is looked at.")
    target: str | None = Field(
        default=None, description="An address; for tls and tcp a host and port, for dns a name. The service's own."
    )
    every: Every = Field(default=timedelta(seconds=30), description="How often.")
    timeout: Patience = Field(default=timedelta(seconds=10), description="How long an answer may take.")
    fails: int = Field(default=2, ge=1, le=100, description="After so many failures in a row it is down.")
    recovers: int = Field(default=2, ge=1, le=100, description="After so many successes in a row it is up.")
    slow: Some = Field(default=timedelta(seconds=5), description="An answer that takes longer counts as degraded.")
    status: tuple[int, ...] = Field(default=(), description="The HTTP statuses that count as success; none: 200-299.")
    contains: str | None = Field(default=None, description="What the page must contain.")
    days: int = Field(default=14, ge=0, description="A certificate must be good for so many days more.")
    record: Literal["A", "AAAA", "CNAME", "MX", "NS", "TXT", "SRV", "CAA"] = Field(
        default="A", description="The kind of DNS record."
    )
    expect: tuple[str, ...] = Field(default=(), description="The DNS records that there must be; none: any.")
    severity: Weight = Field(default="critical", description="How much it matters.")


class Label(Part):
    """A monitoring system's label, and the service that it stands for."""

    label: str = Field(description="The label's name.")
    value: str = Field(description="Its value; * stands for anything.")
    service: str = Field(description="The service.")


class Route(Part):
    """Which news goes to which rooms. The first route that fits counts."""

    services: tuple[str, ...] = Field(default=(), description="Of these services; none: of all.")
    severities: tuple[Weight, ...] = Field(default=(), description="Of these severities; none: of all.")
    rooms: tuple[str, ...] = Field(description="Names of rooms; operators is the operators' own. Empty: nowhere.")


class Flapping(Part):
    """When a service that comes and goes is said to be unstable, and its incident kept open."""

    times: int = Field(default=3, ge=2, description="After it has come back so often")
    within: Some = Field(default=timedelta(hours=1), description="within this time.")
    hold: Some = Field(default=timedelta(minutes=15), description="How long it must then be well to count as well.")


class FeedSettings(Part):
    """An Atom or RSS feed of a provider or of software."""

    name: Name = Field(description="A short name.")
    title: str = Field(description="What people call it.")
    url: Web = Field(description="Its address.")
    every: Every = Field(default=timedelta(minutes=15), description="How often it is read.")
    rooms: tuple[str, ...] = Field(default=(OPERATORS,), description="Where its entries are posted.")


class Channel(Part):
    """A channel beside Matrix, by an address of the Apprise library's. It may hold a secret, so it is one."""

    name: Name = Field(description="A short name.")
    url: SecretStr = Field(description="The address.")
    services: tuple[str, ...] = Field(default=(), description="Of these services; none: of all.")
    severities: tuple[Weight, ...] = Field(default=("critical",), description="Of these severities.")


class DeadMan(Part):
    """An address that hears from the bot for as long as it is well, and raises the alarm when it doesn't."""

    url: SecretStr = Field(description="The address.")
    every: Every = Field(default=timedelta(minutes=1), description="How often.")


class PageSettings(Part):
    """The status page."""

    url: Web | None = Field(default=None, description="Where people see it.")
    export: Path | None = Field(default=None, description="A folder that it is written to as files too.")


class Texts(Part):
    """Templates (Jinja2, Markdown) in the place of the bot's own words."""

    opened: str | None = Field(default=None, description="The notice, for as long as the incident is open.")
    resolved: str | None = Field(default=None, description="What the notice says afterwards.")
    back: str | None = Field(default=None, description="The message at the end.")


class Settings(Part):
    """What is watched, and who is told."""

    probes: tuple[ProbeSettings, ...] = Field(default=(), description="What is measured from here.")
    control: tuple[Web, ...] = Field(default=(), description="Addresses that tell whether the bot itself is online.")
    labels: tuple[Label, ...] = Field(default=(), description="Which labels of monitoring systems mean which service.")
    stale: Some = Field(default=timedelta(hours=26), description="How long a system's word counts without a new one.")
    routes: tuple[Route, ...] = Field(default=(), description="Which news goes where.")
    gather: Duration = Field(default=timedelta(seconds=20), description="How long more news is gathered, in a storm.")
    reminders: tuple[Some, ...] = Field(
        default=(timedelta(hours=1), timedelta(hours=4), timedelta(hours=12), timedelta(days=1)),
        description="When an open incident is told of again, after its beginning; the last one again and again.",
    )
    reopen: Duration = Field(default=timedelta(minutes=10), description="Until when it is the same incident again.")
    flapping: Flapping = Field(default=Flapping(), description="When a service counts as unstable.")
    feeds: tuple[FeedSettings, ...] = Field(default=(), description="Feeds that are read.")
    also: tuple[Channel, ...] = Field(default=(), description="Channels beside Matrix.")
    dead_man: DeadMan | None = Field(default=None, description="Who notices when the bot is gone.")
    page: PageSettings | None = Field(default=None, description="The status page.")
    texts: Texts = Field(default=Texts(), description="Templates.")
