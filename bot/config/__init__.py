"""The configuration: YAML → frozen models, or every error at once, each with file and line and what is allowed.

`reading` turns a file into values that know their lines, `document` merges an overlay into them, `secrets` fills in
what stands elsewhere, `models` says what is allowed, `sentences` says what is wrong, and `loading` is the way through.
"""

from bot.config.loading import load
from bot.config.models import (
    Answers,
    Basic,
    Commands,
    Community,
    Config,
    ControlRoom,
    Hmac,
    Homeserver,
    Hook,
    Logging,
    Profile,
    Registration,
    Roles,
    Room,
    Service,
    Storage,
    Web,
)

__all__ = [
    "Answers",
    "Basic",
    "Commands",
    "Community",
    "Config",
    "ControlRoom",
    "Hmac",
    "Homeserver",
    "Hook",
    "Logging",
    "Profile",
    "Registration",
    "Roles",
    "Room",
    "Service",
    "Storage",
    "Web",
    "load",
]
