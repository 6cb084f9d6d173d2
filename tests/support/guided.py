"""A co-op with a walk of four steps to its form, and those who are in its room."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from typing import Any

from tests.support.bot_process import BotProcess
from tests.support.person import Person
from tests.support.watched import Site, serving, text

MONEY = "less than a third"
QUESTION = "where does all the money go?"


def step(name: str, title: str, title_de: str, *, form: bool = False) -> dict[str, Any]:
    """A step in two languages."""
    texts = {"en": f"About it: {title}.", "de": f"Dazu gehört: {title_de}."}
    return {"name": name, "title": {"en": title, "de": title_de}, "text": texts, "form": form}


STEPS = [
    step("what-it-is", "What we are", "Was wir sind"),
    step("our-code", "Our code", "Unser Kodex"),
    step("the-form", "The form", "Das Formular", form=True),
    step("what-next", "What comes next", "Wie es weitergeht"),
]


@dataclass(kw_only=True)
class Coop:
    """Ana and Ben are in `room`, which is Mia's; she is a moderator, in `control`. The form is at `/form` of `site`."""

    steward: BotProcess
    ana: Person
    ben: Person
    mia: Person
    room: str
    control: str
    site: Site

    @property
    def form(self) -> str:
        """The form's address."""
        return f"{self.site.url}/form"

    async def written(self, chat: str, events: int) -> None:
        """Wait until the bot has noted that it has sent so many events to a room."""
        await _until(self.steward, "SELECT 1 FROM sent WHERE room = ?", chat, found=events)


def rows(steward: BotProcess, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """What the bot's database has, read from outside of it."""
    with closing(sqlite3.connect(steward.config.parent / "data" / "steward.db")) as database:
        return database.execute(query, values).fetchall()


async def noted(steward: BotProcess, event: str) -> None:
    """Wait until the bot has noted that it has sent this: what people say before counts as said too early."""
    await _until(steward, "SELECT 1 FROM sent WHERE event_id = ?", event)


async def _until(steward: BotProcess, query: str, value: str, found: int = 1) -> None:
    async with asyncio.timeout(60):
        while True:
            if len(rows(steward, query, value)) >= found:
                return
            await asyncio.sleep(0.02)


@asynccontextmanager
async def coop(bot: Any, person: Any, **changes: Any) -> AsyncIterator[Coop]:
    """The co-op, with a bot that isn't started yet."""
    ana, ben, mia = await person("ana"), await person("ben"), await person("mia")
    room, control = await mia.create_room(), await mia.create_room(preset="private_chat")
    await ana.join(room)
    await ben.join(room)
    async with serving(Site(pages={"/form": text("Tell us who you are.")})) as site:
        steward = await bot(
            rooms=[{"room": room, "name": "lounge"}],
            control_room={"room": control},
            registration={"form": f"{site.url}/form"},
            outside={"allow_private": ["127.0.0.1"]},
            newcomers={"guide": {"steps": STEPS, "under": ["join-registration"]}},
            **changes,
        )
        await mia.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
        yield Coop(steward=steward, ana=ana, ben=ben, mia=mia, room=room, control=control, site=site)


@dataclass(kw_only=True)
class Chat:
    """A person's private chat with the bot, without encryption."""

    person: Person
    room: str
    steward: BotProcess

    async def says(self, words: str) -> str:
        """Say something; what the bot says next."""
        await self.person.say(self.room, words)
        return await self.hears()

    async def hears(self) -> str:
        """What the bot says next."""
        return str((await self.hears_event())["content"]["body"])

    async def hears_event(self) -> dict[str, Any]:
        """The same, as a whole."""
        heard = await self.person.next_event(self.room, self.steward.user)
        await noted(self.steward, heard["event_id"])
        return heard

    async def said(self) -> list[str]:
        """All that the bot has said here."""
        events = await self.person.history(self.room)
        ours = [one["content"] for one in events if one["sender"] == self.steward.user]
        return [content["body"] for content in ours if "body" in content]

    async def steps(self) -> list[int]:
        """The numbers of the steps that were shown here, in their order."""
        return [int(found[1]) for one in await self.said() if (found := re.search(r"Step (\d) of 4:", one))]


async def chat(person: Person, steward: BotProcess) -> Chat:
    """A private chat that the person opens, in which they have been answered."""
    opened = Chat(person=person, room=await person.open_chat(steward.user), steward=steward)
    await person.next_event(opened.room, steward.user, "m.room.member")
    assert "Hello!" in await opened.says("hello")
    return opened


async def answer_to(person: Person, room: str, steward: BotProcess, asked: str) -> str:
    """What the bot answers to this message."""
    while True:
        content = (await person.next_event(room, steward.user))["content"]
        if content.get("m.relates_to", {}).get("m.in_reply_to", {}).get("event_id") == asked:
            return str(content["body"])
