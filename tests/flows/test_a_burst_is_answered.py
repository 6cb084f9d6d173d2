"""More questions at once than fit into a sync's timeline: each is answered, each once."""

import pytest

from tests.support.burst import answers, ask_at_once, until_answered

pytestmark = pytest.mark.homeserver


@pytest.mark.parametrize("questions", [120, 500])
async def test_every_question_of_a_burst_is_answered_once(bot, person, questions):
    people = [await person(name) for name in ("ana", "ben", "cleo", "dee")]
    room = await people[0].create_room()
    for one in people[1:]:
        await one.join(room)
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}])
    await steward.start()

    asked = await ask_at_once(people, room, questions)

    found = await until_answered(people[0], room, steward.user, asked)
    assert found == dict.fromkeys(asked, 1)


async def test_every_question_is_answered_once_although_the_bot_is_killed_in_the_middle(bot, person):
    people = [await person(name) for name in ("ana", "ben", "cleo", "dee")]
    room = await people[0].create_room()
    for one in people[1:]:
        await one.join(room)
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}])
    await steward.start()

    asked = await ask_at_once(people, room, 120)
    for _ in range(3):
        for _ in range(15):
            await people[0].next_event(room, steward.user)
        await steward.kill()
        assert len(await answers(people[0], room, steward.user)) < len(asked), "it was killed too late to show anything"
        await steward.start(ready=False)

    found = await until_answered(people[0], room, steward.user, asked)
    assert found == dict.fromkeys(asked, 1)


async def test_what_is_asked_while_the_bot_is_away_is_answered_when_it_is_back(bot, person):
    ana = await person("ana")
    room = await ana.create_room()
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}])
    await steward.start()
    assert await steward.stop() == 0

    asked = await ask_at_once([ana], room, 150)
    await steward.start()

    found = await until_answered(ana, room, steward.user, asked)
    assert found == dict.fromkeys(asked, 1)
