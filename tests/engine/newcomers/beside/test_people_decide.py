"""What only people can decide: whoever asks the bot hears whom to ask, and nothing of it is kept."""

import pytest
from structlog.testing import capture_logs

from handlers.newcomers.settings import PeopleSettings
from tests.engine.newcomers.beside.beside import CHAT, LOUNGE, MUTE, PLACE, Beside
from tests.support.house import on_any_database

#: Said so that none of the shipped answers is sure.
APPLICATION = "Can you see my registration? It was sent in by post."
PAYMENT = "my last bank transfer disappeared into nowhere"
AGE = "Tengo 15 años, ¿se me permite de alguna manera?"
CONFLICT = "Ich habe Streit mit einem vom Vorstand"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (APPLICATION, "I can't see applications"),
        (PAYMENT, "Finance Working Group"),
        (AGE, "Si es posible lo deciden personas"),
        (CONFLICT, "Das braucht Menschen und keinen Bot"),
    ],
)
@pytest.mark.parametrize("room", [CHAT, LOUNGE])
async def test_they_hear_whom_to_ask_and_nothing_is_kept(beside: Beside, text: str, part: str, room: str) -> None:
    (answer,) = await beside.says(text, room)
    assert part in answer
    assert await beside.kept() == []
    assert await beside.asks() == 0, "nobody is asked whether it may be noted"


@on_any_database
async def test_without_words_of_the_configs_own_they_hear_where_people_are(beside: Beside) -> None:
    beside.opens(beside.settings.model_copy(update={"people": PeopleSettings()}))
    assert await beside.says(PAYMENT) == [PLACE.people]


@on_any_database
async def test_what_the_community_has_an_answer_to_is_answered_by_it(beside: Beside) -> None:
    (answer,) = await beside.says("I applied two weeks ago and heard nothing")
    assert "Applications are checked by" in answer


@on_any_database
async def test_others_words_and_rooms_without_answers_are_left_alone(beside: Beside) -> None:
    assert await beside.says(PAYMENT, LOUNGE, addressed=None) == []
    assert await beside.says(PAYMENT, MUTE) == []


@on_any_database
async def test_on_a_walk_the_answer_says_how_it_goes_on(beside: Beside) -> None:
    await beside.walks()
    before = await beside.walk()
    (answer,) = await beside.says(PAYMENT)
    assert "Finance Working Group" in answer
    assert answer.endswith("Our walk waits at step 2 of 6: The Code of Conduct. Say `next` to go on.")
    after = await beside.walk()
    assert before is not None
    assert after is not None
    assert (after.step, after.touched) == (before.step, beside.now)


@on_any_database
async def test_in_a_room_nothing_is_told_of_the_walk(beside: Beside) -> None:
    await beside.walks()
    (answer,) = await beside.says(PAYMENT, LOUNGE)
    assert "step" not in answer


@on_any_database
async def test_somebody_in_danger_hears_something_kinder_even_on_a_walk(beside: Beside) -> None:
    await beside.walks()
    (answer,) = await beside.says("my payment failed, I lost my job and I want to die")
    assert answer.startswith("I'm sorry, that sounds very hard")


@on_any_database
async def test_whoever_deletes_their_question_takes_the_answer_back(beside: Beside) -> None:
    await beside.says(PAYMENT, LOUNGE)
    question = beside.last
    await beside.deletes(question, CHAT)
    assert len(await beside.redactions()) == 0, "another room's event says nothing of this one's"
    await beside.deletes(question, LOUNGE)
    assert len(await beside.redactions()) == 1


async def test_no_log_line_holds_a_word_of_it(beside: Beside) -> None:
    await beside.walks()
    with capture_logs() as lines:
        await beside.says(PAYMENT)
        await beside.says("My name is Ana and I would like to join since " + "I bake bread " * 30)
    assert not any(word in str(lines) for word in ("bank transfer", "bread", "@ana"))
