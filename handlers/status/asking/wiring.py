"""What answering brings to the handler."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.commands import Command
from bot.events import Deleted, Edited, Event, Message
from bot.facts import Fact, ServiceState
from bot.handler import OnEvent, OnFact
from handlers.status.asking import natural
from handlers.status.asking.command import service_state, status_command
from handlers.status.asking.desk import Desk


def on(desk: Desk) -> Mapping[type[Event], OnEvent]:
    """Who is given which event."""
    return {
        Message: partial(natural.on_message, desk),
        Edited: partial(natural.on_edited, desk),
        Deleted: natural.on_deleted,
    }


def commands(desk: Desk) -> tuple[Command, ...]:
    """For everyone."""
    return (status_command(desk),)


def facts(desk: Desk) -> Mapping[type[Fact[Any]], OnFact]:
    """What other handlers may ask."""
    return {ServiceState: partial(service_state, desk)}
