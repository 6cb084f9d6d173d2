"""The demo's pure parts: what a room's events look like in a terminal, what is typed, what the overlay replaces."""

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from bot.app import open_handlers
from bot.config import Config
from bot.config.loading import load
from bot.demo import overlay, pages
from bot.demo.arriving import how_many, strangers
from bot.demo.drawing import Painter
from bot.demo.overlay import Here
from bot.demo.pages import Mood
from bot.demo.readable import readable, safe
from bot.demo.slash import Slash, Words, numbered, parse, picked
from bot.demo.timeline import Timeline
from bot.errors import Refused
from bot.handler import Sight
from bot.net import Outside
from bot.reach import Direct
from handlers import ALL
from handlers.newcomers.settings import Settings as NewcomersSettings
from handlers.status.probes.kinds import WAYS
from handlers.status.settings import ProbeSettings
from handlers.status.settings import Settings as StatusSettings
from handlers.status.states import State

ROOT = Path(__file__).parents[2]
ANA, STEWARD = "@ana:here", "@steward:here"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One<br>two</p><p>three</p>", "One\ntwo\n\nthree"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "• a\n• b\n  • c"),
        ("<ol>\n<li>\n<p>a</p>\n</li>\n<li>b</li></ol>after", "1. a\n2. b\n\nafter"),
        ('see <a href="https://a.b">here</a>', "see here (https://a.b)"),
        ('<a href="https://a.b">https://a.b</a>', "https://a.b"),
        ('<a href="https://matrix.to/#/@ana:x">Ana</a>: hi', "Ana: hi"),
        ("use <code>!help</code> &amp; <b>wait</b>", "use `!help` & wait"),
        ("<pre><code>a  b\n  c\n</code></pre>", "a  b\n  c"),
        ("<blockquote><p>a<br>b</p></blockquote><p>c</p>", "> a\n> b\n\nc"),
        ("<mx-reply><blockquote>old</blockquote></mx-reply>new", "new"),
        ("</ul></a></pre>no harm", "no harm"),
    ],
)
def test_html_reads_well(html, text):
    assert readable(html) == text


def test_nothing_in_a_message_is_obeyed_by_the_terminal():
    assert safe("a\x1b[2Jb\r\u202ec\t👩\u200d💻\n") == "a[2Jbc  👩\u200d💻"


def message(number: int, body: str, sender: str = ANA, **relation: Any) -> dict[str, Any]:
    content = {"msgtype": "m.notice" if sender == STEWARD else "m.text", "body": body, "m.relates_to": relation}
    return {"event_id": f"${number}", "type": "m.room.message", "sender": sender, "content": content}


def shown(room: Timeline, *events: dict[str, Any]) -> list[str]:
    painter = Painter(names={STEWARD: "Steward", ANA: "Ana"})
    changes = [change for event in events if (change := room.take(event))]
    return [row.text.plain for change in changes for row in painter.change(change, room)]


