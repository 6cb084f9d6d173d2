"""What is said between the steps: it is answered like anything, and the walk waits."""

import pytest
from structlog.testing import capture_logs

from bot.events import Addressed
from tests.engine.newcomers.beside.beside import CHAT, ELSEWHERE, LOUNGE, Beside
from tests.support.house import BEN, on_any_database

WAITS = "Our walk waits at step 2 of 6: The Code of Conduct. Say `next` to go on."
PASTED = "I am Ana. I would like to be a member since I work at a bakery that its bakers own. " * 5


async def test_a_question_in_between_is_answered_and_then_the_walk_is_brought_to_mind(beside: Beside) -> None:
    await beside.walks()
    answer, line = await beside.says("Where does all the money go?")
    assert "less than a third" in answer
    assert line == WAITS
    walk = await beside.walk()
    assert walk is not None
    assert (walk.step, walk.touched) == ("code-of-conduct", beside.now)
    (step, *_) = await beside.says("next")
    assert "Step 3 of 6" in step


@on_any_database
async def test_also_after_a_question_that_nobody_has_an_answer_to(beside: Beside) -> None:
    await beside.walks()
    said = await beside.says("which colour has the tram to the harbour?")
    assert len(said) > 1
    assert said[-1] == WAITS


@on_any_database
async def test_in_the_walks_own_language(beside: Beside) -> None:
    await beside.walks("Ich möchte mitmachen", "weiter")
    *_, line = await beside.says("Wohin fließt das ganze Geld?")
    assert line == "Unser Rundgang wartet bei Schritt 2 von 6: Der Verhaltenskodex. Sag `weiter`, um weiterzugehen."


@pytest.mark.parametrize("text", ["thanks a lot!", "Thank you very much, that was helpful", "hm", "Vielen Dank dir"])
@on_any_database
async def test_thanks_and_the_like_bring_nothing_to_mind(beside: Beside, text: str) -> None:
    await beside.walks()
    assert WAITS not in await beside.says(text)


@on_any_database
async def test_whoever_is_in_danger_isnt_reminded_of_a_walk(beside: Beside) -> None:
    await beside.walks()
    (answer,) = await beside.says("I want to kill myself")
    assert answer.startswith("I'm sorry, that sounds very hard")
    walk = await beside.walk()
    assert walk is not None
    assert walk.touched == beside.now, "they did say something, so the silence begins anew"


@on_any_database
async def test_after_the_last_step_nothing_waits(beside: Beside) -> None:
    await beside.walks()
    await beside.says("6")
    (answer,) = await beside.says("Where does all the money go?")
    assert "walk" not in answer


@on_any_database
async def test_without_a_walk_or_by_others_nothing_is_brought_to_mind(beside: Beside) -> None:
    (answer,) = await beside.says("Where does all the money go?")
    assert "less than a third" in answer
    await beside.walks()
    assert len(await beside.says("Where does all the money go?", sender=BEN)) == 1
    assert len(await beside.says("Where does all the money go?", LOUNGE)) == 1
    other_chat = await beside.says("Where does all the money go?", ELSEWHERE, private=True, addressed=Addressed.PRIVATE)
    assert len(other_chat) == 1
    # Others have come into the chat, so that it is private no more.
    assert len(await beside.says("Where does all the money go?", private=False, addressed=Addressed.MENTION)) == 1


async def test_a_pasted_application_is_neither_kept_nor_noted(beside: Beside) -> None:
    await beside.walks()
    with capture_logs() as lines:
        (answer,) = await beside.says(PASTED)
    assert answer.startswith("That looks like an application.")
    assert answer.endswith(WAITS)
    assert (await beside.kept(), await beside.asks()) == ([], 0)
    assert [line["event"] for line in lines if line["event"].startswith("guide_")] == ["guide_text_dropped"]


@on_any_database
async def test_a_long_question_that_has_an_answer_gets_it(beside: Beside) -> None:
    await beside.walks()
    answer, line = await beside.says("Where does all the money go? " * 10)
    assert "less than a third" in answer
    assert line == WAITS


