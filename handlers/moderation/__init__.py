"""Obeying: help, the bot's state, the audit log, how to verify it, and whom the bot lets invite it."""

from pathlib import Path

from bot.events import Invited, Left
from bot.handler import Handler, Opened, Place
from handlers.moderation.audit import AUDIT
from handlers.moderation.health import BOT
from handlers.moderation.help import help_command
from handlers.moderation.invitations import on_invited, on_left
from handlers.moderation.settings import Settings
from handlers.moderation.tables import TABLES
from handlers.moderation.verify import VERIFY


def opened(_settings: Settings, place: Place) -> Opened:
    """The handler at work."""
    return Opened(on={Invited: on_invited, Left: on_left}, commands=(help_command(place), BOT, AUDIT, VERIFY))


HANDLER = Handler(
    name="moderation",
    settings=Settings,
    open=opened,
    tables=TABLES,
    migrations=Path(__file__).parent / "migrations",
)
