"""What the status page says, to people and to programs; and what it never says."""

import json
import re
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

import feedparser
import pytest
from bs4 import BeautifulSoup
from yarl import URL

from bot.readers import Memory
from bot.readiness import Readiness
from bot.running import Running
from bot.storage.engine import Storage, database_url
from bot.web.export import Export
from bot.web.pages import Visits
from handlers.status import page as status_page
from handlers.status import records
from handlers.status.page import StatusPages, export, feed, pages
from handlers.status.page.badge import COLOURS, LABEL
from handlers.status.page.bars import HEIGHTS
from handlers.status.page.rendering import linked
from handlers.status.records import Condition, Incident, Phase, Silence, Span, Window
from handlers.status.settings import PageSettings, Settings
from handlers.status.states import Severity, State
from handlers.status.watch import Watch
from tests.browser import stage
from tests.browser.stage import NOW, ago, incident, look, moment, over, seen
from tests.support.fakes import FakeClock

PATHS = ("/", "/history", "/incidents/2026-05-04-1", "/feed.atom", "/status.json", "/badge.svg", "/badge/mastodon.svg")


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    return stage.template(tmp_path_factory.mktemp("status"))


@pytest.fixture
async def get(template, tmp_path, http) -> AsyncIterator[object]:
    """The answer at a path of the pages of a situation: `await get(stage.well(), "/")`."""
    async with AsyncExitStack() as stack:
        addresses: dict[int, str] = {}

        async def ask(situation, path="/"):
            if id(situation) not in addresses:
                folder = tmp_path / str(len(addresses))
                web = await stack.enter_async_context(stage.served(situation, template, folder))
                addresses[id(situation)] = f"http://127.0.0.1:{web.port}"
            async with http.get(URL(addresses[id(situation)] + path, encoded=True)) as answer:
                return answer.status, await answer.text()

        yield ask


def parsed(html: str) -> Any:
    """The page's elements."""
    return BeautifulSoup(html, "html.parser")


def shown(html: str) -> str:
    """What people read of a page, without what stands for pictures."""
    return " ".join(parsed(html).get_text(" ").split()).replace(" .", ".")


async def headline(get, situation) -> str:
    _, html = await get(situation)
    return str(parsed(html).h1.get_text())


def only(**states: State) -> stage.Situation:
    """These services in these states, the others up."""
    return stage.Situation(board=seen(*(look(name, state) for name, state in states.items())))


@pytest.mark.parametrize(
    ("situation", "sentence"),
    [
        (stage.well(), "Everything works"),
        (only(mastodon=State.DOWN), "Mastodon is unreachable"),
        (only(wiki=State.DOWN), "The wiki is unreachable"),
        (only(mastodon=State.DOWN, wiki=State.DOWN), "Mastodon and the wiki are unreachable"),
        (only(mastodon=State.DOWN, wiki=State.DOWN, meet=State.DOWN), "3 of 6 services are unreachable"),
        (only(**dict.fromkeys((one.name for one in stage.SERVICES), State.DOWN)), "All services are unreachable"),
        (only(wiki=State.DEGRADED), "The wiki is slow or partly failing"),
        (
            only(mastodon=State.DOWN, wiki=State.DEGRADED),
            "Mastodon is unreachable, and the wiki is slow or partly failing",
        ),
        (only(meet=State.UNKNOWN), "Everything that can be seen works"),
        (stage.maintenance(), "The wiki is under maintenance"),
        (stage.blind(), "Nothing can be seen at the moment"),
        (stage.nothing(), "Nothing has been measured yet"),
        (stage.empty(), "No services are listed"),
    ],
)
async def test_the_first_sentence_tells_how_it_is(get, situation, sentence):
    assert await headline(get, situation) == sentence
    assert sentence in (await get(situation, "/badge.svg"))[1]


async def test_a_service_says_since_when_what_was_measured_when_and_what_one_notices(get):
    text = shown((await get(stage.outage()))[1])
    assert (
        "Mastodon Unreachable The website and the apps don't load. Unreachable since 13:39 UTC. "
        "Measured here at 14:02:01 UTC : HTTP 503 after 0.2 s." in text
    )
    assert "Works Working since 1 May, 14:02 UTC." in text
    assert "24 hours 98.4 % 7 days 99.7 %" in text


async def test_an_open_incident_tells_its_story_from_the_end(get):
    text = shown((await get(stage.outage()))[1])
    assert "Since 13:39 UTC , for 23 minutes so far. Somebody is looking into it." in text
    last = text.index("The database is being moved")
    assert last < text.index("13:44 UTC after 5 minutes Somebody is looking into it.") < text.index("at the beginning")