def test_what_happens_in_a_room_is_told_in_words():
    room = Timeline()
    assert shown(room, message(1, "hello"), message(1, "hello")) == ["[1] Ana: hello"]
    assert shown(room, message(2, "hi", STEWARD, **{"m.in_reply_to": {"event_id": "$1"}})) == [
        "[2] Steward (notice): ↳ re: [1] “hello”",
        "    hi",
    ]
    in_thread: dict[str, Any] = {
        "rel_type": "m.thread",
        "event_id": "$1",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$1"},
    }
    assert shown(room, message(3, "more", **in_thread)) == [
        "    │ [3] Ana: in the thread of [1] “hello”",
        "    │     more",
    ]
    edit = message(4, "* other", rel_type="m.replace", event_id="$1")
    edit["content"]["m.new_content"] = {"body": "other"}
    assert shown(room, edit) == ["Ana changed [1]: other"]
    relation = {"rel_type": "m.annotation", "event_id": "$2", "key": "👍"}
    reaction = {"event_id": "$5", "type": "m.reaction", "sender": ANA, "content": {"m.relates_to": relation}}
    assert shown(room, reaction) == ["  · Ana reacted 👍 to [2]"]
    redaction = {"event_id": "$6", "type": "m.room.redaction", "sender": STEWARD, "redacts": "$3", "content": {}}
    assert shown(room, redaction) == ["  · Steward deleted [3]"]

    again = Painter(names={STEWARD: "Steward", ANA: "Ana"}).history(room, last=20)
    assert [row.text.plain for row in again] == [
        "[1] Ana: other (edited)",
        "    │ [3] Ana: (deleted)",
        "[2] Steward (notice): ↳ re: [1] “other”",
        "    hi",
        "  · reactions: 👍 Ana",
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hello /as", Words("hello /as")),
        ("!help", Words("!help")),
        ("//as", Words("/as")),
        ("/as  mo ", Slash("as", "mo")),
        ("/HELP", Slash("help")),
    ],
)
def test_what_is_typed_is_said_or_obeyed(typed, meant):
    assert parse(typed) == meant


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("/raect 👍", "did you mean /react?"),
        ("/quti", "did you mean /quit?"),
        ("/xyzzy", "/help lists those there are."),
    ],
)
def test_a_wrong_command_is_explained_with_the_nearest(typed, why):
    with pytest.raises(Refused, match=why.replace("?", r"\?")):
        parse(typed)


def test_names_may_be_short_but_not_ambiguous():
    assert picked("room", "te", ["open", "tech", "mods"]) == "tech"
    with pytest.raises(Refused, match="Did you mean tech"):
        picked("room", "tehc", ["open", "tech", "mods"])
    with pytest.raises(Refused, match="Choose one: open, tech, mods"):
        picked("room", "", ["open", "tech", "mods"])


@pytest.mark.parametrize(
    ("args", "meant"),
    [("3 a b", (3, "a b")), ("[3] a", (3, "a")), ("#3", (3, "")), ("3rd a", (None, "3rd a")), ("1️⃣", (None, "1️⃣"))],
)
def test_a_message_may_be_named_by_its_number(args, meant):
    assert numbered(args) == meant


@pytest.mark.parametrize(("typed", "number"), [("", 1), ("1", 1), ("20", 20)])
def test_as_many_newcomers_arrive_as_one_says(typed, number):
    assert how_many(typed) == number


@pytest.mark.parametrize("typed", ["x", "0", "-1", "1.5", "3 please", "²"])
def test_what_is_no_number_of_newcomers_is_explained(typed):
    with pytest.raises(Refused, match=r"How many\? /arrive for one, or /arrive and a number up to 20\."):
        how_many(typed)


@pytest.mark.parametrize("typed", ["21", "1000", "9" * 5000])
def test_too_many_newcomers_are_refused_with_what_would_do(typed):
    with pytest.raises(Refused, match=r"At most 20 people can come at once: /arrive 20\."):
        how_many(typed)


def test_each_newcomer_has_a_name_that_nobody_has():
    people = strangers(50, {"nia", "newt"})

    assert people[0].name == "noor"
    assert len({person.name for person in people} | {"nia", "newt"}) == 52
    assert len({person.shown for person in people}) == 50


def here(values: dict[str, Any], data: Path) -> Here:
    """A machine on which each service has a port of its own."""
    names = overlay.titles(values)
    return Here(
        homeserver="http://127.0.0.1:1",
        server_name="steward.localhost",
        bot="@steward:steward.localhost",
        maintainer="@mo:steward.localhost",
        services={name: f"http://127.0.0.1:{port}" for port, name in enumerate(names, 100)},
        well="http://127.0.0.1:3",
        web="127.0.0.1:4",
        data=data,
    )


def overlaid(file: Path, data: Path) -> tuple[Config, Here]:
    """The config as the demo runs it, checked as the bot checks it."""
    values, laid = overlay.shipped(file), data / "overlay.yaml"
    machine = here(values, data)
    overlay.write(laid, overlay.overlay(values, machine))
    sections = {handler.name: handler.settings for handler in ALL}
    config = load(file, sections, env={overlay.PASSWORD: "secret"}, overlay=laid)
    open_handlers(config)
    return config, machine


