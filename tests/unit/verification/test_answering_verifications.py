"""Who is answered, in which order things are sent, and that nothing brings it down."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.errors import Permanent, TryLater
from bot.matrix import render
from bot.matrix.api import Api
from bot.matrix.rooms import RoomBook
from bot.matrix.verification.answering import MOST_OVER, MOST_WAITING, Verification
from bot.matrix.verification.flow import Send
from bot.matrix.verification.policy import MOST_FLOWS, REFUSALS, REQUESTS_EACH, WINDOW
from bot.matrix.verification.sas import Party
from bot.matrix.verification.sending import Sending
from bot.ports import RoomInfo
from bot.roles import Role
from bot.storage.rooms import Room
from tests.support.fakes import FakeClock, FakeRoles
from tests.unit.verification.app import ANA, ANA_KEYS, BOT, BOT_KEYS, OFFER, App

CHAT, CONTROL, LOBBY = "!chat:example.org", "!control:example.org", "!lobby:example.org"
MODERATORS = {f"@mo{number}:example.org": Role.MODERATOR for number in range(MOST_FLOWS + 1)} | {
    ANA.user: Role.MODERATOR
}


class KeyServer(Api):
    """A homeserver that knows everybody's one device."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def call(self, method: str, path: str, body: Any = None, **_: Any) -> dict[str, Any]:
        assert (method, path.endswith("/keys/query")) == ("POST", True)
        (user,) = body["device_keys"]
        self.asked.append(user)
        keys = {ANA.device: {"keys": {"ed25519:ANASPHONE": ANA_KEYS["ed25519:ANASPHONE"]}}}
        master = {"keys": {"ed25519:anas+master": "anas+master"}}
        return {"device_keys": {user: keys}, "master_keys": {user: master}}


class Wire(Sending):
    """What is sent and said, in order, each as its addressee and its kind. `trouble` is raised once."""

    def __init__(self) -> None:
        self.__dict__.update(out=[], contents=[], trouble=[])

    out: list[tuple[str, str]]
    contents: list[dict[str, Any]]
    trouble: list[Exception]

    async def deliver(self, room: str | None, them: Party, message: Send) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.out.append((room or them.user, message.kind))
        self.contents.append(message.content)

    async def say(self, room: str | None, markdown: str) -> None:
        if room is not None:
            self.out.append((room, render.plain(markdown).partition(" verifying me")[0]))


@dataclass
class Bench:
    """A bot's verifications, with a private chat, a control room and a configured room."""

    chat: str | None = CHAT
    clock: FakeClock = field(default_factory=FakeClock)
    wire: Wire = field(default_factory=Wire)
    keys: KeyServer = field(default_factory=KeyServer)
    woken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        rooms = {room: Room(id=room, people=2) for room in (CHAT, CONTROL, LOBBY)}
        info = {CONTROL: RoomInfo(id=CONTROL, control=True), LOBBY: RoomInfo(id=LOBBY, name="lobby")}
        self.verification = Verification(
            api=self.keys,
            sending=self.wire,
            rooms=RoomBook(us=BOT.user, rooms=rooms, configured=info),
            roles=FakeRoles(held=MODERATORS),
            clock=self.clock,
            us=BOT,
            ours=BOT_KEYS,
            chat_with=self._chat_with,
            wake=lambda: self.woken.append("woken"),
        )

    async def _chat_with(self, _person: str) -> str | None:
        return self.chat

    def hears(self, kind: str, content: dict[str, Any] | None = None, sender: str = ANA.user) -> list[tuple[str, str]]:
        """A to-device message comes and is worked off; what goes out."""
        whole = {"transaction_id": "t", "from_device": ANA.device, **(content or {})}
        if kind == "request":
            whole = {"methods": ["m.sas.v1"], "timestamp": self.clock.at.timestamp() * 1000, **whole}
        event = {"type": f"m.key.verification.{kind}", "sender": sender, "content": whole}
        assert self.verification.from_device(event)
        return self.works()

    def works(self) -> list[tuple[str, str]]:
        self.wire.out.clear()
        asyncio.run(self.verification.work(""))
        return list(self.wire.out)

    def request_in(self, room: str) -> list[tuple[str, str]]:
        """Ana asks in a room; what goes out."""
        content = {"msgtype": "m.key.verification.request", "to": BOT.user, "from_device": ANA.device}
        event = {
            "type": "m.room.message",
            "sender": ANA.user,
            "event_id": "$request",
            "origin_server_ts": self.clock.at.timestamp() * 1000,
            "content": {**content, "methods": ["m.sas.v1"]},
        }
        assert self.verification.from_room(room, event)
        return self.works()

    def to_the_emoji(self) -> list[tuple[str, str]]:
        """Up to Ana's key; what goes out then."""
        app = App()
        self.hears("request")
        self.hears("start", OFFER)
        return self.hears("key", {"key": app.key})


