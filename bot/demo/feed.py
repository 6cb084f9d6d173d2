"""What the people's clients bring: the rooms as they are, and news of them."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bot.demo.client import Client
from bot.demo.timeline import Change, Event, Line, Timeline


@dataclass(slots=True, kw_only=True)
class Feed:
    """Follows rooms through the clients of those who are in them. `on_change` is told of all that happens."""

    clients: Iterable[Client]
    on_change: Callable[[str, Change], None] = lambda _room, _change: None
    timelines: dict[str, Timeline] = field(default_factory=lambda: defaultdict(Timeline))
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _more: asyncio.Queue[Client] = field(default_factory=asyncio.Queue)

    async def catch_up(self) -> None:
        """Take over what happened so far, of which nobody is told."""
        for client in self.clients:
            for room, event in await client.news():
                self.timelines[room].take(event)

    async def run(self) -> None:
        """Follow until cancelled. Raises when the homeserver is gone."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for client in self.clients:
                    tasks.create_task(self._follow(client))
                while True:
                    tasks.create_task(self._follow(await self._more.get()))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from failed

    def follow(self, client: Client) -> None:
        """Follow through this client too, from now on."""
        self._more.put_nowait(client)

    def is_in(self, user: str, room: str) -> bool:
        """Whether somebody is in a room."""
        return self.timelines[room].people.get(user) == "join"

    async def arrival(self, user: str, room: str) -> None:
        """Wait until somebody is in a room."""
        while not self.is_in(user, room):
            await self._change()

    async def answer(self, room: str, to: str, by: str) -> Line:
        """The first message by this person that answers the message `to`, as soon as it is there."""
        while True:
            for line in self.timelines[room].lines.values():
                if line.sender == by and to in {line.reply_to, line.root}:
                    return line
            await self._change()

    async def _change(self) -> None:
        self._news.clear()
        await self._news.wait()

    async def _follow(self, client: Client) -> None:
        while True:
            for room, event in await client.news():
                self._take(room, event)

    def _take(self, room: str, event: Event) -> None:
        change = self.timelines[room].take(event)
        if change is not None:
            self.on_change(room, change)
            self._news.set()
