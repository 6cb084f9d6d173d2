"""The composition root: config → handlers → the running bot. The only module that imports handlers."""

import asyncio
import contextlib
import functools
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import structlog
from pydantic import SecretStr

from bot import account, config, ports
from bot.account import secret, session_file
from bot.backoff import backoff
from bot.clock import AgreedClock, Clock, SystemClock
from bot.config import Config
from bot.elsewhere import Channel, channels_of
from bot.engine import Engine
from bot.errors import ConfigError, TryLater
from bot.handler import Chatroom, Opened, Place, Service
from bot.lock import locked
from bot.matrix import session
from bot.matrix.api import Api
from bot.net import Outside
from bot.offline import Nobody, Offline
from bot.ports import Http
from bot.reach import Direct
from bot.readers import Memory
from bot.running import Running
from bot.steward import Steward
from bot.storage.engine import Storage, database_url
from bot.storage.migrate import migrate
from bot.vitals import Vitals
from bot.watchdog import Watchdog
from bot.web.export import Export
from bot.web.health import HealthPages
from bot.web.pages import Visits
from bot.web.server import Web
from handlers import ALL

log = structlog.get_logger()

#: All handlers, for what the program offers of them.
HANDLERS = ALL


def read_config(path: Path, env: Mapping[str, str], overlay: Path | None = None, *, secrets: bool = True) -> Config:
    """The configuration with every handler's section. Raises `ConfigError`."""
    sections = {handler.name: handler.settings for handler in ALL}
    return config.load(path, sections, env=env, overlay=overlay, secrets=secrets)


def place_of(settings: Config) -> Place:
    """The part of the config that handlers share."""
    return Place(
        root=settings.root,
        data=settings.at(settings.storage.folder),
        community=settings.community.name,
        people=settings.community.people,
        registration_form=settings.registration.form if settings.registration else None,
        services=tuple(
            Service(
                name=one.name, title=one.title, url=one.url, members_notice=one.members_notice, known_as=one.known_as
            )
            for one in settings.services
        ),
        rooms=tuple(one.name for one in settings.rooms),
        chatrooms=tuple(Chatroom(name=one.name, room=one.room, about=one.about) for one in settings.rooms),
        hooks=tuple(one.name for one in settings.web.hooks) if settings.web else (),
    )


def open_handlers(settings: Config) -> dict[str, Opened]:
    """Every handler at work, in the order of priority. Raises `ConfigError` for what can't be used as it is set."""
    place = place_of(settings)
    opened = {handler.name: handler.open(settings.sections[handler.name], place) for handler in ALL}
    unseen = [name for name, handler in opened.items() if handler.pages and not handler.export]
    if unseen and settings.web is None:
        raise ConfigError(*(f"{name}.page: nobody would see it; add web:, or export: below page:" for name in unseen))
    for name, handler in opened.items():
        for problem in handler.problems:
            log.error("left_out", handler=name, why=problem)
    return opened


async def begin(handlers: Mapping[str, Opened], memory: ports.Memory) -> None:
    """Let each handler get ready."""
    for opened in handlers.values():
        if opened.start is not None:
            await opened.start(memory)


def outside_of(settings: Config) -> Outside:
    """The internet, as the config lets the bot read it."""
    return Outside(allowed_private=frozenset(settings.outside.allow_private))


def addresses_of(handlers: Mapping[str, Opened]) -> dict[str, SecretStr]:
    """Where the channels beside Matrix lead, by their names."""
    return {name: address for opened in handlers.values() for name, address in opened.channels.items()}


@contextlib.asynccontextmanager
async def storage_of(settings: Config) -> AsyncIterator[Storage]:
    """The database, brought to this version's schema."""
    url = database_url(secret(settings.storage.database), settings.at(settings.storage.folder))
    await asyncio.to_thread(migrate, url, [one.migrations for one in ALL if one.migrations is not None])
    storage = Storage(url)
    try:
        yield storage
    finally:
        await storage.close()


async def run(settings: Config, *, check: bool = False, renew: bool = False) -> None:
    """Run until told to stop by SIGTERM or SIGINT; with `check`, stop once everything has been found in order.

    `renew`: make new cross-signing keys if those on the homeserver are lost here.
    """
    # All that is written here is for the bot's user alone.
    os.umask(0o077)
    folder = settings.at(settings.storage.folder)
    handlers = open_handlers(settings)
    with locked(folder):
        async with storage_of(settings) as storage, aiohttp.ClientSession() as http, outside_of(settings) as outside:
            api, clock = Api(settings.homeserver.url, http), AgreedClock()
            api.told_time = clock.told
            channels = channels_of(addresses_of(handlers), clock)
            await begin(handlers, Memory(storage))
            start = functools.partial(
                engine_of,
                settings,
                handlers,
                storage=storage,
                api=api,
                clock=clock,
                outside=outside,
                channels=channels,
                renew=renew,
            )
            if check:
                await Steward(await start()).check()
                return
            async with seen(settings, handlers, storage, clock) as running:
                engine = await patiently(start, settings)
                show(engine, running)
                await Steward(engine).run()


