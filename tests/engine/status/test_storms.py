"""Much goes wrong at once: rooms hear all of it, in few messages."""

from dataclasses import replace

import pytest

from bot.handler import Service
from handlers.status import tables
from handlers.status.records import Kind, Moment
from tests.support.newsroom import TECH, newsroom
from tests.unit.status.scenes import PLACE, incident

MINUTE, HOUR = 60, 3600
on_sqlite = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)


def many(count):
    """A community with so many services, whose names are numbers."""
    names = [f"service-{number}" for number in range(count)]
    return replace(PLACE, services=tuple(Service(name=name, title=name, url="") for name in names))


async def begins(news, number):
    await news.happens(incident(id=str(number), service=f"service-{number}", opened=news.clock.at))


@pytest.mark.parametrize("pause", [0, 0.6])
@on_sqlite
async def test_a_hundred_services_that_fail_within_a_minute_are_at_most_three_messages(storage, clock, pause):
    news = newsroom(storage, clock, many(100))
    for number in range(100):
        await begins(news, number)
        if pause:
            clock.forward(pause)
        await news.settles()
    await news.passes(2 * MINUTE, step=5)
    messages = news.homeserver.main(TECH)
    assert len(messages) <= 3
    assert sum(1 for line in news.homeserver.lines.values() if line.room == TECH) <= 3
    told = await storage.rows(tables.told.select().where(tables.told.c.room == TECH))
    assert len(told) == 100
    assert "99 services are in trouble" in messages[1]


@on_sqlite
async def test_a_hundred_alerts_of_one_service_are_at_most_three_messages_in_the_first_minute(storage, clock):
    news = newsroom(storage, clock, many(1))
    await begins(news, 0)
    for number in range(100):
        moment = Moment(incident="0", at=clock.at, kind=Kind.UPDATED, text=f"alert {number}")
        await news.goes("0", moment)
        await news.passes(0.59, step=0.59)
    assert len(news.homeserver.lines) <= 3


@on_sqlite
async def test_the_first_is_told_at_once_and_the_next_together(storage, clock):
    news = newsroom(storage, clock, many(5))
    await begins(news, 0)
    await news.settles()
    assert len(news.homeserver.main(TECH)) == 1
    clock.forward(2)
    for number in (1, 2, 3):
        await begins(news, number)
    await news.settles()
    assert len(news.homeserver.main(TECH)) == 1
    await news.passes(20, step=1)
    first, gathered = news.homeserver.main(TECH)
    assert first.startswith("Service-0 is unreachable since 12:00 UTC.")
    assert gathered.startswith("3 services are in trouble:\n\n- Service-1: unreachable since 12:00 UTC.\n- Service-2")

    clock.forward(MINUTE)
    await begins(news, 4)
    await news.passes(20, step=1)
    first, gathered = news.homeserver.main(TECH)
    assert gathered.startswith("4 services are in trouble:")


@on_sqlite
async def test_what_ends_together_is_told_together_and_the_gathered_notice_keeps_up(storage, clock):
    news = newsroom(storage, clock, many(4))
    for number in range(4):
        await begins(news, number)
        await news.settles()
    await news.passes(10 * MINUTE, step=MINUTE)
    for number in (1, 2, 3):
        await news.ends(str(number))
    await news.settles()
    _, gathered, back = news.homeserver.main(TECH)
    assert gathered.startswith("All is well again. 3 services were in trouble:\n\n- Service-1: unreachable from")
    assert back == (
        "3 services are back: service-1 (unreachable for 10 minutes), service-2 (unreachable for 10 minutes) and "
        "service-3 (unreachable for 10 minutes)."
    )


@on_sqlite
async def test_reminders_of_a_storm_are_one_message(storage, clock):
    news = newsroom(storage, clock, many(10))
    for number in range(10):
        await begins(news, number)
        await news.passes(15, step=15)
    before = len(news.homeserver.main(TECH))
    await news.begins()
    await news.passes(HOUR + 5 * MINUTE, step=MINUTE)
    (reminder,) = news.homeserver.main(TECH)[before:]
    assert reminder.startswith("Still in trouble: service-0 (unreachable for 1 hour), service-1 (unreachable for")


@on_sqlite
async def test_details_of_a_storm_name_the_service_and_are_few(storage, clock):
    news = newsroom(storage, clock, many(20))
    for number in range(20):
        await begins(news, number)
        await news.settles()
    await news.passes(MINUTE, step=5)
    for second in range(300):
        number = second % 20
        moment = Moment(incident=str(number), at=clock.at, kind=Kind.UPDATED, text=f"word {second}")
        await news.goes(str(number), moment)
        if second % 5 == 0:
            await news.passes(5, step=5)
    threads = news.homeserver.threads(TECH)
    assert len(threads) <= 11
    named = {text.split("Service-")[1].split(":")[0] for text in threads if "Service-" in text}
    assert named
    assert any("UTC: word" in text for text in threads)
    assert any("more." in text for text in threads)


@on_sqlite
async def test_with_nothing_to_gather_each_is_told_at_once(storage, clock):
    news = newsroom(storage, clock, many(6), gather="0s")
    for number in range(6):
        await begins(news, number)
        await news.settles()
    assert len(news.homeserver.main(TECH)) == 6
