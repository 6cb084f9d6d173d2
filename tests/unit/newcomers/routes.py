"""A walk of four steps, and people on it."""

from dataclasses import replace
from typing import Any

from handlers.newcomers.guide.records import Walk
from handlers.newcomers.settings import Settings, Step
from tests.support.fakes import PLACE as ANYWHERE
from tests.support.fakes import START
from tests.support.house import ANA
from tests.unit.newcomers.gates import FORM, SERVICE

PLACE = replace(ANYWHERE, registration_form=FORM, services=(SERVICE,), people="Ask Ben.")


def step(name: str, title: dict[str, str], text: dict[str, str], *, form: bool = False) -> dict[str, Any]:
    """A step, as the config has it."""
    return {"name": name, "title": title, "text": text, "form": form}


ROUTE = (
    step("what", {"en": "What it is", "de": "Was es ist"}, {"en": "We are many.", "de": "Wir sind viele."}),
    step("conduct", {"en": "Conduct", "de": "Benehmen"}, {"en": "Be kind.", "de": "Sei nett."}),
    step("the-form", {"en": "The form", "de": "Das Formular"}, {"en": "It asks.", "de": "Es fragt."}, form=True),
    step("after", {"en": "Afterwards"}, {"en": "You wait."}),
)


def guide(**changes: Any) -> dict[str, Any]:
    """The guide, as the config has it."""
    return {"steps": ROUTE, "under": ("join-registration",), **changes}


def steps(*route: dict[str, Any]) -> tuple[Step, ...]:
    """The steps, read."""
    settings = Settings.model_validate({"guide": guide(steps=route or ROUTE)})
    assert settings.guide is not None
    return settings.guide.steps


def walk(at: str = "what", **changes: Any) -> Walk:
    """Ana's walk, at this step."""
    there = Walk(person=ANA, room="!chat:example.org", step=at, lang="en", begun=START, touched=START)
    return replace(there, **changes)
