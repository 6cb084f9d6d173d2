"""A small bank that is changed from chat: what is said, what is shown, what is chosen, and what the bank becomes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.actions import Action, Ask, Decision, Reply, Say
from bot.commands import Call
from bot.events import Addressed, Chosen, Message, Tick
from bot.ports import Heard, Ports
from bot.roles import Role
from handlers.faq import on_chosen, on_tick
from handlers.faq.bank.reading import bank_of
from handlers.faq.commands import run
from handlers.faq.editions import Editions
from handlers.faq.library import Library, matcher
from handlers.faq.settings import Settings
from tests.support.fakes import START, FakeRoles, FakeRooms, ports
from tests.unit.faq.bank import ANA, PLACE, ROOM, Tables

MO, BEN, CONTROL = "@mo:example.org", "@ben:example.org", "!control:example.org"

MONEY = """\
---
questions:
  - Where does all the money go?
  - what do you do with the membership fees
not:
  - where do I send my invoice
source: https://example.org/wiki/Main_Page
topic: money
aliases: [budget]
---
To good causes.
"""
WIKI = """\
---
questions:
  - How do I edit the wiki?
  - get an account for the wiki
  - wiki editing
topic: about
---
Log in first.
"""
FILES = {"money": MONEY, "wiki": WIKI}


@dataclass
class Chat:
    """Somebody talks to the bot about these files. `heard` are earlier messages by their ids."""

    files: Mapping[str, str] = field(default_factory=lambda: dict(FILES))
    roles: dict[str, Role] = field(default_factory=lambda: {MO: Role.MODERATOR})
    heard: dict[str, Heard] = field(default_factory=dict)
    control: str | None = CONTROL
    tables: Tables = field(default_factory=Tables)
    now: Any = START
    spoken: int = 0

    @property
    def ports(self) -> Ports:
        """What the handler may ask for."""
        rooms = FakeRooms(control_room=self.control, heard=self.heard)
        return ports(memory=self.tables, rooms=rooms, roles=FakeRoles(self.roles), now=self.now)

    async def library(self) -> Library:
        """The bank as it is now."""
        bank = bank_of(self.files, "faq")
        editions = Editions(files=bank, settings=Settings(), place=PLACE, fit=matcher)
        return await editions.current(self.tables)

    async def says(self, args: str, *, who: str = MO, reply_to: str | None = None, **more: Any) -> tuple[Action, ...]:
        """What becomes of `!faq <args>`, what is remembered aside. Raises `Refused`."""
        self.spoken += 1
        given = {"id": f"$said{self.spoken}", "room": ROOM, "sender": who, "at": self.now, **more}
        said = Message(text=f"faq {args}", addressed=Addressed.PREFIX, reply_to=reply_to, **given)
        call = Call(name="faq", args=args, message=said, role=self.roles.get(who, Role.MEMBER))
        return self.tables.keep(await run(await self.library(), call, self.ports))

    async def shows(self, args: str, **more: Any) -> Ask:
        """The one change that `!faq <args>` proposes."""
        (ask,) = [one for one in await self.says(args, **more) if isinstance(one, Ask)]
        return ask

    async def picks(self, ask: Ask, option: int = 0, *, who: str = MO) -> tuple[Action, ...]:
        """What becomes of ✅ (or, with 1, of ❌)."""
        return self.tables.keep(await self.decides(ask, option, who=who))

    async def decides(self, ask: Ask, option: int = 0, *, who: str = MO) -> Decision:
        """The decision on that, of which nothing is kept yet."""
        self.spoken += 1
        chosen = Chosen(
            id=f"$chosen{self.spoken}",
            room=ask.room,
            sender=who,
            at=self.now,
            key=ask.key,
            option=option,
            # As it is when it was kept.
            memo=json.loads(json.dumps(ask.memo)),
        )
        return await on_chosen(await self.library(), chosen, self.ports)

    async def keeps(self, args: str, **more: Any) -> tuple[Action, ...]:
        """A moderator changes something, and says ✅."""
        return await self.picks(await self.shows(args, **more))

    async def keeps_up(self) -> tuple[Action, ...]:
        """What comes of the job that keeps up with files."""
        tick = Tick(id="timer:1", room="jobs:faq", sender="", at=self.now, key="bank")
        return self.tables.keep(await on_tick(await self.library(), tick, self.ports))

    async def text(self, slug: str) -> str | None:
        """The entry's file as it counts now."""
        entry = (await self.library()).entries.get(slug)
        return entry.text if entry else None

    def hears(self, text: str, sender: str = ANA, id: str = "$earlier") -> str:  # noqa: A002 - as the message's field
        """Somebody said this before; its id."""
        self.heard[id] = Heard(id=id, sender=sender, text=text, at=START)
        return id


def texts(actions: tuple[Action, ...]) -> list[str]:
    """What is said by these."""
    return [one.text for one in actions if isinstance(one, Reply | Say)]
