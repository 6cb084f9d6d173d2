"""What the walk brings to the handler."""

from collections.abc import Mapping
from functools import partial

from bot.commands import Command
from bot.errors import ConfigError
from bot.events import Event, Reaction
from bot.handler import OnEvent, Place, Recurring
from handlers.newcomers.desk import Desk
from handlers.newcomers.guide import silence
from handlers.newcomers.guide.reacting import on_reaction
from handlers.newcomers.guide.showing import STEP, TOLD
from handlers.newcomers.guide.starting import BEGIN, join_command, on_begun
from handlers.newcomers.settings import Settings


def on(desk: Desk) -> Mapping[type[Event], OnEvent]:
    """Who is given which event."""
    return {Reaction: partial(on_reaction, desk)}


def ticks(desk: Desk) -> Mapping[str, OnEvent]:
    """What comes due, by what its key begins with."""
    looks = partial(silence.on_time, desk)
    return {silence.SILENCE: looks, silence.REMIND: looks}


def outcomes(desk: Desk) -> Mapping[str, OnEvent]:
    """What becomes of messages, by what their key begins with."""
    return {BEGIN: partial(on_begun, desk), STEP: silence.on_said, TOLD: silence.on_said}


def commands(desk: Desk) -> tuple[Command, ...]:
    """`!join`, if there is anything to join."""
    there_is = desk.settings.guide is not None or desk.place.registration_form is not None
    return (join_command(desk),) if there_is else ()


def jobs(settings: Settings) -> tuple[Recurring, ...]:
    """What recurs."""
    return silence.jobs(settings.guide)


def check(settings: Settings, place: Place) -> None:
    """Raises `ConfigError` with everything that is wrong with the walk."""
    guide = settings.guide
    if guide is None:
        return
    problems: list[str] = []
    if place.registration_form is None:
        problems.append("newcomers.guide: there is no registration.form that the walk could lead to; give its address")
    if not any(step.form for step in guide.steps):
        problems.append(
            "newcomers.guide.steps: none of them gives the form's address; write form: true at the one that does"
        )
    known = [one.name for one in place.services]
    if guide.service is not None and guide.service not in known:
        named = f"services has {', '.join(known)}" if known else "services is empty"
        problems.append(f"newcomers.guide.service: there is no service {guide.service!r}; {named}")
    if problems:
        raise ConfigError(*problems)
