"""Where it all happens: a homeserver on this machine, and for each turn a new room with four new people in it."""

import itertools
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bot.demo.homeserver import Homeserver, running
from tests.support.person import Person

PEOPLE = ("ana", "ben", "cleo", "dee")


@dataclass(kw_only=True)
class Turn:
    """One side's turn: nobody who was in another's."""

    number: int
    homeserver: Homeserver
    http: aiohttp.ClientSession
    folder: Path
    people: list[Person] = field(default_factory=list)
    room: str = ""

    async def register(self, name: str, password: str) -> str:
        """An account of this turn; its user id."""
        return await self.homeserver.register(f"{name}-{self.number}", password, display_name=name)

    async def person(self, name: str) -> Person:
        """Somebody with an account, logged in."""
        user = await self.register(name, "password")
        return await Person.log_in(self.homeserver.url, self.http, user, "password")


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A homeserver, for all turns of a bench."""

    homeserver: Homeserver
    http: aiohttp.ClientSession
    folder: Path
    numbers: Iterator[int] = field(default_factory=itertools.count)

    async def turn(self) -> Turn:
        """A new room with new people."""
        number = next(self.numbers)
        turn = Turn(number=number, homeserver=self.homeserver, http=self.http, folder=self.folder / str(number))
        turn.people = [await turn.person(name) for name in PEOPLE]
        turn.room = await turn.people[0].create_room()
        for person in turn.people[1:]:
            await person.join(turn.room)
        return turn


@asynccontextmanager
async def scene() -> AsyncIterator[Scene]:
    """A scene for as long as the block lasts; nothing of it remains. The homeserver has no limits but its speed."""
    with tempfile.TemporaryDirectory(prefix="steward-bench-") as name:
        folder = Path(name)
        async with running(folder / "homeserver") as homeserver, aiohttp.ClientSession() as http:
            yield Scene(homeserver=homeserver, http=http, folder=folder)
