"""What the config may hold, beside the handlers' own sections. What each key does is explained in `config.yaml`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, SerializeAsAny

from bot.config.values import (
    Database,
    HeaderName,
    HomeserverUrl,
    Host,
    Listen,
    Prefix,
    RoomRef,
    Server,
    Slug,
    Text,
    User,
    WebUrl,
)
from bot.roles import Role

#: When the bot answers in a room: never, when spoken to, or also unasked when it is very sure.
Answers = Literal["off", "addressed", "when_sure"]
#: Whether questions without an answer are noted for those who write answers: with consent, always, or never.
Misses = Literal["ask", "keep", "off"]
#: Where newcomers to a room are greeted: nowhere, there, or each in private.
Greets = Literal["off", "room", "private"]
#: Who calls a hook, as far as it matters to how the body is read.
HookFormat = Literal["alertmanager", "grafana", "uptime-kuma", "gatus", "healthchecks", "statuspage", "generic"]
#: One secret; or two, while a sender changes from the one to the other.
Secrets = SecretStr | tuple[SecretStr, ...]


class Section(BaseModel):
    """Nothing unknown, nothing converted, nothing changed afterwards."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Community(Section):
    """Whose bot this is. `people` is Markdown: where to ask a person."""

    name: Text
    people: Text


class Homeserver(Section):
    """The bot's account. Exactly one of `password` and `token` is given."""

    url: HomeserverUrl
    user: User
    password: SecretStr | None = None
    token: SecretStr | None = None
    device_name: Text = "Steward"
    recovery_key: SecretStr | None = None


class Profile(Section):
    """How the bot shows itself."""

    name: Text = "Steward"
    avatar: Path | None = None


class Storage(Section):
    """Where the bot remembers. Without `database`, SQLite in the folder; without `key`, a key file is made there."""

    folder: Path = Path("data")
    database: Database | None = None
    key: SecretStr | None = None


class Commands(Section):
    """What a command begins with."""

    prefixes: tuple[Prefix, ...] = Field(default=("!",), min_length=1, max_length=5)


class ControlRoom(Section):
    """The moderators' private room, or that of the operators. `via`: servers through which it can be joined."""

    room: RoomRef
    via: tuple[Server, ...] = ()


class Room(Section):
    """A room that the bot works in. `name` is how commands and entries call it; `notices`: news of outages go there.

    `about`: what the room is for, told to newcomers. Where it is said, the room is among those worth knowing.
    """

    room: RoomRef
    name: Slug
    via: tuple[Server, ...] = ()
    answers: Answers = "addressed"
    notices: bool = False
    misses: Misses = "ask"
    welcome: Greets = "off"
    about: str = Field(default="", max_length=200)


class Roles(Section):
    """Who holds a role by Matrix id, whatever the rooms say."""

    admin: tuple[User, ...] = ()
    maintainer: tuple[User, ...] = ()
    moderator: tuple[User, ...] = ()

    def listed(self, person: str) -> Role:
        """The highest role that this person is listed with."""
        held = [role for role in Role if person in getattr(self, str(role), ())]
        return max(held, default=Role.MEMBER)

    @property
    def people(self) -> frozenset[str]:
        """All who are listed."""
        return frozenset((*self.admin, *self.maintainer, *self.moderator))


class Service(Section):
    """One of the community's services; `members_notice` is what a member would notice when it fails.

    `known_as`: what else people and monitoring systems call it.
    """

    name: Slug
    title: Text
    url: WebUrl
    members_notice: str = ""
    known_as: tuple[Text, ...] = ()


class Registration(Section):
    """Where people join."""

    form: WebUrl


class Basic(Section):
    """A user and a password, as browsers send them."""

    user: Text
    password: Secrets


class Hmac(Section):
    """A signature over the body, or with `timestamp_header` over the time in that header, a colon and the body."""

    secret: Secrets
    header: HeaderName = "X-Grafana-Alerting-Signature"
    timestamp_header: HeaderName | None = None


class Hook(Section):
    """An address that another system calls. Exactly one of `bearer`, `path`, `basic` and `hmac` is given."""

    name: Annotated[Slug, Field(max_length=64)]
    format: HookFormat = "generic"
    bearer: Secrets | None = None
    path: Secrets | None = None
    basic: Basic | None = None
    hmac: Hmac | None = None


class Web(Section):
    """What the bot serves over HTTP: its health, and hooks."""

    listen: Listen = "127.0.0.1:8080"
    hooks: tuple[Hook, ...] = ()


class Outside(Section):
    """What the bot fetches from the internet. `allow_private`: hosts of private networks that it may fetch from too."""

    allow_private: tuple[Host, ...] = ()


class Limits(Section):
    """How much is answered: at once, and then in each minute; for one person everywhere, and for all in one room."""

    person_at_once: int = Field(default=1000, ge=1)
    person_per_minute: int = Field(default=6, ge=1)
    room_at_once: int = Field(default=2000, ge=1)
    room_per_minute: int = Field(default=30, ge=1)


class Logging(Section):
    """How much is logged, and for whom. `auto`: for people on a terminal, JSON elsewhere."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "human", "json"] = "auto"


class Core(Section):
    """The engine's part of the file."""

    community: Community
    homeserver: Homeserver
    profile: Profile = Profile()
    storage: Storage = Storage()
    commands: Commands = Commands()
    control_room: ControlRoom | None = None
    operators: ControlRoom | None = None
    roles: Roles = Roles()
    rooms: tuple[Room, ...] = ()
    services: tuple[Service, ...] = ()
    registration: Registration | None = None
    web: Web | None = None
    outside: Outside = Outside()
    limits: Limits = Limits()
    logging: Logging = Logging()


class Config(Core):
    """The whole configuration: the engine's part, the handlers' sections by name, and where it was read from."""

    path: Path
    sections: Mapping[str, SerializeAsAny[BaseModel]]

    @property
    def root(self) -> Path:
        """The folder that relative paths start from: the config file's own."""
        return self.path.absolute().parent

    def at(self, path: Path) -> Path:
        """This path, from the config file's folder."""
        return self.root / path
