"""The stage of a chaos run: a homeserver, a proxy before it, a mortal bot, people, and three rooms."""

import asyncio
import json
import sqlite3
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.demo.homeserver import Homeserver
from tests.chaos.plans import CHAT, OPEN, SEALED
from tests.chaos.proxy import Proxy, proxy_to
from tests.support.bot_process import PASSWORD, BotProcess, write_config
from tests.support.device_keys import give_keys
from tests.support.person import Person

ENCRYPTION = {"algorithm": "m.megolm.v1.aes-sha2"}
QUESTION = "Steward, where does all the money go?"


@dataclass(kw_only=True)
class Scene:
    """`rooms` by what they are: open, sealed, chat."""

    homeserver: Homeserver
    proxy: Proxy
    bot: BotProcess
    ana: Person
    ben: Person
    rooms: dict[str, str]
    orders: Path
    guest: Person | None = None
    locks: list[sqlite3.Connection] = field(default_factory=list)

    @property
    def database(self) -> Path:
        """The bot's own database."""
        return self.bot.config.parent / "data" / "steward.db"

    def order(self, name: str, text: str) -> None:
        """Give the mortal bot an order; whole at any moment."""
        partial = self.orders / f"{name}.partial"
        partial.write_text(text)
        partial.rename(self.orders / name)

    def die(self, point: str, when: str, nth: int) -> None:
        """Have the bot die there."""
        self.order("die", json.dumps({"point": point, "when": when, "nth": nth, "id": uuid.uuid4().hex}))

    def withdraw(self) -> None:
        """Take all orders back."""
        for file in self.orders.iterdir():
            if file.name != "clock":
                file.unlink()

    async def ask(self, room: str, text: str = QUESTION) -> str:
        """Ana asks; the question's event id. The proxy is not in her way, but the homeserver may be down."""
        path = f"/rooms/{quote(self.rooms[room])}/send/m.room.message/{uuid.uuid4().hex}"
        content = {"msgtype": "m.text", "body": text, "m.mentions": {}}
        answer = await persistent(lambda: self.ana.call("PUT", path, content))
        return str(answer["event_id"])

    async def shake_keys(self) -> None:
        """Another guest comes and the last one goes: the next answer needs a new key, and asks for the guest's."""
        room, last = self.rooms[SEALED], self.guest
        self.guest = await newcomer(self.homeserver, self.ana.http, "guest")
        await give_keys(self.guest)
        await self.guest.join(room)
        if last is not None:
            await last.call("POST", f"/rooms/{room}/leave", {})

    async def answers(self, room: str) -> list[tuple[str, str]]:
        """The bot's answers in the order in which they stand there: (question, our own id of the answer)."""
        return [
            (asked, str(event["content"].get("coop.steward.id")))
            for event in await persistent(lambda: self.ana.history(self.rooms[room]))
            if event["sender"] == self.bot.user and (asked := answered(event)) is not None
        ]


async def newcomer(homeserver: Homeserver, http: aiohttp.ClientSession, name: str) -> Person:
    """Somebody who wasn't there before."""
    user = await homeserver.register(f"{name}-{uuid.uuid4().hex[:8]}", "password", display_name=name)
    return await Person.log_in(homeserver.url, http, user, "password")


async def persistent(call: Callable[[], Awaitable[Any]]) -> Any:
    """Call until it works, while a homeserver that was killed comes back."""
    while True:
        try:
            return await call()
        except aiohttp.ClientError:
            await asyncio.sleep(0.2)  # nobody tells when a homeserver is back


def answered(event: dict[str, Any]) -> str | None:
    """Which event this one answers. An encrypted one shows that too."""
    relation = event.get("content", {}).get("m.relates_to", {})
    found: str | None = relation.get("m.in_reply_to", {}).get("event_id")
    return found


@asynccontextmanager
async def scene(folder: Path, homeserver: Homeserver, **changes: Any) -> AsyncIterator[Scene]:
    """A scene on this homeserver, with the bot ready."""
    unique = uuid.uuid4().hex[:8]
    async with aiohttp.ClientSession() as http, proxy_to(homeserver.url) as proxy:
        ana, ben = [await newcomer(homeserver, http, name) for name in ("ana", "ben")]
        rooms = {OPEN: await ana.create_room(), SEALED: await ana.create_room()}
        await ana.put_state(rooms[SEALED], "m.room.encryption", ENCRYPTION)
        user = await homeserver.register(f"steward-{unique}", PASSWORD)
        configured = [{"room": room, "name": name} for name, room in rooms.items()]
        # Moderators are never limited, and a run must not be about the bot's own limits.
        roles = {"moderator": [ana.user]}
        config = write_config(folder / unique, proxy.url, user, rooms=configured, roles=roles, **changes)
        orders = folder / unique / "orders"
        orders.mkdir()
        bot = BotProcess(user, config, program="tests.chaos.mortal", env={"MORTAL": str(orders)})
        await bot.start()
        rooms[CHAT] = await ana.open_chat(user)
        await ana.next_event(rooms[CHAT], user, "m.room.member")
        made = Scene(homeserver=homeserver, proxy=proxy, bot=bot, ana=ana, ben=ben, rooms=rooms, orders=orders)
        try:
            yield made
        finally:
            if bot.process is not None and bot.process.returncode is None:
                await bot.kill()


@asynccontextmanager
async def keeper(bot: BotProcess) -> AsyncIterator[None]:
    """Somebody who starts the bot anew whenever it has died, as a service supervisor does."""

    async def keep() -> None:
        while True:
            assert bot.process is not None
            await bot.process.wait()
            await bot.start(ready=False)

    task = asyncio.create_task(keep())
    try:
        yield
    finally:
        task.cancel()
