"""A walk, once it is under way: words, numbers, taps; restarts, silence, reminders, and a config that changes."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.actions import Done
from bot.effects import Conflict
from bot.errors import Permanent
from bot.events import Addressed, Tick
from bot.readers import Sent
from bot.storage import schema
from bot.storage.engine import Storage
from handlers.newcomers.desk import LANE
from handlers.newcomers.form.records import forget
from tests.engine.newcomers.formhouse import chat_of
from tests.engine.newcomers.walkhouse import Walkhouse
from tests.support.fakes import FakeClock
from tests.support.house import ANA, BEN, ROOM, on_any_database
from tests.unit.newcomers.gates import Web
from tests.unit.newcomers.routes import ROUTE, guide, step


@pytest.fixture
async def house(storage: Storage, clock: FakeClock) -> AsyncIterator[Walkhouse]:
    """Ana is at the first step."""
    house = await Walkhouse(storage=storage, clock=clock).starts()
    await house.says("join")
    yield house
    assert await house.failures() == []


def headings(said: list[str]) -> list[str]:
    return [one.partition("\n")[0] for one in said]


async def test_the_whole_way_in_words(house):
    assert headings(await house.says("next")) == ["Step 2 of 4: Conduct"]
    assert headings(await house.says("back")) == ["Step 1 of 4: What it is"]
    assert headings(await house.says("ok")) == ["Step 2 of 4: Conduct"]
    (form,) = await house.says("yes, next please!")
    assert form.startswith("Step 3 of 4: The form")
    assert "(https://join.example.org/form)" in form
    (last,) = await house.says("Go on.")
    assert last.startswith("Step 4 of 4: Afterwards")
    assert "This is the last step." in last
    assert await house.counted() == {"started": 1, "finished": 1}
    (bye,) = await house.says("next")
    assert bye.startswith("That was the walk.")
    assert await house.walk() is None
    assert await house.counted() == {"started": 1, "finished": 1}


async def test_the_whole_way_by_taps(house):
    assert headings(await house.taps_the_step("➡️")) == ["Step 2 of 4: Conduct"]
    assert headings(await house.taps_the_step("⬅")) == ["Step 1 of 4: What it is"]
    await house.taps_the_step("➡")
    await house.taps_the_step("➡️")
    assert headings(await house.taps_the_step("➡️")) == ["Step 4 of 4: Afterwards"]
    assert house.reactions() == ["➡️", "⏹️", *("⬅️", "➡️", "⏹️"), "➡️", "⏹️", *("⬅️", "➡️", "⏹️") * 2, "⬅️", "⏹️"]
    assert (await house.taps_the_step("⏹️"))[0].startswith("That was the walk.")
    assert await house.walk() is None


@on_any_database
async def test_a_tap_on_an_earlier_step_counts_from_where_they_are(house):
    walk = await house.walk()
    first = await Sent(house.storage).event_of("newcomers", walk.shown)
    await house.says("next")
    assert headings(await house.taps("➡️", first)) == ["Step 3 of 4: The form"]


@on_any_database
async def test_taps_of_others_and_on_other_messages_are_nobodys(house):
    walk = await house.walk()
    first = await Sent(house.storage).event_of("newcomers", walk.shown)
    await house.says("join", BEN)
    assert await house.taps("➡️", first, BEN, room=chat_of(ANA)) == []
    assert await house.taps("➡️", first, BEN) == [], "seen from their own chat"
    assert await house.taps("➡️", "$something") == []
    assert await house.taps("🎉", first) == []
    assert await house.taps("➡️", first, room=ROOM) == [], "seen from another room"
    (overview,) = await house.says("steps")
    assert "you are here" in overview
    told = await Sent(house.storage).event_of("newcomers", (await house.walk()).shown)
    assert await house.taps("➡️", told) == [], "that is no step"
    assert (await house.walk()).step == "what"


async def test_numbers_lead_to_steps_in_any_order(house):
    assert headings(await house.says("3")) == ["Step 3 of 4: The form"]
    assert headings(await house.says("step 2")) == ["Step 2 of 4: Conduct"]
    assert (await house.says("7"))[0] == "There is no step 7: they go from 1 to 4. `steps` shows them."
    assert headings(await house.says("again")) == ["Step 2 of 4: Conduct"]


@on_any_database
async def test_before_the_first_step_there_is_none(house):
    assert await house.says("back") == ["This is the first step already."]
    assert (await house.walk()).step == "what"


@on_any_database
async def test_from_the_last_step_one_can_still_go_back_and_is_counted_once(house):
    await house.says("4")
    assert headings(await house.says("back")) == ["Step 3 of 4: The form"]
    await house.says("next")
    assert (await house.says("stop"))[0].startswith("That was the walk.")
    assert await house.counted() == {"started": 1, "finished": 1}


async def test_stopping_is_counted_with_the_step(house):
    await house.says("next")
    (bye,) = await house.says("stop")
    assert bye.startswith("Then we stop here.")
    assert await house.walk() is None
    assert await house.counted() == {"started": 1, "stopped conduct": 1}


@on_any_database
async def test_steps_are_listed_with_where_one_is(house):
    await house.says("next")
    assert await house.says("steps") == [
        "The steps:\n\n1. What it is\n2. Conduct — you are here\n3. The form\n4. Afterwards"
    ]


async def test_ten_answers_at_once_are_one(house):
    with capture_logs() as logs:
        for _ in range(10):
            await house.says("next", sends=False)
    await house.sends()
    assert headings(house.heard())[1:] == ["Step 2 of 4: Conduct"]
    assert [one["event"] for one in logs] == ["guide_word_ignored"] * 9
    assert "@" not in str(logs)
    assert headings(await house.says("next")) == ["Step 3 of 4: The form"]


@on_any_database
async def test_ten_times_back_at_the_first_step_is_answered_once(house):
    for _ in range(10):
        await house.says("back", sends=False)
    await house.sends()
    assert house.heard()[1:] == ["This is the first step already."]


@on_any_database
async def test_stop_counts_even_while_a_step_is_on_its_way(house):
    await house.says("next", sends=False)
    await house.says("stop", sends=False)
    await house.sends()
    assert await house.walk() is None


@on_any_database
async def test_a_step_that_was_refused_may_be_asked_for_again(house):
    (text,) = await house.says("steps")
    house.sender.trouble[text] = [Permanent("M_TOO_LARGE")]
    assert await house.says("steps") == []
    assert headings(await house.says("again")) == ["Step 1 of 4: What it is"]


@on_any_database
async def test_a_step_that_never_arrives_does_not_hold_the_walk_for_good(house):
    await house.says("next", sends=False)
    assert await house.says("next", sends=False) == []
    house.clock.forward(601)
    await house.says("next", sends=False)
    assert (await house.walk()).step == "the-form"


async def test_a_restart_in_between_changes_nothing(house):
    await house.says("next")
    await house.starts()
    assert headings(await house.says("next")) == ["Step 3 of 4: The form"]
    await house.starts()
    assert headings(await house.taps_the_step("⬅️")) == ["Step 2 of 4: Conduct"]


async def test_silence_ends_it_without_a_word(house):
    await house.says("next")
    await house.passes(hours=47, minutes=59)
    assert await house.walk() is not None
    before = house.heard()
    await house.passes(hours=1, minutes=1)
    assert await house.walk() is None
    assert house.heard() == before
    assert await house.counted() == {"started": 1, "silent conduct": 1}


@on_any_database
async def test_whoever_says_something_is_not_silent(house):
    await house.passes(hours=40)
    await house.says("next")
    await house.passes(hours=40)
    assert (await house.walk()).step == "conduct"


@on_any_database
async def test_silence_after_the_last_step_is_no_leaving(house):
    await house.says("4")
    await house.says("2")
    await house.passes(days=3)
    assert await house.walk() is None
    assert await house.counted() == {"started": 1, "finished": 1}


async def test_who_speaks_while_it_is_decided_that_they_are_silent_goes_on(house):
    house.clock.forward(3 * 86_400)
    tick = Tick(id="timer:1", room=LANE, sender="", at=house.clock.now(), key="silence")
    late = await house.house.handlers["newcomers"].on[Tick](tick, house.ports)
    await house.says("next")
    with pytest.raises(Conflict):
        await house.commits(late)
    assert (await house.walk()).step == "conduct"


async def test_who_speaks_while_it_is_decided_that_they_are_reminded_is_where_they_went(house):
    await house.says("remind me in 3h")
    house.clock.forward(3 * 3600)
    tick = Tick(id="timer:1", room=LANE, sender="", at=house.clock.now(), key="remind")
    late = await house.house.handlers["newcomers"].on[Tick](tick, house.ports)
    await house.says("next")
    with pytest.raises(Conflict):
        await house.commits(late)
    assert (await house.walk()).step == "conduct"


@on_any_database
async def test_many_that_are_silent_at_once_all_end(house):
    for number in range(60):
        await house.says("join", f"@n{number}:example.org")
    await house.passes(days=3)
    await house.passes(minutes=2)
    assert (await house.counted())["silent what"] == 61


async def test_one_reminder_comes_when_it_was_asked_for(house):
    await house.says("next")
    (noted,) = await house.says("remind me in 3h")
    assert noted == "I'll remind you here once: 2026-05-04 15:00 UTC."
    await house.passes(hours=2, minutes=59)
    assert house.heard()[-1] == noted
    await house.passes(minutes=1)
    assert house.heard()[-1].startswith("You wanted to be reminded of your walk")
    assert "step 2 of 4: Conduct" in house.heard()[-1]
    assert house.contents(chat_of(ANA))[-1]["msgtype"] == "m.text", "it is to be noticed"
    before = len(house.heard())
    await house.passes(days=1)
    assert len(house.heard()) == before, "one only"
    assert headings(await house.says("next")) == ["Step 3 of 4: The form"]


async def test_silence_is_counted_from_the_reminder(house):
    await house.says("remind me in 5d")
    await house.passes(days=4)
    assert await house.walk() is not None
    await house.passes(days=1)
    assert house.heard()[-1].startswith("You wanted to be reminded")
    await house.passes(days=1)
    assert await house.walk() is not None
    await house.passes(days=1, hours=1)
    assert await house.walk() is None


@on_any_database
async def test_who_stopped_is_not_reminded(house):
    await house.says("remind me")
    await house.says("stop")
    before = len(house.heard())
    await house.passes(days=1, hours=1)
    assert len(house.heard()) == before


@pytest.mark.parametrize("when", ["remind me in 30 days", "remind me on friday", "remind me in 0h"])
@on_any_database
async def test_a_reminder_at_no_time_that_can_be_told_is_explained(house, when):
    (said,) = await house.says(when)
    assert "`remind me in 2h`" in said
    assert (await house.walk()).remind is None


@on_any_database
async def test_a_restart_forgets_no_reminder(house):
    await house.says("remind me in 2h")
    await house.starts()
    await house.passes(hours=2)
    assert house.heard()[-1].startswith("You wanted to be reminded")


@on_any_database
async def test_the_language_follows_the_word(house):
    assert headings(await house.says("weiter")) == ["Schritt 2 von 4: Benehmen"]
    assert headings(await house.says("ok")) == ["Schritt 3 von 4: Das Formular"]
    assert headings(await house.says("next")) == ["Step 4 of 4: Afterwards"]
    assert headings(await house.says("auf deutsch")) == ["Schritt 4 von 4: Afterwards"], "as far as it is translated"


@on_any_database
async def test_a_language_that_the_steps_do_not_have_changes_nothing(house):
    assert headings(await house.says("suivant")) == ["Step 2 of 4: Conduct"]
    (said,) = await house.says("en français")
    assert said.startswith("The steps aren't translated into that language")
    assert "Step 2 of 4: Conduct" in said


async def test_a_step_that_the_config_has_no_more_leads_to_the_first(house):
    await house.says("next")
    new = step("new", {"en": "New"}, {"en": "Anew."})
    await house.starts(guide(steps=(new, ROUTE[2])))
    (said,) = await house.says("next")
    assert said.startswith("The steps have changed meanwhile, so we go on at the first one.")
    assert "Step 1 of 2: New" in said


@on_any_database
async def test_a_step_keeps_its_name_wherever_the_config_moves_it(house):
    await house.says("next")
    await house.starts(guide(steps=(ROUTE[1], ROUTE[0], ROUTE[2])))
    assert headings(await house.says("next")) == ["Step 2 of 3: What it is"]


@on_any_database
async def test_a_guide_that_is_taken_out_takes_its_walks_along(house):
    await house.says("next")
    nobody = await Walkhouse(storage=house.storage, clock=house.clock, guide=None).starts()
    await nobody.passes(hours=2)
    assert await nobody.walk() is None
    assert await nobody.counted() == {"started": 1, "silent conduct": 1}
    await house.starts()


@on_any_database
async def test_where_the_form_fails_they_are_told_and_may_be_written_to(storage, clock):
    house = await Walkhouse(storage=storage, clock=clock, web=Web([503])).starts()
    await house.says("join")
    form, offer = await house.says("3")
    assert "https://join.example.org/form" not in form
    assert "tap ✅" in offer
    assert house.reactions()[-4:] == ["⬅️", "➡️", "⏹️", "✅"]
    assert headings(await house.says("next")) == ["Step 4 of 4: Afterwards"]


@on_any_database
async def test_whoever_waits_for_the_form_is_not_asked_again(storage, clock):
    house = await Walkhouse(storage=storage, clock=clock, web=Web([503])).starts()
    await house.says("join")
    await house.says("3")
    (offer,) = await house.storage.rows(select(schema.sent).where(schema.sent.c.key.like("form:%")))
    await house.taps("✅", offer.event_id)
    assert len(await house.says("3")) == 1


@pytest.mark.parametrize(
    "word", ["next", "weiter", "¡Siguiente!", "go back", "remind me in 2h", "erinnere mich am Freitag"]
)
@on_any_database
async def test_a_word_for_a_walk_where_none_is_gets_one_sentence(storage, clock, word):
    house = await Walkhouse(storage=storage, clock=clock).starts()
    with capture_logs() as logs:
        (said,) = await house.says(word)
    assert "`join`" in said
    assert logs[0]["event"] == "guide_word_ignored"
    assert await house.says(word) == []
    house.clock.forward(61)
    assert await house.says(word) == [said]


@pytest.mark.parametrize("word", ["yes", "Yes, please!", "👍"])
@on_any_database
async def test_a_yes_right_after_the_offer_takes_it(storage, clock, word):
    house = await Walkhouse(storage=storage, clock=clock, web=Web([503])).starts()
    await house.says("join")
    await house.says("3")
    (heard,) = await house.says(word)
    assert heard.startswith("I'll write to you as soon as it works again.")
    (offer,) = await house.storage.rows(select(schema.sent).where(schema.sent.c.key.like("form:%")))
    assert await house.taps("✅", offer.event_id) == [], "it is taken"
    assert headings(await house.says(word)) == ["Step 4 of 4: Afterwards"], "then it is a word for the walk again"


@on_any_database
async def test_a_yes_takes_no_offer_twice(storage, clock):
    house = await Walkhouse(storage=storage, clock=clock, web=Web([503])).starts()
    await house.says("join")
    await house.says("3")
    (offer,) = await house.storage.rows(select(schema.sent).where(schema.sent.c.key.like("form:%")))
    await house.taps("✅", offer.event_id)
    assert headings(await house.says("yes")) == ["Step 4 of 4: Afterwards"], "they tapped before"
    await house.commits(Done((forget(ANA),)))
    await house.says("3")
    await house.says("yes")
    await house.commits(Done((forget(ANA),)))
    assert headings(await house.says("yes")) == ["Step 4 of 4: Afterwards"], "they were written to meanwhile"


@on_any_database
async def test_other_words_after_the_offer_are_for_the_walk(storage, clock):
    house = await Walkhouse(storage=storage, clock=clock, web=Web([503])).starts()
    await house.says("join")
    await house.says("3")
    assert headings(await house.says("ok")) == ["Step 4 of 4: Afterwards"]
    (heard,) = await house.says("yes")
    assert heard.startswith("That was the walk.")


@on_any_database
async def test_where_nothing_is_to_be_stopped_that_is_said_once(house):
    await house.says("stop")
    assert await house.says("stop") == ["There is no walk that I could stop. `help` shows what else I can do."]
    assert await house.says("stop") == []


@pytest.mark.parametrize("word", ["ok", "yes", "enough", "3", "no", "again", "what does it cost?"])
@on_any_database
async def test_what_may_mean_something_else_is_left_to_others_where_no_walk_is(storage, clock, word):
    house = await Walkhouse(storage=storage, clock=clock).starts()
    assert await house.says(word) == []
    assert "newcomers: takes no offer; no" in (await house.whys())[-1]


@on_any_database
async def test_the_same_word_in_a_room_is_nobodys(house):
    await house.says("next", room=ROOM, private=False, addressed=Addressed.MENTION)
    await house.says("next", room=ROOM, private=False, addressed=None)
    assert (await house.walk()).step == "what"
    assert house.said_in(ROOM) == []


@on_any_database
async def test_what_is_said_in_a_thread_is_answered_there(house):
    await house.says("next", thread="$thread")
    content = next(one for one in reversed(house.contents(chat_of(ANA))) if "body" in one)
    assert content["m.relates_to"]["event_id"] == "$thread"


@on_any_database
async def test_a_side_question_is_left_to_others_and_the_walk_waits(house):
    said = await house.says("What does it cost, and is there a next step after paying?")
    assert not any(one.startswith("Step") for one in said)
    assert (await house.walk()).step == "what"


@on_any_database
async def test_a_walk_of_one_step_is_finished_when_it_is_shown(storage, clock):
    house = await Walkhouse(storage=storage, clock=clock, guide=guide(steps=ROUTE[2:3])).starts()
    await house.says("join")
    assert house.reactions() == ["⏹️"]
    assert await house.counted() == {"started": 1, "finished": 1}
