"""A Matrix client for the demo's people: just what they do, unencrypted, over plain HTTP."""

import itertools
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import quote

import aiohttp

from bot.errors import StewardError

_V3 = "/_matrix/client/v3"
_FILTER = json.dumps({"room": {"timeline": {"limit": 1000}}, "presence": {"types": []}})
_SYNC_MILLISECONDS = 30_000


class HomeserverRefusedError(StewardError):
    """The homeserver said no, in its words."""


class HomeserverGoneError(StewardError):
    """The homeserver doesn't answer any more."""


@dataclass(slots=True, kw_only=True)
class Client:
    """Somebody who is logged in."""

    url: str
    http: aiohttp.ClientSession
    user: str = ""
    token: str = ""
    _since: str | None = None
    _txn: Iterator[str] = field(default_factory=lambda: map(f"{secrets.token_hex(4)}.{{}}".format, itertools.count()))

    async def log_in(self, name: str, password: str) -> Self:
        """Log in."""
        who = {"type": "m.id.user", "user": name}
        body = {"type": "m.login.password", "identifier": who, "password": password}
        answer = await self.call("POST", "/login", body)
        self.user, self.token = answer["user_id"], answer["access_token"]
        return self

    async def call(self, method: str, path: str, body: Any = None, **query: str) -> dict[str, Any]:
        """Any call of the client-server API."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            async with self.http.request(
                method, f"{self.url}{_V3}{path}", json=body, params=query, headers=headers
            ) as response:
                answer: dict[str, Any] = await response.json()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise HomeserverGoneError("The homeserver doesn't answer any more.") from error
        if not response.ok:
            raise HomeserverRefusedError(f"The homeserver refuses: {answer.get('error')}")
        return answer

    async def create_room(self, **options: Any) -> str:
        """Make a room; its id."""
        return str((await self.call("POST", "/createRoom", options))["room_id"])

    async def join(self, room: str) -> None:
        """Enter a room, by its id or alias."""
        await self.call("POST", f"/join/{quote(room)}", {})

    async def send(self, room: str, kind: str, content: dict[str, Any]) -> str:
        """Send an event; its id."""
        path = f"/rooms/{quote(room)}/send/{kind}/{next(self._txn)}"
        return str((await self.call("PUT", path, content))["event_id"])

    async def redact(self, room: str, event: str) -> None:
        """Delete a message."""
        await self.call("PUT", f"/rooms/{quote(room)}/redact/{quote(event)}/{next(self._txn)}", {})

    async def state(self, room: str, kind: str) -> dict[str, Any]:
        """A state event's content."""
        return await self.call("GET", f"/rooms/{quote(room)}/state/{kind}/")

    async def news(self) -> list[tuple[str, dict[str, Any]]]:
        """What has happened since the last call, as pairs of room and event; waits a while for something to happen.

        Of a room that one is invited to it is the invitation alone.
        """
        query = {"filter": _FILTER, "timeout": str(_SYNC_MILLISECONDS)} | (
            {"since": self._since} if self._since else {}
        )
        answer = await self.call("GET", "/sync", **query)
        self._since = answer["next_batch"]
        rooms = answer.get("rooms", {})
        joined = [(room, event) for room, section in rooms.get("join", {}).items() for event in _events(section)]
        return joined + [(room, self._invitation(room, section)) for room, section in rooms.get("invite", {}).items()]

    def _invitation(self, room: str, section: dict[str, Any]) -> dict[str, Any]:
        """Our own membership, as we are shown it: without an id."""
        seen = section["invite_state"]["events"]
        invitation = next(event for event in seen if event.get("state_key") == self.user)
        return {**invitation, "event_id": f"{room} {self.user}"}


def _events(section: dict[str, Any]) -> list[dict[str, Any]]:
    return [*section.get("state", {}).get("events", []), *section.get("timeline", {}).get("events", [])]
