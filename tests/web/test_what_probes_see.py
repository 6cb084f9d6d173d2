"""Each kind of probe, on real servers: what is seen of them when they are well, and when they are ill."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from aiohttp import web

from bot.facts import InstanceFacts
from bot.handler import Sight
from bot.net import Outside
from bot.ports import Fetched
from bot.reach import Direct
from handlers.status.board import Board
from handlers.status.probes.control import Control
from handlers.status.probes.kinds import WAYS
from handlers.status.probes.listing import listed
from handlers.status.probes.reading import Reading
from handlers.status.probes.watching import Watcher
from handlers.status.settings import Kind, ProbeSettings
from handlers.status.states import State
from tests.support.fakes import START
from tests.support.watched import DAY, Authority, Names, Site, answering, breaks_off, found, hangs, serving, text
from tests.unit.status.scenes import MASTODON

UP, DEGRADED, DOWN, UNKNOWN = State.UP, State.DEGRADED, State.DOWN, State.UNKNOWN
HERE = frozenset({"127.0.0.1"})
#: An answer that never comes is waited for so long here.
SOON = timedelta(seconds=0.3)
LATE = timedelta(seconds=60)

See = Callable[..., Awaitable[Reading]]


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving(Site()) as site:
        yield site


@pytest.fixture
async def sight() -> AsyncIterator[Sight]:
    async with Outside(allowed_private=HERE) as outside:
        yield Sight(now=START, http=outside, reach=Direct(allowed_private=HERE))


@pytest.fixture
def see(sight: Sight) -> See:
    """One look of this kind at this target."""

    async def look(kind: str, target: str, eyes: Sight = sight, **changes: object) -> Reading:
        plain = {"service": "mastodon", "kind": kind, "target": target, "timeout": timedelta(seconds=20), "slow": LATE}
        (one,) = listed([ProbeSettings.model_validate(plain | changes)], [MASTODON])
        board = Board()
        return await Watcher(listed=one, board=board, control=Control((), board)).read(eyes)

    return look


def seen(reading: Reading) -> tuple[State, str]:
    return reading.state, reading.evidence


# http


@pytest.mark.parametrize(
    ("status", "changes", "expected"),
    [
        (200, {}, UP),
        (204, {}, UP),
        (404, {}, DOWN),
        (500, {}, DOWN),
        (503, {}, DOWN),
        (403, {"status": (200, 403)}, UP),
        (204, {"status": (200, 403)}, DOWN),
        (429, {}, UNKNOWN),
        (429, {"status": (429,)}, UP),
    ],
)
async def test_a_page_counts_by_its_status(site, see, status, changes, expected):
    site.pages["/"] = text("", status)
    reading = await see("http", site.url, **changes)
    assert reading.state == expected
    assert reading.evidence.startswith(f"HTTP {status}")
    assert reading.answered
    assert reading.elapsed is not None


async def test_a_page_must_contain_what_it_should(site, see):
    site.pages["/"] = text("<h1>Wilkommen</h1>")
    assert (await see("http", site.url, contains="Wilkommen")).state == UP
    reading = await see("http", site.url, contains="Welcome")
    assert reading.state == DOWN
    assert reading.evidence.endswith("but the page doesn't contain what it should")
    assert "Wilkommen" not in reading.evidence


async def test_what_comes_late_is_degraded_and_what_never_comes_is_down(site, see):
    site.pages |= {"/": text("here"), "/never": hangs}
    reading = await see("http", site.url, slow=timedelta(microseconds=1))
    assert reading.state == DEGRADED
    assert reading.evidence == f"slow: HTTP 200 after {reading.elapsed:.1f} s"
    reading = await see("http", f"{site.url}/never", timeout=SOON)
    assert seen(reading) == (DOWN, "no answer within 0.3 s")
    assert (reading.elapsed, reading.answered) == (0.3, False)


async def test_refused_cut_off_and_not_to_be_found_are_told_apart(site, see):
    site.pages["/"] = breaks_off
    assert seen(await see("http", site.url)) == (DOWN, "127.0.0.1 can't be reached (the connection broke off)")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/?secret"
        reading = await see("http", url)
    assert seen(reading) == (DOWN, "127.0.0.1 can't be reached (connection refused)")
    assert not reading.answered
    reading = await see("http", "http://nobody.invalid/?secret")
    assert reading.state == DOWN
    assert "name" in reading.evidence
    assert "secret" not in reading.evidence


async def test_a_private_address_where_a_public_one_should_be_says_nothing_of_the_service(site, see):
    """DNS that lies: what we may not call we can't see."""
    async with Outside() as outside:
        eyes = Sight(now=START, http=outside, reach=Direct())
        for kind, target in (
            *((kind, site.url) for kind in ("http", "mastodon", "mediawiki", "matrix")),
            *((kind, f"127.0.0.1:{site.port}") for kind in ("tls", "tcp")),
        ):
            reading = await see(kind, target, eyes)
            assert reading.state == UNKNOWN, kind
            assert "private network" in reading.evidence
            assert not reading.answered
    assert site.seen == []


