"""With the sentence model a question is found by its meaning; without one the bot says so, and still answers."""

import pytest

from tests.support.bot_process import ROOT

pytestmark = pytest.mark.homeserver

MODEL = {"folder": str(ROOT / "faq"), "model": str(ROOT / ".cache/model"), "grace": "0s"}
#: Words alone would offer a choice for the first, and keep silent at the second.
ASKED = "can my cat have an account that posts by itself"
OVERHEARD = "somebody insulted me, whom do I tell?"


async def test_what_is_meant_is_answered_when_asked_and_unasked(bot, person):
    ana = await person("ana")
    room = await ana.create_room()
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom", "answers": "when_sure"}], faq=MODEL)
    await steward.start()

    await ana.say(room, f"Steward, {ASKED}?")
    assert "mark the account as automated" in (await ana.next_event(room, steward.user))["content"]["body"]

    question = await ana.say(room, OVERHEARD)
    answer = (await ana.next_event(room, steward.user))["content"]
    assert "Reporting" in answer["body"]
    assert answer["m.relates_to"]["event_id"] == question
    assert not any(line.get("event") == "matching_by_words_alone" for line in steward.logged)


async def test_without_a_model_the_log_says_so_and_words_are_answered(bot, person):
    ana = await person("ana")
    room = await ana.create_room()
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}])
    await steward.start()
    assert "no sentence model" in (await steward.until("matching_by_words_alone"))["why"]

    await ana.say(room, "Steward, where does all the money go?")
    assert "less than a third" in (await ana.next_event(room, steward.user))["content"]["body"]
