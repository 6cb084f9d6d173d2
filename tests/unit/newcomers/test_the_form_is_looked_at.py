"""Does the form work: measured by others a moment ago, or seen by a look of our own, which many share."""

import asyncio
from datetime import timedelta

import pytest

from bot.errors import OutOfSight, Permanent, TooLarge, TryLater
from handlers.newcomers.form import state
from handlers.newcomers.form.state import FRESH, SHARED, form_known
from tests.support.fakes import START, ports
from tests.unit.newcomers.gates import FORM, Told, Web, desk, measured, server

SECOND = timedelta(seconds=1)
GONE = TryLater("join.example.org can't be reached (connection refused)")


def verdict(known):
    return "works" if known.works else "fails" if known.fails else "unknown"


@pytest.mark.parametrize(
    ("answers", "expected", "looks"),
    [
        ([200], "works", 1),
        ([204], "works", 1),
        ([399], "works", 1),
        ([404], "fails", 2),
        ([503], "fails", 2),
        ([503, 200], "works", 2),
        ([503, 404], "fails", 2),
        ([GONE], "fails", 2),
        ([GONE, 200], "works", 2),
        ([GONE, OutOfSight("…")], "unknown", 2),
        ([503, 429], "unknown", 2),
        ([Permanent("join.example.org redirects more than 5 times")], "fails", 2),
        ([429], "unknown", 1),
        ([OutOfSight("join.example.org is in a private network")], "unknown", 1),
        ([TooLarge("join.example.org answers with more than 2 bytes")], "unknown", 1),
    ],
)
async def test_a_look_of_our_own(answers, expected, looks):
    web = Web(list(answers))
    known = await form_known(desk(), ports(http=web, facts=Told()))
    assert verdict(known) == expected
    assert web.asked == [FORM] * looks
    assert known.measured == (None if expected == "unknown" else START)
    assert not known.sure


@pytest.mark.parametrize(
    ("answer", "evidence"),
    [(503, "HTTP 503 after 0.3 s"), (GONE, "join.example.org can't be reached (connection refused)")],
)
async def test_it_tells_what_was_seen(answer, evidence):
    assert (await form_known(desk(), ports(http=Web([answer]), facts=Told()))).evidence == evidence


async def test_a_form_that_never_answers_fails(monkeypatch):
    monkeypatch.setattr(state, "PATIENCE", 0.01)
    web = Web(held=asyncio.Event())
    known = await form_known(desk(), ports(http=web, facts=Told()))
    assert known.fails
    assert known.evidence == "no answer within 0.01 s"
    assert len(web.asked) == 2


@pytest.mark.parametrize(("works", "expected"), [(True, "works"), (False, "fails")])
async def test_what_was_measured_of_the_service_a_moment_ago_counts(works, expected):
    told, web = Told(measured(works=works)), Web([503 if works else 200])
    known = await form_known(desk(), ports(http=web, facts=told, now=START + FRESH))
    assert verdict(known) == expected
    assert (known.measured, known.sure) == (START, True)
    assert (told.asked, web.asked) == (["registration"], [])


async def test_its_evidence_is_words_again():
    told = Told(measured(works=False, evidence=r"Measured by me just now: HTTP 503 after 0\.3 s\."))
    known = await form_known(desk(), ports(facts=told))
    assert known.evidence == "unreachable. Measured by me just now: HTTP 503 after 0.3 s."


@pytest.mark.parametrize(
    ("service", "found", "later"),
    [
        ("registration", measured(works=False), FRESH + SECOND),
        ("registration", measured(works=None), SECOND),
        ("registration", None, SECOND),
        (None, measured(works=False), SECOND),
    ],
    ids=["stale", "not known", "never measured", "no service in the config"],
)
async def test_where_nothing_is_known_of_the_service_it_is_looked_at(service, found, later):
    known = await form_known(desk(service=service), ports(http=Web(), facts=Told(found), now=START + later))
    assert (known.works, known.measured) == (True, START + later)


async def test_without_a_guide_it_is_looked_at():
    assert (await form_known(desk(walk=False), ports(http=Web(), facts=Told(measured(works=False))))).works


async def test_without_an_address_nothing_is_looked_at():
    web = Web()
    assert verdict(await form_known(desk(form=None), ports(http=web, facts=Told()))) == "unknown"
    assert web.asked == []


async def test_those_who_come_soon_after_share_a_look():
    web, there = Web([503, 503, 200]), desk()
    known = [
        await form_known(there, ports(http=web, facts=Told(), now=START + after))
        for after in (timedelta(0), SECOND, SHARED, SHARED + SECOND)
    ]
    assert [verdict(one) for one in known] == ["fails", "fails", "fails", "works"]
    assert [one.measured for one in known] == [START, START, START, START + SHARED + SECOND]
    assert len(web.asked) == 3


async def test_those_who_come_while_it_is_looked_at_share_the_look():
    web, there = Web(held=asyncio.Event()), desk()
    many = [asyncio.create_task(form_known(there, ports(http=web, facts=Told()))) for _ in range(200)]
    await web.begun.wait()
    assert web.held is not None
    web.held.set()
    assert {verdict(one) for one in await asyncio.gather(*many)} == {"works"}
    assert web.asked == [FORM]


async def test_a_look_that_is_given_up_does_not_keep_others_waiting():
    web, there = Web(held=asyncio.Event()), desk()
    first = asyncio.create_task(form_known(there, ports(http=web, facts=Told())))
    await web.begun.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    web.held = None
    assert (await form_known(there, ports(http=web, facts=Told()))).works


@pytest.mark.parametrize("said", ["open", "open, by approval", "closed", None])
async def test_what_the_mastodon_server_says_comes_along(said):
    asked = START - timedelta(minutes=3)
    known = await form_known(desk(), ports(http=Web(), facts=Told(instance=server(said, asked))))
    assert (known.registrations, known.asked) == (said, asked)


async def test_where_nobody_knows_the_server_nothing_is_said_of_it():
    known = await form_known(desk(), ports(http=Web(), facts=Told()))
    assert (known.registrations, known.asked) == (None, None)
