"""When very many come at once, nobody is greeted, the moderators hear of it once, and afterwards all is as before."""

import asyncio
import sqlite3
from contextlib import closing
from urllib.parse import quote

import pytest

from tests.support.greetings import greeted_alone, greeted_in, next_greeting

pytestmark = pytest.mark.homeserver

MANY = 200
#: So many registrations and joins are under way at a time: more only wait for each other in the homeserver.
AT_ONCE = 20


async def accounts(homeserver, unique: str) -> list[str]:
    """Very many people with accounts, who aren't logged in."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def register(number: int) -> str:
        async with gate:
            return str(await homeserver.register(f"crowd{number}-{unique}", "password"))

    return list(await asyncio.gather(*(register(number) for number in range(MANY))))


async def come(admin, room: str, people: list[str]) -> None:
    """All of these come into the room, as fast as the homeserver lets them."""
    gate = asyncio.Semaphore(AT_ONCE)
    url = f"{admin.url}/_synapse/admin/v1/join/{quote(room, safe='')}"
    headers = {"Authorization": f"Bearer {admin.token}"}

    async def join(user: str) -> None:
        async with gate, admin.http.post(url, json={"user_id": user}, headers=headers) as answer:
            assert answer.ok, await answer.text()

    await asyncio.gather(*map(join, people))


@pytest.fixture
async def flooded(bot, person, homeserver, http, unique):
    """A room whose admin can have others join, its moderators' room, and the bot in both."""
    name = f"admin-{unique}"
    await homeserver.register(name, "password", admin=True)
    mo = await person("mo")
    admin = await type(mo).log_in(homeserver.url, http, homeserver.user_id(name), "password")
    room = await admin.create_room()
    control = await mo.create_room(preset="private_chat")
    steward = await bot(
        rooms=[{"room": room, "name": "lobby", "welcome": "room"}],
        control_room={"room": control},
        newcomers={"welcome": {"wait": "5s", "flood": {"joins": 10, "within": "20s", "calm": "20s"}}},
    )
    await mo.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
    await steward.start()
    return steward, admin, room, mo, control


async def until_calm(steward) -> None:
    """Wait until the bot takes no room for flooded any more, read from outside of it."""
    async with asyncio.timeout(120):
        while True:
            with closing(sqlite3.connect(steward.config.parent / "data" / "steward.db")) as database:
                if not database.execute("SELECT 1 FROM newcomers_floods").fetchone():
                    return
            await asyncio.sleep(0.1)


async def test_of_two_hundred_nobody_is_greeted_moderators_get_one_word_and_then_all_is_as_before(
    flooded, person, homeserver, unique
):
    steward, admin, room, mo, control = flooded
    people = await accounts(homeserver, unique)
    before = asyncio.get_running_loop().time()
    await come(admin, room, people)
    print(f"{MANY} came within {asyncio.get_running_loop().time() - before:.1f} s")  # noqa: T201 - a measured figure

    told = (await mo.next_event(control, steward.user))["content"]
    assert "people came to" in told["body"]
    assert "lobby" in told["body"]
    assert told["m.mentions"] == {}

    await until_calm(steward)
    greetings = await greeted_in(admin, room, steward)
    assert len(greetings) <= 1
    for _ in greetings:
        await next_greeting(admin, room, steward)
    await greeted_alone(admin, await person("ana"), room, steward)
    assert len(await greeted_in(admin, room, steward)) == len(greetings) + 1
    asked = await mo.say(control, "!help bot")
    answer = (await mo.next_event(control, steward.user))["content"]
    assert answer["m.relates_to"]["m.in_reply_to"]["event_id"] == asked, "one word, and no more"
