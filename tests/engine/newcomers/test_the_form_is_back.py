"""Whoever found the registration form broken, and wanted it, is written to once it works again: once."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.errors import OutOfSight, Permanent
from bot.matrix.render import plain
from handlers.newcomers.form import records, waiting
from handlers.newcomers.form.sentences import SENTENCES
from tests.engine.newcomers.formhouse import FormHouse, chat_of
from tests.support.fakes import Crash
from tests.support.house import ANA, BEN, CONTROL, on_any_database
from tests.unit.newcomers.gates import FORM, Web

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


@pytest.fixture
async def gate(storage, clock):
    """The form is down."""
    return await FormHouse(storage=storage, clock=clock).starts()


def back(lang="en"):
    return plain(SENTENCES[lang].back)


async def comes_back(gate):
    """The form answers again, and time passes until that has lasted."""
    gate.web.answers = [200]
    await gate.passes(MINUTE)
    await gate.passes(MINUTE)


async def test_who_wants_it_is_written_to_once_when_the_form_is_back(gate):
    offer = await gate.offered()
    await gate.taps(offer)
    await gate.sends()
    assert gate.heard() == [plain(SENTENCES["en"].offer), plain(SENTENCES["en"].noted)]
    await gate.passes(MINUTE)
    await gate.passes(MINUTE)
    assert gate.called() == []

    await comes_back(gate)
    (text,) = gate.called()
    assert text.startswith(back())
    assert FORM in text
    assert await gate.waiting() == []
    for _ in range(5):
        await gate.passes(15 * MINUTE)
    assert len(gate.called()) == 1
    assert await gate.failures() == []


@on_any_database
async def test_who_does_not_take_the_offer_is_left_alone(gate):
    await gate.offered()
    await comes_back(gate)
    assert gate.called() == []
    assert gate.web.asked == [], "nobody waits, so nobody looks"


@on_any_database
async def test_an_offer_is_open_for_a_day(gate):
    offer = await gate.offered()
    gate.clock.forward(DAY + 1)
    await gate.taps(offer)
    assert await gate.waiting() == []


@on_any_database
async def test_one_good_look_is_not_enough(gate):
    await gate.waits()
    for answers in ([200], [503], [200], [503]):
        gate.web.answers = answers
        await gate.passes(MINUTE)
        assert gate.called() == []
        assert await gate.next_look() == MINUTE
    await comes_back(gate)
    assert len(gate.called()) == 1


@on_any_database
async def test_two_looks_shortly_after_each_other_are_not_enough(gate):
    gate.clock.forward(20)
    await gate.waits()
    gate.web.answers = [200]
    await gate.passes(65)
    await gate.waits(BEN)
    assert await gate.next_look() == 35
    await gate.passes(35)
    assert len(gate.web.asked) == 2
    assert gate.called() == []
    await gate.passes(MINUTE)
    assert (len(gate.called(ANA)), len(gate.called(BEN))) == (1, 1)


@on_any_database
async def test_a_form_that_fails_again_must_last_anew(gate):
    await gate.waits()
    await comes_back(gate)
    gate.web.answers = [503]
    gate.clock.forward(MINUTE)
    await gate.sees()
    await gate.waits(BEN)
    gate.web.answers = [200]
    await gate.passes(MINUTE)
    assert gate.called(BEN) == []
    await gate.passes(MINUTE)
    assert len(gate.called(BEN)) == 1


@on_any_database
async def test_a_form_that_can_not_be_looked_at_calls_nobody(gate):
    await gate.waits()
    gate.web.answers = [OutOfSight("it is in a private network")]
    for _ in range(3):
        await gate.passes(MINUTE)
    assert gate.called() == []
    assert await gate.waiting() == [ANA]


async def test_each_is_written_to_in_their_language(gate):
    await gate.waits(ANA, "de")
    await gate.passes(MINUTE)
    await gate.waits(BEN, "fr")
    await comes_back(gate)
    assert [one.startswith(back("de")) for one in gate.called(ANA)] == [True]
    assert [one.startswith(back("fr")) for one in gate.called(BEN)] == [True]
    assert await gate.waiting() == []


async def test_a_second_wish_changes_nothing(gate):
    first, second = await gate.offered(), await gate.offered()
    await gate.taps(first)
    await gate.taps(first)
    await gate.taps(second)
    await gate.sends()
    assert gate.heard()[2:] == [plain(SENTENCES["en"].noted), plain(SENTENCES["en"].noted_before)]
    await comes_back(gate)
    assert len(gate.called()) == 1


async def test_two_wishes_at_the_same_moment_are_one(gate):
    rooms = (chat_of(ANA), "!another:example.org")
    for room in rooms:
        await gate.taps(await gate.offered(room=room), room=room, works=False)
    await asyncio.gather(*map(gate.house.works, rooms))
    assert await gate.waiting() == [ANA]
    assert await gate.failures() == []


@on_any_database
async def test_only_who_was_asked_may_take_the_offer(gate):
    offer = await gate.offered(ANA)
    await gate.taps(offer, BEN, chat_of(ANA))
    assert await gate.waiting() == []


# In words


@on_any_database
@pytest.mark.parametrize(("word", "lang"), [("1", "en"), ("yes", "en"), ("Ja!", "de"), ("sí", "es"), ("Oui.", "fr")])
async def test_the_offer_is_taken_by_a_reply_too(gate, word, lang):
    offer = await gate.offered()
    await gate.says(word, reply_to=offer)
    assert await gate.waiting() == [ANA]
    await gate.taps(offer)
    await gate.sends()
    assert gate.heard()[1:] == [plain(SENTENCES[lang].noted)], "and the offer is closed"


@on_any_database
async def test_other_words_take_no_offer(gate):
    offer = await gate.offered()
    await gate.says("not now", reply_to=offer)
    await gate.says("yes", reply_to=offer, private=False)
    await gate.says("yes", reply_to="$elses")
    await gate.says("yes", reply_to=await gate.told("A step.", "step:1"))
    await gate.says("yes")
    await gate.says("1")
    assert await gate.waiting() == []


# Whatever goes wrong


async def test_a_bot_that_dies_after_deciding_writes_once(gate):
    await gate.waits()
    gate.web.answers = [200]
    await gate.passes(MINUTE)
    await gate.passes(MINUTE, sends=False)
    assert gate.called() == []
    await gate.starts()
    await gate.sends()
    await gate.passes(MINUTE)
    assert len(gate.called()) == 1


async def test_a_bot_that_dies_after_sending_writes_once(gate):
    await gate.waits()
    gate.web.answers = [200]
    await gate.passes(MINUTE)
    await gate.passes(MINUTE, sends=False)
    (text,) = await gate.house.queued(f"direct:{ANA}")
    gate.sender.dies_after = text
    with pytest.raises(Crash):
        await gate.sends()
    await gate.starts()
    await gate.sends()
    await gate.passes(MINUTE)
    assert len(gate.called()) == 1
    assert sum(row.content.get("body") == text for row, _ in gate.sender.tried) == 2


async def test_a_bot_that_dies_while_it_looks_looks_again(gate):
    await gate.waits()
    gate.web.answers = [Crash()]
    with pytest.raises(Crash):
        await gate.passes(MINUTE)
    await gate.starts()
    gate.web.answers = [200]
    await gate.passes()
    await gate.passes(MINUTE)
    assert len(gate.called()) == 1


@on_any_database
async def test_who_waits_waits_over_a_restart(gate):
    await gate.waits()
    gate.web.answers = [200]
    await gate.passes(MINUTE)
    await gate.starts()
    await gate.passes(MINUTE)
    assert gate.called() == [], "what was seen before the restart is forgotten"
    await gate.passes(MINUTE)
    assert len(gate.called()) == 1


@on_any_database
async def test_the_job_is_there_again_should_it_ever_be_lost(gate):
    await gate.waits()
    await gate.loses_its_jobs()
    await gate.starts()
    await comes_back(gate)
    assert len(gate.called()) == 1


@on_any_database
async def test_a_look_that_fails_unforeseen_is_not_the_last(gate):
    await gate.waits()
    gate.web.answers = [ValueError("a bug")]
    await gate.passes(MINUTE)
    assert await gate.failures() != []
    assert await gate.next_look() == waiting.JOB.every.total_seconds()
    gate.web.answers = [200]
    await gate.passes(waiting.JOB.every.total_seconds())
    await gate.passes(MINUTE)
    assert len(gate.called()) == 1


@on_any_database
async def test_many_who_come_one_after_the_other_put_off_nobody(gate):
    gate.web.answers = [200]
    for number in range(8):
        await gate.waits(f"@n{number}:example.org")
        await gate.passes(20)
    assert len(gate.called("@n0:example.org")) == 1


@on_any_database
async def test_many_are_called_a_hundred_at_a_time(gate):
    since = gate.clock.now()
    people = [f"@n{number:03}:example.org" for number in range(150)]
    await gate.does(*(records.wait(records.Waiting(person=one, lang="en", since=since)) for one in people))
    gate.web.answers = [200]
    await gate.passes(MINUTE)
    await gate.passes(MINUTE)
    assert sum(len(gate.called(one)) for one in people) == waiting.AT_ONCE
    await gate.passes(MINUTE)
    assert [len(gate.called(one)) for one in people] == [1] * 150


# Those who are gone


@on_any_database
async def test_who_was_forgotten_is_not_written_to(gate):
    await gate.waits(ANA)
    await gate.waits(BEN)
    await gate.does(records.forget(ANA))
    await comes_back(gate)
    assert (len(gate.called(ANA)), len(gate.called(BEN))) == (0, 1)


class Forgetful(Web):
    """While the form is looked at, Ana is removed."""

    gate: FormHouse

    async def fetch(self, url, headers=None):
        await self.gate.does(records.forget(ANA))
        return await super().fetch(url, headers)


async def test_who_is_forgotten_while_it_is_looked_is_not_written_to(storage, clock):
    web = Forgetful([503])
    gate = await FormHouse(storage=storage, clock=clock, web=web).starts()
    web.gate = gate
    await gate.waits(BEN)
    web.answers = [200]
    await gate.passes(MINUTE)
    clock.forward(MINUTE)
    await gate.does(records.wait(records.Waiting(person=ANA, lang="en", since=clock.now())))
    await gate.passes()
    assert (len(gate.called(ANA)), len(gate.called(BEN))) == (0, 1)
    assert await gate.failures() == []


@on_any_database
async def test_who_has_left_the_chat_is_not_followed(storage, clock):
    async def gone(_person):
        raise Permanent("they have left")

    gate = await FormHouse(storage=storage, clock=clock).starts()
    await gate.waits()
    gate.house.outbox.chat_with = gone
    with capture_logs() as logs:
        await comes_back(gate)
    assert [line for line in logs if line["event"] == "newcomer_not_told_of_the_form"] == [
        {"event": "newcomer_not_told_of_the_form", "log_level": "info", "reason": "can't be written to"}
    ]
    assert await gate.waiting() == []
    assert await gate.house.queued(CONTROL) == []
    assert await gate.failures() == []


# How often, how long


@on_any_database
async def test_it_is_looked_every_minute_and_later_every_five(gate):
    await gate.waits()
    assert await gate.next_look() == MINUTE
    await gate.passes(MINUTE)
    assert await gate.next_look() == MINUTE
    await gate.passes(HOUR)
    assert await gate.next_look() == 5 * MINUTE
    await gate.waits(BEN)
    assert await gate.next_look() == MINUTE
    await gate.passes(MINUTE)
    assert await gate.next_look() == MINUTE, "since Ben has come lately"


async def test_after_two_weeks_it_is_given_up_with_a_word(gate):
    await gate.waits(ANA, "de")
    await gate.passes(DAY)
    await gate.waits(BEN)
    await gate.passes(13 * DAY - MINUTE)
    assert gate.called(ANA) == []
    await gate.passes(5 * MINUTE)
    assert gate.called(ANA) == [plain(SENTENCES["de"].stopped.format(people="Ask Ana."))]
    assert await gate.waiting() == [BEN]
    assert await gate.next_look() == 5 * MINUTE
    await gate.passes(DAY)
    assert len(gate.called(BEN)) == 1
    assert await gate.waiting() == []
    assert await gate.next_look() == waiting.JOB.every.total_seconds(), "nobody waits any more"
    await comes_back(gate)
    assert (len(gate.called(ANA)), len(gate.called(BEN))) == (1, 1)