async def test_an_incident_has_a_page_with_all_of_it(get):
    status, html = await get(stage.outage(), "/incidents/2026-05-04-1")
    text = shown(html)
    assert status == 200
    assert "Began 4 May 2026, 13:39 UTC Ended not yet Lasted 23 minutes so far" in text
    assert "4 May 2026, 13:58 UTC after 19 minutes The database is being moved to a larger disk." in text
    text = shown((await get(stage.outage(), "/incidents/2026-04-29-1"))[1])
    assert "The wiki was unreachable Resolved." in text
    assert "Ended 29 April 2026, 11:09 UTC Lasted 7 minutes" in text


async def test_past_incidents_stand_by_day_and_older_ones_by_month(get):
    text = shown((await get(stage.well()))[1])
    assert "29 April 2026 The wiki was unreachable from 11:02 UTC , for 7 minutes 27 April 2026" in text
    assert "Mastodon was unreachable" not in text
    text = shown((await get(stage.well(), "/history"))[1])
    assert re.search("April 2026 The wiki was unreachable .* March 2026 Mastodon was unreachable", text)


async def test_maintenance_is_announced(get):
    text = shown((await get(stage.maintenance()))[1])
    assert "The wiki: under way From 13:50 UTC to 14:50 UTC. A new version of MediaWiki" in text
    assert "Loomio: planned From 6 May, 14:02 UTC to 15:02 UTC. Moving house" in text


async def test_what_is_over_or_cancelled_is_maintenance_no_more(get):
    situation = stage.maintenance()
    situation.rows = [replace(row, phase="cancelled") if isinstance(row, Window) else row for row in situation.rows]
    assert "Maintenance" not in shown((await get(situation))[1])


async def test_the_bot_tells_how_it_is_itself(get):
    text = shown((await get(stage.well()))[1])
    assert (
        "last at 14:02:01 UTC , and writes this page. It is connected to Matrix (last heard from at 14:02:02 UTC )"
        in text
    )
    text = shown((await get(stage.blind()))[1])
    assert "It isn't connected to Matrix: it last heard from it at 13:56:10 UTC." in text
    assert "Since 13:56 UTC its own machine has been offline" in text
    assert "The last good sync was 360 s ago." in text
    assert "It isn't connected to Matrix yet." in shown((await get(stage.nothing()))[1])
    assert "This page was made at 14:02:10 UTC on 4 May 2026" in text


async def test_what_is_too_old_counts_for_nothing(get):
    old = [look(one.name, looked=ago(hours=1)) for one in stage.SERVICES]
    text = shown((await get(stage.Situation(board=seen(*old))))[1])
    assert "Nothing can be seen at the moment There is no fresh measurement" in text
    assert "Nothing has been measured in the last minutes." in text


async def test_what_monitoring_says_counts_and_is_named(get):
    word = Condition(
        key="k",
        service="wiki",
        source="uptime-kuma",
        by="kuma",
        state=State.DOWN,
        severity=Severity.CRITICAL,
        summary="10.0.0.7 refuses",
        since=ago(minutes=5),
        heard=ago(minutes=5),
    )
    text = shown((await get(stage.Situation(rows=[word])))[1])
    assert "The wiki is unreachable" in text
    assert "Reported by Uptime Kuma at 13:57 UTC : unreachable." in text
    assert "10.0.0.7" not in text
    text = shown((await get(stage.Situation(rows=[replace(word, severity=Severity.INFO)])))[1])
    assert "unreachable" not in text


async def test_how_many_people_say_so_is_shown_as_a_hint(get):
    situation = stage.well()
    situation.me_too = {"mastodon": 3}
    assert "3 people say in the rooms that it fails for them too: a hint, not a measurement." in shown(
        (await get(situation))[1]
    )


async def test_bars_are_said_in_words_and_differ_by_more_than_colour(get):
    soup = parsed((await get(stage.outage()))[1])
    bars = soup.find("svg", class_="bars")
    assert bars["role"] == "img"
    assert bars["aria-label"] == (
        "Mastodon, day by day. Of the last 90 days, on 84 days it worked, on 1 day it was slow or partly failing, "
        "on 3 days it was unreachable, on 1 day it was under maintenance and on 1 day nothing was measured."
    )
    counts = {path["class"][0]: path["d"].count("M") for path in bars.find_all("path")}
    assert counts == {"up": 84, "degraded": 1, "down": 3, "maintenance": 1, "unknown": 1}
    assert HEIGHTS[State.UP] > HEIGHTS[State.DEGRADED] > HEIGHTS[State.DOWN] > HEIGHTS[State.UNKNOWN]
    table = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in soup.table.find_all("tr")]
    assert table[:2] == [["Day", "What was", "Up"], ["4 May", "Unreachable for 23 minutes", "97.26 %"]]
    assert ["22 April", "Under maintenance for 1 hour", "100 %"] in table