async def test_a_redirect_to_the_inside_is_not_followed_and_says_nothing(site, see):
    site.pages["/"] = lambda _: web.Response(status=302, headers={"Location": f"http://localhost:{site.port}/secret"})
    reading = await see("http", site.url)
    assert reading.state == UNKNOWN
    assert site.seen == ["/"]


async def test_a_redirect_that_never_ends_is_down(site, see):
    site.pages["/"] = lambda _: web.Response(status=302, headers={"Location": "/"})
    assert seen(await see("http", site.url)) == (DOWN, "127.0.0.1 redirects more than 5 times")


# mastodon

V2 = {
    "domain": "social.example",
    "version": "4.5.0",
    "usage": {"users": {"active_month": 1234}},
    "configuration": {"statuses": {"max_characters": 500}},
    "registrations": {"enabled": True, "approval_required": True, "message": None},
}
WELL = {"/health": text("OK"), "/api/v1/streaming/health": text("OK"), "/api/v2/instance": found(V2)}


@pytest.mark.parametrize("health", [text("OK"), text("OK\n"), found({"status": "UP"})])
async def test_a_mastodon_server_is_well_in_either_of_its_ways(site, see, health):
    site.pages |= WELL | {"/health": health}
    reading = await see("mastodon", site.url)
    assert reading.state == UP
    assert reading.evidence == f"HTTP 200 after {reading.elapsed:.1f} s"
    assert reading.instance == InstanceFacts(
        character_limit=500, users=1234, registrations="open, by approval", asked=START
    )
    assert sorted(site.seen) == sorted(WELL)


NO_WORD: list[Any] = [{}, None, True, [], {"enabled": 1}, {"enabled": None}]


@pytest.mark.parametrize(
    ("registrations", "words"),
    [
        ({"enabled": True, "approval_required": True}, "open, by approval"),
        ({"enabled": True, "approval_required": False}, "open"),
        ({"enabled": True}, "open"),
        ({"enabled": False, "approval_required": True}, "closed"),
        *((one, None) for one in NO_WORD),
    ],
)
async def test_whether_one_can_join_is_told_in_words(site, see, registrations, words):
    site.pages |= WELL | {"/api/v2/instance": found(V2 | {"registrations": registrations})}
    assert (await see("mastodon", site.url)).instance.registrations == words


@pytest.mark.parametrize("streaming", [text("", 502), text("", 503), breaks_off])
async def test_the_website_without_live_updates_is_degraded_and_says_which_part(site, see, streaming):
    site.pages |= WELL | {"/api/v1/streaming/health": streaming}
    reading = await see("mastodon", site.url)
    assert reading.state == DEGRADED
    assert reading.evidence.startswith("the website works, but live updates don't (")
    assert reading.answered
    assert reading.instance is not None


class Late(Outside):
    """Never hears from live updates."""

    async def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        if "streaming" in url:
            raise TimeoutError
        return await super().fetch(url, headers)


async def test_live_updates_that_hang_are_no_reason_to_say_that_the_website_does(site, see):
    site.pages |= WELL
    async with Late(allowed_private=HERE) as outside:
        reading = await see("mastodon", site.url, Sight(now=START, http=outside, reach=Direct()))
    assert seen(reading) == (DEGRADED, "the website works, but live updates don't (no answer within 20 s)")


@pytest.mark.parametrize(
    ("pages", "state", "evidence"),
    [
        ({"/health": text("", 503)}, DOWN, "HTTP 503 after"),
        ({"/health": text("", 429)}, UP, "HTTP 200 after"),
        ({"/health": breaks_off}, DOWN, "127.0.0.1 can't be reached (the connection broke off)"),
        ({"/health": text("", 404)}, UP, "HTTP 200 after"),
        ({"/health": text("<html>")}, UP, "HTTP 200 after"),
        ({"/health": found({"status": "DOWN"}), "/api/v2/instance": text("", 404)}, DOWN, "it answers, but not as"),
        # Its web process lives, and nothing else: the database is gone.
        ({"/api/v2/instance": text("", 500)}, DOWN, "the server runs, but its API doesn't work (HTTP 500 after"),
        ({"/api/v2/instance": breaks_off}, DOWN, "the server runs, but its API doesn't work (127.0.0.1 can't"),
        # An older server, or one that tells strangers nothing.
        ({"/api/v2/instance": text("", 404)}, UP, "HTTP 200 after"),
        ({"/api/v2/instance": text("", 401)}, UP, "HTTP 200 after"),
        ({"/api/v2/instance": text("<html>")}, UP, "HTTP 200 after"),
        ({"/api/v1/streaming/health": text("", 404)}, UP, "HTTP 200 after"),
    ],
)
async def test_what_the_parts_of_a_mastodon_server_come_to(site, see, pages, state, evidence):
    site.pages |= WELL | pages
    reading = await see("mastodon", site.url)
    assert reading.state == state
    assert reading.evidence.startswith(evidence)


