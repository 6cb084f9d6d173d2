"""What only people can decide: whoever asks the bot hears whom to ask, and nothing of it is kept."""

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.events import Addressed, Edited, Reaction
from bot.ports import Heard
from bot.readers import Sent
from handlers.newcomers.settings import PeopleSettings
from tests.engine.newcomers.beside.beside import CHAT, LOUNGE, MUTE, PLACE, Beside
from tests.support.house import ANA, on_any_database, said

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
    assert text not in await beside.reasons()
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


TRAM = "Which colour has the tram to the harbour?"
BOUNCED = "my direct debit bounced and now I can't pay the fee"


async def consents(beside: Beside, words: str) -> list[str]:
    """Ana agrees that her last question, which reads like this by now, is noted."""
    question = beside.last
    heard = Heard(id=question, sender=ANA, text=words, at=beside.now)
    beside.house.rooms = replace(beside.house.rooms, heard={question: heard})
    asked = await Sent(beside.storage).event_of("faq", f"unknown:{question}")
    return await beside.happens(Reaction(id="$tap", room=CHAT, sender=ANA, at=beside.now, of=asked or "", key="✅"))


async def edits(beside: Beside, question: str, words: str) -> list[str]:
    """Ana changes her question."""
    message = said(words, question, room=CHAT, at=beside.now, private=True, addressed=Addressed.PRIVATE)
    return await beside.happens(Edited(id="$edit", room=CHAT, sender=ANA, at=beside.now, of=question, message=message))


async def noted(beside: Beside) -> list[str]:
    """The questions that are noted."""
    return [row for row in await beside.kept() if row.startswith("faq_misses")]


async def test_a_question_that_has_become_a_matter_of_ones_own_is_noted_no_longer(beside: Beside) -> None:
    await beside.says(TRAM)
    question = beside.last
    await consents(beside, TRAM)
    assert len(await noted(beside)) == 1
    (answer,) = await edits(beside, question, BOUNCED)
    assert "I can't see payments" in answer
    assert await noted(beside) == []


@pytest.mark.parametrize("words", [BOUNCED, "I would like to be a member since I work at a bakery. " * 8])
@on_any_database
async def test_consent_to_a_question_is_none_to_what_it_was_changed_into(beside: Beside, words: str) -> None:
    await beside.says(TRAM)
    (answer,) = await consents(beside, words)
    assert "I can't see payments" in answer or "looks like an application" in answer
    assert await noted(beside) == []
