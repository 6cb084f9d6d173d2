"""Feeds on real databases: what is asked, posted, edited and remembered, and nothing of it twice."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.actions import Decision
from bot.errors import Permanent, TryLater
from bot.events import Tick
from bot.handler import Opened
from bot.inbox import TIMER, of_ours
from bot.ports import Fetched, Http, Ports, RoomInfo
from bot.storage import schema
from bot.storage.engine import Storage
from handlers.status.feeds.job import on_feed
from handlers.status.feeds.reading import read
from handlers.status.feeds.records import known
from handlers.status.settings import FeedSettings
from handlers.status.tables import feed_entries, marks
from handlers.status.watch import LANE, Watch
from tests.support.fakes import START, FakeRooms
from tests.support.house import House, MakeHouse
from tests.unit.status.feeds.feed_samples import FAULT, PAGE, WORK, hetzner
from tests.unit.status.scenes import watch

#: For tests to which the database doesn't matter: the quicker one does.
on_any_database = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)

TECH, OPS = "!tech:example.org", "!ops:example.org"
URL = "https://status.provider.example/en.atom"
FEED = {"name": "hetzner", "title": "Hetzner", "url": URL, "rooms": ("tech-chat",)}
#: A day after the first entries.
OVER = ("a1", FAULT[1], "2026-05-04T11:55:00+00:00", "<p>It is repaired.</p>")


def third(number: int = 3) -> tuple[str, str, str, str]:
    return (f"c{number}", f"Fault report {number}", f"2026-05-04T11:{30 + number % 20}:00+00:00", "<p>A switch.</p>")


@dataclass
class Provider(Http):
    """A feed's server. `asked` has the headers of each request."""

    answer: Fetched | Exception
    asked: list[dict[str, str]] = field(default_factory=list)

    async def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        assert url == URL
        self.asked.append(dict(headers or {}))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def says(self, body: bytes = b"", status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = Fetched(status=status, headers=named, body=body, url=URL, elapsed=0.1)


@dataclass(kw_only=True)
class Reader:
    """The bot, which reads one feed."""

    house: House
    provider: Provider
    ticks: int = 0
    #: Happens between a decision and its commit.
    between: Callable[[], Awaitable[None]] | None = None

    async def reads(self) -> list[str]:
        """It is time; what is said to the room of that."""
        before = len(await self.house.queued(TECH))
        self.ticks += 1
        body = {"key": "status:feed:hetzner", "memo": {}}
        await self.house.journalled(of_ours(TIMER, f"tick{self.ticks}", LANE, body, self.house.clock.at.timestamp()))
        await self.house.works(LANE)
        return (await self.house.queued(TECH))[before:]

    async def told(self) -> list[str]:
        """What the operators were told so far."""
        return await self.house.queued(OPS)

    async def next_look(self) -> timedelta | None:
        """How long until it is tried again, where that was put off."""
        rows = await self.house.storage.rows(select(schema.jobs.c.due).where(schema.jobs.c.key == "feed:hetzner"))
        return timedelta(seconds=rows[0].due - self.house.clock.at.timestamp()) if rows else None


def the_rooms() -> FakeRooms:
    return FakeRooms(
        known={TECH: RoomInfo(id=TECH, name="tech-chat"), OPS: RoomInfo(id=OPS, operators=True)}, operators_room=OPS
    )


@pytest.fixture
def reader(house: MakeHouse) -> Reader:
    provider = Provider(TryLater("provider can't be reached"))
    here: Watch = watch(feeds=(FEED,))

    async def on_tick(tick: Tick, ports: Ports) -> Decision:
        decision = await on_feed(here, tick, replace(ports, http=provider))
        if made.between is not None:
            await made.between()
        return decision

    made = Reader(house=house(status=Opened(on={Tick: on_tick}), rooms=the_rooms()), provider=provider)
    return made


async def rows(storage: Storage, table: Any) -> int:
    (row,) = await storage.rows(select(func.count().label("n")).select_from(table))
    return int(row.n)


async def test_the_first_read_is_silent_and_what_is_new_is_posted_once(reader: Reader) -> None:
    reader.provider.says(hetzner(FAULT, WORK), ETag='"1"', Last_Modified="Mon, 04 May 2026 11:20:00 GMT")
    assert await reader.reads() == []
    reader.provider.says(hetzner(third(), FAULT, WORK), ETag='"2"')
    (notice,) = await reader.reads()
    assert notice.startswith("Notice from the provider Hetzner: Fault report 3")
    assert await reader.reads() == []
    assert reader.provider.asked == [
        {},
        {"If-None-Match": '"1"', "If-Modified-Since": "Mon, 04 May 2026 11:20:00 GMT"},
        {"If-None-Match": '"2"'},
    ]


async def test_an_entry_that_is_edited_edits_our_message(reader: Reader) -> None:
    reader.provider.says(hetzner(WORK))
    await reader.reads()
    reader.provider.says(hetzner(FAULT, WORK), ETag='"2"')
    await reader.reads()
    reader.provider.says(hetzner(OVER, WORK), ETag='"3"')
    # Its message hasn't gone out yet: the edit waits, and the whole feed is asked for again.
    assert await reader.reads() == []
    await reader.house.outbox.work(TECH)
    (edit,) = await reader.reads()
    assert reader.provider.asked[-1] == {}
    assert "It is repaired" in edit
    await reader.house.outbox.work(TECH)
    assert await reader.reads() == []
    assert reader.provider.asked[-1] == {"If-None-Match": '"3"'}


async def test_an_entry_from_before_is_not_posted_for_being_edited(reader: Reader) -> None:
    reader.provider.says(hetzner(FAULT))
    await reader.reads()
    reader.provider.says(hetzner(OVER))
    assert await reader.reads() == []
    reader.provider.says(hetzner(third(), OVER))
    assert len(await reader.reads()) == 1


async def test_what_is_unchanged_is_not_read_again(reader: Reader) -> None:
    reader.provider.says(hetzner(FAULT), ETag='"1"')
    await reader.reads()
    reader.provider.says(b"not looked at", status=304)
    assert await reader.reads() == []
    assert await reader.told() == []
    assert await reader.next_look() is None


async def test_all_ids_at_once_make_at_most_four_messages(reader: Reader) -> None:
    reader.provider.says(hetzner(FAULT, WORK))
    await reader.reads()
    reader.provider.says(hetzner(*(third(number) for number in range(3, 60))))
    said = await reader.reads()
    assert len(said) == 4
    assert said[0].startswith("54 more notices from the provider Hetzner: ")
    assert await reader.reads() == []


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"body": PAGE}, "what is there is a web page, and no feed"),
        ({"body": b"\0garbage"}, "what is there is no feed"),
        ({"status": 404}, "its server answers with status 404"),
        ({"status": 304}, "its server answers with status 304"),
        (Permanent("status.provider.example answers with more than 2097152 bytes"), "more than 2097152 bytes"),
    ],
)
@on_any_database
async def test_trouble_that_stays_is_told_once_and_the_next_read_goes_on(reader: Reader, answer: Any, why: str) -> None:
    reader.provider.says(hetzner(FAULT))
    await reader.reads()
    if isinstance(answer, Exception):
        reader.provider.answer = answer
    else:
        reader.provider.says(**answer)
    assert [await reader.reads() for _ in range(3)] == [[], [], []]
    (told,) = await reader.told()
    assert why in told
    assert await reader.next_look() == timedelta(minutes=15 * 2**3)
    reader.provider.says(hetzner(third(), FAULT))
    assert len(await reader.reads()) == 1
    assert (await reader.told())[1:] == ["The feed hetzner can be read again."]
    assert await rows(reader.house.storage, marks) == 0


