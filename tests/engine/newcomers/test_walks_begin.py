"""The ways in which a walk begins: by a command, by a wave, by saying so; in private, from a room, or not at all."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete, select

from bot.commands import Call
from bot.effects import Conflict
from bot.events import Addressed
from bot.storage import schema
from bot.storage.engine import Storage
from handlers.newcomers.guide import sentences
from handlers.newcomers.tables import walks
from tests.engine.newcomers.formhouse import chat_of
from tests.engine.newcomers.walkhouse import ANSWER, Walkhouse
from tests.support.fakes import FakeClock
from tests.support.house import ANA, BEN, ROOM, on_any_database, said
from tests.unit.newcomers.gates import Web
from tests.unit.newcomers.routes import guide

OTHER = "!other:example.org"


@pytest.fixture
async def house(storage: Storage, clock: FakeClock) -> AsyncIterator[Walkhouse]:
    house = await Walkhouse(storage=storage, clock=clock).starts()
    yield house
    assert await house.failures() == []


async def test_a_command_in_a_room_leads_to_a_hello_and_the_first_step_in_private(house):
    answer = await house.asks("join")
    hello, first = house.heard()
    assert "Hello! This is the walk to the registration form of Social.coop" in hello
    assert first.startswith("Step 1 of 4: What it is")
    assert answer == ["I've written to you in private."]
    assert house.reactions() == ["➡️", "⏹️"]
    assert await house.counted() == {"started": 1}
    walk = await house.walk()
    assert (walk.room, walk.asked_room, walk.asked) == (chat_of(ANA), None, None)


async def test_a_command_in_private_begins_right_there(house):
    (heard,) = await house.says("join", addressed=Addressed.PREFIX)
    assert "This is the walk" in heard
    assert "Step 1 of 4: What it is" in heard
    assert await house.counted() == {"started": 1}


@pytest.mark.parametrize(
    ("sentence", "begins"),
    [
        ("Hi! I'd like to join Social.coop.", "Step 1 of 4"),
        ("Ich möchte gerne mitmachen", "Schritt 1 von 4"),
        ("Me gustaría unirme", "Step 1 of 4"),
        ("Je voudrais devenir membre", "Step 1 of 4"),
        ("join", "Step 1 of 4"),
    ],
)
@on_any_database
async def test_saying_so_in_private_begins_it(house, sentence, begins):
    (heard,) = await house.says(sentence)
    assert begins in heard


@on_any_database
async def test_who_says_so_in_a_language_without_steps_is_told_so(house):
    (heard,) = await house.says("Je voudrais m'inscrire")
    assert "aren't translated into that language" in heard


@on_any_database
async def test_asking_how_is_no_wish(house):
    assert await house.says("how do I join?") == []
    assert await house.walk() is None


@on_any_database
async def test_saying_so_in_a_room_is_left_to_the_answers(house):
    await house.says("I'd like to join", room=ROOM, private=False, addressed=Addressed.MENTION)
    assert await house.walk() is None


@pytest.mark.parametrize("wave", ["👋", "👋🏽", "👋🏿"])
async def test_a_wave_under_an_answer_begins_it_without_a_word_in_the_room(house, wave):
    await house.answered()
    hello, first = await house.taps(wave, ANSWER, room=ROOM)
    assert hello.startswith("Hello!")
    assert first.startswith("Step 1 of 4")
    assert house.said_in(ROOM) == []


@on_any_database
async def test_a_wave_at_anything_else_begins_nothing(house):
    await house.answered()
    assert await house.taps("👋", "$something", room=ROOM) == []
    assert await house.taps("👍", ANSWER, room=ROOM) == []
    assert await house.taps("👋", ANSWER, room=OTHER) == [], "an answer in another room"
    assert await house.walk() is None


@on_any_database
async def test_a_wave_under_an_answer_that_the_config_does_not_name_begins_nothing(house):
    await house.starts(guide(under=("something-else",)))
    await house.answered()
    assert await house.taps("👋", ANSWER, room=ROOM) == []


@pytest.mark.parametrize("asked", ["join de", "join deutsch", "join auf deutsch"])
@on_any_database
async def test_the_language_may_stand_behind_the_command(house, asked):
    await house.asks(asked)
    hello, first = house.heard()
    assert hello.startswith("Hallo!")
    assert first.startswith("Schritt 1 von 4: Was es ist")
    assert house.said_in(ROOM) == ["Ich habe dir privat geschrieben."]


@pytest.mark.parametrize("asked", ["join please", "join now", "join the co-op"])
@on_any_database
async def test_other_words_behind_the_command_are_no_language(house, asked):
    await house.asks(asked)
    assert "translated" not in house.heard()[0]


@on_any_database
async def test_the_language_is_that_of_the_message_if_it_can_be_told(house):
    await house.asks("join bitte")
    assert house.heard()[0].startswith("Hallo!")


@pytest.mark.parametrize("asked", ["join fr", "join Klingon"])
@on_any_database
async def test_a_language_without_steps_is_said_to_be_none(house, asked):
    await house.asks(asked)
    assert house.heard()[0].endswith("aren't translated into that language, so here they are as they are.")


async def test_who_can_not_be_written_to_is_told_where_they_asked(house):
    house.closed.add(ANA)
    (answer,) = await house.asks("join")
    assert "I can't write to you in private" in answer
    assert "say join there" in answer.replace("`", "")
    assert answer.endswith("Ask Ben.")
    assert house.contents(ROOM)[-1]["m.mentions"] == {"user_ids": [ANA]}
    assert await house.walk() is None
    assert await house.counted() == {}
    house.closed.clear()
    assert await house.asks("join") == ["I've written to you in private."], "another time it works"


@on_any_database
async def test_who_waved_and_can_not_be_written_to_is_told_by_name(house):
    await house.answered()
    house.closed.add(ANA)
    await house.taps("👋", ANSWER, room=ROOM)
    (answer,) = house.said_in(ROOM)
    assert answer.startswith("@ana:example.org: I can't write to you in private")
    assert house.contents(ROOM)[-1]["m.mentions"] == {"user_ids": [ANA]}


async def test_who_asks_in_two_rooms_at_once_gets_one_walk(house):
    await asyncio.gather(house.asks("join", sends=False), house.asks("join", room=OTHER, sends=False))
    await house.sends()
    assert [one.startswith("Step 1") for one in house.heard()] == [False, True]
    answers = house.said_in(ROOM) + house.said_in(OTHER)
    assert sorted(answers) == [
        "I've written to you in private.",
        sentences.ENGLISH.elsewhere,
    ]
    assert await house.counted() == {"started": 1}


async def test_of_two_decisions_to_begin_only_one_can_be_committed(house):
    (join,) = [one for one in house.house.handlers["newcomers"].commands if one.name == "join"]
    ports = house.ports
    calls = [Call(name="join", args="", message=said("join", f"$m{room}", room=room)) for room in (ROOM, OTHER)]
    first, second = [await join.run(call, ports) for call in calls]
    await house.commits(first)
    with pytest.raises(Conflict):
        await house.commits(second)


async def test_two_people_walk_side_by_side(house):
    await house.says("join")
    await house.says("join", BEN)
    await house.says("next", BEN)
    assert (await house.walk(ANA)).step == "what"
    assert (await house.walk(BEN)).step == "conduct"


@on_any_database
async def test_who_asks_again_is_shown_where_they_are(house):
    await house.says("join")
    await house.says("next")
    (heard,) = await house.says("join")
    assert heard.startswith("Step 2 of 4")
    assert await house.asks("join") == [sentences.ENGLISH.elsewhere]
    await house.answered()
    (waved,) = await house.taps("👋", ANSWER, room=ROOM)
    assert waved.startswith("Step 2 of 4")
    assert await house.taps("👋", ANSWER, room=ROOM) == [], "not again and again"


async def test_saying_so_ten_times_at_once_is_answered_once(house):
    for _ in range(10):
        await house.says("I'd like to join", sends=False)
    await house.sends()
    assert len(house.heard()) == 1


@on_any_database
async def test_a_guide_that_is_taken_out_while_the_hello_is_on_its_way_begins_nothing(house):
    await house.asks("join", sends=False)
    nobody = await Walkhouse(storage=house.storage, clock=house.clock, sender=house.sender, guide=None).starts()
    await nobody.sends()
    assert await nobody.walk() is None
    assert len(nobody.heard()) == 1


@on_any_database
async def test_a_chat_that_takes_days_to_open_is_no_silence(house):
    await house.asks("join", sends=False)
    house.clock.forward(3 * 86_400)
    await house.turns()
    await house.sends()
    assert house.heard()[-1].startswith("Step 1")


@on_any_database
async def test_whose_hello_was_lost_is_not_kept_for_good(house):
    await house.asks("join", sends=False)
    async with house.storage.begin() as tx:
        await tx.execute(delete(schema.outbox))
    await house.passes(days=8)
    assert await house.walk() is not None
    await house.passes(days=1, minutes=1)
    assert await house.walk() is None
    assert await house.counted() == {}, "it never began"


@on_any_database
async def test_who_asks_again_in_another_language_is_shown_it_in_that(house):
    await house.says("join")
    (heard,) = await house.says("Ich möchte mitmachen")
    assert heard.startswith("Schritt 1 von 4: Was es ist")
    (heard,) = await house.says("join fr")
    assert heard.startswith("Die Schritte gibt es nicht in dieser Sprache; darum hier so, wie sie sind.")
    assert "Schritt 1 von 4" in heard


@on_any_database
async def test_who_opens_another_chat_goes_on_there(house):
    await house.says("join")
    await house.says("next")
    await house.says("I'd like to join", room=OTHER)
    assert house.said_in(OTHER)[-1].startswith("Step 2 of 4")
    assert await house.says("next") != []
    assert (await house.walk()).room == chat_of(ANA), "whoever says next here is shown it here again"


@on_any_database
async def test_stop_and_reminders_count_from_another_chat_too(house):
    await house.says("join")
    await house.says("remind me in 2h", room=OTHER)
    assert (await house.walk()).room == OTHER
    await house.passes(hours=2)
    assert house.said_in(OTHER)[-1].startswith("You wanted to be reminded")
    await house.says("stop")
    assert await house.walk() is None


async def test_a_stop_of_the_bot_at_any_moment_loses_and_doubles_nothing(house):
    await house.asks("join", sends=False)
    await house.starts()
    assert await house.asks("join", sends=False) == []
    await house.starts()
    await house.house.outbox.work(f"direct:{ANA}")
    await house.starts()
    await house.sends()
    assert [one[:6] for one in house.heard()] == ["Hello!", "Step 1"]
    await house.starts()
    (heard,) = await house.says("next")
    assert heard.startswith("Step 2 of 4")


@on_any_database
async def test_who_says_it_in_private_before_the_hello_is_there_begins_there(house):
    await house.asks("join", sends=False)
    (hello,) = [one for one in await house.says("join", room=OTHER) if one.startswith("Hello")]
    assert hello, "the hello was on its way"
    assert house.said_in(OTHER)[0].startswith("Step 1")
    assert await house.counted() == {"started": 1}
    rows = await house.storage.rows(select(walks))
    assert [row.room for row in rows] == [OTHER]


@on_any_database
async def test_where_there_is_no_guide_the_form_is_given(storage, clock):
    house = await Walkhouse(storage=storage, clock=clock, guide=None).starts()
    (heard,) = await house.asks("join")
    assert "https://join.example.org/form" in heard
    assert await house.walk() is None


@on_any_database
async def test_where_there_is_no_guide_and_the_form_fails_who_asks_in_private_is_offered_a_word(storage, clock):
    house = await Walkhouse(storage=storage, clock=clock, guide=None, web=Web([503])).starts()
    heard = await house.says("join")
    assert "https://join.example.org/form" not in heard[0]
    assert "tap ✅" in heard[1]
    assert len(await house.asks("join")) == 1, "in a room it isn't offered"
