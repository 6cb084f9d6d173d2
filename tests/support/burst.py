"""Many questions at once in one room, and what became of each."""

import asyncio
from collections import Counter

from tests.support.person import Person


async def ask_at_once(people: list[Person], room: str, questions: int) -> list[str]:
    """Send so many questions without waiting between them; their event ids."""
    texts = [f"Steward, where does all the money go? (number {number})" for number in range(questions)]
    return list(await asyncio.gather(*(people[n % len(people)].say(room, text) for n, text in enumerate(texts))))


async def answers(person: Person, room: str, bot: str) -> Counter[str]:
    """How often each event was answered by the bot."""
    return Counter(
        event["content"]["m.relates_to"]["m.in_reply_to"]["event_id"]
        for event in await person.history(room)
        if event["sender"] == bot and "m.in_reply_to" in event.get("content", {}).get("m.relates_to", {})
    )


async def until_answered(person: Person, room: str, bot: str, asked: list[str], seconds: float = 240) -> Counter[str]:
    """Wait until every question has an answer, then how often each was answered."""
    open_questions = set(asked) - (await answers(person, room, bot)).keys()
    async with asyncio.timeout(seconds):
        while open_questions:
            answer = await person.next_event(room, bot, seconds=seconds)
            open_questions.discard(answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"])
    return await answers(person, room, bot)
