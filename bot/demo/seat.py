"""Where one sits: as whom, in which room, and where one may go from there."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.demo.cast import Person
from bot.demo.client import Client
from bot.demo.feed import Feed
from bot.demo.stage import Stage
from bot.demo.timeline import Timeline
from bot.errors import Refused

PRIVATE = "private"
_SECONDS_TO_COME = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A room that one can go to. `short` is what one types."""

    id: str
    short: str
    title: str


@dataclass(kw_only=True)
class Seat:
    """Changes only as a whole: `person` is always in `place`."""

    stage: Stage
    feed: Feed
    person: Person
    place: Place
    private: dict[str, Place] = field(default_factory=dict)

    @classmethod
    def first(cls, stage: Stage, feed: Feed) -> "Seat":
        """As the first person, in the first room."""
        return cls(stage=stage, feed=feed, person=stage.cast.people[0], place=places(stage)[0])

    @property
    def client(self) -> Client:
        """The person's."""
        return self.stage.clients[self.person.name]

    @property
    def room(self) -> Timeline:
        """What has happened in the place."""
        return self.feed.timelines[self.place.id]

    def reachable(self) -> list[Place]:
        """Where this person is in already."""
        return self._reached_by(self.person)

    def _reached_by(self, person: Person) -> list[Place]:
        known = [*places(self.stage), *filter(None, [self.private.get(person.name)])]
        return [place for place in known if self.feed.is_in(self.stage.clients[person.name].user, place.id)]

    def become(self, person: Person) -> None:
        """Sit as somebody else: in the same room if they are in it, else in their first. Raises Refused without any."""
        there = self._reached_by(person)
        if not there:
            raise Refused(f"{person.shown} isn't in any room any more.")
        self.person = person
        if self.place not in there:
            self.place = there[0]

    async def go(self, short: str) -> None:
        """Go to another room. Raises Refused if this person isn't in it."""
        there = {place.short: place for place in self.reachable()}
        if short == PRIVATE and short not in there:
            there[short] = await self._open_private()
        if short not in there:
            known = ", ".join([*there, PRIVATE])
            raise Refused(f"{self.person.shown} isn't in that room. {self.person.shown} can go to: {known}.")
        self.place = there[short]

    async def _open_private(self) -> Place:
        """Make a private chat with the bot, and wait until it has come."""
        bot = self.stage.cast.bot.shown
        room = await self.client.create_room(preset="trusted_private_chat", is_direct=True, invite=[self.stage.steward])
        try:
            await asyncio.wait_for(self.feed.arrival(self.stage.steward, room), _SECONDS_TO_COME)
        except TimeoutError:
            raise Refused(f"{bot} didn't come into a private chat within {_SECONDS_TO_COME} s. Try again.") from None
        place = Place(id=room, short=PRIVATE, title=f"a private chat with {bot}")
        self.private[self.person.name] = place
        return place


def places(stage: Stage) -> Sequence[Place]:
    """The rooms that are there from the beginning."""
    return [Place(id=stage.rooms[room.name], short=room.short, title=room.title) for room in stage.cast.rooms]
