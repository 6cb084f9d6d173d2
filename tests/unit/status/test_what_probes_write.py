"""What a probe leaves on the board and tells; and whether the bot itself is offline."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.errors import OutOfSight, TooLarge, TryLater
from bot.facts import Instance, InstanceFacts
from bot.handler import Probe, Sight
from bot.ports import Fetched, Http
from bot.reach import Direct
from handlers.status import opened
from handlers.status.probes import control as module
from handlers.status.probes.watching import instance, probes_of
from handlers.status.settings import ProbeSettings, Settings
from handlers.status.states import State
from tests.support.fakes import PORTS, START, FakeHttp
from tests.unit.status.scenes import MASTODON, PLACE, WIKI, watch

CONTROL = ("https://one.example", "https://two.example")
REFUSED = TryLater("social.example can't be reached (connection refused)")


def answer(url: str, status: int = 200, body: bytes = b"", elapsed: float = 0.3) -> Fetched:
    return Fetched(status=status, headers={}, body=body, url=url, elapsed=elapsed)


@dataclass
class Net(Http):
    """The internet: by address, what comes of reading it; all else works. `asked` has every call."""

    comes: dict[str, Exception | Fetched] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        del headers
        self.asked.append(url)
        found = self.comes.get(url, answer(url))
        if isinstance(found, Exception):
            raise found
        return found

    def controls(self) -> int:
        """How often addresses elsewhere were asked."""
        return sum(url in CONTROL for url in self.asked)


class Scene:
    """Two services, each with a probe that believes what it sees twice at once; and the time, in seconds."""

    def __init__(self, *, control: tuple[str, ...] = CONTROL, **changes: object) -> None:
        plain = {"fails": 1, "recovers": 1, **changes}
        probes = tuple(ProbeSettings.model_validate({"service": one, **plain}) for one in ("mastodon", "wiki"))
        self.watch = watch(probes=probes, control=control)
        self.probes: dict[str, Probe] = {one.key: one for one in probes_of(self.watch)}
        self.net, self.at = Net(), 0.0

    @property
    def now(self) -> datetime:
        return START + timedelta(seconds=self.at)

    async def look(self, key: str = "mastodon", times: int = 1, apart: float = 2.0) -> list[dict[str, object]]:
        """Look so often; what is told."""
        told = []
        for _ in range(times):
            looked = await self.probes[key].look(Sight(now=self.now, http=self.net, reach=Direct()))
            told += [dict(looked.tell)] if looked.tell is not None else []
            self.at += apart
        return told

    def down(self, *urls: str, by: Exception = REFUSED) -> None:
        self.net.comes |= dict.fromkeys(urls or (MASTODON.url,), by)

    def works(self, *urls: str) -> None:
        for url in urls:
            self.net.comes.pop(url)

    @property
    def seen(self):
        return self.watch.board.looks["mastodon"]


@pytest.fixture
async def scene() -> Scene:
    return Scene()


# On the board


async def test_each_look_is_on_the_board_with_its_verdict_evidence_and_time(scene):
    await scene.look()
    shown = scene.seen
    assert (shown.probe, shown.service, shown.state, shown.since) == ("mastodon", "mastodon", State.UP, START)
    assert (shown.looked, shown.evidence, shown.elapsed) == (START, "HTTP 200 after 0.3 s", 0.3)

    scene.down()
    await scene.look()
    shown = scene.seen
    assert (shown.state, shown.since) == (State.UP, START), "one failure is none"
    assert (shown.looked, shown.evidence, shown.elapsed) == (START + timedelta(seconds=2), str(REFUSED), None)

    await scene.look()
    assert (scene.seen.state, scene.seen.since) == (State.DOWN, START + timedelta(seconds=2))


async def test_what_was_looked_at_seldom_is_good_for_longer():
    assert await good_for(timedelta(seconds=30)) == timedelta(minutes=3)
    assert await good_for(timedelta(hours=1)) == timedelta(hours=3)


async def good_for(every: timedelta) -> timedelta:
    scene = Scene(every=every)
    await scene.look()
    found: timedelta = scene.seen.good_for
    return found


# Told


async def test_a_change_of_the_verdict_is_told_once():
    scene = Scene(severity="warning")
    begun = START.timestamp()
    assert await scene.look(times=3) == [
        {
            "probe": "mastodon",
            "service": "mastodon",
            "state": "up",
            "severity": "warning",
            "evidence": "HTTP 200 after 0.3 s",
            "since": begun,
            "at": begun + 0.3,
        }
    ]
    scene.down()
    (told,) = await scene.look(times=5)
    assert (told["state"], told["evidence"], told["since"], told["at"]) == ("down", str(REFUSED), begun + 6, begun + 8)
    scene.works(MASTODON.url)
    (told,) = await scene.look(times=5)
    assert told["state"] == "up"


async def test_what_it_tells_can_be_written_as_json():
    (told,) = await Scene().look()
    assert json.loads(json.dumps(told)) == told


# What the server says of itself

V2 = (
    b'{"version": "4.5.0", "configuration": {"statuses": {"max_characters": 500}}, "registrations": {"enabled": false}}'
)


async def test_what_our_server_says_of_itself_is_a_fact():
    probes = (
        ProbeSettings(service="wiki", kind="mastodon", target="https://ours.example"),
        ProbeSettings(service="mastodon", kind="mastodon", target="https://theirs.example"),
    )
    watching = watch(probes=probes)
    assert await instance(watching, Instance(), PORTS) is None
    theirs = V2.replace(b"500", b"5")
    pages = {
        f"https://{host}/api/v2/instance": answer("", body=body)
        for host, body in (("ours.example", V2), ("theirs.example", theirs))
    }
    pages |= {f"https://{host}.example/health": answer("", body=b"OK") for host in ("ours", "theirs")}
    for probe in probes_of(watching):
        await probe.look(Sight(now=START, http=FakeHttp(pages), reach=Direct()))
    expected = InstanceFacts(character_limit=500, users=None, registrations="closed", asked=START)
    assert await instance(watching, Instance(), PORTS) == expected


def test_the_handler_brings_probes_and_the_fact():
    settings = Settings(probes=(ProbeSettings(service="mastodon"),))
    brought = opened(settings, PLACE)
    assert [one.key for one in brought.probes] == ["mastodon"]
    assert Instance in brought.facts


# Blind


async def test_while_all_is_well_nobody_else_is_asked(scene):
    await scene.look(times=5)
    await scene.look("wiki", times=5)
    assert scene.net.controls() == 0
    assert await scene.look("control", times=3) == []
    assert scene.net.controls() == 0


async def test_a_service_is_down_if_others_answer(scene):
    await scene.look()
    scene.down(MASTODON.url, CONTROL[0])
    (told,) = await scene.look(times=2)
    assert told["state"] == "down"
    assert scene.watch.board.blind is None


@pytest.mark.parametrize(
    "any_answer",
    [answer(CONTROL[1], 500), answer(CONTROL[1], 404), TooLarge("two.example answers with more than 1 byte")],
)
async def test_any_answer_shows_that_the_bot_is_online(scene, any_answer):
    scene.down(MASTODON.url, CONTROL[0])
    scene.net.comes[CONTROL[1]] = any_answer
    assert [one["state"] for one in await scene.look(times=2)] == ["down"]


async def test_an_address_of_the_inside_in_place_of_an_answer_shows_nothing(scene):
    """A captive portal's DNS gives one address for all names."""
    scene.down(MASTODON.url)
    scene.down(*CONTROL, by=OutOfSight("it is in a private network"))
    assert await scene.look(times=2) == []
    assert scene.watch.board.blind is not None


