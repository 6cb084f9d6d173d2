"""A small bank, and the tables for real, for this folder's tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Select, StaticPool, create_engine

from bot.actions import Decision, Done, Remember
from bot.events import Addressed, Message
from bot.facts import Fact
from bot.handler import Place, Service
from bot.ports import Facts, Memory, Ports, RoomInfo
from handlers.faq.bank.entries import Entry, Phrasing
from handlers.faq.library import Library
from handlers.faq.matching.matcher import Match, Matcher
from handlers.faq.settings import Settings
from handlers.faq.tables import metadata
from tests.support.fakes import START, FakeRooms, FakeSent, ports

ROOM = "!room:example.org"
ANA = "@ana:example.org"

PLACE = Place(
    root=Path(),
    community="Example.coop",
    people="Ask people in the [lounge](https://example.org/lounge).",
    registration_form="https://example.org/join",
    services=(Service(name="web", title="the website", url="https://example.org"),),
)


def entry(slug: str, *questions: str, **more: Any) -> Entry:
    """An entry with these phrasings and an answer."""
    return Entry(slug=slug, questions=tuple(map(Phrasing, questions)), **{"body": f"About {slug}.", **more})


BANK = (
    entry(
        "money",
        "Where does all the money go?",
        "what do you do with the membership fees",
        "how is our budget spent",
        not_=(Phrasing("where do I send my invoice"),),
        source="https://example.org/wiki/Main_Page",
        as_of="2024-05",
        topic="money",
    ),
    entry("fee", "How much is the membership fee?", "what does being a member cost", "monthly price", topic="money"),
    entry("join", "How do I become a member?", "where do I sign up", "registration form", topic="joining"),
    entry("rules", "Is there a code of conduct?", "what are the rules here", "conduct policy", topic="about"),
    entry("wiki", "How do I edit the wiki?", "get an account for the wiki", "wiki editing", topic="about"),
    entry("down", "Is the website down?", "site won't load", "502 bad gateway", topic="status", live="web"),
    entry("staff", "Which door code opens the office?", "office door code", rooms=("staff",), topic="staff"),
)
LIBRARY = Library.of(BANK, Settings(), PLACE)


@dataclass(frozen=True)
class Fixed(Matcher):
    """Finds in these texts, exactly, what is said here: slugs with their scores. In others it finds nothing."""

    known: Mapping[str, Mapping[str, float]]
    lang: str = "en"

    def match(self, text: str, limit: int = 3) -> tuple[Match, ...]:
        found = self.known.get(text, {}).items()
        return tuple(Match(slug=slug, phrasing=text, lang=self.lang, score=score) for slug, score in found)[:limit]


def knowing(lang: str = "en", **known: Mapping[str, float]) -> Library:
    """The bank with a matcher that finds these, by texts with _ for a space."""
    return replace(LIBRARY, matcher=Fixed({text.replace("_", " "): found for text, found in known.items()}, lang))


def message(text: str, **more: Any) -> Message:
    """Ana says something to the bot in the room, unless told otherwise."""
    given = {"id": "$question", "room": ROOM, "sender": ANA, "at": START, "addressed": Addressed.MENTION, **more}
    return Message(text=text, **given)


def overheard(text: str, **more: Any) -> Message:
    """Ana says something to the room."""
    return message(text, addressed=None, **more)


@dataclass
class Tables(Memory):
    """This handler's tables in a database of their own."""

    engine: Engine = field(default_factory=lambda: create_engine("sqlite://", poolclass=StaticPool))

    def __post_init__(self) -> None:
        metadata.create_all(self.engine)

    async def rows(self, query: Select[Any]) -> Sequence[Any]:
        with self.engine.connect() as connection:
            return connection.execute(query).all()

    def keep(self, decision: Decision) -> tuple[Any, ...]:
        """Write what is to be remembered; the other actions."""
        actions = decision.actions if isinstance(decision, Done) else ()
        with self.engine.begin() as connection:
            for action in actions:
                if isinstance(action, Remember):
                    connection.execute(action.statement)
        return tuple(action for action in actions if not isinstance(action, Remember))


@dataclass
class FakeFacts(Facts):
    """What other handlers know, by the question."""

    known: dict[Any, Any]

    async def ask(self, question: Fact[Any]) -> Any:
        return self.known.get(question)


def rooms(answers: str = "when_sure", *, spoke: bool = False, name: str | None = None) -> FakeRooms:
    """Our room, with these settings."""
    return FakeRooms({ROOM: RoomInfo(id=ROOM, name=name, answers=answers)}, spoke=spoke)


def house(tables: Tables | None = None, **more: Any) -> Ports:
    """Ports with tables, in a room where answers may be given unasked."""
    return ports(**{"memory": tables or Tables(), "rooms": rooms(), "sent": FakeSent(), **more})


LATER = START + timedelta(seconds=20)