def test_a_moderator_is_answered_and_their_keys_are_asked_for() -> None:
    bench = Bench()
    assert bench.hears("request") == [(ANA.user, "ready")]
    assert bench.keys.asked == [ANA.user]
    assert bench.woken


def test_a_moderator_is_answered_in_a_private_chat_and_in_no_other_room() -> None:
    assert Bench().request_in(CHAT) == [(CHAT, "ready")]
    assert Bench().request_in(LOBBY) == []


def test_a_member_gets_one_word_and_nobody_asks_for_their_keys() -> None:
    bench = Bench()
    assert bench.hears("request", sender="@mia:example.org") == [("@mia:example.org", "cancel")]
    assert bench.wire.contents[0]["code"] == "m.user"
    assert bench.keys.asked == []
    for kind in ("request", "start", "ready", "key", "mac", "done", "cancel"):
        assert bench.hears(kind, sender="@mia:example.org") == []


def test_our_own_account_is_not_answered() -> None:
    assert Bench().hears("request", sender=BOT.user) == []


@pytest.mark.parametrize(
    ("chat", "where", "how"),
    [(CHAT, CHAT, "You are"), (None, CONTROL, "@ana:example.org is")],
)
def test_the_emoji_are_said_in_the_private_chat_or_else_to_the_moderators(chat: str, where: str, how: str) -> None:
    assert Bench(chat=chat).to_the_emoji() == [(ANA.user, "key"), (where, how), (ANA.user, "mac")]


@pytest.mark.parametrize("code", ["m.mismatched_sas", "m.user"])
def test_the_moderators_hear_of_a_mismatch_and_of_no_change_of_mind(code: str) -> None:
    bench = Bench()
    bench.to_the_emoji()
    told = bench.hears("cancel", {"code": code})
    assert told == ([(CONTROL, "While @ana:example.org was")] if code == "m.mismatched_sas" else [])


def test_a_second_request_ends_both() -> None:
    bench = Bench()
    bench.hears("request")
    assert bench.hears("request", {"transaction_id": "u"}) == [(ANA.user, "cancel"), (ANA.user, "cancel")]
    assert {content["transaction_id"] for content in bench.wire.contents[1:]} == {"t", "u"}
    assert bench.hears("request", {"transaction_id": "v"}) == [(ANA.user, "ready")]


def test_the_same_request_twice_is_answered_once() -> None:
    bench = Bench()
    assert bench.hears("request") == [(ANA.user, "ready")]
    assert bench.hears("request") == []


def test_a_request_that_is_over_isnt_taken_up_again() -> None:
    bench = Bench()
    bench.hears("request")
    bench.hears("cancel", {"code": "m.user"})
    assert bench.hears("request") == []
    assert bench.hears("start", OFFER) == []