async def engine_of(
    settings: Config,
    handlers: dict[str, Opened],
    *,
    storage: Storage,
    api: Api,
    clock: Clock,
    outside: Http,
    channels: Mapping[str, Channel],
    renew: bool,
) -> Engine:
    """The engine of the bot's account, which is logged in first."""
    us = await account.log_in(settings, storage, api, clock, renew=renew)
    return Engine(
        settings=settings,
        handlers=handlers,
        storage=storage,
        account=us,
        clock=clock,
        outside=outside,
        reach=Direct(allowed_private=frozenset(settings.outside.allow_private)),
        channels=channels,
    )


@contextlib.asynccontextmanager
async def seen(
    settings: Config, handlers: Mapping[str, Opened], storage: Storage, clock: Clock
) -> AsyncIterator[Running]:
    """What is seen from outside, from before the bot logs in until it has stopped: hooks, pages, health, to systemd."""
    running, web = Running(), None
    if settings.web is not None:
        pages = tuple(page for opened in handlers.values() for page in opened.pages)
        web = Web(settings=settings.web, storage=storage, clock=clock, running=running, pages=pages)
        await web.start()
    watchdog = Watchdog(vitals=Vitals(storage=storage), clock=clock, running=running, env=os.environ)
    work = [watchdog.run(), *(one.run() for one in exports(handlers, storage, clock, running))]
    beside = [asyncio.create_task(one) for one in work]
    try:
        yield running
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        if web is not None:
            await web.stop()


def exports(handlers: Mapping[str, Opened], storage: Storage, clock: Clock, running: Running) -> Iterator[Export]:
    """What writes pages to folders."""
    health = HealthPages(vitals=Vitals(storage=storage), clock=clock, running=running)
    visits = Visits(memory=Memory(storage), clock=clock, running=running, look=health.look)
    for opened in handlers.values():
        if opened.export is not None:
            yield Export(folder=opened.export, pages=opened.pages, visits=visits, clock=clock)


def show(engine: Engine, running: Running) -> None:
    """Put the bot behind what is seen of it."""

    def stuck() -> bool:
        until = engine.sync.alive_until
        return until is not None and engine.clock.steady() > until

    running.wake = engine.dispatch_lanes.wake
    running.last_sync = lambda: engine.sync.last
    running.stuck = stuck


async def patiently(start: Callable[[], Awaitable[Engine]], settings: Config) -> Engine:
    """Start, however long the homeserver can't be reached: but the first time ever, when the address may be wrong."""
    failures = 0
    while True:
        try:
            return await start()
        except TryLater as error:
            kept = session.load(session_file(settings))
            if kept is None or not kept.token:
                raise
            wait = backoff(failures) if error.after is None else error.after
            log.warning("start_put_off", seconds=round(wait, 1), why=str(error))
            await asyncio.sleep(wait)
            failures += 1


async def answer(settings: Config, text: str) -> str | None:
    """What the bot would say to this in a private chat, without Matrix."""
    handlers = open_handlers(settings)
    await begin(handlers, Nobody())
    return await Offline(settings=settings, handlers=handlers, clock=SystemClock()).answer(text)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the terminal commands of the handler with this name may ask for. They never log in anywhere."""

    name: str

    def load(self, path: Path) -> tuple[Any, Place]:
        """The handler's settings and its place."""
        settings = read_config(path, os.environ, secrets=False)
        return settings.sections[self.name], place_of(settings)

    @contextlib.asynccontextmanager
    async def memory(self, path: Path) -> AsyncIterator[ports.Memory]:
        """The handler's tables."""
        settings = read_config(path, os.environ, secrets=False)
        # Where the database's address is a secret, it is needed; no other is.
        async with storage_of(read_config(path, os.environ) if settings.storage.database else settings) as storage:
            yield Memory(storage)

    def http(self, path: Path) -> contextlib.AbstractAsyncContextManager[Http]:
        """The internet."""
        return outside_of(read_config(path, os.environ, secrets=False))
