"""The shipped config, as the demo runs it: everything that leads off this machine is replaced."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.config.document import Placed, Problem, Source
from bot.config.reading import read
from bot.errors import ConfigError

#: The environment variable that the demo gives the bot its password in.
PASSWORD = "STEWARD_DEMO_PASSWORD"  # noqa: S105 - the variable's name
#: Keys that a real installation may have and the demo must not use.
_NOT_HERE = {"homeserver": ("token",), "storage": ("database", "key")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Where things are on this machine."""

    homeserver: str
    server_name: str
    bot: str
    pages: str
    data: Path


def shipped(path: Path) -> dict[str, Any]:
    """The config's values as they stand in the file. Raises ConfigError if it can't be read or used for a demo."""
    problems: list[Problem] = []
    placed = read(path, Source(str(path), 0, path.parent), problems.append)
    if placed is None:
        raise ConfigError(*map(str, problems))
    config: dict[str, Any] = _bare(placed)
    if not config.get("rooms"):
        raise ConfigError(f"{path}: the demo needs at least one room under rooms:.")
    folder = path.parent / ((config.get("faq") or {}).get("folder") or "faq")
    if not folder.is_dir():
        raise ConfigError(
            f"There is no folder {folder}, which the answers come from. Get the whole repository again "
            f"(git checkout -- faq), or name the folder in {path} under faq: folder."
        )
    return config


def _bare(placed: Placed) -> Any:
    match placed.value:
        case dict() as entries:
            return {key: _bare(inner) for key, inner in entries.items()}
        case list() as entries:
            return [_bare(inner) for inner in entries]
        case value:
            return value


def aliases(config: Mapping[str, Any], server_name: str) -> tuple[dict[str, str], str | None]:
    """The aliases here of the config's rooms, by name, and of its control room."""
    rooms = {room["name"]: alias(room["room"], room["name"], server_name) for room in config["rooms"]}
    control = config.get("control_room")
    return rooms, alias(control["room"], "moderators", server_name) if control else None


def alias(room: str, name: str, server_name: str) -> str:
    """The same alias on this server; of a room that is given by its id, one made from its name."""
    found = re.match("#([^:]+):", room)
    return f"#{found[1] if found else name}:{server_name}"


def overlay(config: Mapping[str, Any], here: Here) -> dict[str, Any]:
    """What is laid over the config."""
    rooms, control = aliases(config, here.server_name)
    account = {"url": here.homeserver, "user": here.bot, "password": f"${{{PASSWORD}}}"}
    changed: dict[str, Any] = {
        "homeserver": account | _emptied(config, "homeserver"),
        "storage": {"folder": str(here.data)} | _emptied(config, "storage"),
        "rooms": [{**room, "room": rooms[room["name"]], "via": []} for room in config["rooms"]],
        "logging": {"level": "info", "format": "json"},
    }
    if control is not None:
        changed["control_room"] = {"room": control, "via": []}
    if config.get("services"):
        changed["services"] = [{**one, "url": f"{here.pages}/{one['name']}"} for one in config["services"]]
    if config.get("registration"):
        changed["registration"] = {"form": f"{here.pages}/registration-form"}
    if config.get("web"):
        changed["web"] = None
    return changed


def _emptied(config: Mapping[str, Any], section: str) -> dict[str, None]:
    return {key: None for key in _NOT_HERE[section] if key in (config.get(section) or {})}


def write(path: Path, changed: Mapping[str, Any]) -> None:
    """Write an overlay for `steward run --overlay`."""
    path.write_text(yaml.safe_dump(dict(changed), allow_unicode=True))
