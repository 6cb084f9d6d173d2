"""Somebody asks how a service is, in words or by command, or says that it fails here too."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from bot.actions import Done, Edit, Nothing, Pass, Redact, Reply, Say
from bot.commands import Call
from bot.errors import Refused
from bot.events import Addressed, Deleted, Edited
from bot.facts import Answered, BestAnswer, OptedOut, ServiceState
from bot.ports import Facts, Ours, RoomInfo
from bot.readers import Memory
from handlers.status import tables
from handlers.status.asking import wiring
from handlers.status.asking.command import run, service_state
from handlers.status.asking.desk import Desk
from handlers.status.asking.natural import key_of, on_deleted, on_edited, on_message
from handlers.status.asking.weak import ENOUGH
from handlers.status.board import Board
from handlers.status.states import State
from tests.support.fakes import START, FakeRooms, FakeSent, ports
from tests.support.house import ANA, BEN, ROOM, said
from tests.unit.status.scenes import condition, incident, look, watch

pytestmark = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)

NOTICES = RoomInfo(id=ROOM, name="tech-chat", notices=True)
OPERATORS = "!operators:example.org"
NOTICE = f"notice:2026-05-04-1:{ROOM}"
TOLD = Ours(event_id="$notice", room=ROOM, handler="status", key=NOTICE, cause=None, recipient=None)
NOW = START + timedelta(minutes=2)


class SomeFacts(Facts):
    """Who wants to be left alone, and what there is an answer to."""

    def __init__(self, *left_alone: str) -> None:
        self.left_alone = left_alone

    async def ask(self, question: Any) -> Any:
        if isinstance(question, BestAnswer):
            best = Answered(slug="server-down", title="Down?", text="Look in tech chat.", score=1.0)
            return best if "Mastodon" in question.text else None
        return isinstance(question, OptedOut) and question.person in self.left_alone


class Scene:
    """A desk with evidence, and what is asked of it."""

    def __init__(self, storage: Any) -> None:
        self.storage = storage
        self.board = Board(looks={one.probe: one for one in (seen(), seen(probe="wiki", service="wiki"))})
        probes = ({"service": "mastodon", "kind": "mastodon"}, {"service": "wiki"})
        self.desk = Desk(watch=watch(board=self.board, probes=probes))
        self.sent = FakeSent({"$notice": TOLD})
        self.room = NOTICES
        self.facts = SomeFacts()

    def ports(self, **changes: Any) -> Any:
        rooms = FakeRooms(known={ROOM: self.room}, operators_room=OPERATORS)
        fixed = {"now": NOW, "memory": Memory(self.storage), "sent": self.sent, "rooms": rooms, "facts": self.facts}
        return ports(**{**fixed, **changes})

    async def breaks(self, service: str = "mastodon", **changes: Any) -> None:
        """Its probe sees it fail, and an incident is open."""
        self.board.looks[service] = seen(State.DOWN, probe=service, service=service, evidence="HTTP 503 after 0.3 s")
        await self.opens(service=service, **changes)

    async def opens(self, **changes: Any) -> None:
        one = incident(**changes)
        fields = {name: getattr(one, name) for name in one.__slots__}
        values = {name: at.timestamp() if hasattr(at, "timestamp") else at for name, at in fields.items()}
        await self.writes(insert(tables.incidents).values(**values, live=one.service))

    async def tells(self, one: str, key: str = NOTICE) -> None:
        plain = {"room": ROOM, "key": key, "version": 1, "entry": 0, "at": START.timestamp()}
        await self.writes(insert(tables.told).values(incident=one, **plain))

    async def hears(self, **changes: Any) -> None:
        one = condition(**changes)
        fields = {column.name: getattr(one, column.name) for column in tables.conditions.columns}
        values = {name: at.timestamp() if hasattr(at, "timestamp") else at for name, at in fields.items()}
        await self.writes(insert(tables.conditions).values(**values))

    async def writes(self, statement: Any) -> None:
        async with self.storage.begin() as tx:
            await tx.execute(statement)

    async def says(self, text: str, **changes: Any) -> Any:
        now = changes.pop("now", NOW)
        return await on_message(self.desk, said(text, **changes), self.ports(now=now))

    async def types(self, args: str = "", **changes: Any) -> str:
        call = Call(name="status", args=args, message=said(f"status {args}"))
        return text_of(await run(self.desk, call, self.ports(**changes)))

    def count(self) -> dict[str, int]:
        return dict(self.desk.me_too.counts(NOW))


def seen(state: State = State.UP, **changes: Any) -> Any:
    return look(state, **{"looked": NOW - timedelta(seconds=12), **changes})


def text_of(decision: Any) -> str:
    assert isinstance(decision, Done), decision
    (action,) = decision.actions
    assert isinstance(action, Reply | Edit)
    return action.text


def taken_back(decision: Any) -> str | None:
    assert isinstance(decision, Done), decision
    (action,) = decision.actions
    assert isinstance(action, Redact)
    return action.key


@pytest.fixture
def scene(storage):
    return Scene(storage)


async def test_the_command_tells_of_all_services_with_open_incidents_first(scene):
    await scene.breaks("wiki")
    first, second = (await scene.types()).splitlines()
    assert first == "- ❌ **The wiki**: unreachable since 12:00 UTC; incident open; measured 12 seconds ago."
    assert second == "- ✅ **Mastodon**: works, seen so since 12:00 UTC; measured 12 seconds ago."


async def test_the_command_links_to_the_status_page_if_there_is_one(scene):
    desk = Desk(watch=watch(board=scene.board, page={"url": "https://status.example"}))
    call = Call(name="status", args="", message=said("status"))
    assert text_of(await run(desk, call, scene.ports())).endswith("[status page](https://status.example).")


async def test_the_command_tells_all_of_one_service_by_any_of_its_names(scene):
    await scene.breaks()
    for name in ("mastodon", "Mastodon", "social.example", "https://social.example"):
        assert "HTTP 503 after 0\\.3 s" in await scene.types(name)
    assert len((await scene.types("wiki and mastodon")).splitlines()) == 2


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("mastdon", "I don't know a service “mastdon”. Did you mean `!status mastodon`?"),
        ("xyzzy", "I don't know a service “xyzzy”. Those I know: `mastodon`, `wiki`."),
        ("**x** @room", "I don't know a service “\\*\\*x\\*\\* @room”. Those I know: `mastodon`, `wiki`."),
    ],
)
async def test_an_unknown_name_leads_to_the_nearest_or_to_all(scene, typed, told):
    with pytest.raises(Refused) as refused:
        await scene.types(typed)
    assert str(refused.value) == told


async def test_only_operators_read_what_monitoring_says(scene):
    await scene.hears(heard=NOW)
    assert "503" not in await scene.types("mastodon")
    scene.room = replace(NOTICES, operators=True)
    assert "Request failed with status code 503" in await scene.types("mastodon")


def test_without_a_prefix_only_a_bare_name_is_the_command(scene):
    (command,) = wiring.commands(scene.desk)
    assert [command.bare(args) for args in ("", "wiki", "of my application?")] == [True, True, False]


@pytest.mark.parametrize("how", [Addressed.MENTION, Addressed.PRIVATE])
async def test_a_question_to_the_bot_that_names_a_service_is_answered_with_the_evidence(scene, how):
    await scene.breaks("wiki")
    text = text_of(await scene.says("is the wiki down?", addressed=how, private=how is Addressed.PRIVATE))
    assert text.startswith("❌ **The wiki**: unreachable since 12:00 UTC.")
    assert "Measured by me 12 seconds ago: HTTP 503" in text


@pytest.mark.parametrize("text", ["is it down?", "is the server down?", "how do I edit the wiki?", "wiki " * 200])
async def test_what_names_no_service_or_asks_something_else_is_for_the_answers(scene, text):
    await scene.breaks()
    assert isinstance(await scene.says(text, addressed=Addressed.MENTION), Pass)


async def test_a_question_in_reply_to_a_notice_means_its_service(scene):
    await scene.breaks("wiki")
    decision = await scene.says("is it back?", addressed=Addressed.REPLY, reply_to="$notice")
    assert "**The wiki**: unreachable" in text_of(decision)
    other = await scene.says("is it back?", addressed=Addressed.REPLY, reply_to="$other")
    assert isinstance(other, Pass)


async def test_where_nothing_is_known_of_anything_the_answers_know_better(scene):
    scene.board.looks.clear()
    assert isinstance(await scene.says("is Mastodon down?", addressed=Addressed.MENTION), Pass)
    wiki = text_of(await scene.says("is the wiki down?", addressed=Addressed.MENTION))
    assert wiki == "❔ **The wiki**: unknown (I haven't measured it yet)."


async def test_where_answers_are_off_nobody_is_answered_but_in_private(scene):
    scene.room = replace(NOTICES, answers="off")
    assert isinstance(await scene.says("is the wiki down?", addressed=Addressed.MENTION), Pass)
    assert isinstance(await scene.says("is the wiki down?", addressed=Addressed.PRIVATE, private=True), Done)


@pytest.mark.parametrize("text", ["is Mastodon down?", "is it down?", "server down?", "Geht Mastodon?"])
async def test_during_an_incident_the_room_is_answered_at_once_in_a_thread_with_a_link_to_the_notice(scene, text):
    await scene.breaks()
    await scene.tells("2026-05-04-1")
    decision = await scene.says(text)
    (reply,) = decision.actions
    assert (reply.thread, reply.mention) == (True, ANA)
    assert reply.text == (
        "❌ **Mastodon**: unreachable since 12:00 UTC; incident open; measured 12 seconds ago. "
        "[What is known so far](https://matrix.to/#/!room:example.org/$notice)"
    )


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("Mastodon is down", {}),
        ("is the wiki down?", {}),
        ("is Mastodon down?", {"reply_to": "$other"}),
        ("is Mastodon down?", {"thread": "$other"}),
        ("is Mastodon down?", {"mentions": frozenset({BEN})}),
        ("is Mastodon nice?", {}),
    ],
)
async def test_during_an_incident_whatever_does_not_ask_everybody_about_it_is_left_alone(scene, text, changes):
    await scene.breaks()
    assert isinstance(await scene.says(text, **changes), Pass)


async def test_while_all_is_well_nobody_is_answered_unasked(scene):
    assert isinstance(await scene.says("is Mastodon down?"), Pass)


@pytest.mark.parametrize("room", [replace(NOTICES, notices=False), replace(NOTICES, answers="off")])
async def test_where_no_news_is_wanted_nobody_is_answered_unasked(scene, room):
    await scene.breaks()
    scene.room = room
    assert isinstance(await scene.says("is Mastodon down?"), Pass)


async def test_who_wants_no_unasked_answers_gets_none(scene):
    await scene.breaks()
    scene.facts = SomeFacts(ANA)
    assert isinstance(await scene.says("is Mastodon down?"), Pass)


async def test_the_same_person_is_told_once_in_ten_minutes(scene):
    await scene.breaks()
    assert isinstance(await scene.says("is Mastodon down?", id="$1"), Done)
    assert isinstance(await scene.says("is Mastodon down?", id="$1"), Done), "the same event, decided on again"
    assert isinstance(await scene.says("is it down?", id="$2"), Nothing)
    assert isinstance(await scene.says("is Mastodon down?", id="$3", sender=BEN), Done)
    later = NOW + timedelta(minutes=10)
    assert isinstance(await scene.says("is Mastodon down?", id="$4", now=later), Done)


async def test_an_edited_question_has_its_answer_edited_and_a_changed_mind_takes_it_back(scene):
    scene.sent.ours = {"$answer": replace(TOLD, event_id="$answer", key=key_of("$asked"), recipient=ANA)}
    new = Edited(id="$e", room=ROOM, sender=ANA, at=NOW, of="$asked", message=said("is Mastodon down?"))
    assert "**Mastodon**: works" in text_of(await on_edited(scene.desk, new, scene.ports()))
    other = replace(new, message=said("never mind"))
    assert taken_back(await on_edited(scene.desk, other, scene.ports())) == key_of("$asked")
    assert isinstance(await on_edited(scene.desk, replace(new, sender=BEN), scene.ports()), Pass)


async def test_a_deleted_question_takes_its_answer_with_it(scene):
    scene.sent.ours = {"$answer": replace(TOLD, event_id="$answer", key=key_of("$asked"), recipient=ANA)}
    gone = Deleted(id="$d", room=ROOM, sender=ANA, at=NOW, of="$asked")
    assert taken_back(await on_deleted(gone, scene.ports())) == key_of("$asked")
    assert isinstance(await on_deleted(replace(gone, room="!other:x"), scene.ports()), Pass)
    assert isinstance(await on_deleted(replace(gone, of="$other"), scene.ports()), Pass)


@pytest.mark.parametrize(
    ("text", "changes", "counted"),
    [
        ("the wiki is down for me too", {}, {"wiki": 1}),
        ("it's down for me too", {}, {"mastodon": 1}),
        ("me too", {}, {"mastodon": 1}),
        ("bei mir auch", {}, {"mastodon": 1}),
        ("same here", {}, {}),
        ("same here", {"thread": "$notice"}, {"mastodon": 1}),
        ("same here", {"reply_to": "$notice", "addressed": Addressed.REPLY}, {"mastodon": 1}),
        ("same here", {"thread": "$other"}, {}),
        ("me too", {"reply_to": "$other"}, {}),
        ("it works for me", {}, {}),
    ],
)
async def test_what_counts_as_evidence_and_of_which_service(scene, text, changes, counted):
    await scene.breaks()
    decision = await scene.says(text, **changes)
    assert scene.count() == counted
    answered = changes.get("addressed") is not None
    assert isinstance(decision, Nothing if counted and answered else Pass)


async def test_without_a_notice_or_a_single_open_incident_only_a_named_service_is_counted(scene):
    await scene.says("it's down for me too")
    await scene.breaks()
    await scene.breaks("wiki", id="2026-05-04-2")
    await scene.says("it's down for me too")
    assert scene.count() == {}


async def test_a_notice_on_several_services_does_not_say_which_is_meant(scene):
    await scene.breaks()
    await scene.breaks("wiki", id="2026-05-04-2")
    await scene.tells("2026-05-04-1")
    await scene.tells("2026-05-04-2")
    await scene.says("same here", thread="$notice")
    assert scene.count() == {}


async def test_evidence_counts_only_where_news_is_wanted(scene):
    scene.room = replace(NOTICES, notices=False)
    await scene.says("Mastodon is down for me too")
    assert scene.count() == {}


async def test_what_people_say_is_shown_as_what_people_say(scene):
    await scene.breaks()
    for person in (ANA, BEN, BEN):
        await scene.says("down for me too", sender=person)
    assert "2 people here say it doesn't work for them either (in the last hour)" in await scene.types("mastodon")


async def complaints(scene: Scene) -> list[Say]:
    decisions = [
        await scene.says("Mastodon doesn't work for me", sender=f"@{one}:x", id=f"${one}") for one in range(ENOUGH + 1)
    ]
    assert all(isinstance(one, Pass) for one in decisions)
    return [action for one in decisions for action in one.besides]


async def test_operators_hear_once_that_people_complain_of_what_seems_to_work(scene):
    (say,) = await complaints(scene)
    assert say.room == OPERATORS
    assert say.text == "3 people say that Mastodon doesn't work for them. I measure that it works."


async def test_operators_know_already_of_an_open_incident(scene):
    await scene.breaks()
    assert await complaints(scene) == []


async def test_other_handlers_are_told_state_times_and_evidence(scene):
    await scene.breaks()
    fact = await service_state(scene.desk, ServiceState("mastodon"), scene.ports())
    assert fact is not None
    assert (fact.state, fact.since, fact.incident) == ("unreachable", START, True)
    assert fact.measured == NOW - timedelta(seconds=12)
    assert fact.evidence == "Measured by me 12 seconds ago: HTTP 503 after 0\\.3 s."


async def test_what_is_only_reported_has_the_time_when_it_was_heard(scene):
    scene.board.looks.clear()
    await scene.hears(heard=NOW - timedelta(minutes=1))
    fact = await service_state(scene.desk, ServiceState("mastodon"), scene.ports())
    assert fact is not None
    assert (fact.state, fact.incident) == ("unreachable", False)
    assert fact.measured == NOW - timedelta(minutes=1)


async def test_doubt_is_told_to_other_handlers_too(scene):
    await scene.hears(heard=NOW)
    fact = await service_state(scene.desk, ServiceState("mastodon"), scene.ports())
    assert fact is not None
    assert fact.state == "unknown (I measure that it works; Uptime Kuma reports it down)"


async def test_of_what_nothing_is_known_nothing_is_told(scene):
    scene.board.looks.clear()
    for name in ("mastodon", "elsewhere"):
        assert await service_state(scene.desk, ServiceState(name), scene.ports()) is None


async def test_who_was_told_is_remembered_for_ten_minutes_and_by_nothing_that_tells_who(storage):
    desk, other = Scene(storage).desk, Scene(storage).desk
    for number in range(3):
        assert not desk.told_lately(f"@ana{number}:example.org", "1", "$a", NOW + timedelta(minutes=4 * number))
    assert desk.told_lately("@ana1:example.org", "1", "$b", NOW + timedelta(minutes=13))
    assert len(desk.told) == 2, "the first is forgotten"

    other.told_lately("@ana1:example.org", "1", "$a", NOW)
    assert not desk.told.keys() & other.told.keys(), "without the key of this process it is worth nothing"
