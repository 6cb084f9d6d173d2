"""Outages that monitoring systems report: how soon the room knows, in how many messages, and what many reports cost."""

import asyncio
import json
import os
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.bots import PASSWORD, Bot
from bench.machine import resident
from bench.scene import Scene, Turn, scene
from bench.tables import Column, Table, percentile
from tests.support.bot_process import write_config

TITLE = "From a webhook to the room"
WEBHOOKS, WARM_UP = 60, 5
ALERTS, APART = 100, 0.6
#: Webhooks in a row: STEWARD_BENCH_FLOOD says how many, for a quick look.
FLOOD = int(os.environ.get("STEWARD_BENCH_FLOOD", "10000"))
AT_ONCE = 8
#: How long after the last alert the room is looked at: what was gathered has been said by then, in seconds.
GATHERED = 45
NOTES = f"""\
A monitoring system's call, from before it is made: until it is answered, its raw body being on disk by then, and until
a member's client has the notice. {WEBHOOKS} outages of as many services, one after the other, with nothing gathered;
{WARM_UP} more go before and don't count. Goals: 100 ms and 500 ms at the 95th percentile. Then {ALERTS} alerts of as
many services, {APART} s apart, with the usual gathering; messages are counted {GATHERED} s after the last, edits apart.
Goal: 3 at most. Then {FLOOD} webhooks, {AT_ONCE} at a time: lost is what was answered with 2xx and never worked off.
Memory is that of the process, after the first tenth and at the end."""
LATENCY = (
    Column("answered p50 ms", 1),
    Column("answered p95 ms", 1),
    Column("in the room p50 ms", 1),
    Column("in the room p95 ms", 1),
)
STORM = (Column("messages", 0), Column("edits", 0), Column("services told of", 0))
MANY = (
    Column("webhooks per second", 1),
    Column("worked off after s", 1),
    Column("lost", 0),
    Column("MiB after a tenth", 1),
    Column("MiB at the end", 1),
)
STEWARD, HOOK = "Steward", "the hook of a bench"


@dataclass(kw_only=True)
class Watched:
    """A bot with a hook, and where that is."""

    bot: Bot
    turn: Turn
    folder: Path
    port: list[int] = field(default_factory=list)

    async def call(self, service: int, state: str = "down", more: str = "") -> None:
        """The monitoring system calls."""
        where = f"http://127.0.0.1:{self.port[0]}/hooks/monitor"
        body = {"service": f"service-{service}", "state": state, "summary": f"HTTP 503 {more}", "severity": "critical"}
        headers = {"Authorization": f"Bearer {HOOK}"}
        async with self.turn.http.post(where, json=body, headers=headers) as answer:
            answer.raise_for_status()

    async def notice(self) -> dict[str, Any]:
        """The next message of the bot's that isn't an edit."""
        while True:
            event = await self.turn.people[0].next_event(self.turn.room, self.bot.user)
            if not _is_edit(event):
                return event

    def left(self) -> int:
        """How many calls are still to be worked off."""
        query = "SELECT count(*) FROM journal WHERE source = 'hook' AND state = 'waiting'"
        return self.count(query)

    def done(self) -> int:
        """How many calls were worked off."""
        return self.count("SELECT count(*) FROM journal WHERE source = 'hook' AND state = 'done'")

    def count(self, query: str) -> int:
        """What a query of the database counts."""
        with closing(sqlite3.connect(self.folder / "data" / "steward.db")) as database:
            return int(database.execute(query).fetchone()[0])


async def run(rounds: int) -> list[Table]:
    """Three tables."""
    soon = Table(title="How soon", columns=LATENCY)
    storm = Table(title=f"{ALERTS} alerts in a minute", columns=STORM)
    many = Table(title=f"{FLOOD} webhooks in a row", columns=MANY)
    async with scene() as place:
        for _ in range(rounds):
            soon.add(STEWARD, await _soon(place))
            storm.add(STEWARD, await _storm(place))
            many.add(STEWARD, await _many(place))
    return [soon, storm, many]


