"""Newcomers: people with new accounts, who come into a room while the demo is on."""

import asyncio
from collections.abc import Collection, Iterator, Sequence
from itertools import count, islice

from bot.demo.cast import Person
from bot.demo.client import Client
from bot.demo.feed import Feed
from bot.demo.overlay import WAIT
from bot.demo.stage import Stage
from bot.errors import Refused

#: How many may come at once: enough for more than the bot would greet.
MOST = 20
_NAMES = (
    *("Nia", "Noor", "Nils", "Naomi", "Nuno", "Nell", "Nikola", "Nadia", "Ned", "Nora"),
    *("Nazim", "Nina", "Noah", "Nesrin", "Neil", "Niamh", "Nate", "Noemi", "Nico", "Naima"),
)


def how_many(typed: str) -> int:
    """How many are to come; one where nothing is typed. Raises Refused for what is no number, or too many."""
    if not typed:
        return 1
    if not typed.isdecimal() or not int(typed[:9]):
        raise Refused(f"How many? /arrive for one, or /arrive and a number up to {MOST}.")
    if int(typed[:9]) > MOST:
        raise Refused(f"At most {MOST} people can come at once: /arrive {MOST}.")
    return int(typed)


def strangers(number: int, known: Collection[str]) -> list[Person]:
    """So many people whose names nobody has yet."""
    return list(islice((person for person in _people() if person.name not in known), number))


def _people() -> Iterator[Person]:
    for again in count(1):
        for name in _NAMES:
            shown = name if again == 1 else f"{name} {again}"
            yield Person(name=shown.lower().replace(" ", ""), shown=shown, about="a newcomer")


def told(people: Sequence[Person], bot: str, how: str | None) -> str:
    """What one is told once they are in. `how` they are greeted, by the configuration."""
    first = people[0]
    be = f"/as {first.name} makes you {first.shown}."
    match how:
        case "room":
            return f"{bot} greets whoever has stayed for {WAIT} seconds, those who come together in one message. {be}"
        case "private":
            return f"{bot} writes to whoever has stayed for {WAIT} seconds, in private. {be}"
        case _:
            return f"Nobody is greeted here, by this configuration. {be}"


async def arrive(stage: Stage, feed: Feed, number: int, room: str) -> list[Person]:
    """Let so many come into a room together, and wait until they are in. They belong to the cast from then on."""
    people = strangers(number, [person.name for person in stage.cast.people])
    clients = await asyncio.gather(*(_with_account(stage, person) for person in people))
    for person, client in zip(people, clients, strict=True):
        stage.cast.people.append(person)
        stage.clients[person.name] = client
        feed.follow(client)
    await asyncio.gather(*(client.join(room) for client in clients))
    for client in clients:
        await feed.arrival(client.user, room)
    return people


async def _with_account(stage: Stage, person: Person) -> Client:
    await stage.homeserver.register(person.name, person.password, display_name=person.shown)
    return await Client(url=stage.homeserver.url, http=stage.http).log_in(person.name, person.password)
