"""What the welcome brings to the handler."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from bot.commands import Command
from bot.events import Event, Joined
from bot.handler import OnEvent, Recurring
from handlers.newcomers.desk import Desk
from handlers.newcomers.welcome import greeting, template
from handlers.newcomers.welcome.command import welcome_command
from handlers.newcomers.welcome.forgetting import FORGET, JOB, on_forget
from handlers.newcomers.welcome.joining import TICK, on_joined

#: Each room has a tick of its own; should one ever be lost, it is looked all the same.
JOBS = (JOB, Recurring(key=TICK, every=timedelta(minutes=15)))

check = template.check


def on(desk: Desk) -> Mapping[type[Event], OnEvent]:
    """The events that it subscribes to."""
    return {Joined: partial(on_joined, desk)}


def ticks(desk: Desk) -> Mapping[str, OnEvent]:
    """What comes due, by what its key begins with."""
    return {TICK: partial(greeting.on_tick, desk), FORGET: partial(on_forget, desk)}


def outcomes(desk: Desk) -> Mapping[str, OnEvent]:
    """What became of its messages, by what their keys begin with."""
    return {TICK: partial(greeting.on_written, desk), greeting.SAID: greeting.on_said}


def commands(desk: Desk) -> tuple[Command, ...]:
    """Its commands."""
    return (welcome_command(desk),)
