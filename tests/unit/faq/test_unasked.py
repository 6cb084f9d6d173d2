"""Speaking unasked: rarely, late, in a thread, and not twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions import Done, Later, Nothing, Pass, Reply
from bot.events import Edited, Tick
from bot.facts import Measured, OptedOut, ServiceState
from bot.ports import Ours, RoomInfo
from handlers.faq import on_message, on_tick
from handlers.faq.answering.following import on_edited
from handlers.faq.answering.giving import Answer
from handlers.faq.answering.optout import on_opted_out
from handlers.faq.answering.unasked import Meanwhile, decide, decide_later
from handlers.faq.library import Found, Library
from handlers.faq.matching.matcher import Match
from handlers.faq.settings import Settings
from handlers.faq.tables import note_opted_out
from tests.support.fakes import START, FakeRooms, FakeSent
from tests.unit.faq.bank import (
    ANA,
    BANK,
    LATER,
    LIBRARY,
    PLACE,
    ROOM,
    FakeFacts,
    Tables,
    house,
    message,
    overheard,
    rooms,
)

QUESTION = "where does all the money go?"
FOUND = Found(BANK[0], Match(slug="money", phrasing="Where does all the money go?", lang="en", score=0.9))


def found(score: float) -> Found:
    return Found(BANK[0], Match(slug="money", phrasing="money", lang="en", score=score))


@pytest.mark.parametrize(
    ("best", "left_alone", "why"),
    [
        (None, False, "not sure enough to speak unasked"),
        (found(0.74), False, "not sure enough to speak unasked"),
        (found(0.9), True, "the asker wants no unasked answers"),
    ],
)
def test_it_keeps_silent_for_a_reason(best, left_alone, why):
    assert decide(overheard(QUESTION), best, Settings(), left_alone=left_alone) == Nothing(why)


def test_when_very_sure_it_first_gives_people_time():
    decision = decide(overheard(QUESTION), found(0.75), Settings(grace=timedelta(seconds=45)), left_alone=False)
    assert isinstance(decision, Done)
    (later,) = [action for action in decision.actions if isinstance(action, Later)]
    assert (later.at, later.key, later.room) == (START + timedelta(seconds=45), "unasked:$question", ROOM)
    assert later.memo == {
        "slug": "money", "sender": ANA, "phrasing": "money", "score": 0.75, "lang": "en", "question": "$question",
    }  # fmt: skip


def meanwhile(**more) -> Meanwhile:
    calm = {"waiting": True, "left_alone": False, "others_spoke": False, "given_lately": False, "earlier": None}
    return Meanwhile(**{**calm, "found": FOUND, "answer": Answer(text="The answer."), **more})


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"waiting": False}, "the question was taken back"),
        ({"found": None}, "the entry is gone"),
        ({"left_alone": True}, "the asker wants no unasked answers"),
        ({"others_spoke": True}, "somebody answered"),
        ({"given_lately": True}, "the same answer is just being sent"),
    ],
)
def test_after_the_grace_it_still_may_have_nothing_to_say(change, why):
    assert decide_later(overheard(QUESTION), meanwhile(**change)) == Nothing(why)


def test_after_the_grace_it_answers_in_a_thread():
    decision = decide_later(overheard(QUESTION), meanwhile())
    assert isinstance(decision, Done)
    assert decision.actions[0] == Reply(
        to="$question", room=ROOM, text="The answer.", mention=ANA, key="answer:$question", thread=True
    )


def test_the_second_asker_gets_a_link_to_the_first_answer():
    decision = decide_later(overheard(QUESTION), meanwhile(given_lately=True, earlier="$first"))
    assert isinstance(decision, Done)
    (said,) = decision.actions
    assert isinstance(said, Reply)
    assert said.text == (
        "I answered this here a moment ago: "
        "[Where does all the money go?](https://matrix.to/#/!room:example.org/$first)"
    )
    assert said.thread


async def asked(tables: Tables, text: str = QUESTION, **more):
    """Somebody asks the room; what comes of it at once."""
    ports = house(tables, rooms=rooms(more.pop("answers", "when_sure"), name="lounge"))
    return tables.keep(await on_message(LIBRARY, overheard(text, **more), ports))


async def waited(tables: Tables, later: Later, library: Library = LIBRARY, **more):
    """The grace is over; what is said then."""
    tick = Tick(id="tick", room=ROOM, sender="", at=LATER, key=later.key, memo=later.memo)
    return tables.keep(await on_tick(library, tick, house(tables, **{"now": LATER, "rooms": rooms(), **more})))


async def test_a_question_to_the_room_is_answered_after_the_grace():
    tables = Tables()
    (later,) = await asked(tables)
    (said,) = await waited(tables, later)
    assert said.text.startswith("About money.")
    assert (said.thread, said.mention) == (True, ANA)


@pytest.mark.parametrize(
    "more",
    [
        {"text": "where is the money, Ana?"},
        {"text": "the money goes to good causes"},
        {"text": "what is the moon made of?"},
        {"mentions": frozenset({"@bob:example.org"})},
        {"reply_to": "$other"},
        {"thread": "$root"},
    ],
)
async def test_what_is_no_question_to_the_room_gets_nothing(more):
    assert await asked(Tables(), **more) == ()


@pytest.mark.parametrize("answers", ["off", "addressed"])
async def test_where_nobody_wants_it_it_doesnt_even_look(answers):
    decision = await on_message(LIBRARY, overheard(QUESTION), house(rooms=rooms(answers)))
    assert decision == Pass("not addressed")


async def test_it_keeps_silent_when_somebody_else_has_spoken():
    tables = Tables()
    (later,) = await asked(tables)
    assert await waited(tables, later, rooms=rooms(spoke=True)) == ()


async def test_who_opted_out_gets_no_answer_unasked():
    tables = Tables()
    tables.keep(Done(note_opted_out(ANA, out=True)))
    assert await on_opted_out(OptedOut(ANA), house(tables))
    assert await asked(tables) == ()


async def test_opting_out_counts_within_the_grace_too():
    tables = Tables()
    (later,) = await asked(tables)
    tables.keep(Done(note_opted_out(ANA, out=True)))
    assert await waited(tables, later) == ()


DOWN = Measured(state="unreachable", since=START, measured=START, evidence="HTTP 502", incident=True)
UP = replace(DOWN, state="up", incident=False)


async def asked_of_a_service(known, *, notices: bool = True, text: str = "is the website down?", **more):
    """Somebody asks the room about the website; what comes of it at once."""
    here = FakeRooms({ROOM: RoomInfo(id=ROOM, answers=more.pop("answers", "when_sure"), notices=notices)})
    tables = more.pop("tables", Tables())
    facts = FakeFacts({ServiceState("web"): known})
    ports = house(tables, rooms=here, facts=facts, **more)
    return tables.keep(await on_message(LIBRARY, overheard(text, id=f"${text}"), ports))


async def test_while_an_incident_is_open_questions_about_it_are_answered_at_once():
    (said,) = await asked_of_a_service(DOWN)
    assert isinstance(said, Reply)
    assert said.text.startswith("[the website](https://example.org): unreachable")
    assert (said.thread, said.mention) == (True, ANA)


@pytest.mark.parametrize(
    ("known", "more"),
    [(UP, {}), (None, {}), (DOWN, {"notices": False}), (DOWN, {"text": "where does all the money go?"})],
)
async def test_all_other_questions_wait_out_the_grace(known, more):
    (later,) = await asked_of_a_service(known, **more)
    assert isinstance(later, Later)


@pytest.mark.parametrize(
    "more", [{"answers": "off"}, {"text": "the website is down again, sigh"}, {"text": "so down, who?"}]
)
async def test_in_an_incident_too_it_speaks_only_where_it_is_wanted_and_when_sure(more):
    assert await asked_of_a_service(DOWN, **more) == ()


async def test_in_an_incident_a_room_for_news_is_answered_though_it_wants_no_other_answers_unasked():
    (said,) = await asked_of_a_service(DOWN, answers="addressed")
    assert isinstance(said, Reply)
    assert await asked_of_a_service(UP, answers="addressed") == ()
    assert await asked_of_a_service(None, answers="addressed") == ()
    assert await asked_of_a_service(DOWN, answers="addressed", notices=False) == ()
    assert await asked_of_a_service(DOWN, answers="addressed", text=QUESTION) == ()


async def test_a_question_that_waited_and_is_edited_to_be_about_an_incident_is_answered_once():
    tables = Tables()
    (later,) = await asked_of_a_service(DOWN, tables=tables, text="where does all the money go?")
    new = overheard("is the website down?", id="$where does all the money go?")
    here = FakeRooms({ROOM: RoomInfo(id=ROOM, answers="when_sure", notices=True)})
    event = Edited(id="$edit", room=ROOM, sender=ANA, at=START, of=new.id, message=new)
    ports = house(tables, rooms=here, facts=FakeFacts({ServiceState("web"): DOWN}))
    (said,) = tables.keep(await on_edited(LIBRARY, event, ports))
    assert isinstance(said, Reply)
    assert await waited(tables, later) == ()


async def test_in_an_incident_the_second_asker_gets_a_link_too_and_who_opted_out_nothing():
    tables = Tables()
    (first,) = await asked_of_a_service(DOWN, tables=tables)
    ours = Ours(event_id="$ours", room=ROOM, handler="faq", key=first.key, cause=None, recipient=ANA)
    (second,) = await asked_of_a_service(
        DOWN, tables=tables, text="is the website down", sent=FakeSent({"$ours": ours})
    )
    assert "https://matrix.to/#/!room:example.org/$ours" in second.text
    tables.keep(Done(note_opted_out(ANA, out=True)))
    assert await asked_of_a_service(DOWN, tables=tables) == ()


async def test_the_same_answer_is_linked_to_within_the_quiet_time():
    tables = Tables()
    (first,) = await asked(tables, id="$1")
    (second,) = await asked(tables, id="$2")
    await waited(tables, first)
    ours = Ours(event_id="$ours", room=ROOM, handler="faq", key="answer:$1", cause=None, recipient=ANA)
    (said,) = await waited(tables, second, sent=FakeSent({"$ours": ours}))
    assert "https://matrix.to/#/!room:example.org/$ours" in said.text
    assert said.key == "link:$2"


async def test_after_the_quiet_time_it_is_given_again():
    tables = Tables()
    (first,) = await asked(tables, id="$1")
    (second,) = await asked(tables, id="$2")
    await waited(tables, first)
    (said,) = await waited(tables, second, now=LATER + timedelta(hours=1, seconds=1))
    assert said.text.startswith("About money.")


async def test_an_answer_to_somebody_who_asked_the_bot_counts_as_given():
    tables = Tables()
    (later,) = await asked(tables, id="$1")
    tables.keep(await on_message(LIBRARY, message(QUESTION, id="$2"), house(tables)))
    assert await waited(tables, later) == ()


async def test_an_entry_that_is_gone_by_then_is_not_given():
    tables = Tables()
    (later,) = await asked(tables)
    assert await waited(tables, later, Library.of(BANK[1:], Settings(), PLACE)) == ()


async def test_an_answer_is_given_once_however_often_the_clock_rings():
    tables = Tables()
    (later,) = await asked(tables)
    assert len(await waited(tables, later)) == 1
    assert await waited(tables, later) == ()
