"""A bot that was away says so, once, however often it is killed meanwhile."""

import asyncio
import sqlite3
import time
from contextlib import closing
from typing import Any

import pytest

pytestmark = pytest.mark.homeserver

SECRET = "a-secret-of-this-flow"
SERVICES = [{"name": "mastodon", "title": "Mastodon", "url": "https://social.example"}]


@pytest.fixture
async def watching(bot, person, monkeypatch):
    """A bot at work, its operators' room and a room for news, with Ana in both."""
    monkeypatch.setenv("STEWARD_HOOK", SECRET)
    ana = await person("ana")
    room, operators = await ana.create_room(), await ana.create_room(preset="private_chat")
    hooks = [{"name": "monitor", "format": "generic", "path": "${STEWARD_HOOK}"}]
    steward = await bot(
        rooms=[{"room": room, "name": "tech-chat", "notices": True}],
        operators={"room": operators},
        services=SERVICES,
        web={"listen": "127.0.0.1:0", "hooks": hooks},
        status={"gather": "1s"},
    )
    await ana.call("POST", f"/rooms/{operators}/invite", {"user_id": steward.user})
    await steward.start()
    return steward, ana, room, operators


def asked(steward: Any, statement: str, *values: Any) -> list[Any]:
    """Ask, or change, the bot's database from outside of it."""
    with closing(sqlite3.connect(steward.config.parent / "data" / "steward.db", timeout=30)) as database, database:
        return database.execute(statement, values).fetchall()


async def until(steward: Any, query: str, *values: Any) -> None:
    """Wait until the bot's database has this."""
    async with asyncio.timeout(60):
        while not asked(steward, query, *values):  # noqa: ASYNC110 - another process's
            await asyncio.sleep(0.05)


async def reports_down(http: Any, steward: Any) -> None:
    """Monitoring says that Mastodon is down."""
    port = (await steward.until("web_listening"))["port"]
    body = {"service": "mastodon", "state": "down", "summary": "HTTP 503", "severity": "critical"}
    async with http.post(f"http://127.0.0.1:{port}/hooks/monitor/{SECRET}", json=body) as answer:
        assert answer.status == 202


async def said(person: Any, room: str, steward: Any) -> list[str]:
    """What the bot has said there of its absence."""
    events = [event for event in await person.history(room) if event["sender"] == steward.user]
    bodies = [str(event["content"].get("body", "")) for event in events]
    return [body for body in bodies if body.startswith("I was offline")]


async def hears(person: Any, room: str, steward: Any) -> str:
    """The next of what the bot says there of its absence."""
    while True:
        body = (await person.next_event(room, steward.user, seconds=60))["content"]["body"]
        if body.startswith("I was offline"):
            return str(body)


async def test_an_absence_during_an_incident_is_told_once_in_both_rooms(http, watching):
    steward, ana, room, operators = watching
    await reports_down(http, steward)
    assert "Mastodon" in (await ana.next_event(room, steward.user))["content"]["body"]
    await until(steward, "SELECT 1 FROM status_marks WHERE name = 'alive'")
    await steward.kill()
    # For as long as nobody has to wait for: the bot has been away since half an hour ago.
    began = time.time() - 1800
    asked(steward, "UPDATE status_marks SET value = ? WHERE name = 'alive'", repr(began))
    asked(steward, "UPDATE status_incidents SET opened = ?", began - 60)

    await steward.start()
    await until(steward, "SELECT 1 FROM jobs WHERE key LIKE 'absence:%'")
    await steward.kill()
    asked(steward, "UPDATE jobs SET due = ? WHERE key LIKE 'absence:%'", time.time())
    await steward.start()
    told = await hears(ana, operators, steward)
    assert await hears(ana, room, steward) == told
    assert "(30 minutes) and can't say how things were." in told
    await steward.kill()

    await steward.start()
    await until(steward, "SELECT 1 FROM status_marks WHERE name = 'alive' AND value > ?", repr(time.time()))
    assert await steward.stop() == 0
    assert len(await said(ana, operators, steward)) == 1
    assert len(await said(ana, room, steward)) == 1