#: Addresses, and what follows their scheme: a host, and a port.
ADDRESS = re.compile(r"(?:https?|mailtos?|ntfys?|wss?)://([^/\s\"')]+)")


#: What people are told, who may follow its links.
TOLD: Any = {
    "community": True,
    "path": True,
    "profile": True,
    "sections": {"newcomers": {"guide": {"steps"}, "people": True}},
}


def outside(config: Config) -> set[str]:
    """The hosts of all addresses in the config that the bot itself may call."""
    called = config.model_dump(mode="json", exclude=TOLD)
    found = set(ADDRESS.findall(yaml.safe_dump(called)))
    targets = [str(probe.target) for probe in status_of(config).probes]
    return {host for host in (*found, *targets) if not host.removeprefix("http://").startswith("127.0.0.1:")}


def status_of(config: Config) -> StatusSettings:
    """The part on what is measured."""
    section = config.sections["status"]
    assert isinstance(section, StatusSettings)
    return section


def test_nothing_of_the_shipped_config_leads_off_this_machine(tmp_path):
    config, here = overlaid(ROOT / "config.yaml", tmp_path)

    assert outside(config) == set()
    assert config.homeserver.url == here.homeserver
    assert [room.room for room in config.rooms] == [
        "#SocialCoop:steward.localhost",
        "#socialcoop-tech:steward.localhost",
    ]
    assert [room.notices for room in config.rooms] == [False, True]
    assert config.control_room is not None
    assert config.control_room.room == "#socialcoop-steward:steward.localhost"
    assert {service.name: service.url for service in config.services} == here.services
    assert config.registration is not None
    assert config.registration.form == f"{here.services['registration']}/registration-form"
    assert config.storage.folder == tmp_path
    status = status_of(config)
    assert {probe.service for probe in status.probes} >= {"mastodon", "wiki", "registration"}
    assert {(probe.every, probe.fails) for probe in status.probes} == {(timedelta(seconds=5), 1)}
    assert status.control == (here.well,)
    assert config.web is not None
    assert config.web.listen == here.web
    assert config.outside.allow_private == ("127.0.0.1",)


def test_newcomers_to_the_demo_are_greeted_soon_and_otherwise_as_the_config_says(tmp_path):
    shipped = overlay.shipped(ROOT / "config.yaml")

    config, _ = overlaid(ROOT / "config.yaml", tmp_path)

    newcomers = config.sections["newcomers"]
    assert isinstance(newcomers, NewcomersSettings)
    assert newcomers.welcome.wait == timedelta(seconds=3)
    assert newcomers.welcome.flood.joins == shipped["newcomers"]["welcome"]["flood"]["joins"]
    assert newcomers.guide is not None
    assert newcomers.guide.service in {service.name for service in config.services}
    assert overlay.greets(shipped) == {"open-chatroom": "room"}
    assert overlay.form(shipped) == "registration"


LITTLE = """
community: {name: Example, people: Ask them.}
homeserver: {url: https://elsewhere.example, user: "@bot:elsewhere.example", password: "${PASSWORD}"}
rooms:
  - {room: "#lobby:elsewhere.example", name: lobby, welcome: private}
  - {room: "#cellar:elsewhere.example", name: cellar, welcome: off}
"""
GUIDED = """
registration: {form: "https://elsewhere.example/form"}
newcomers: {guide: {steps: [{name: one, title: {en: One}, text: {en: One}, form: true}]}}
"""


@pytest.mark.parametrize(("more", "form"), [("", None), (GUIDED, "registration")])
def test_a_config_of_another_community_runs_with_a_way_to_a_form_and_without(tmp_path, more, form):
    (tmp_path / "faq").symlink_to(ROOT / "faq")
    file = tmp_path / "config.yaml"
    file.write_text(LITTLE + more)

    config, _ = overlaid(file, tmp_path)

    assert outside(config) == set()
    assert (config.registration is None) is (form is None)
    assert overlay.greets(overlay.shipped(file)) == {"lobby": "private"}
    assert overlay.form(overlay.shipped(file)) == form