async def test_something_else_in_its_place_is_no_mastodon_server(site, see):
    assert (await see("mastodon", site.url)).evidence.startswith("HTTP 404")
    site.pages |= dict.fromkeys(WELL, text("<h1>Welcome to nginx!</h1>"))
    assert seen(await see("mastodon", site.url)) == (DOWN, "it answers, but not as a Mastodon server does")


async def test_a_slow_mastodon_server_is_degraded(site, see):
    site.pages |= WELL
    reading = await see("mastodon", site.url, slow=timedelta(microseconds=1))
    assert reading.state == DEGRADED
    assert reading.evidence.startswith("slow: HTTP 200 after")


# mediawiki


def siteinfo(**general: object) -> dict[str, object]:
    return {"batchcomplete": "", "query": {"general": {"sitename": "Wiki", "generator": "MediaWiki 1.43.1", **general}}}


@pytest.mark.parametrize(
    ("target", "api"),
    [
        ("", "/api.php"),
        ("/", "/api.php"),
        ("/api.php", "/api.php"),
        ("/w/api.php", "/w/api.php"),
        ("/wiki/Main_Page", "/w/api.php"),
        ("/mediawiki/", "/mediawiki/api.php"),
        ("/mediawiki/api.php?x=y", "/mediawiki/api.php"),
    ],
)
async def test_a_wiki_is_asked_where_its_api_is(site, see, target, api):
    site.pages[api] = found(siteinfo())
    assert (await see("mediawiki", site.url + target)).state == UP
    assert site.seen[-1] == api


@pytest.mark.parametrize(
    ("answer", "state", "evidence"),
    [
        (found(siteinfo()), UP, "HTTP 200 after"),
        (found(siteinfo(readonly=False)), UP, "HTTP 200 after"),
        (found(siteinfo(readonly="", readonlyreason="Upgrade")), DEGRADED, "the wiki can be read, but not edited"),
        (found(siteinfo(readonly=True)), DEGRADED, "the wiki can be read, but not edited"),
        (found({"error": {"code": "readapidenied"}}), UP, "HTTP 200 after"),
        (found({"error": {"code": "internal_api_error_DBConnectionError"}}), DOWN, "the wiki reports an error of its"),
        (found([]), DOWN, "its api.php answers, but not as a wiki's does"),
        (text("<html>"), DOWN, "its api.php answers, but not as a wiki's does"),
        (text("", 500), DOWN, "HTTP 500 after"),
    ],
)
async def test_what_a_wiki_answers(site, see, answer, state, evidence):
    site.pages["/api.php"] = answer
    reading = await see("mediawiki", site.url)
    assert reading.state == state
    assert reading.evidence.startswith(evidence)


# matrix


@pytest.mark.parametrize(
    ("answer", "state", "evidence"),
    [
        (found({"versions": ["v1.11"]}), UP, "HTTP 200 after"),
        (found({"errcode": "M_UNKNOWN"}, 500), DOWN, "HTTP 500 after"),
        (found({}), DOWN, "it answers, but not as a Matrix homeserver does"),
        (text("OK"), DOWN, "it answers, but not as a Matrix homeserver does"),
    ],
)
async def test_what_a_homeserver_answers(site, see, answer, state, evidence):
    site.pages["/_matrix/client/versions"] = answer
    reading = await see("matrix", site.url)
    assert reading.state == state
    assert reading.evidence.startswith(evidence)


# tls, tcp, dns


@pytest.mark.parametrize(
    ("ends", "state", "evidence"),
    [
        (60 * DAY, UP, "the certificate is good until "),
        (10.5 * DAY, DEGRADED, "the certificate is good for 10 more days, until "),
        (1.5 * DAY, DEGRADED, "the certificate is good for 1 more day, until "),
        (0.5 * DAY, DEGRADED, "the certificate is good for less than a day, until "),
        (-3 * DAY, DOWN, "the certificate isn't to be trusted: it has expired; it ended on "),
    ],
)
async def test_how_long_a_certificate_is_good(tmp_path, see, ends, state, evidence):
    authority, now = Authority(folder=tmp_path), datetime.now(UTC)
    async with serving(Site(), authority.server("127.0.0.1", ends=ends)) as site, Outside() as outside:
        eyes = Sight(now=now, http=outside, reach=Direct(allowed_private=HERE, trusted=authority.trusted()))
        reading = await see("tls", f"127.0.0.1:{site.port}", eyes)
    assert reading.state == state
    assert reading.evidence == f"{evidence}{now + ends:%Y-%m-%d}"


