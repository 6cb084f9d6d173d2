"""The registration form is down: a newcomer is told so and, once it is back, written to in the same chat."""

import asyncio
import sqlite3
import time
from contextlib import closing
from typing import Any

import pytest

from tests.foreign.driver import foreign_client
from tests.support.watched import Site, serving, text

pytestmark = [pytest.mark.homeserver, pytest.mark.foreign]

PATH = "/form.html"
STEPS = [
    {"name": "what-it-is", "title": {"en": "What we are"}, "text": {"en": "We are many."}},
    {"name": "the-form", "title": {"en": "The form"}, "text": {"en": "It asks who you are."}, "form": True},
    {"name": "afterwards", "title": {"en": "Afterwards"}, "text": {"en": "Somebody reads it."}},
]


@pytest.fixture
async def form():
    """A web server whose form fails."""
    async with serving(Site({PATH: text("broken", 503)})) as site:
        yield site


@pytest.fixture
async def mia(person):
    """A newcomer, whose client is the foreign one."""
    return await person("mia")


@pytest.fixture
async def steward(bot, mia, form):
    """A bot with a walk to that form, which it measures; Mia is in its room."""
    made = await bot(
        rooms=[{"room": await mia.create_room(), "name": "chat"}],
        services=[{"name": "registration", "title": "the registration form", "url": form.url + PATH}],
        status={"probes": [{"service": "registration", "every": "5s", "fails": 1, "recovers": 1}]},
        registration={"form": form.url + PATH},
        outside={"allow_private": ["127.0.0.1"]},
        newcomers={"guide": {"service": "registration", "steps": STEPS}},
    )
    await made.start()
    return made


def looks_soon(steward: Any) -> None:
    """While the bot is stopped: what it would look for in a while, it looks for soon."""
    with closing(sqlite3.connect(steward.config.parent / "data" / "steward.db")) as database, database:
        due = time.time() + 20
        changed = database.execute("UPDATE jobs SET due = ? WHERE handler = 'newcomers' AND key = 'form'", [due])
        assert changed.rowcount == 1


def who_waits(steward: Any) -> list[str]:
    with closing(sqlite3.connect(steward.config.parent / "data" / "steward.db")) as database:
        return [person for (person,) in database.execute("SELECT person FROM newcomers_forms").fetchall()]


async def said(client: Any, chat: str, steward: Any, *words: str, seconds: float = 60) -> dict[str, Any]:
    """The bot's next message with these words."""
    async with asyncio.timeout(seconds):
        while True:
            event: dict[str, Any] = await client.next_from(chat, steward.user, timeout=seconds)
            if all(word in event["body"] for word in words):
                return event


async def test_a_newcomer_is_told_and_written_to_in_the_same_chat_once_it_is_back(homeserver, mia, steward, form):
    async with foreign_client(homeserver.url, user=mia.user, password="password", strict=True) as client:
        chat = await client.open_chat(steward.user)
        await client.say(chat, "I'd like to join")
        await said(client, chat, steward, "Step 1 of 3")

        await client.say(chat, "next")
        told = await said(client, chat, steward, "Step 2 of 3")
        assert "doesn't work right now" in told["body"]
        assert "HTTP 503" in told["body"]
        assert form.url not in told["body"], "nobody is sent to a form that fails"
        offer = await said(client, chat, steward, "tap ✅")
        await client.react(chat, offer["event_id"], "✅")
        await said(client, chat, steward, "I'll write to you as soon as it works again")
        await client.say(chat, "next")
        await said(client, chat, steward, "Step 3 of 3")
        await client.say(chat, "stop")
        await client.next_from(chat, steward.user)
        assert who_waits(steward) == [mia.user], "whether the walk is over or not"

        await steward.stop()
        looks_soon(steward)
        form.pages[PATH] = text("Who are you?")
        await steward.start()
        back = await said(client, chat, steward, "works again", seconds=180)

    assert (back["encrypted"], back["msgtype"]) == (True, "m.text")
    assert form.url + PATH in back["body"]
    assert back["mentions"] in ({}, None)
    assert who_waits(steward) == []