async def test_what_the_figures_leave_out_is_said(get):
    text = shown((await get(stage.well()))[1])
    assert "Not counted: 1 day and 4 hours in which the bot itself couldn't see and 1 hour of maintenance." in text


async def test_a_hundred_per_cent_means_all_of_it(get):
    spans: list[stage.Row] = [
        Span(service="wiki", state=State.UP, begun=ago(days=89), ended=ago(days=1)),
        Span(service="wiki", state=State.DOWN, begun=ago(days=1), ended=ago(days=1) + timedelta(seconds=1)),
        Span(service="wiki", state=State.UP, begun=ago(days=1) + timedelta(seconds=1)),
    ]
    assert "90 days 99.99 %" in shown((await get(stage.Situation(rows=spans, board=seen())))[1])


# Never


def secretive() -> stage.Situation:
    """An outage, with much that isn't for everybody."""
    situation = stage.outage()
    situation.rows += [
        incident("2026-05-04-7", service="loomio", severity=Severity.INFO, summary="furtive certificate"),
        incident("2026-05-04-8", service="backup-host", summary="unlisted machine"),
        moment("furtive detail", ago(minutes=3), "2026-05-04-7"),
        moment("unlisted detail", ago(minutes=3), "2026-05-04-8"),
        over("2026-05-01-7", "wiki", ago(days=3), timedelta(minutes=5), severity=Severity.INFO, summary="furtive past"),
        Silence(id="s1", service="wiki", until=ago(hours=-1), why="hush reason", who=stage.ANA),
    ]
    return situation


@pytest.mark.parametrize("path", PATHS)
async def test_what_is_the_operators_alone_is_nowhere(get, path):
    status, text = await get(secretive(), path)
    assert status == 200
    for secret in ("dave", "furtive", "unlisted", "backup-host", stage.ANA, "example.org", "hush", "2026-05-04-7"):
        assert secret not in text


@pytest.mark.parametrize("id", ["2026-05-04-7", "2026-05-04-8", "nothing", "2026-05-04-1%27", "%3Cscript%3E"])
async def test_such_incidents_have_no_page(get, id):  # noqa: A002 - as the record's own field
    status, text = await get(secretive(), f"/incidents/{id}")
    assert status == 404
    assert "There is no such page" in text
    assert "script>" not in text


async def test_a_probe_that_matters_to_operators_alone_alarms_nobody(get):
    word = Condition(
        key="k",
        service="wiki",
        source="probe",
        by="wiki-tls",
        state=State.DEGRADED,
        severity=Severity.INFO,
        summary="The certificate ends soon",
        since=ago(minutes=5),
        heard=ago(minutes=5),
    )
    board = seen()
    board.looks["wiki-tls"] = look("wiki", State.DEGRADED, probe="wiki-tls", evidence="The certificate ends soon")
    _, html = await get(stage.Situation(rows=[word], board=board))
    assert "Everything works" in html
    assert "certificate" not in html


# Hostile words


@pytest.mark.parametrize("path", [*PATHS, "/incidents/2026-05-04-2", "/no/such"])
async def test_hostile_words_stay_words(get, path):
    _, text = await get(stage.hostile(), path)
    assert "<script" not in text
    assert "<img" not in text
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert "49" not in re.findall(r"\b49\b", text), "nobody's template is filled in"
    assert len(text) < 60_000
    assert max(map(len, re.findall(r"x+", text))) <= 2000


@pytest.mark.parametrize("path", PATHS[3:])
async def test_hostile_words_break_no_format(get, path):
    _, text = await get(stage.hostile(), path)
    if path.endswith(".json"):
        assert json.loads(text)["community"].startswith("<script>")
    else:
        ET.fromstring(text)  # noqa: S314 - our own


async def test_no_page_has_a_script_a_style_of_its_own_or_anything_from_elsewhere(get):
    for situation in (stage.outage(), stage.hostile()):
        soup = parsed((await get(situation))[1])
        assert soup.find_all(["script", "style", "iframe", "form", "base"]) == []
        assert [
            tag for tag in soup.find_all() if any(name == "style" or name.startswith("on") for name in tag.attrs)
        ] == []
        assert soup.find("meta", attrs={"http-equiv": True}) is None
        assert [tag["src"] for tag in soup.find_all(src=True)] == []
        assert all(not urlsplit(tag["href"]).netloc for tag in soup.find_all("link"))


