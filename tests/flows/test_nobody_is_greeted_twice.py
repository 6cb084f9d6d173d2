"""However often the bot is killed, at whichever step: whoever comes is greeted once, neither twice nor never."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.support.bot_process import BotProcess
from tests.support.greetings import greeted_alone, greeted_in, mentioned, next_greeting

pytestmark = pytest.mark.homeserver

#: The steps between somebody's coming and the greeting's being noted as sent. The first decision is about the coming,
#: the second about the tick that greets.
COMES = [("write to the journal", "before", 1), ("write to the journal", "after", 1), ("decide", "after", 1)]
NOTED = [("commit", "before", 1), ("apply", "after", 1), ("commit", "after", 1)]
GREETS = [("decide", "before", 2), ("decide", "after", 2), ("apply", "after", 2), ("commit", "after", 2)]
SENT = [("send", "before", 1), ("send", "after", 1), ("mark as sent", "before", 1), ("mark as sent", "after", 1)]


def dies(steward: BotProcess, point: str, when: str, nth: int) -> None:
    """The bot is to kill itself there, from now on."""
    order = {"point": point, "when": when, "nth": nth, "id": uuid.uuid4().hex}
    (Path(steward.env["MORTAL"]) / "die").write_text(json.dumps(order))


@pytest.fixture
async def mortal(bot, person, tmp_path):
    """Makes a bot that can be killed at any step, in Lea's room."""

    async def make(welcome: str) -> tuple[BotProcess, Any, str]:
        lea = await person("lea")
        room = await lea.create_room()
        steward = await bot(
            rooms=[{"room": room, "name": "lobby", "welcome": welcome}], newcomers={"welcome": {"wait": "1s"}}
        )
        orders = tmp_path / "orders"
        orders.mkdir()
        steward.program, steward.env = "tests.chaos.mortal", {"MORTAL": str(orders)}
        await steward.start()
        return steward, lea, room

    return make


@pytest.mark.parametrize("moments", [COMES, NOTED, GREETS, SENT], ids=["comes", "noted", "greets", "sent"])
async def test_in_the_room_each_is_greeted_once_whenever_the_bot_was_killed(mortal, person, moments):
    steward, lea, room = await mortal("room")
    people = []
    for number, (point, when, nth) in enumerate(moments):
        people.append(await person(f"ana{number}"))
        dies(steward, point, when, nth)
        await people[-1].join(room)
        assert await steward.ended() == -9
        await steward.start()
        assert mentioned(await next_greeting(lea, room, steward)) == {people[-1].user}
    last = await person("last")
    await greeted_alone(lea, last, room, steward)

    assert await greeted_in(lea, room, steward) == [{one.user} for one in (*people, last)]


@pytest.mark.parametrize(
    ("point", "when", "nth"),
    [("decide", "after", 2), ("make a room", "after", 1), ("send", "after", 1), ("decide", "before", 3)],
)
async def test_in_private_each_is_written_to_once_whenever_the_bot_was_killed(mortal, person, point, when, nth):
    steward, lea, room = await mortal("private")
    ana = await person("ana")
    dies(steward, point, when, nth)
    await ana.join(room)
    assert await steward.ended() == -9
    await steward.start()

    chat = await ana.next_invite()
    await ana.join(chat)
    await ana.next_event(chat, steward.user, "m.room.encrypted")
    await ana.call("POST", f"/rooms/{room}/leave", {})
    await ana.join(room)
    ben = await person("ben")
    await ben.join(room)
    bens = await ben.next_invite()
    await ben.join(bens)
    await ben.next_event(bens, steward.user, "m.room.encrypted")
    await steward.stop()

    assert len([one for one in await ana.history(chat) if one["type"] == "m.room.encrypted"]) == 1
    assert await ana.invited() == [], "there is one chat"
    assert await greeted_in(lea, room, steward) == []


async def test_killed_after_each_arrival_while_others_are_on_their_way_each_is_greeted_once(mortal, person):
    """Not by orders: wherever it is just then, as in a power cut."""
    steward, lea, room = await mortal("room")
    people = [await person(f"ana{number}") for number in range(5)]
    for one in people:
        await one.join(room)
        if one is not people[-1]:
            await steward.kill()
            await steward.start()
    seen: list[str] = []
    while len(seen) < len(people):
        seen += mentioned(await next_greeting(lea, room, steward))
    last = await person("last")
    await greeted_alone(lea, last, room, steward)

    assert sorted(seen) == sorted(one.user for one in people)