@on_any_database
async def test_somebody_in_danger_who_writes_much_is_heard(beside: Beside) -> None:
    await beside.walks()
    (answer,) = await beside.says(PASTED + "I want to die.")
    assert answer.startswith("I'm sorry, that sounds very hard")


@pytest.mark.parametrize("kind", ["m.sticker", "m.audio"])
async def test_a_sticker_or_a_voice_message_gets_one_sentence(beside: Beside, kind: str) -> None:
    await beside.walks()
    with capture_logs() as lines:
        (answer,) = await beside.sends(kind)
        assert await beside.sends(kind) == [], "once a minute is enough"
    assert answer == f"I can only read text, so I don't know what that was. {WAITS}"
    assert [line["kind"] for line in lines if line["event"] == "guide_wordless"] == [kind, kind]
    walk = await beside.walk()
    assert walk is not None
    assert walk.touched == beside.now


@on_any_database
async def test_pictures_elsewhere_are_nobodys_business(beside: Beside) -> None:
    assert await beside.sends("m.image") == []
    await beside.walks()
    assert await beside.sends("m.image", LOUNGE, private=False) == []
    assert await beside.sends("m.image", CHAT, private=False) == []
    assert await beside.sends("m.image", CHAT) != []


async def test_a_yes_to_what_was_asked_in_between_does_not_go_on_with_the_walk(beside: Beside) -> None:
    await beside.walks()
    await beside.says("which colour has the tram to the harbour?")
    for word in ("yes", "ok", "👍"):
        (which,) = await beside.says(word)
        assert which.startswith("If you mean our walk, say `next`.")
    (step, *_) = await beside.says("next")
    assert "Step 3 of 6" in step
    (step, *_) = await beside.says("yes")
    assert "Step 4 of 6" in step


@on_any_database
async def test_after_an_answer_that_asks_nothing_back_yes_goes_on(beside: Beside) -> None:
    await beside.walks()
    await beside.says("Where does all the money go?")
    (step, *_) = await beside.says("ok")
    assert "Step 3 of 6" in step


@on_any_database
async def test_an_arrow_means_the_walk_whatever_was_asked_in_between(beside: Beside) -> None:
    await beside.walks()
    await beside.says("which colour has the tram to the harbour?")
    (step, *_) = await beside.says("➡️")
    assert "Step 3 of 6" in step


@on_any_database
async def test_a_yes_to_something_in_between_takes_no_older_offer(beside: Beside) -> None:
    await beside.walks()
    await beside.says("5")
    await beside.says("which colour has the tram to the harbour?")
    (which,) = await beside.says("yes")
    assert which.startswith("If you mean our walk, say `next`.")
    assert not any("forms" in row for row in await beside.kept())


@pytest.mark.parametrize("text", ["ok", "yes", "2", "again"])
@on_any_database
async def test_a_reply_to_an_answer_is_no_word_for_the_walk(beside: Beside, text: str) -> None:
    await beside.walks()
    await beside.says("Where does all the money go?")
    answer = await beside.house.dispatch.ports(beside.now).sent.event_of("faq", f"answer:{beside.last}")
    assert answer is not None
    said = await beside.says(text, reply_to=answer)
    assert not any("Step " in one for one in said)
    walk = await beside.walk()
    assert walk is not None
    assert walk.step == "code-of-conduct"


@on_any_database
async def test_a_pasted_application_is_not_noted_without_a_walk_either(beside: Beside) -> None:
    (answer,) = await beside.says(PASTED)
    assert answer.startswith("That looks like an application.")
    assert "walk" not in answer
    assert (await beside.kept(), await beside.asks()) == ([], 0)


@pytest.mark.parametrize(
    "text",
    [
        "The trams to the harbour have had a strange colour since they were painted again last year. " * 5,
        "I am Ana. Which colour has the tram that members take to the harbour? " * 5,
        PASTED + "I want to die.",
    ],
)
@on_any_database
async def test_other_long_texts_are_no_application_without_a_walk(beside: Beside, text: str) -> None:
    (answer,) = await beside.says(text)
    assert not answer.startswith("That looks like an application.")
