"""Who is in the demo, and where."""

import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with an account. `name` is the account's and what one types; `shown` what others see."""

    name: str
    shown: str
    about: str
    password: str = field(default_factory=lambda: secrets.token_hex(4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room that exists before the demo begins. `name` is the config's; `short` what one types."""

    name: str
    alias: str
    short: str
    people: tuple[str, ...]
    private: bool = False

    @property
    def title(self) -> str:
        """What people call it."""
        return self.name.replace("-", " ").capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Everybody and every room; `bot` is the bot's own account. Who comes later is added to `people`."""

    bot: Person
    people: list[Person]
    rooms: tuple[Room, ...]


#: The first room is open to all, the control room is the moderator's alone.
MEMBER, NEWCOMER, MODERATOR = "ana", "newt", "mo"
CONTROL_ROOM = "moderators"


def people() -> list[Person]:
    """The three one can speak as from the beginning, with new passwords."""
    return [
        Person(name=MEMBER, shown="Ana", about="a member"),
        Person(name=NEWCOMER, shown="Newt", about="a newcomer, in the first room only"),
        Person(name=MODERATOR, shown="Mo", about="a moderator and maintainer"),
    ]


def steward(shown: str) -> Person:
    """The bot's account."""
    return Person(name="steward", shown=shown, about="the bot")


def rooms_of(aliases: dict[str, str], control: str | None) -> tuple[Room, ...]:
    """The config's rooms (`aliases` by name, in its order), and the moderators' room if it has one."""
    found = [
        Room(name=name, alias=alias, short=short(name, list(aliases)), people=_visitors(first=at == 0))
        for at, (name, alias) in enumerate(aliases.items())
    ]
    if control is not None:
        found.append(Room(name=CONTROL_ROOM, alias=control, short="mods", people=(MODERATOR,), private=True))
    return tuple(found)


def _visitors(*, first: bool) -> tuple[str, ...]:
    return (MEMBER, NEWCOMER, MODERATOR) if first else (MEMBER, MODERATOR)


def short(name: str, names: list[str]) -> str:
    """The first word of a room's name, where no other room begins with it."""
    word = name.partition("-")[0]
    taken = [other for other in names if other != name and other.partition("-")[0] == word]
    return name if taken or word in {"mods", "private"} else word
