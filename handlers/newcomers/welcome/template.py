"""The greeting's words: the operators' template, or ours."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Template

from bot import names, templates
from bot.errors import ConfigError
from bot.handler import Chatroom, Place
from bot.markdown import escape
from bot.ports import Ports, RoomInfo
from bot.templates import Markdown
from handlers.newcomers.desk import Desk
from handlers.newcomers.settings import Settings

WHERE = "newcomers.welcome.text"
#: So many people are named; the others are counted.
MOST_NAMED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomToKnow:
    """A room, as a template sees it. `link` leads into it, `about` says what it is for."""

    name: str
    link: Markdown
    about: Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """What is said with it. `people` are those who are greeted, `room` is where; none: the community as a whole.

    `bot` is the bot's id; `guide`: there is a walk to the form.
    """

    people: tuple[str, ...]
    room: RoomToKnow | None
    rooms: tuple[RoomToKnow, ...]
    community: str
    prefix: str
    bot: str
    guide: bool


def greeting(desk: Desk, ports: Ports, info: RoomInfo, people: tuple[str, ...] = ()) -> str:
    """What is said to these people, or to nobody by name, about the room with this `info`."""
    place = desk.place
    rooms = tuple(_current(one, ports) for one in place.chatrooms)
    known = Greeting(
        people=people,
        room=_room(info, rooms),
        rooms=tuple(_to_know(one) for one in rooms if one.about and one.name != info.name),
        community=place.community,
        prefix=ports.prefix,
        bot=ports.me,
        guide=has_guide(desk.settings, place),
    )
    return worded(known, desk.settings.welcome.text)


def has_guide(settings: Settings, place: Place) -> bool:
    """Whether there is a walk to the registration form."""
    return settings.guide is not None and place.registration_form is not None


def worded(known: Greeting, source: str | None) -> str:
    """The template's words; ours where there is none, or where it fails or has nothing to say."""
    if source is None:
        return ours(known)
    return templates.rendered(WHERE, _template(source), values(known)) or ours(known)


@cache
def _template(source: str) -> Template:
    return templates.ENVIRONMENT.from_string(source)


def check(settings: Settings, place: Place) -> None:
    """Raises `ConfigError` where the template can't be used, or a pattern fits no id."""
    del place
    welcome, problems = settings.welcome, list[str]()
    if welcome.text is not None:
        templates.checked(WHERE, welcome.text, values(SAMPLE), problems)
    problems += [
        f"newcomers.welcome.ignore[{number}]: {pattern!r} fits nobody, since Matrix ids begin with @"
        for number, pattern in enumerate(welcome.ignore, 1)
        if not pattern.startswith(("@", "*", "?", "["))
    ]
    if problems:
        raise ConfigError(*problems)


def values(known: Greeting) -> dict[str, Any]:
    """What a template speaks of."""
    return {
        "people": Markdown(listed(known.people)),
        "room": known.room.link if known.room else known.community,
        "rooms": known.rooms,
        "community": known.community,
        # As it is, since commands are written as code, in which nothing is escaped.
        "prefix": Markdown(known.prefix),
        "bot": person_link(known.bot),
        "guide": known.guide,
    }


def ours(known: Greeting) -> str:
    """Our own words: who is welcome and where, what there is, how to ask, and how to be left alone."""
    parts = (_welcome(known), _rooms(known.rooms), _asking(known))
    return "\n\n".join(part for part in parts if part)


def _welcome(known: Greeting) -> str:
    where = known.room.link if known.room else escape(known.community)
    whom = f", {listed(known.people)}" if known.people else ""
    about = f" What it is for: {_ended(known.room.about)}" if known.room and known.room.about else ""
    return f"Welcome to {where}{whom}!{about}"


def _rooms(rooms: Sequence[RoomToKnow]) -> str:
    return "Other rooms worth knowing:\n\n" + "\n".join(f"- {one.link}: {one.about}" for one in rooms) if rooms else ""


def _asking(known: Greeting) -> str:
    walk = f" `{known.prefix}join` goes with you to the registration form, step by step." if known.guide else ""
    return (
        f"I am {person_link(known.bot)}, a bot. Ask me about {escape(known.community)}: mention me, or write to me in "
        f"private.{walk} If you want me to leave you alone, say `{known.prefix}optout`."
    )


def _ended(about: str) -> str:
    return about if about.endswith((".", "!", "?")) else f"{about}."


def listed(people: Sequence[str]) -> Markdown:
    """The people as links: "Ana, Ben and Cleo"; of very many, how many more there are."""
    links = [str(person_link(one)) for one in people[:MOST_NAMED]]
    if len(people) > MOST_NAMED:
        links.append(f"{len(people) - MOST_NAMED} more")
    return Markdown(" and ".join([", ".join(links[:-1]), links[-1]]) if len(links) > 1 else "".join(links))


def person_link(person: str) -> Markdown:
    """A link to a person, in whose place clients show the name that they have chosen."""
    return _link(names.clean(names.identifier(person)), person)


def room_link(name: str, room: str) -> Markdown:
    """A link into a room: `room` is its alias or id."""
    return _link(name, room)


def _link(label: str, target: str) -> Markdown:
    # A bracket in the label would end it, for whoever reads the message without HTML.
    plain = label.replace("[", "(").replace("]", ")")
    return Markdown(f"[{escape(plain)}](https://matrix.to/#/{quote(target, safe='@!:')})")


def _room(info: RoomInfo, rooms: Sequence[Chatroom]) -> RoomToKnow | None:
    """The room where it is said; none where that is no newcomers' room: a private chat, or the moderators'."""
    found = next((one for one in rooms if one.name == info.name), None)
    if found is not None:
        return _to_know(found)
    if info.name is None or info.control or info.operators:
        return None
    return _to_know(Chatroom(name=info.name, room=info.alias or info.id))


def _current(room: Chatroom, ports: Ports) -> Chatroom:
    """The room where it is now: an upgraded one has another id, while an alias moves along."""
    return room if room.room.startswith("#") else replace(room, room=ports.rooms.named(room.name) or room.room)


def _to_know(room: Chatroom) -> RoomToKnow:
    about = Markdown(" ".join(room.about.split()))
    return RoomToKnow(name=room.name, link=room_link(room.name, room.room), about=about)


#: A template is tried with this before it is used.
SAMPLE = Greeting(
    people=("@ana:example.org", "@ben:example.org"),
    room=_to_know(Chatroom(name="chat", room="#chat:example.org", about="all that there is")),
    rooms=(_to_know(Chatroom(name="tech", room="#tech:example.org", about="when something doesn't work")),),
    community="Example",
    prefix="!",
    bot="@steward:example.org",
    guide=True,
)