async def test_if_nobody_answers_the_bot_is_blind_and_nothing_is_down(scene):
    await scene.look()
    scene.down(MASTODON.url, WIKI.url, *CONTROL)
    assert await scene.look(times=10) == []
    assert (scene.seen.state, scene.seen.evidence) == (State.UP, "my own network is down")
    assert scene.watch.board.blind == START + timedelta(seconds=4)


async def test_going_blind_and_seeing_again_are_told_once_each(scene):
    scene.down(MASTODON.url, *CONTROL)
    await scene.look(times=2)
    assert scene.watch.board.blind is not None
    assert await scene.look("control", times=3) == [{"blind": True, "at": scene.watch.board.blind.timestamp()}]
    scene.works(CONTROL[1])
    scene.at += 10
    seen_again = scene.now
    assert await scene.look("control", times=3) == [{"blind": False, "at": seen_again.timestamp()}]
    assert scene.watch.board.blind is None


async def test_what_failed_while_blind_is_down_only_if_it_fails_on(scene):
    await scene.look()
    scene.down(MASTODON.url, *CONTROL)
    await scene.look(times=6)
    scene.works(*CONTROL)
    scene.at += 10
    await scene.look("control")
    assert await scene.look() == [], "the row begins anew"
    (told,) = await scene.look(times=2)
    assert told["state"] == "down"
    assert told["since"] > START.timestamp() + 20