async def test_a_certificate_that_nobody_vouches_for_is_down(tmp_path, see):
    async with serving(Site(), Authority(folder=tmp_path).self_signed("127.0.0.1", ends=60 * DAY)) as site:
        reading = await see("tls", f"127.0.0.1:{site.port}")
        assert seen(reading) == (DOWN, "the certificate isn't to be trusted: it is self-signed")
        reading = await see("http", site.url)
    assert seen(reading) == (
        DOWN,
        "127.0.0.1 can't be reached (its certificate isn't to be trusted: it is self-signed)",
    )


async def test_a_connection_that_can_be_made_is_enough(site, see):
    reading = await see("tcp", f"127.0.0.1:{site.port}")
    assert seen(reading) == (UP, f"a connection after {reading.elapsed:.1f} s")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        reading = await see("tcp", f"127.0.0.1:{nobody.getsockname()[1]}")
    assert seen(reading) == (DOWN, "127.0.0.1 can't be reached (connection refused)")


class Asking(Direct):
    """Asks the test's name server, in the place of the machine's."""

    def __init__(self, server: str) -> None:
        super().__init__(allowed_private=HERE)
        self._server_asked = server

    async def dns(self, name: str, kind: str, server: str | None = None) -> tuple[str, ...]:
        return await super().dns(name, kind, server or self._server_asked)


RECORDS = {
    ("social.example", "A"): ["93.184.216.34", "93.184.216.35"],
    ("inside.example", "A"): ["93.184.216.34", "10.0.0.1"],
    ("nowhere.example", "AAAA"): ["::"],
    ("social.example", "MX"): ["10 mail.social.example."],
    ("social.example", "TXT"): [" ".join(f'"{sign * 200}"' for sign in "abc")],
}


@pytest.mark.parametrize(
    ("name", "changes", "state", "evidence"),
    [
        ("social.example", {}, UP, "A 93.184.216.34, 93.184.216.35"),
        ("social.example", {"expect": ("93.184.216.35",)}, UP, "A 93.184.216.34, 93.184.216.35"),
        ("social.example", {"expect": ("1.2.3.4",)}, DOWN, "there is no A record 1.2.3.4"),
        ("social.example", {"record": "MX", "expect": ("10 MAIL.social.example.",)}, UP, "MX 10 mail.social.example"),
        ("social.example", {"record": "AAAA"}, DOWN, "there is no AAAA record"),
        ("social.example", {"record": "TXT"}, UP, f"TXT {'a' * 195}…"),
        ("gone.example", {}, DOWN, "gone.example doesn't exist"),
        ("inside.example", {}, UNKNOWN, "seen from here, it leads to 10.0.0.1, which isn't public"),
        ("inside.example", {"expect": ("10.0.0.1",)}, UP, "A 10.0.0.1, 93.184.216.34"),
        ("nowhere.example", {"record": "AAAA"}, UNKNOWN, "seen from here, it leads to ::, which isn't public"),
    ],
)
async def test_what_a_names_records_say(see, name, changes, state, evidence):
    async with answering(Names(RECORDS)) as names, Outside() as outside:
        eyes = Sight(now=START, http=outside, reach=Asking(names.address))
        assert seen(await see("dns", name, eyes, **changes)) == (state, evidence)


async def test_a_silent_name_server_is_no_answer(see):
    async with answering(Names(RECORDS, silent=True)) as names, Outside() as outside:
        eyes = Sight(now=START, http=outside, reach=Asking(names.address))
        assert seen(await see("dns", "social.example", eyes, timeout=SOON)) == (DOWN, "no answer within 0.3 s")


# Hostile answers


async def endless(request: web.BaseRequest) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("kind", ["http", "mastodon", "mediawiki", "matrix"])
async def test_an_answer_without_end_is_no_answer_and_a_huge_one_is_not_read(site, see, kind):
    paths = ("/", *WELL, "/api.php", "/_matrix/client/versions")
    site.pages |= dict.fromkeys(paths, endless)
    reading = await see(kind, site.url, timeout=SOON)
    assert seen(reading) == (DOWN, "no answer within 0.3 s")
    site.pages |= dict.fromkeys(paths, text("[" * 3_000_000))
    reading = await see(kind, site.url)
    assert reading.state == UNKNOWN
    assert "answers with more than" in reading.evidence
    assert reading.answered


def test_every_kind_of_the_config_can_be_looked_at():
    assert set(WAYS) == set(get_args(Kind))