@on_any_database
async def test_a_feed_that_fails_from_the_start_is_silent_when_it_comes(reader: Reader) -> None:
    await reader.reads()
    reader.provider.says(hetzner(FAULT))
    assert await reader.reads() == []
    reader.provider.says(hetzner(third(), FAULT))
    assert len(await reader.reads()) == 1


@on_any_database
async def test_a_busy_server_is_left_in_peace(reader: Reader) -> None:
    reader.provider.says(status=429, Retry_After="7200")
    await reader.reads()
    assert await reader.next_look() == timedelta(hours=2)
    assert await reader.told() == []
    reader.provider.says(status=503)
    for _ in range(5):
        await reader.reads()
    (told,) = await reader.told()
    assert "status 503" in told


@on_any_database
async def test_a_feed_that_is_gone_is_not_asked_for_again(reader: Reader) -> None:
    reader.provider.says(status=410)
    await reader.reads()
    await reader.reads()
    assert len(reader.provider.asked) == 1
    (told,) = await reader.told()
    assert told.endswith("It isn't asked for any more.")


async def test_what_was_posted_meanwhile_is_not_posted_again(reader: Reader) -> None:
    """Rows and messages come together or not at all: where the rows are there already, there is no message."""
    reader.provider.says(hetzner(FAULT))
    await reader.reads()
    reader.provider.says(hetzner(third(), FAULT))
    storage = reader.house.storage

    async def another() -> None:
        reader.between = None
        (entry, _) = read(hetzner(third(), FAULT), URL).entries
        async with storage.begin() as tx:
            await tx.execute(known(FeedSettings.model_validate(FEED), [entry], {entry.id}, START))

    reader.between = another
    assert await reader.reads() == []
    assert reader.between is None
    assert await rows(storage, feed_entries) == 2


@on_any_database
async def test_nothing_is_asked_while_there_is_nobody_to_tell(reader: Reader) -> None:
    reader.house.rooms = FakeRooms()
    await reader.reads()
    assert reader.provider.asked == []


@on_any_database
async def test_entries_that_are_long_gone_are_forgotten(reader: Reader) -> None:
    reader.provider.says(hetzner(FAULT, WORK))
    await reader.reads()
    reader.house.clock.forward(timedelta(days=91).total_seconds())
    reader.provider.says(hetzner(FAULT))
    await reader.reads()
    assert await rows(reader.house.storage, feed_entries) == 1
