"""Sets the stage: homeserver, accounts, rooms and the running bot, all in a folder that goes with them."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.demo import overlay
from bot.demo.bot_process import BotProcess
from bot.demo.cast import MODERATOR, Cast, Room, people, rooms_of, steward
from bot.demo.client import Client
from bot.demo.homeserver import Homeserver
from bot.demo.pages import Services, services
from bot.demo.ports import free_port
from bot.demo.steps import Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything at work. `clients` by the people's names, `rooms` (their ids) by the rooms' names.

    `services` are the pretend ones, `measured` the names of those that the bot looks at; `page` is the status page's
    address, and `news` holds the names of the rooms that are told of outages. `greets` says by the names of rooms how
    newcomers are greeted there ("room" or "private"), and `form` is the service that `!join` leads to, if there is one.
    """

    cast: Cast
    homeserver: Homeserver
    bot: BotProcess
    clients: dict[str, Client]
    rooms: dict[str, str]
    services: Services
    measured: tuple[str, ...]
    news: tuple[str, ...]
    greets: dict[str, str]
    form: str | None
    page: str
    http: aiohttp.ClientSession

    @property
    def steward(self) -> str:
        """The bot's Matrix id."""
        return self.homeserver.user_id(self.cast.bot.name)

    @property
    def names(self) -> dict[str, str]:
        """What everybody is called, by Matrix id."""
        return {self.homeserver.user_id(one.name): one.shown for one in (self.cast.bot, *self.cast.people)}


@asynccontextmanager
async def stage(config: Path, port: int | None, steps: Steps) -> AsyncIterator[Stage]:
    """A stage for as long as the block lasts. However it ends, no process and no folder is left."""
    values = overlay.shipped(config)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="steward-demo-")))
        homeserver = Homeserver(folder / "homeserver", port=port)
        stack.push_async_callback(homeserver.stop)
        cast = _cast(values, homeserver.server_name)
        bot = await BotProcess.launch(config, folder, {overlay.PASSWORD: cast.bot.password})
        stack.push_async_callback(bot.stop)
        with steps.step("Starting a homeserver", "A homeserver (Synapse), reachable from this machine alone"):
            await homeserver.start()
        # Everybody's client waits for news all the time, each with a connection of its own.
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        with steps.step("Setting up people and rooms", _summary(cast)):
            clients = await _accounts(cast, homeserver, http)
            rooms = await _rooms(cast, homeserver, clients)
        with steps.step("Starting the bot", f"The bot, with {config.name} and its answers"):
            pretend = await stack.enter_async_context(services(overlay.titles(values)))
            here = _here(homeserver, cast, pretend, folder / "data")
            overlay.write(bot.overlay, overlay.overlay(values, here))
            await bot.begin()
        for complaint in bot.complaints():
            steps.say(f"! {cast.bot.shown} warns: {complaint}")
        yield Stage(
            cast=cast,
            homeserver=homeserver,
            bot=bot,
            clients=clients,
            rooms=rooms,
            services=pretend,
            measured=overlay.measured(values),
            news=tuple(room["name"] for room in values["rooms"] if room.get("notices")),
            greets=overlay.greets(values),
            form=overlay.form(values),
            page=here.page,
            http=http,
        )


def _cast(values: dict[str, Any], server_name: str) -> Cast:
    name = (values.get("profile") or {}).get("name") or "Steward"
    rooms = rooms_of(*overlay.aliases(values, server_name))
    return Cast(bot=steward(name), people=people(), rooms=rooms)


def _here(homeserver: Homeserver, cast: Cast, pretend: Services, data: Path) -> overlay.Here:
    return overlay.Here(
        homeserver=homeserver.url,
        server_name=homeserver.server_name,
        bot=homeserver.user_id(cast.bot.name),
        maintainer=homeserver.user_id(MODERATOR),
        services=pretend.addresses,
        well=pretend.well,
        web=f"127.0.0.1:{free_port()}",
        data=data,
    )


def _summary(cast: Cast) -> str:
    names = ", ".join(person.shown for person in cast.people)
    return f"People ({names}) and rooms ({', '.join(room.title for room in cast.rooms)})"


async def _accounts(cast: Cast, homeserver: Homeserver, http: aiohttp.ClientSession) -> dict[str, Client]:
    """Register everybody, the bot included, and log the people in."""
    everybody = (cast.bot, *cast.people)
    await asyncio.gather(*(homeserver.register(one.name, one.password, display_name=one.shown) for one in everybody))
    clients = [Client(url=homeserver.url, http=http) for _ in cast.people]
    pairs = zip(cast.people, clients, strict=True)
    await asyncio.gather(*(client.log_in(person.name, person.password) for person, client in pairs))
    return {person.name: client for person, client in zip(cast.people, clients, strict=True)}


async def _rooms(cast: Cast, homeserver: Homeserver, clients: dict[str, Client]) -> dict[str, str]:
    """Make the rooms, with everybody in them who is meant to be; the bot enters by itself."""
    ids = await asyncio.gather(*(_room(room, homeserver.user_id(cast.bot.name), clients) for room in cast.rooms))
    return {room.name: made for room, made in zip(cast.rooms, ids, strict=True)}


async def _room(room: Room, bot: str, clients: dict[str, Client]) -> str:
    made = await clients[MODERATOR].create_room(
        preset="private_chat" if room.private else "public_chat",
        name=room.title,
        room_alias_name=room.alias.partition(":")[0].removeprefix("#"),
        invite=[bot] if room.private else [],
    )
    others = [name for name in room.people if name != MODERATOR]
    await asyncio.gather(*(clients[name].join(made) for name in others))
    return made