async def test_the_look_that_found_it_blind_shows_that_it_sees_again(scene):
    scene.down(MASTODON.url, *CONTROL)
    await scene.look(times=2)
    assert scene.watch.board.blind is not None
    scene.works(MASTODON.url)
    await scene.look()
    assert scene.watch.board.blind is None


async def test_that_some_other_service_answers_does_not_show_that_it_sees(scene):
    """It may be on the same machine."""
    scene.down(MASTODON.url, *CONTROL)
    await scene.look(times=2)
    await scene.look("wiki", times=2)
    assert scene.watch.board.blind is not None


async def test_others_are_asked_once_in_ten_seconds_for_all_probes_together(scene):
    scene.down(MASTODON.url, WIKI.url, *CONTROL)
    await scene.look(times=2, apart=1)
    await scene.look("wiki", times=2, apart=1)
    await scene.look(times=5, apart=1)
    await scene.look("control", apart=0)
    assert scene.net.controls() == len(CONTROL)
    scene.at += 10
    await scene.look("control", apart=0)
    assert scene.net.controls() == 2 * len(CONTROL)


async def test_a_clock_that_was_put_back_does_not_stop_the_asking(scene):
    scene.down(MASTODON.url, *CONTROL)
    await scene.look(times=2)
    scene.at -= 3600
    scene.works(*CONTROL)
    await scene.look("control")
    assert scene.watch.board.blind is None


async def test_probes_that_fail_at_once_ask_once(scene):
    scene.down(MASTODON.url, WIKI.url, *CONTROL)
    for _ in range(2):
        await asyncio.gather(scene.look(apart=0), scene.look("wiki", apart=0))
    assert scene.net.controls() == len(CONTROL)


async def test_a_fault_that_was_answered_needs_no_asking(scene):
    """HTTP 503 has come through the network."""
    scene.net.comes[MASTODON.url] = answer(MASTODON.url, 503)
    assert [one["state"] for one in await scene.look(times=2)] == ["down"]
    assert scene.net.controls() == 0


async def test_without_such_addresses_the_bot_is_never_blind():
    scene = Scene(control=())
    scene.down(MASTODON.url, WIKI.url)
    assert [one["state"] for one in await scene.look(times=2)] == ["down"]
    assert scene.watch.board.blind is None


async def test_addresses_that_never_answer_are_not_waited_for(scene, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.01)

    class Silent(Net):
        async def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
            if url in CONTROL:
                await asyncio.Event().wait()
            return await super().fetch(url, headers)

    scene.net = Silent()
    scene.down(MASTODON.url)
    await scene.look(times=2)
    assert scene.watch.board.blind is not None


async def test_one_that_answers_is_enough_while_another_never_does(scene):
    class HalfSilent(Net):
        async def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
            if url == CONTROL[0]:
                await asyncio.Event().wait()
            return await super().fetch(url, headers)

    scene.net = HalfSilent()
    scene.down(MASTODON.url)
    assert [one["state"] for one in await scene.look(times=2)] == ["down"]
