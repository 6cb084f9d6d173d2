"""Reading greetings off a room, and people who come into it."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from typing import Any

from tests.support.bot_process import BotProcess
from tests.support.person import Person

#: What each greeting in these tests begins with, whatever else it says.
HELLO = "Welcome"


def is_greeting(event: dict[str, Any], steward: BotProcess) -> bool:
    """Whether the bot greets somebody in this event."""
    body = str(event["content"].get("body", ""))
    answers = "m.relates_to" in event["content"]
    return (
        event["sender"] == steward.user and event["type"] == "m.room.message" and body.startswith(HELLO) and not answers
    )


async def next_greeting(person: Person, room: str, steward: BotProcess) -> dict[str, Any]:
    """The content of the next greeting in the room."""
    while not is_greeting(event := await person.next_event(room, steward.user), steward):
        pass
    content: dict[str, Any] = event["content"]
    return content


def mentioned(content: dict[str, Any]) -> set[str]:
    """Whom a message mentions."""
    return set(content["m.mentions"].get("user_ids", ()))


async def greeted_in(person: Person, room: str, steward: BotProcess) -> list[set[str]]:
    """Whom each greeting in the room's whole history mentions, in order."""
    return [mentioned(one["content"]) for one in await person.history(room) if is_greeting(one, steward)]


async def times_greeted(person: Person, rooms: Iterable[str], steward: BotProcess) -> Counter[str]:
    """How often each person was greeted in these rooms."""
    return Counter([who for room in rooms for some in await greeted_in(person, room, steward) for who in some])


async def greeted_alone(witness: Person, newcomer: Person, room: str, steward: BotProcess) -> None:
    """Somebody comes, and nobody besides them is greeted: whoever came before was to be greeted by then, or with them.

    `witness` is in the room, and has seen all greetings so far.
    """
    await newcomer.join(room)
    assert mentioned(await next_greeting(witness, room, steward)) == {newcomer.user}


async def together(steward: BotProcess, room: str, people: Iterable[Person]) -> None:
    """These come into the room while the bot does nothing: it hears of all in its next sync or two."""
    async with steward.paused():
        await asyncio.gather(*(one.join(room) for one in people))
