"""What telling brings to the handler."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from pydantic import SecretStr

from bot.actions import Decision
from bot.commands import Command
from bot.errors import ConfigError
from bot.events import Event, Left, Outcome, Tick
from bot.handler import OnEvent, Place, Recurring
from bot.ports import Ports
from handlers.status.settings import Settings
from handlers.status.telling.dead_man import DEAD_MAN, on_dead_man
from handlers.status.telling.news import NOTIFY
from handlers.status.telling.notify import notify_command, on_left, on_outcome
from handlers.status.watch import Watch

#: What becomes of messages, by what their key begins with.
OUTCOMES: dict[str, Callable[[Outcome, Ports], Awaitable[Decision]]] = {NOTIFY: on_outcome}
#: Who is given which event.
ON: Mapping[type[Event], OnEvent] = {Left: on_left}


def ticks(watch: Watch) -> dict[str, Callable[[Tick, Ports], Awaitable[Decision]]]:
    """What comes due, by what its key begins with."""
    return {DEAD_MAN: partial(on_dead_man, watch)}


def jobs(settings: Settings) -> tuple[Recurring, ...]:
    """What recurs."""
    return () if settings.dead_man is None else (Recurring(key=DEAD_MAN, every=settings.dead_man.every),)


def commands(watch: Watch) -> tuple[Command, ...]:
    """The commands."""
    return (notify_command(watch),)


def channels(settings: Settings) -> dict[str, SecretStr]:
    """The channels beside Matrix."""
    return {one.name: one.url for one in settings.also}


def check(settings: Settings, place: Place) -> None:
    """Raises `ConfigError` where two channels have one name, or one names a service that isn't there."""
    names, known = [one.name for one in settings.also], {one.name for one in place.services}
    problems = [
        f"status.also[{number}].name: {name} is given a second time; each channel needs its own"
        for number, name in enumerate(names, 1)
        if name in names[: number - 1]
    ]
    problems += [
        f"status.also[{number}].services: there is no service {service!r}"
        for number, channel in enumerate(settings.also, 1)
        for service in channel.services
        if service not in known
    ]
    if problems:
        raise ConfigError(*problems)
