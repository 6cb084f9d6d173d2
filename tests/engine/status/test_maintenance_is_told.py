"""Rooms hear of maintenance: before, during, after."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.status.records import Window
from tests.support.fakes import START
from tests.support.newsroom import OPS, TECH, newsroom
from tests.unit.status.scenes import PLACE

HOUR = 3600
on_sqlite = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
#: A planned upgrade, with an id as long as they may be.
PLANNED = Window(
    id="0123456789abcdef0123456789abcdef",
    service="wiki",
    begins=START + timedelta(hours=2),
    ends=START + timedelta(hours=3),
    why="Upgrade of *MediaWiki*",
    who="@mia:example.org",
    phase="planned",
)


async def test_maintenance_is_announced_reminded_of_begun_and_over(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.keeps(PLANNED)
    await news.settles()
    assert news.homeserver.main(TECH) == [
        "Maintenance of the wiki is planned, from 14:00 to 15:00 UTC: Upgrade of *MediaWiki*"
    ]
    clock.forward(HOUR)
    await news.keeps(replace(PLANNED, phase="reminded"))
    await news.settles()
    assert news.homeserver.main(TECH)[1:] == ["Maintenance of the wiki begins in 1 hour, at 14:00 UTC."]
    clock.forward(HOUR)
    await news.keeps(replace(PLANNED, phase="under_way"))
    await news.settles()
    first, _ = news.homeserver.main(TECH)
    assert first == "Maintenance of the wiki is under way, until 15:00 UTC: Upgrade of *MediaWiki*"
    clock.forward(HOUR)
    await news.keeps(replace(PLANNED, phase="over"))
    await news.settles()
    first, _, last = news.homeserver.main(TECH)
    assert first == "Maintenance of the wiki is over. It was from 14:00 to 15:00 UTC: Upgrade of *MediaWiki*"
    assert last == "Maintenance of the wiki is over."
    await news.begins()
    await news.passes(5 * HOUR, step=HOUR)
    assert len(news.homeserver.main(TECH)) == 3
    assert news.homeserver.main(OPS) == []


@on_sqlite
async def test_cancelled_maintenance_is_told_where_it_was_announced(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.keeps(PLANNED)
    await news.settles()
    clock.forward(HOUR)
    await news.keeps(replace(PLANNED, phase="cancelled"))
    await news.settles()
    first, last = news.homeserver.main(TECH)
    assert first.startswith("Maintenance of the wiki is cancelled. It was to be from 14:00 to 15:00 UTC")
    assert last == "Maintenance of the wiki, planned for 14:00 UTC, is cancelled."


@on_sqlite
async def test_of_maintenance_that_was_cancelled_before_anybody_knew_nobody_hears(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.keeps(replace(PLANNED, phase="cancelled"))
    await news.settles()
    assert news.homeserver.main(TECH) == []


@on_sqlite
async def test_maintenance_that_begins_at_once_is_one_message(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.keeps(replace(PLANNED, phase="under_way"))
    await news.settles()
    assert news.homeserver.main(TECH) == [
        "Maintenance of the wiki is under way, until 15:00 UTC: Upgrade of *MediaWiki*"
    ]