ELSEWHERE = """
operators:
  room: "#ops:elsewhere.example"
web:
  listen: 0.0.0.0:80
  hooks:
    - {name: kuma, format: uptime-kuma, bearer: "${KUMA}"}
outside:
  allow_private: [10.0.0.1]
status:
  probes:
    - {service: mastodon, kind: mastodon, target: https://elsewhere.example}
    - {service: mastodon, kind: mastodon, target: https://elsewhere.example/two}
    - {service: mastodon, kind: tls, target: "elsewhere.example:443", every: 1h}
    - {service: wiki, kind: dns, target: elsewhere.example}
    - {service: wiki, kind: tcp, target: "elsewhere.example:22", severity: warning}
    - {service: wiki, contains: "something", status: [403], every: 1h}
  control: [https://elsewhere.example]
  feeds:
    - {name: host, title: The host, url: https://elsewhere.example/feed}
  also:
    - {name: mail, url: "${MAIL}"}
  dead_man: {url: "${DEAD}", every: 1m}
  page: {url: https://elsewhere.example, export: /var/www}
faq:
  folder: faq
  wiki: {api: https://elsewhere.example/api.php}
"""


def test_whatever_a_config_calls_is_replaced_or_left_out(tmp_path):
    shipped = (ROOT / "config.yaml").read_text()
    kept = re.sub(r"^(?:status|faq|outside):\n(?:[ #].*\n|\n)*", "", shipped, flags=re.MULTILINE)
    (tmp_path / "faq").symlink_to(ROOT / "faq")
    file = tmp_path / "config.yaml"
    file.write_text(kept + ELSEWHERE)

    config, here = overlaid(file, tmp_path)

    assert outside(config) == set()
    assert config.operators is None
    assert config.web is not None
    assert (config.web.listen, config.web.hooks) == (here.web, ())
    status = status_of(config)
    assert (status.feeds, status.also, status.dead_man) == ((), (), None)
    assert status.page is not None
    assert (status.page.url, status.page.export) == (here.page, None)
    measured = [(probe.service, probe.kind, probe.severity, probe.contains, probe.status) for probe in status.probes]
    assert measured == [
        ("mastodon", "mastodon", "critical", None, ()),
        ("wiki", "tcp", "warning", None, ()),
        ("wiki", "http", "critical", None, ()),
    ]


@pytest.mark.parametrize(("mood", "status"), [(Mood.WELL, 200), (Mood.SLOW, 200), (Mood.BROKEN, 503)])
async def test_a_pretend_service_is_as_it_is_told_to_be(mood, status, monkeypatch):
    monkeypatch.setattr(pages, "SLOW", 0.1)
    async with pages.services({"one": "the one", "two": "<Two>"}) as services, aiohttp.ClientSession() as http:
        services.moods["one"] = mood
        begun = time.monotonic()
        async with http.get(services.addresses["one"]) as response:
            assert response.status == status
        assert mood is not Mood.SLOW or time.monotonic() - begun >= pages.SLOW
        async with http.get(services.addresses["two"]) as response:
            assert response.status == 200
            assert "<h1>&lt;Two&gt;</h1>" in await response.text()


@pytest.mark.parametrize("kind", ["http", "mastodon", "mediawiki", "matrix"])
async def test_pretend_services_satisfy_every_kind_of_probe(kind):
    async with pages.services({"one": "One"}) as services, Outside(allowed_private=frozenset({"127.0.0.1"})) as http:
        settings = ProbeSettings(service="one", kind=kind)
        reach = Direct(allowed_private=frozenset({"127.0.0.1"}))
        sight = Sight(now=datetime.now(UTC), http=http, reach=reach)
        reading = await WAYS[settings.kind].look(settings, services.addresses["one"], sight)
    assert reading.state == State.UP, reading.evidence
