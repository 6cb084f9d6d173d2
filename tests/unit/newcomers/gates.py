"""A registration form on the web, as ill as a test wants, and what others know of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.facts import Instance, InstanceFacts, Measured, ServiceState
from bot.handler import Service
from bot.ports import Facts, Fetched, Http
from handlers.newcomers.desk import Desk
from handlers.newcomers.settings import Settings
from tests.support.fakes import PLACE, START

FORM = "https://join.example.org/form"
SERVICE = Service(name="registration", title="the registration form", url=FORM)
STEPS: list[dict[str, Any]] = [
    {"name": "what-it-is", "title": {"en": "What we are", "de": "Was wir sind"}, "text": {"en": "We are many."}},
    {"name": "the-form", "title": {"en": "The form"}, "text": {"en": "It asks."}, "form": True},
]


def desk(
    *, service: str | None = "registration", form: str | None = FORM, people: str = "Ask Ana.", walk: bool = True
) -> Desk:
    """The desk of a community that has this form, and a walk to it."""
    guide = {"steps": tuple(STEPS), "service": service}
    return Desk(
        settings=Settings.model_validate({"guide": guide} if walk else {}),
        place=replace(PLACE, registration_form=form, people=people, services=(SERVICE,)),
    )


@dataclass
class Web(Http):
    """The form answers with these, one after the other; the last again and again. Errors are raised.

    `held`: it answers only when that is set. `asked` has every address that was asked for.
    """

    answers: list[int | BaseException] = field(default_factory=lambda: [200])
    asked: list[str] = field(default_factory=list)
    held: asyncio.Event | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        del headers
        self.asked.append(url)
        self.begun.set()
        if self.held is not None:
            await self.held.wait()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return Fetched(status=answer, headers={}, body=b"", url=url, elapsed=0.3)


def measured(
    *, works: bool | None, at: datetime = START, evidence: str = "Measured by me 9 seconds ago: HTTP 200."
) -> Measured:
    """What is known of the service that the form is."""
    state = {True: "works", False: "unreachable", None: "unknown (I haven't measured it yet)"}[works]
    return Measured(state=state, since=START, measured=at, evidence=evidence, works=works)


def server(registrations: str | None, asked: datetime = START) -> InstanceFacts:
    """What the Mastodon server says of itself."""
    return InstanceFacts(character_limit=500, users=10, registrations=registrations, asked=asked)


@dataclass
class Told(Facts):
    """What others know. `asked` has the names of the services that were asked about."""

    service: Measured | None = None
    instance: InstanceFacts | None = None
    asked: list[str] = field(default_factory=list)

    async def ask(self, question: Any) -> Any:
        match question:
            case ServiceState(name):
                self.asked.append(name)
                return self.service
            case Instance():
                return self.instance
        return None
