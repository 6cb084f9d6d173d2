"""The `newcomers:` section of the config."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from bot.durations import Duration


def _lang(code: str) -> str:
    if re.fullmatch("[a-z]{2}", code) is None:
        raise ValueError('expected a language\'s code of two letters, such as "en"')
    return code


def _slug(name: str) -> str:
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) is None or len(name) > LONGEST_NAME:
        raise ValueError('expected a short name of lower-case letters, digits and hyphens, such as "the-form"')
    return name


def _some(text: str) -> str:
    if not text.strip():
        raise ValueError("expected some text")
    return text.strip()


def _by_language(texts: object) -> object:
    if not isinstance(texts, Mapping):
        raise ValueError('expected the text by its language below it, such as "en: …"')  # noqa: TRY004 - pydantic's way
    return texts


def _some_time(span: timedelta) -> timedelta:
    if span <= timedelta(0):
        raise ValueError('expected more than nothing, such as "2m"')
    return span


LONGEST_NAME = 64

Name = Annotated[str, AfterValidator(_slug)]
Some = Annotated[Duration, AfterValidator(_some_time)]
#: Markdown by language: {"en": "…", "de": "…"}. The first counts where there is none in the reader's own.
Words = Annotated[
    Mapping[Annotated[str, AfterValidator(_lang)], Annotated[str, AfterValidator(_some)]],
    Field(min_length=1),
    BeforeValidator(_by_language),
]


class Part(BaseModel):
    """Nothing unknown, nothing converted, nothing changed afterwards."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Flood(Part):
    """When so many come at once that nobody is greeted."""

    joins: int = Field(default=10, ge=2, le=1000, description="So many newcomers, in all rooms together,")
    within: Some = Field(default=timedelta(minutes=1), description="within this time.")
    calm: Some = Field(default=timedelta(minutes=10), description="How long it must be calm until it is over.")


class WelcomeSettings(Part):
    """How newcomers are greeted, in the rooms that want it."""

    wait: Some = Field(default=timedelta(minutes=2), description="How long they must have stayed.")
    text: str | None = Field(default=None, description="A template (Jinja2, Markdown) in the place of ours.")
    ignore: tuple[str, ...] = Field(
        default=("@*bot:*", "@*-bot-*:*", "@bot-*:*", "@_*:*"), description="Patterns of ids that are nobody's."
    )
    flood: Flood = Field(default=Flood(), description="When nobody is greeted.")


class Step(Part):
    """A step of the walk. At the one with `form`, the form's address is given."""

    name: Name = Field(description="A short name.")
    title: Words = Field(description="What it is about, in a few words.")
    text: Words = Field(description="What is said.")
    form: bool = Field(default=False, description="Whether the form's address is given here.")


class GuideSettings(Part):
    """The walk to the registration form."""

    steps: tuple[Step, ...] = Field(min_length=1, max_length=9, description="The steps, in their order.")
    under: tuple[Name, ...] = Field(default=(), description="The answers under which 👋 begins the walk.")
    service: Name | None = Field(default=None, description="The service that the form is.")
    silence: Some = Field(default=timedelta(days=2), description="After so much silence it ends.")

    @field_validator("steps")
    @classmethod
    def _each_once(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """Where somebody is on their walk is kept by the step's name."""
        names = [step.name for step in steps]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f'two of the steps are called "{name}"; each needs a name of its own')
        return steps


class PeopleSettings(Part):
    """Whom to ask about what only people can decide."""

    application: Words | None = Field(default=None, description="About one's own application.")
    payment: Words | None = Field(default=None, description="About one's own payment.")
    age: Words | None = Field(default=None, description="About one's age.")
    conflict: Words | None = Field(default=None, description="About a conflict with somebody.")


class Settings(Part):
    """How newcomers are welcomed and guided."""

    welcome: WelcomeSettings = Field(default=WelcomeSettings(), description="The welcome.")
    guide: GuideSettings | None = Field(default=None, description="The walk to the form; none: there is no guide.")
    people: PeopleSettings = Field(default=PeopleSettings(), description="Whom to ask.")
