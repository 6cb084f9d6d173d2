"""A real homeserver (Synapse) on this machine, for the demo and the tests: about a second to start."""

import hashlib
import hmac
import secrets
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bot.demo.ports import free_port
from bot.demo.synapse import HomeserverError, PortTakenError, end, start_synapse
from bot.demo.synapse_config import SERVER_NAME, Profile, write_config

_TRIES = 5


class Homeserver:
    """One Synapse with its folder. Stopped or killed, it can be started again: same users, rooms and port."""

    server_name = SERVER_NAME

    def __init__(self, folder: Path, *, profile: Profile = "unlimited", port: int | None = None) -> None:
        self.folder = folder.resolve()
        self.port = port
        self.shared_secret = secrets.token_hex(16)
        self.process: subprocess.Popen[bytes] | None = None
        self.profile = profile

    @property
    def url(self) -> str:
        """Where clients reach it, without a trailing slash; known once it has started."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """The file with everything that Synapse says."""
        return self.folder / "homeserver.log"

    def user_id(self, name: str) -> str:
        """The full Matrix id of a name here."""
        return f"@{name}:{self.server_name}"

    async def start(self) -> None:
        """Start, and return when it answers. A port that was given, or used before, is kept."""
        if self.port is not None:
            await self._start_on(self.port)
            return
        for _ in range(_TRIES):
            try:
                await self._start_on(free_port())
            except PortTakenError:
                continue  # somebody was faster
            return
        raise HomeserverError(f"No free port found in {_TRIES} tries.")

    async def _start_on(self, port: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        config = write_config(self.folder, port=port, profile=self.profile, secret=self.shared_secret)
        self.process = await start_synapse(config, port=port, log=self.log)
        self.port = port

    async def stop(self) -> None:
        """Stop it as an operator would; when that takes too long, kill it."""
        if self.process is not None:
            self.process.terminate()
            await self._ended()

    async def kill(self) -> None:
        """End it at once, as a crash would."""
        if self.process is not None:
            self.process.kill()
            await self._ended()

    async def _ended(self) -> None:
        if self.process is not None:
            await end(self.process)
            self.process = None

    async def register(
        self, name: str, password: str, *, admin: bool = False, display_name: str | None = None, exist_ok: bool = False
    ) -> str:
        """Make an account, without a device, and return its user id. `exist_ok`: one that is there already will do."""
        url = f"{self.url}/_synapse/admin/v1/register"
        async with aiohttp.ClientSession() as http:
            async with http.get(url) as response:
                nonce = (await response.json())["nonce"]
            body = _registration(self.shared_secret, nonce, name, password, admin=admin)
            async with http.post(url, json=body | {"displayname": display_name or name}) as response:
                answer: dict[str, Any] = await response.json()
        if response.ok or (exist_ok and answer.get("errcode") == "M_USER_IN_USE"):
            return self.user_id(name)
        raise HomeserverError(f"The homeserver did not register {name}: {answer.get('error')}")


def _registration(secret: str, nonce: str, name: str, password: str, *, admin: bool) -> dict[str, Any]:
    """The body that proves, by the shared secret, that the homeserver's owner asks."""
    parts = [nonce, name, password, "admin" if admin else "notadmin"]
    mac = hmac.new(secret.encode(), "\0".join(parts).encode(), hashlib.sha1).hexdigest()
    return {
        "nonce": nonce,
        "username": name,
        "password": password,
        "admin": admin,
        "mac": mac,
        "inhibit_login": True,
    }


@asynccontextmanager
async def running(folder: Path, profile: Profile = "unlimited", port: int | None = None) -> AsyncIterator[Homeserver]:
    """A homeserver for as long as the block lasts. `folder` keeps its data; it is made when missing."""
    homeserver = Homeserver(folder, profile=profile, port=port)
    await homeserver.start()
    try:
        yield homeserver
    finally:
        await homeserver.stop()