@asynccontextmanager
async def _watched(place: Scene, services: int, **status: Any) -> AsyncIterator[Watched]:
    turn = await place.turn()
    user = await turn.register("bot", PASSWORD)
    named = [
        {"name": f"service-{one}", "title": f"Service {one}", "url": "https://x.example"} for one in range(services)
    ]
    config = write_config(
        turn.folder,
        turn.homeserver.url,
        user,
        rooms=[{"room": turn.room, "name": "tech-chat", "notices": True}],
        services=named,
        web={"listen": "127.0.0.1:0", "hooks": [{"name": "monitor", "format": "generic", "bearer": "${STEWARD_HOOK}"}]},
        status=status,
    )
    port: list[int] = []
    command = ("bot", "run", "--config", str(config))
    env = {"STEWARD_PASSWORD": PASSWORD, "STEWARD_HOOK": HOOK}
    bot = Bot(user=user, command=command, env=env, ready=lambda line: _is_ready(line, port))
    await bot.start()
    try:
        await turn.people[0].listen()
        yield Watched(bot=bot, turn=turn, folder=turn.folder, port=port)
    finally:
        await bot.stop()


def _is_ready(line: str, port: list[int]) -> bool:
    """Notes where the bot listens, too."""
    try:
        said = json.loads(line)
    except ValueError:
        return False
    if said.get("event") == "web_listening":
        port.append(said["port"])
    return bool(said.get("event") == "ready")


async def _soon(place: Scene) -> dict[str, float]:
    answered, seen = [], []
    async with _watched(place, WARM_UP + WEBHOOKS, gather="0s") as watched:
        for number in range(WARM_UP + WEBHOOKS):
            began = time.perf_counter()
            notice = asyncio.create_task(watched.notice())
            await watched.call(number)
            answered.append((time.perf_counter() - began) * 1000)
            await notice
            seen.append((time.perf_counter() - began) * 1000)
    answered, seen = answered[WARM_UP:], seen[WARM_UP:]
    return {
        "answered p50 ms": percentile(answered, 50),
        "answered p95 ms": percentile(answered, 95),
        "in the room p50 ms": percentile(seen, 50),
        "in the room p95 ms": percentile(seen, 95),
    }


async def _storm(place: Scene) -> dict[str, float]:
    async with _watched(place, ALERTS) as watched:
        for number in range(ALERTS):
            await watched.call(number)
            await asyncio.sleep(APART)
        await asyncio.sleep(GATHERED)
        events = await watched.turn.people[0].history(watched.turn.room)
        told = watched.count("SELECT count(*) FROM status_told WHERE room LIKE '!%'")
    mine = [one for one in events if one["sender"] == watched.bot.user and one["type"] == "m.room.message"]
    edits = sum(map(_is_edit, mine))
    return {"messages": len(mine) - edits, "edits": edits, "services told of": told}


async def _many(place: Scene) -> dict[str, float]:
    async with _watched(place, 10) as watched:
        began = time.perf_counter()
        await _flood(watched, 0, FLOOD // 10)
        early = resident(watched.bot.pid)
        await _flood(watched, FLOOD // 10, FLOOD)
        took = time.perf_counter() - began
        while watched.left():  # noqa: ASYNC110 - another process's
            await asyncio.sleep(0.5)
        return {
            "webhooks per second": FLOOD / took,
            "worked off after s": time.perf_counter() - began,
            "lost": FLOOD - watched.done(),
            "MiB after a tenth": early,
            "MiB at the end": resident(watched.bot.pid),
        }


async def _flood(watched: Watched, begin: int, end: int) -> None:
    """Services go down and come back, again and again."""
    numbers = iter(range(begin, end))

    async def caller() -> None:
        for number in numbers:
            await watched.call(number % 10, "down" if number // 10 % 2 == 0 else "up", str(number))

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(caller())


def _is_edit(event: dict[str, Any]) -> bool:
    relation = event["content"].get("m.relates_to", {})
    return str(relation.get("rel_type")) == "m.replace"