async def test_only_addresses_of_the_web_become_links_and_they_vouch_for_nothing(get):
    soup = parsed((await get(stage.outage()))[1])
    (link,) = soup.find_all("a", href=re.compile("^https?:"))
    assert link["href"] == link.get_text() == "https://status.example/db"
    assert set(link["rel"]) >= {"nofollow", "noopener"}
    soup = parsed((await get(stage.hostile()))[1])
    assert not [one for one in soup.find_all("a") if "evil" in one["href"] or "javascript" in one["href"]]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "see https://a.example/b?c=d&e, please",
            'see <a href="https://a.example/b?c=d&amp;e" rel="nofollow noopener ugc">',
        ),
        ('https://a.example/"onclick="x', "https://a.example/</a>&#34;onclick=&#34;x"),
        ("https://[", ">https://[<"),
        ("https://", ">https://<"),
        ("ftp://a.example <b>", ">ftp://a.example &lt;b&gt;<"),
        ("https://user@a.example", ">https://user@a.example<"),
    ],
)
def test_links_are_found(text, html):
    assert html in f">{linked(text)}<"


# For programs


async def test_the_feed_is_valid_and_has_an_entry_for_each_incident(get):
    situation = replace(stage.outage(), settings=Settings(page=PageSettings(url="https://status.example")))
    _, text = await get(situation, "/feed.atom")
    found = feedparser.parse(text)
    assert not found.bozo
    assert found.version == "atom10"
    assert found.feed.title == "Social.example status"
    assert found.feed.updated == "2026-05-04T13:58:10Z"
    newest = found.entries[1]
    assert [one.title for one in found.entries][:3] == [
        "Mastodon's live updates is slow or partly failing",
        "Mastodon is unreachable",
        "Resolved: The wiki was unreachable for 7 minutes",
    ]
    assert newest.link == "https://status.example/incidents/2026-05-04-1"
    assert newest.id.startswith("urn:uuid:")
    assert (newest.published, newest.updated) == ("2026-05-04T13:39:10Z", "2026-05-04T13:58:10Z")
    assert "4 May 2026, 13:58 UTC: The database is being moved" in newest.content[0].value
    assert len({one.id for one in found.entries}) == 5
    assert all(one.link for one in found.entries)


async def test_an_entry_changes_with_its_incident_and_stays_the_same_one(get):
    before = feedparser.parse((await get(stage.outage(), "/feed.atom"))[1]).entries[1]
    situation = stage.outage()
    over_now = incident(phase=Phase.RESOLVED, resolved=NOW, changed=NOW)
    situation.rows = [
        over_now if isinstance(row, Incident) and row.id == over_now.id else row for row in situation.rows
    ]
    situation.rows.append(moment("Mastodon is back.", NOW))
    after = feedparser.parse((await get(situation, "/feed.atom"))[1]).entries[1]
    assert after.id == before.id
    assert after.updated > before.updated
    assert after.title == "Resolved: Mastodon was unreachable for 23 minutes"
    assert after.content[0].value.startswith("HTTP 503 from the web server\n\n4 May 2026, 14:02 UTC: Mastodon is back.")


async def test_the_feed_of_an_uneventful_time_is_valid_and_doesnt_change(get):
    _, text = await get(stage.nothing(), "/feed.atom")
    _, later = await get(replace(stage.nothing(), now=NOW + timedelta(days=1)), "/feed.atom")
    assert not feedparser.parse(text).bozo
    assert text == later


async def test_the_json_has_its_documented_shape(get):
    found = json.loads((await get(stage.outage(), "/status.json"))[1])
    assert found["version"] == 1
    assert set(found) == {
        *("version", "community", "made", "state", "sentence", "services", "incidents", "maintenance", "bot"),
    }
    mastodon = found["services"][0]
    assert mastodon == {
        "name": "mastodon",
        "title": "Mastodon",
        "state": "down",
        "since": "2026-05-04T13:39:10Z",
        "members_notice": "The website and the apps don't load.",
        "doubt": "",
        "incident": "2026-05-04-1",
        "evidence": [
            {"state": "down", "text": "HTTP 503 after 0.2 s", "source": "Measured here", "at": "2026-05-04T14:02:01Z"}
        ],
        "people_say_so": 0,
        "uptime": mastodon["uptime"],
    }
    assert set(mastodon["uptime"]) == {"24h", "7d", "30d", "90d"}
    assert 0.98 < mastodon["uptime"]["24h"] < 0.99
    first = found["incidents"][0]
    assert {**first, "updates": len(first["updates"])} == {
        "id": "2026-05-04-1",
        "service": "mastodon",
        "title": "Mastodon is unreachable",
        "summary": "HTTP 503 from the web server",
        "state": "down",
        "severity": "critical",
        "open": True,
        "opened": "2026-05-04T13:39:10Z",
        "resolved": None,
        "page": "incidents/2026-05-04-1",
        "updates": 3,
    }
    assert found["bot"] == {
        "measured": "2026-05-04T14:02:01Z",
        "connected": True,
        "last_sync": "2026-05-04T14:02:02Z",
        "blind_since": None,
        "problems": [],
    }
    planned = json.loads((await get(stage.maintenance(), "/status.json"))[1])["maintenance"]
    assert [(one["service"], one["under_way"]) for one in planned] == [("wiki", True), ("loomio", False)]


