"""Dead links: a few are looked at each day, politely."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.actions import Nothing
from bot.errors import Permanent, TryLater
from bot.events import Tick
from bot.ports import Fetched, Http
from handlers.faq.library import Library
from handlers.faq.review.links import AT_ONCE, Look, blind, due, failure, looked, of_bank, of_entry, on_links
from handlers.faq.settings import Settings
from handlers.faq.tables import links
from tests.support.fakes import START
from tests.unit.faq.bank import PLACE, Tables, entry, house

DAY = 86_400.0
NOW = START.timestamp()


@dataclass
class Web(Http):
    """The internet: each address with a status, or with what goes wrong. `asked` has what was fetched, in order."""

    known: Mapping[str, int | Exception]
    asked: list[str]

    async def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        del headers
        self.asked.append(url)
        found = self.known.get(url, 200)
        if isinstance(found, Exception):
            raise found
        return Fetched(status=found, headers={}, body=b"", url=url, elapsed=0.1)


def test_links_come_from_the_source_and_from_all_answers():
    found = of_entry(
        entry(
            "money",
            "Where?",
            source="https://a.example/wiki#Part",
            body="See [this](https://b.example/x) and <https://c.example>, `https://no.example`. ![p](https://no.example/i)\n\n"
            "- [mail](mailto:a@b.example) [form]({{ registration.form }}) https://no.example/bare",
            translations={"de": "Siehe [das](https://d.example/y)."},
        )
    )
    assert found == {"https://a.example/wiki", "https://b.example/x", "https://c.example", "https://d.example/y"}


def test_each_link_has_its_entries():
    bank = [entry("a", "A?", source="https://x.example"), entry("b", "B?", source="https://x.example")]
    assert of_bank(bank) == {"https://x.example": ("a", "b")}


def look(days_ago: float, *, failing: bool = False) -> Look:
    return Look(url="", checked=NOW - days_ago * DAY, failing=NOW - 9 * DAY if failing else None, why="")


@pytest.mark.parametrize(
    ("known", "is_due"),
    [
        (None, True),
        (look(6.9), False),
        (look(7), True),
        (look(0.5, failing=True), False),
        (look(1, failing=True), True),
    ],
)
def test_a_link_is_looked_at_once_a_week_and_daily_while_it_fails(known, is_due):
    assert bool(due(["https://x.example"], {"https://x.example": known} if known else {}, START)) is is_due


def test_those_that_fail_come_first_then_the_oldest_one_of_each_host_and_only_a_few():
    urls = [f"https://h{number}.example/" for number in range(20)]
    known = {url: look(8 + number) for number, url in enumerate(urls)}
    known[urls[3]] = look(2, failing=True)
    found = due([*urls, "https://h19.example/other"], known, START)
    assert found[0] == urls[3]
    assert found[1] == "https://h19.example/other", "never looked at"
    assert found[2] == urls[18]
    assert len(found) == AT_ONCE


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (200, None),
        (204, None),
        (301, None),
        (404, "gone, 404"),
        (410, "gone, 410"),
        (401, None),
        (403, None),
        (429, None),
        (500, None),
        (503, None),
        (TryLater("no"), "can't be reached"),
        (Permanent("private"), None),
    ],
)
async def test_only_what_isnt_there_and_who_cant_be_reached_counts(answer, why):
    assert await failure("https://x.example", Web({"https://x.example": answer}, [])) == why


def test_a_failure_is_remembered_from_its_first_day_and_forgotten_when_it_is_over():
    first = looked(None, "u", "can't be reached", START)
    second = looked(first, "u", "can't be reached", START + timedelta(days=1))
    assert (first.failing, second.failing, second.checked) == (NOW, NOW, NOW + DAY)
    assert looked(second, "u", None, START) == Look(url="u", checked=NOW)


@pytest.mark.parametrize(
    ("whys", "expected"),
    [
        (["can't be reached"] * 2, True),
        (["can't be reached"], False),
        (["can't be reached", None], False),
        (["can't be reached", "gone, 404"], False),
        ([], False),
    ],
)
def test_where_nothing_can_be_reached_it_is_us(whys, expected):
    assert blind(whys) is expected


async def run(tables: Tables, web: Web, library: Library, days: float = 0):
    now = START + timedelta(days=days)
    tick = Tick(id="tick", room="jobs:faq", sender="", at=now, key="links")
    decision = await on_links(library, tick, house(tables, http=web, now=now))
    assert tables.keep(decision) == ()
    return decision


async def kept(tables: Tables) -> dict[str, tuple[float | None, str]]:
    return {row.url: (row.failing, row.why) for row in await tables.rows(select(links))}


def bank(*urls: str) -> Library:
    return Library.of(
        [entry(f"e{number}", f"Question {number}?", source=url) for number, url in enumerate(urls)], Settings(), PLACE
    )


async def test_what_is_found_is_remembered_and_what_is_in_no_entry_is_forgotten():
    tables, web = Tables(), Web({"https://b.example": 404}, [])
    await run(tables, web, bank("https://a.example", "https://b.example"))
    assert await kept(tables) == {"https://a.example": (None, ""), "https://b.example": (NOW, "gone, 404")}
    await run(tables, web, bank("https://b.example"), days=1)
    assert await kept(tables) == {"https://b.example": (NOW, "gone, 404")}
    assert web.asked == ["https://a.example", "https://b.example", "https://b.example"]


async def test_while_the_bot_is_cut_off_no_link_is_called_dead():
    tables, web = Tables(), Web({"https://a.example": TryLater("no"), "https://b.example": TryLater("no")}, [])
    await run(tables, web, bank("https://a.example", "https://b.example"))
    assert await kept(tables) == {}


async def test_of_a_host_one_link_is_asked_for_at_a_time():
    web = Web({}, [])
    await run(Tables(), web, bank("https://a.example/1", "https://a.example/2", "https://b.example"))
    assert len(web.asked) == 2


async def test_without_links_nothing_is_fetched():
    web = Web({}, [])
    assert not isinstance(await run(Tables(), web, bank()), Nothing), "old notes are forgotten all the same"
    assert web.asked == []
