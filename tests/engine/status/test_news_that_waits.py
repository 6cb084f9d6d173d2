"""The homeserver is away, the bot dies, a service is silenced: nothing is lost, nothing is told twice."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.errors import TryLater
from bot.storage import outbox, schema
from handlers.status import tables
from handlers.status.records import Silence
from handlers.status.telling import subscriptions
from handlers.status.telling.subscriptions import ALL
from handlers.status.watch import LANE
from tests.engine.status.test_storms import begins, many
from tests.support.fakes import Crash
from tests.support.newsroom import OPEN, OPS, ROOMS, TECH, newsroom
from tests.unit.status.scenes import PLACE, incident

MASTODON = "2026-05-04-1"
MINUTE, HOUR = 60, 3600
on_sqlite = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)


async def waiting(storage):
    return len(await outbox.waiting(storage, TECH, 1000))


async def test_a_day_without_a_homeserver_is_few_messages_and_all_of_the_truth(storage, clock):
    news = newsroom(storage, clock, many(30))
    await begins(news, 0)
    await news.settles()
    news.homeserver.away = True
    for hour in range(24):
        await begins(news, hour + 1)
        await news.passes(15 * MINUTE, step=15 * MINUTE)
        await news.goes(str(hour + 1), acknowledged=clock.at)
        await news.passes(15 * MINUTE, step=15 * MINUTE)
        if hour % 4 != 3:
            await news.ends(str(hour + 1))
        if hour == 2:
            await news.ends("0")
        await news.passes(30 * MINUTE, step=30 * MINUTE)
    assert await waiting(storage) <= 2
    news.homeserver.away = False
    await news.passes(10 * MINUTE, step=10)
    first, *later = news.homeserver.main(TECH)
    assert first.startswith("Service-0 is back.")
    assert len(later) <= 5
    everything = "\n".join(later)
    assert "While I couldn't reach the homeserver, from " in everything
    open_ = {hour + 1 for hour in range(24) if hour % 4 == 3}
    for number in range(1, 25):
        lines = [
            line
            for line in everything.splitlines()
            if f"service-{number} " in line.lower() or f"service-{number}:" in line.lower()
        ]
        assert lines, number
        was = any("was unreachable" in line or "is back" in line for line in lines)
        assert was == (number not in open_), (number, lines)
    rows = await storage.rows(select(tables.told).where(tables.told.c.room == TECH))
    assert {int(row.incident) for row in rows if not row.closed} == open_


@on_sqlite
async def test_a_late_opening_says_since_when_and_is_put_right_at_once(storage, clock):
    news = newsroom(storage, clock, PLACE)
    news.homeserver.away = True
    await news.happens(incident())
    await news.passes(HOUR, step=10 * MINUTE)
    await news.ends(MASTODON)
    await news.passes(HOUR, step=10 * MINUTE)
    assert await waiting(storage) == 1
    news.homeserver.away = False
    await news.passes(MINUTE)
    first, back = news.homeserver.lines.values()
    assert first.was == [
        first.was[0],
        "Mastodon is back. It was unreachable from 12:00 to 13:00 UTC, for 1 hour.",
    ]
    assert "since 12:00 UTC" in first.was[0]
    assert back.text == "Mastodon is back. It was unreachable for 1 hour."


@on_sqlite
async def test_other_rooms_and_channels_do_not_wait_for_one_that_cannot_be_reached(storage, clock):
    news = newsroom(
        storage,
        clock,
        PLACE,
        routes=({"rooms": ("tech-chat", "open-chatroom")},),
        also=({"name": "mail", "url": "mailto://x"},),
    )
    news.homeserver.before = _fails_in(TECH)
    await news.happens(incident())
    await news.passes(10, step=1)
    assert len(news.homeserver.main(OPEN)) == 1
    clock.forward(MINUTE)
    await news.ends(MASTODON)
    await news.passes(30, step=1)
    assert len(news.homeserver.main(OPEN)) == 2
    forwarded = await storage.rows(select(schema.outbox.c.kind).where(schema.outbox.c.kind == "forward"))
    assert len(forwarded) == 2
    assert await waiting(storage) == 1


def _fails_in(room):
    async def before(row):
        if row.room == room:
            raise TryLater("not now")

    return before


@on_sqlite
async def test_those_who_are_told_elsewhere_hear_of_each_beginning_and_each_end_once(storage, clock):
    news = newsroom(storage, clock, PLACE, also=({"name": "mail", "url": "mailto://x"},))
    news.homeserver.away = True
    await news.happens(incident())
    for _ in range(5):
        await news.goes(MASTODON)
        await news.passes(MINUTE)
    await news.ends(MASTODON)
    await news.passes(MINUTE)
    rows = await storage.rows(select(schema.outbox.c.content).where(schema.outbox.c.kind == "forward"))
    assert len(rows) == 2
    assert "is unreachable** since 12:00 UTC" in rows[0].content
    assert "is back" in rows[1].content


@on_sqlite
@pytest.mark.parametrize("operators", [True, False])
async def test_subscribers_and_channels_hear_of_it_also_where_no_room_wants_news(storage, clock, operators):
    news = newsroom(storage, clock, PLACE, also=({"name": "mail", "url": "mailto://x"},))
    room = {OPS: ROOMS[OPS]} if operators else {}
    news.house.rooms.known, news.house.rooms.operators_room = room, OPS if operators else None
    async with storage.begin() as tx:
        for write in subscriptions.put("@ana:example.org", frozenset({ALL}), clock.at):
            await tx.execute(write.statement)
    await news.happens(incident())
    await news.passes(MINUTE)
    await news.ends(MASTODON)
    await news.passes(MINUTE)
    rows = await storage.rows(select(schema.outbox.c.kind).where(schema.outbox.c.room != OPS))
    assert sorted(row.kind for row in rows) == ["direct", "direct", "forward", "forward"]


@on_sqlite
async def test_what_is_for_operators_alone_is_told_to_nobody_else(storage, clock):
    routes = ({"rooms": ("operators",)},)
    news = newsroom(storage, clock, PLACE, routes=routes, also=({"name": "mail", "url": "mailto://x"},))
    await news.happens(incident())
    await news.passes(MINUTE)
    assert len(news.homeserver.main(OPS)) == 1
    assert await storage.rows(select(schema.outbox.c.kind).where(schema.outbox.c.room != OPS)) == []


async def test_a_bot_that_dies_after_any_message_repeats_none_and_loses_none(storage, clock):
    news = newsroom(storage, clock, PLACE)

    async def survives():
        while True:
            try:
                await news.settles()
            except Crash:
                news.start()
            else:
                return

    news.homeserver.dies_after = "*"
    news.homeserver.before = _dies_once(news.homeserver)
    await news.happens(incident())
    await survives()
    clock.forward(HOUR)
    await news.ends(MASTODON)
    await survives()
    assert [text[:20] for text in news.homeserver.main(TECH)] == ["Mastodon is back. It", "Mastodon is back. It"]
    assert len({row.txn for row, _ in news.homeserver.tried}) == len(news.homeserver.stored)


def _dies_once(homeserver):
    """Once for each message, after the homeserver took it."""
    dead = set()

    async def before(row):
        if row.txn not in dead:
            dead.add(row.txn)
            homeserver.dies_after = row.content.get("body", "")

    return before


@on_sqlite
async def test_a_decision_that_is_made_twice_says_a_thing_once(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.happens(incident())
    await news.schedule.turn()
    await news.house.works(LANE)
    await news.goes(MASTODON)
    await news.schedule.turn()
    await news.house.works(LANE)
    assert await waiting(storage) == 1


@on_sqlite
async def test_rooms_are_not_told_of_what_is_silenced_and_hear_of_it_afterwards_if_it_lasts(storage, clock):
    news = newsroom(storage, clock, PLACE)
    until = clock.at + timedelta(minutes=30)
    await news.keeps(Silence(id="1", service="mastodon", until=until, why="we know", who="@mia:example.org"))
    await news.happens(incident())
    await news.passes(20 * MINUTE, step=MINUTE)
    assert news.homeserver.main(TECH) == []
    assert news.homeserver.main(OPS) == [
        "Mastodon is unreachable since 12:00 UTC. Rooms aren't told: it is silenced until 12:30 UTC."
    ]
    await news.begins()
    await news.passes(15 * MINUTE, step=MINUTE)
    assert news.homeserver.main(TECH)[0].startswith("Mastodon is unreachable since 12:00 UTC.")
    assert len(news.homeserver.main(OPS)) == 1


@on_sqlite
async def test_what_ends_while_it_is_silenced_is_never_told(storage, clock):
    news = newsroom(storage, clock, PLACE, also=({"name": "mail", "url": "mailto://x"},))
    until = clock.at + timedelta(minutes=30)
    await news.keeps(Silence(id="1", service="", until=until, why="we know", who="@mia:example.org"))
    await news.happens(incident())
    await news.passes(10 * MINUTE, step=MINUTE)
    await news.ends(MASTODON)
    await news.begins()
    await news.passes(HOUR, step=MINUTE)
    assert news.homeserver.main(TECH) == []
    assert not await storage.rows(select(schema.outbox.c.kind).where(schema.outbox.c.kind == "forward"))
