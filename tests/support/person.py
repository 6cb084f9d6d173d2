"""A person at a plain HTTP client: just enough Matrix to live in a room with the bot, and nothing of the bot's code."""

import asyncio
import itertools
import json
from typing import Any, Self
from urllib.parse import quote

import aiohttp

V3 = "/_matrix/client/v3"


class Person:
    """Somebody with an account, logged in."""

    def __init__(self, url: str, http: aiohttp.ClientSession, user: str, token: str) -> None:
        self.url, self.http, self.user, self.token = url, http, user, token
        self._txn = itertools.count()
        self._since: str | None = None
        self._heard: list[dict[str, Any]] = []
        self._known: set[str] = set()

    @classmethod
    async def log_in(cls, url: str, http: aiohttp.ClientSession, user: str, password: str) -> Self:
        body = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": user},
            "password": password,
        }
        async with http.post(f"{url}{V3}/login", json=body) as response:
            answer = await response.json()
        return cls(url, http, answer["user_id"], answer["access_token"])

    async def call(self, method: str, path: str, body: Any = None, **query: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.http.request(method, f"{self.url}{V3}{path}", json=body, params=query, headers=headers) as got:
            answer: dict[str, Any] = await got.json()
            assert got.ok, f"{method} {path}: {answer}"
            return answer

    async def create_room(self, **options: Any) -> str:
        return str((await self.call("POST", "/createRoom", {"preset": "public_chat", **options}))["room_id"])

    async def open_chat(self, other: str) -> str:
        """A private chat, without encryption."""
        return await self.create_room(preset="trusted_private_chat", is_direct=True, invite=[other], initial_state=[])

    async def join(self, room: str) -> str:
        return str((await self.call("POST", f"/join/{quote(room, safe='')}", {}))["room_id"])

    async def say(self, room: str, text: str, **content: Any) -> str:
        return await self.send(room, "m.room.message", {"msgtype": "m.text", "body": text, "m.mentions": {}, **content})

    async def send(self, room: str, kind: str, content: dict[str, Any]) -> str:
        path = f"/rooms/{quote(room)}/send/{kind}/{next(self._txn)}.{id(self)}"
        return str((await self.call("PUT", path, content))["event_id"])

    async def reply(self, room: str, to: str, text: str) -> str:
        return await self.say(room, text, **{"m.relates_to": {"m.in_reply_to": {"event_id": to}}})

    async def react(self, room: str, to: str, emoji: str) -> str:
        relation = {"rel_type": "m.annotation", "event_id": to, "key": emoji}
        return await self.send(room, "m.reaction", {"m.relates_to": relation})

    async def put_state(self, room: str, kind: str, content: dict[str, Any]) -> None:
        await self.call("PUT", f"/rooms/{quote(room)}/state/{kind}/", content)

    async def state(self, room: str, kind: str) -> dict[str, Any]:
        return await self.call("GET", f"/rooms/{quote(room)}/state/{kind}/")

    async def members(self, room: str) -> set[str]:
        return set((await self.call("GET", f"/rooms/{quote(room)}/joined_members"))["joined"])

    async def history(self, room: str) -> list[dict[str, Any]]:
        """Everything that was said in the room, oldest first."""
        events: list[dict[str, Any]] = []
        query = {"dir": "f", "limit": "1000"}
        while True:
            page = await self.call("GET", f"/rooms/{quote(room)}/messages", **query)
            events += page["chunk"]
            if not page.get("end") or not page["chunk"]:
                return events
            query["from"] = page["end"]

    async def next_event(
        self, room: str, sender: str, kind: str = "m.room.message", seconds: float = 60
    ) -> dict[str, Any]:
        """The next event of this kind from this person that was not returned before."""
        async with asyncio.timeout(seconds):
            while True:
                for event in self._heard:
                    if (event["room_id"], event["sender"], event["type"]) == (room, sender, kind):
                        self._heard.remove(event)
                        return event
                await self.listen()

    async def invited(self) -> list[str]:
        """The rooms that one is invited to now."""
        # Each time another filter: for two minutes, a homeserver gives the same answer to the same first sync.
        unlike = json.dumps({"room": {"timeline": {"limit": 1 + next(self._txn)}}})
        return list((await self.call("GET", "/sync", timeout="0", filter=unlike))["rooms"].get("invite", {}))

    async def next_invite(self, seconds: float = 60) -> str:
        """Wait until one is invited somewhere."""
        async with asyncio.timeout(seconds):
            while not (rooms := await self.invited()):
                await self.listen()
        return rooms[0]

    async def listen(self) -> None:
        """Wait for news, as long as the homeserver holds a sync, and keep it for `next_event`."""
        limits = json.dumps({"room": {"timeline": {"limit": 100}}, "presence": {"types": []}})
        query = {"timeout": "30000", "filter": limits} | ({"since": self._since} if self._since else {})
        answer = await self.call("GET", "/sync", **query)
        self._since = answer["next_batch"]
        for room, section in answer.get("rooms", {}).get("join", {}).items():
            timeline = section["timeline"]
            # A homeserver cuts what is more than a hundred; the room's history has all of it.
            events = await self.history(room) if timeline.get("limited") else timeline["events"]
            self._hear(room, events)

    def _hear(self, room: str, events: list[dict[str, Any]]) -> None:
        for event in events:
            if event["event_id"] not in self._known:
                self._known.add(event["event_id"])
                self._heard.append({**event, "room_id": room})