def test_only_so_many_verifications_are_under_way_at_once() -> None:
    bench = Bench()
    first, *others = [person for person in MODERATORS if person != ANA.user]
    for number, person in enumerate(others):
        assert bench.hears("request", {"transaction_id": str(number)}, sender=person) == [(person, "ready")]
    assert bench.hears("request", sender=first) == [(first, "cancel")]


def test_nobody_asks_without_end_and_strangers_make_us_speak_only_so_often() -> None:
    bench = Bench()
    answers = [
        bench.hears("request", {"transaction_id": f"t{number}"}, sender="@mia:example.org") for number in range(9)
    ]
    assert sum(map(len, answers)) == REQUESTS_EACH
    answers = [bench.hears("request", sender=f"@mia{number}:example.org") for number in range(30)]
    assert sum(map(len, answers)) == REFUSALS - REQUESTS_EACH
    assert bench.hears("request") == [(ANA.user, "ready")], "a moderator is still answered"


def test_an_old_apps_start_without_a_request_is_accepted() -> None:
    assert Bench().hears("start", OFFER) == [(ANA.user, "accept")]
    assert Bench().hears("start", OFFER, sender="@mia:example.org") == [("@mia:example.org", "cancel")]


def test_what_belongs_to_no_verification_is_told_so_once_if_it_says_from_where() -> None:
    bench = Bench()
    assert bench.hears("ready") == [(ANA.user, "cancel")]
    assert bench.wire.contents[0]["code"] == "m.unknown_transaction"
    assert bench.hears("ready") == []
    for kind in ("key", "mac", "accept"):
        assert bench.hears(kind, {"transaction_id": kind, "from_device": None}) == []
    for kind in ("cancel", "done"):
        assert bench.hears(kind, {"transaction_id": kind}) == []


def test_somebody_elses_message_with_the_same_transaction_touches_nothing() -> None:
    bench = Bench()
    bench.hears("request")
    bench.hears("cancel", {"code": "m.user"}, sender="@mia:example.org")
    assert bench.hears("start", OFFER) == [(ANA.user, "accept")]


def test_time_is_looked_at_while_something_is_under_way() -> None:
    bench = Bench()
    bench.hears("request")
    bench.clock.forward(10)
    assert bench.works() == [(ANA.user, "start")]
    bench.clock.forward(121)
    assert bench.works() == [(ANA.user, "cancel")]
    assert asyncio.run(bench.verification.work("")) is None


@pytest.mark.parametrize("trouble", [TryLater("down"), Permanent("no"), RuntimeError("a bug")])
def test_what_fails_ends_one_verification_and_no_other(trouble: Exception) -> None:
    bench = Bench()
    bench.hears("request", {"transaction_id": "u"}, sender="@mo1:example.org")
    bench.wire.trouble.append(trouble)
    with capture_logs() as logged:
        assert bench.hears("request") == []
    assert ("verification_failed" in {line["event"] for line in logged}) == isinstance(trouble, RuntimeError)
    assert bench.verification.failures == 1
    assert bench.hears("start", OFFER) == [], "it is over"
    assert bench.hears("start", {**OFFER, "transaction_id": "u"}, sender="@mo1:example.org") == [
        ("@mo1:example.org", "accept")
    ]


def test_what_is_over_is_remembered_within_bounds() -> None:
    bench = Bench()
    for number in range(MOST_OVER + 10):
        bench.hears("ready", {"transaction_id": f"t{number}"})
    assert len(bench.verification.over) == MOST_OVER
    bench.clock.forward(WINDOW)
    bench.hears("ready")
    assert len(bench.verification.over) == 1


def test_a_flood_is_dropped_and_counted() -> None:
    bench = Bench()
    event = {"type": "m.key.verification.done", "sender": ANA.user, "content": {"transaction_id": "t"}}
    heard: Callable[[], bool] = lambda: bench.verification.from_device(event)  # noqa: E731 - said 201 times
    assert all(heard() for _ in range(MOST_WAITING + 1))
    assert bench.verification.failures == 1
    assert bench.works() == []
