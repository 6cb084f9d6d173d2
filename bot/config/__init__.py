"""The configuration: YAML → frozen models, or every error at once, each with file and line and what is allowed.

`reading` turns a file into values that know their lines, `document` merges an overlay into them, `secrets` fills in
what stands elsewhere, `models` says what is allowed, `sentences` says what is wrong, and `loading` is the way through.
"""

from bot.config.loading import load
from bot.config.models import (
    Answers,
    Commands,
    Community,
    Config,
    ControlRoom,
    Homeserver,
    Logging,
    Profile,
    Registration,
    Roles,
    Room,
    Service,
    Storage,
)

__all__ = [
    "Answers",
    "Commands",
    "Community",
    "Config",
    "ControlRoom",
    "Homeserver",
    "Logging",
    "Profile",
    "Registration",
    "Roles",
    "Room",
    "Service",
    "Storage",
    "load",
]
