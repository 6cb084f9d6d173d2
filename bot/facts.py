"""Questions that one handler may ask of another, each with its typed answer.

A handler declares which it provides; where nobody provides one, the answer is None: unknown.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

Answer_co = TypeVar("Answer_co", covariant=True)


class Fact(Generic[Answer_co]):
    """A question whose answer is an `Answer_co`, or None where it isn't known."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of a service: its state in words, since when, and when that was last measured.

    `incident`: whether something is wrong with it, and people have been told so. `works`: whether people can use it,
    as far as that is known now.
    """

    state: str
    since: datetime
    measured: datetime
    evidence: str
    incident: bool = False
    works: bool | None = None


@dataclass(frozen=True, slots=True)
class ServiceState(Fact[Measured]):
    """How is this service (its name in the config)?"""

    service: str


@dataclass(frozen=True, slots=True)
class InstanceFacts:
    """What a Mastodon server says of itself, and when it was asked."""

    character_limit: int | None
    users: int | None
    registrations: str | None
    asked: datetime


@dataclass(frozen=True, slots=True)
class Instance(Fact[InstanceFacts]):
    """What does the community's Mastodon server say of itself?"""


@dataclass(frozen=True, slots=True)
class Answered:
    """The community's answer to a question, in Markdown, and how sure the match is (0 to 1)."""

    slug: str
    title: str
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class BestAnswer(Fact[Answered]):
    """What would be the answer to this?"""

    text: str


@dataclass(frozen=True, slots=True)
class OptedOut(Fact[bool]):
    """Has this person asked to be left alone?"""

    person: str


@dataclass(frozen=True, slots=True)
class Language(Fact[str]):
    """In which language is this written? A code such as "de"; None where a few words don't tell."""

    text: str


@dataclass(frozen=True, slots=True)
class AnswerGiven(Fact[str]):
    """Which of the community's answers is our message with this event id? Its slug; None where it is none of them."""

    event_id: str


@dataclass(frozen=True, slots=True)
class Distress(Fact[bool]):
    """Does somebody say that they are in danger, or can't go on?"""

    text: str


@dataclass(frozen=True, slots=True)
class ForPeople(Fact[str]):
    """Is this for people, and not to be kept: somebody's own matter, or their application? What is said to it then."""

    text: str
