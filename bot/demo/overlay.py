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
_NOT_HERE = {
    "homeserver": ("token", "recovery_key"),
    "storage": ("database", "key"),
    "faq": ("wiki",),
    "status": ("also", "dead_man", "feeds"),
}
#: Kinds of probes that a pretend service can answer.
_KINDS = {"http", "mastodon", "mediawiki", "matrix", "tcp"}
#: So quickly is it noticed what becomes of one. An answer that takes longer than `slow` counts as such.
QUICKLY = {"every": "5s", "timeout": "4s", "slow": "1s", "fails": 1, "recovers": 1}
#: What comes and goes within a demo is not yet unstable, and nothing is gathered for long.
_PATIENCE = {"gather": "2s", "reopen": "30s", "flapping": {"times": 20, "within": "10m", "hold": "10s"}}
#: The service that stands behind the form where people join, if the config lists none.
FORM = "registration"
#: How many seconds somebody must have stayed to be greeted.
WAIT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Where things are on this machine: `services` their addresses by name, `well` one that always answers.

    `web` is the host and port that the bot serves its status page on, `maintainer` who may give all commands.
    """

    homeserver: str
    server_name: str
    bot: str
    maintainer: str
    services: Mapping[str, str]
    well: str
    web: str
    data: Path

    @property
    def page(self) -> str:
        """The status page's address."""
        return f"http://{self.web}"


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
        "roles": {"admin": [], "maintainer": [here.maintainer], "moderator": []},
    }
    if control is not None:
        changed["control_room"] = {"room": control, "via": []}
    if config.get("operators"):
        changed["operators"] = None
    if config.get("services"):
        changed["services"] = [{**one, "url": here.services[one["name"]]} for one in config["services"]]
    if config.get("registration"):
        changed["registration"] = {"form": f"{here.services[FORM]}/registration-form"}
    if config.get("faq"):
        changed["faq"] = _emptied(config, "faq")
    changed["web"] = {"listen": here.web, "hooks": []}
    changed["outside"] = {"allow_private": ["127.0.0.1"]}
    changed["status"] = _status(config, here)
    changed["newcomers"] = {"welcome": {"wait": f"{WAIT}s"}}
    return changed


def titles(config: Mapping[str, Any]) -> dict[str, str]:
    """What stands in for the config's services is called, by name; the form where people join is one of them."""
    found = {one["name"]: one.get("title") or one["name"] for one in config.get("services") or ()}
    return found | ({FORM: "the registration form"} if config.get("registration") and FORM not in found else {})


def measured(config: Mapping[str, Any]) -> tuple[str, ...]:
    """The services that the bot measures in the demo, in the config's order."""
    return tuple(dict.fromkeys(probe["service"] for probe in _probes(config)))


def greets(config: Mapping[str, Any]) -> dict[str, str]:
    """How newcomers are greeted ("room" or "private"), by the names of the rooms where they are."""
    ways = {room["name"]: str(room.get("welcome")) for room in config["rooms"]}
    return {name: how for name, how in ways.items() if how in {"room", "private"}}


def form(config: Mapping[str, Any]) -> str | None:
    """The service that a walk to the registration form leads to; None where there is no such walk."""
    guide = (config.get("newcomers") or {}).get("guide")
    if not guide or not config.get("registration"):
        return None
    return str(guide.get("service") or FORM)


def _probes(config: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The config's probes, without what the real ones alone can answer; each service has one of each kind."""
    found = {}
    for probe in (config.get("status") or {}).get("probes") or ():
        kind = probe.get("kind") or "http"
        if kind in _KINDS:
            kept = {key: probe[key] for key in ("service", "severity") if key in probe}
            found[probe["service"], kind] = {**kept, "kind": kind, **QUICKLY}
    return list(found.values())


def _status(config: Mapping[str, Any], here: Here) -> dict[str, Any]:
    probes = [{**probe, "target": here.services[probe["service"]]} for probe in _probes(config)]
    page = {"url": here.page, "export": None}
    return {"probes": probes, "control": [here.well], "page": page, **_PATIENCE} | _emptied(config, "status")


def _emptied(config: Mapping[str, Any], section: str) -> dict[str, None]:
    return {key: None for key in _NOT_HERE[section] if key in (config.get(section) or {})}


def write(path: Path, changed: Mapping[str, Any]) -> None:
    """Write an overlay for `steward run --overlay`."""
    path.write_text(yaml.safe_dump(dict(changed), allow_unicode=True))
