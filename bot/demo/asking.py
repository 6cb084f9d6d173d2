"""One question, one answer: `steward demo --ask`."""

import asyncio
import sys

from bot.demo.cast import MEMBER
from bot.demo.feed import Feed
from bot.demo.speaking import message
from bot.demo.stage import Stage
from bot.errors import StewardError


class NoAnswerError(StewardError):
    """Nothing came in time."""


async def ask(stage: Stage, question: str, within: float) -> None:
    """Ask as the member in the first room, mentioning the bot, and print the answer's text."""
    room = stage.rooms[stage.cast.rooms[0].name]
    client = stage.clients[MEMBER]
    feed = Feed(clients=[client])
    await feed.catch_up()
    following = asyncio.create_task(feed.run())
    content = message(f"{stage.cast.bot.shown}, {question}", stage.names)
    asked = await client.send(room, "m.room.message", content | {"m.mentions": {"user_ids": [stage.steward]}})
    try:
        answer = await asyncio.wait_for(feed.answer(room, asked, stage.steward), within)
    except TimeoutError:
        raise NoAnswerError(f"No answer came within {within:g} s.") from None
    finally:
        following.cancel()
    sys.stdout.write(f"{answer.text}\n")
    sys.stdout.flush()