async def test_a_badge_says_it_in_words_and_can_be_read(get):
    svg = ET.fromstring((await get(stage.outage(), "/badge/streaming.svg"))[1])  # noqa: S314 - our own
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == "Mastodon's live updates: slow or partly failing"
    assert svg.findtext("{http://www.w3.org/2000/svg}title") == svg.get("aria-label")
    assert (await get(stage.outage(), "/badge/nothing.svg"))[0] == 404
    for colour in (*COLOURS.values(), LABEL):
        assert contrast(colour, "#ffffff") >= 4.5


def test_bars_can_be_told_from_the_ground_in_light_and_dark():
    css = (stage.ROOT / "handlers/status/page/style.css").read_text()
    for part in css.split("@media (prefers-color-scheme: dark)"):
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part))
        for name in (name for name in colours if name.startswith("bar-")):
            assert contrast(colours[name], colours["ground"]) >= 3, name


def contrast(one: str, other: str) -> float:
    """As WCAG defines it."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


# Written to a folder


def nobody(_now: datetime) -> Mapping[str, int]:
    return {}


def test_there_is_a_page_where_the_config_has_one():
    with_page, without = (Watch(settings=Settings(page=page), place=stage.PLACE) for page in (PageSettings(), None))
    assert {page.path for page in pages(with_page, nobody)} >= {"/", "/history", "/incidents/{id}", "/badge/wiki.svg"}
    assert pages(without, nobody) == ()


def test_the_folder_of_the_export_begins_at_the_config(tmp_path):
    place = replace(stage.PLACE, root=tmp_path)
    page = PageSettings(export=Path("public"))
    assert export(Watch(settings=Settings(page=page), place=place)) == tmp_path / "public"
    assert export(Watch(settings=Settings(), place=place)) is None


async def test_the_exported_folder_works_wherever_it_lies(template, tmp_path):
    situation, folder = stage.outage(), tmp_path / "public"
    stage.copied(template, tmp_path)
    storage = Storage(database_url(None, tmp_path))
    await stage.write(storage, situation.rows)

    async def look_at_itself() -> Readiness:
        return Readiness(())

    clock = FakeClock(at=situation.now)
    visits = Visits(memory=Memory(storage), clock=clock, running=Running(), look=look_at_itself)
    watch = Watch(settings=situation.settings, place=situation.place, board=situation.board)
    await Export(folder=folder, pages=StatusPages(watch).pages(), visits=visits, clock=clock).turn()
    await storage.close()

    written = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert written >= {"index.html", "history.html", "404.html", "feed.atom", "status.json", "style.css", "badge.svg"}
    assert written >= {"badge/wiki.svg", "incidents/2026-05-04-1.html", "incidents/2026-04-27-1.html"}
    assert "incidents/2026-03-04-1.html" not in written, "it is older than what is written"
    for name in written:
        if name.endswith(".html"):
            soup = parsed((folder / name).read_text())
            links = [tag["href"] for tag in soup.find_all(href=True) if not urlsplit(tag["href"]).scheme]
            for link in links:
                if not link.startswith("#"):
                    target = urljoin(f"/status/{name}", link).removeprefix("/status/")
                    assert target in written or target.startswith("incidents/2026-03"), f"{name}: {link}"


@pytest.mark.parametrize("path", ["/", "/history", "/incidents/2026-05-04-1", "/feed.atom", "/status.json"])
async def test_pages_are_made_beside_what_is_sent_to_hooks(get, monkeypatch, path):
    made = []

    def noting(module, name):
        inner = getattr(module, name)

        def note(*args, **values):
            made.append(threading.current_thread())
            return inner(*args, **values)

        monkeypatch.setattr(module, name, note)

    for module, name in ((status_page, "render"), (status_page, "view"), (feed, "feed"), (records, "span")):
        noting(module, name)
    assert (await get(stage.outage(), path))[0] == 200
    assert made
    assert threading.main_thread() not in made
