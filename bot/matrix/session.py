"""Logging in once, and being the same device for good."""

import json
import secrets
import string
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import structlog

from bot.errors import LoginFailed, TryLater
from bot.files import write_private
from bot.matrix.api import Api, Denied, LoggedOut, path

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Who to be, and how to prove it. One of the two secrets is enough."""

    user: str
    password: str | None
    token: str | None
    device_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who we are: kept in a file of its own that only the bot's user may read. `token` is empty before the login."""

    user: str
    device: str
    token: str = ""


def load(file: Path) -> Session | None:
    """The kept session."""
    if not file.exists():
        return None
    try:
        return Session(**json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise LoginFailed(f"{file} can't be read. Restore it from a backup, or delete it to log in anew.") from error


def save(file: Path, session: Session) -> None:
    """Keep a session; the file is whole at any moment."""
    write_private(file, json.dumps(asdict(session)).encode())


async def log_in(api: Api, file: Path, who: Credentials) -> Session:
    """Be logged in: with the kept token, else the configured one, else the password. Raises `LoginFailed`."""
    kept = load(file)
    if kept is not None and kept.user != who.user:
        raise LoginFailed(f"{file.parent} belongs to {kept.user}, but the config says {who.user}. Use another folder.")
    if kept is not None and kept.token and await _accepted(api, kept.token):
        api.token = kept.token
        return kept
    session = await (_by_token(api, who) if who.token else log_in_again(api, file, who))
    api.token = session.token
    save(file, session)
    return session


async def _accepted(api: Api, token: str) -> bool:
    api.token = token
    try:
        await api.call("GET", path("account", "whoami"))
    except LoggedOut:
        api.token = None
        return False
    return True


async def _by_token(api: Api, who: Credentials) -> Session:
    api.token = who.token
    try:
        answer = await api.call("GET", path("account", "whoami"))
    except LoggedOut as error:
        raise LoginFailed("The homeserver doesn't accept the access token. Get a new one for the bot.") from error
    if answer.get("user_id") != who.user:
        raise LoginFailed(f"The access token belongs to {answer.get('user_id')}, but the config says {who.user}.")
    if not answer.get("device_id"):
        raise LoginFailed("The access token has no device, so it can't encrypt. Get one by logging in.")
    return Session(user=who.user, device=answer["device_id"], token=who.token or "")


async def log_in_again(api: Api, file: Path, who: Credentials) -> Session:
    """Log in by password, as the device that we were, or, the first time, as a new one whose id is on disk already."""
    if not who.password:
        raise LoginFailed("The homeserver has logged the bot out. Put a password or a new token into the config.")
    kept = load(file) or Session(user=who.user, device=_new_device())
    save(file, kept)
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": who.user},
        "password": who.password,
        "device_id": kept.device,
        "initial_device_display_name": who.device_name,
    }
    answer = await _login(api, body, who.user)
    if answer["user_id"] != who.user:
        raise LoginFailed(f"The homeserver logged us in as {answer['user_id']}, but the config says {who.user}.")
    log.info("logged_in", user=who.user, device=kept.device)
    return Session(user=who.user, device=answer["device_id"], token=answer["access_token"])


async def _login(api: Api, body: dict[str, Any], user: str) -> dict[str, Any]:
    """The answer to a login. Until there is one, the old token stays: without any we would look logged out for good."""
    old, api.token = api.token, None
    try:
        answer = await api.call("POST", path("login"), body)
    except Denied as error:
        raise LoginFailed(_refusal(error, user)) from error
    finally:
        api.token = old
    if not all(isinstance(answer.get(part), str) for part in ("user_id", "device_id", "access_token")):
        raise TryLater("the homeserver's answer to the login says too little")
    return answer


def _refusal(error: Denied, user: str) -> str:
    match error.errcode:
        case "M_FORBIDDEN":
            return f"The homeserver doesn't accept this password for {user}. Check both."
        case "M_USER_DEACTIVATED":
            return f"The account {user} is deactivated. Use another one."
        case "M_UNKNOWN" | "M_UNRECOGNIZED":
            return "The homeserver offers no login by password. Use an access token instead."
        case _:
            return f"The homeserver refused the login of {user}: {error}"


def _new_device() -> str:
    return "".join(secrets.choice(string.ascii_uppercase) for _ in range(10))
