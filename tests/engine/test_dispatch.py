"""Dispatch: one event goes to the handlers, and what they decide is one commit."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from bot import inbox
from bot.actions import Audit, Decision, Done, Later, Nothing, Pass, Remember, Reply, Say
from bot.commands import Call, Command
from bot.dispatch import TRIES
from bot.errors import Refused, StorageError, TryLater
from bot.events import Addressed, Event, Joined, Message, Outcome, Tick
from bot.handler import Opened
from bot.inbox import Ignored, Unreadable
from bot.ports import Ports
from bot.roles import Role
from bot.storage import audit, jobs, journal, outbox, schema
from bot.storage.journal import DONE, FAILED, UNREADABLE
from tests.support.fakes import START, FakeRoles
from tests.support.house import (
    ANA,
    BEN,
    CONTROL,
    ROOM,
    House,
    MakeHouse,
    entry,
    joined,
    moderator,
    on_any_database,
    said,
)

OnEvent = Callable[[Any, Ports], Awaitable[Decision]]


def always(decision: Decision) -> OnEvent:
    """A handler's function that decides the same each time."""

    async def on(_event: Event, _ports: Ports) -> Decision:
        return decision

    return on


def hears(heard: list[Any], decision: Decision | None = None) -> OnEvent:
    """A handler's function that remembers what it was given."""

    async def on(event: Event, _ports: Ports) -> Decision:
        heard.append(event)
        return decision or Pass("heard")

    return on


def says(words: str, room: str = ROOM) -> Done:
    return Done((Say(room=room, text=words),), "said")


def besides(*words: str) -> tuple[Say, ...]:
    return tuple(Say(room=ROOM, text=one) for one in words)


def raises(error: Exception) -> OnEvent:
    async def on(_event: Event, _ports: Ports) -> Decision:
        raise error

    return on


# To whom an event goes


@on_any_database
@pytest.mark.parametrize(
    ("decisions", "asked", "queued"),
    [
        ([says("one"), says("two")], 1, ["one"]),
        ([Pass("a"), says("two"), says("three")], 2, ["two"]),
        ([Pass("a"), Nothing("silence"), says("three")], 2, []),
        ([Pass("a"), Pass("b"), Pass("c")], 3, []),
    ],
)
async def test_a_message_goes_to_one_handler_after_the_other_until_one_does_not_pass(
    house: MakeHouse, decisions: list[Decision], asked: int, queued: list[str]
) -> None:
    heard: list[Message] = []
    home = house(**{f"h{number}": Opened(on={Message: hears(heard, one)}) for number, one in enumerate(decisions)})
    await home.happens(said("hello"))
    assert len(heard) == asked
    assert await home.queued() == queued
    assert (await home.became("$said"))[0] == DONE


@on_any_database
@pytest.mark.parametrize(
    ("decisions", "queued"),
    [
        ([Pass("a", besides("a")), Pass("b", besides("b")), says("c")], ["c", "a", "b"]),
        ([Pass("a", besides("a1", "a2")), Nothing("silence"), says("c")], ["a1", "a2"]),
        ([Pass("a", besides("a")), Pass("b"), Pass("c", besides("c"))], ["a", "c"]),
        ([says("a"), Pass("b", besides("b"))], ["a"]),
    ],
)
async def test_what_is_to_be_done_besides_is_done_once_and_after_what_is_decided(
    house: MakeHouse, decisions: list[Decision], queued: list[str]
) -> None:
    handlers = {f"h{number}": Opened(on={Message: always(one)}) for number, one in enumerate(decisions)}
    home = house(**handlers)
    await home.happens(said("hello"))
    assert await home.queued() == queued
    by = {row.content["body"]: row.handler for row in await outbox.waiting(home.storage, ROOM)}
    assert all(by[words] == f"h{'abc'.index(words[0])}" for words in queued), "each is said in its own name"


@on_any_database
async def test_what_collides_besides_makes_all_of_it_be_decided_again(house: MakeHouse) -> None:
    tries: list[int] = []

    async def on(_message: Message, _ports: Ports) -> Decision:
        tries.append(len(tries))
        missing = BOARD.update().where(BOARD.c.name == "nothing").values(value="2")
        return Pass("first") if len(tries) > 1 else Pass("", (Remember(missing, must_change=True),))

    home = house(newcomers=Opened(on={Message: on}), faq=Opened(on={Message: always(says("hi"))}))
    await home.happens(said("hello"))
    assert len(tries) == 2
    assert await home.queued() == ["hi"]


@on_any_database
async def test_why_everyone_passed_is_kept(house: MakeHouse) -> None:
    home = house(
        moderation=Opened(on={Message: always(Pass("no command"))}), faq=Opened(on={Message: always(Pass("not near"))})
    )
    await home.happens(said("hello"))
    assert await home.became("$said") == (DONE, "moderation: no command; faq: not near")


@on_any_database
async def test_why_one_kept_silent_is_kept(house: MakeHouse) -> None:
    home = house(faq=Opened(on={Message: always(Nothing("answered a moment ago"))}))
    await home.happens(said("hello"))
    assert await home.became("$said") == (DONE, "faq: answered a moment ago")


@on_any_database
async def test_an_event_that_nobody_subscribed_to_is_done(house: MakeHouse) -> None:
    home = house(faq=Opened())
    await home.happens(said("hello"), joined())
    assert await home.became("$said") == (DONE, "engine: nobody's")
    assert await home.became("$joined") == (DONE, "")


@on_any_database
async def test_a_join_goes_to_all_who_subscribed_and_all_of_them_act(house: MakeHouse) -> None:
    heard: list[Joined] = []
    home = house(
        moderation=Opened(on={Joined: hears(heard, says("one"))}),
        newcomers=Opened(on={Joined: hears(heard, Nothing("welcomed before"))}),
        faq=Opened(on={Joined: hears(heard, says("two"))}),
        status=Opened(on={Message: hears(heard)}),
    )
    await home.happens(joined(BEN))
    assert [one.sender for one in heard] == [BEN, BEN, BEN]
    assert await home.queued() == ["one", "two"]
    assert await home.became("$joined") == (DONE, "moderation: said; newcomers: welcomed before; faq: said")


@on_any_database
@pytest.mark.parametrize(
    ("key", "hearer"), [("faq:a:b", "faq"), ("status:x", "status"), ("nobody:x", None), ("mute:x", None)]
)
@pytest.mark.parametrize("source", [inbox.TIMER, inbox.OUTCOME])
async def test_ticks_and_outcomes_go_to_the_one_who_asked_without_its_name(
    house: MakeHouse, source: str, key: str, hearer: str | None
) -> None:
    heard: dict[str, list[Any]] = {"faq": [], "status": []}
    handlers = {name: Opened(on={Tick: hears(heard[name]), Outcome: hears(heard[name])}) for name in heard}
    home = house(**handlers, mute=Opened())
    details = {"memo": {"n": 1}} if source == inbox.TIMER else {"ok": True, "event_id": "$1", "why": ""}
    await home.journalled(inbox.of_ours(source, "1", ROOM, {"key": key, **details}, START.timestamp()))
    await home.works()
    got = {name: [one.key for one in events] for name, events in heard.items() if events}
    assert got == ({hearer: [key.partition(":")[2]]} if hearer else {})
    if hearer is None:
        assert (await home.became(f"{source}:1"))[1].endswith("nobody waits for it")
    elif source == inbox.TIMER:
        assert heard[hearer][0].memo == {"n": 1}


async def test_what_becomes_of_an_answer_comes_back_to_its_handler(house: MakeHouse) -> None:
    heard: list[Outcome] = []
    answer = Done((Say(room=ROOM, text="hi", key="greeting"),))
    home = house(faq=Opened(on={Message: always(answer), Outcome: hears(heard)}))
    await home.happens(said("hello"))
    await home.outbox.work(ROOM)
    await home.works()
    (outcome,) = heard
    assert (outcome.key, outcome.ok, outcome.room) == ("greeting", True, ROOM)
    assert outcome.event_id is not None


async def test_events_of_a_room_are_handled_in_order_and_other_rooms_left(house: MakeHouse) -> None:
    heard: list[Message] = []
    home = house(faq=Opened(on={Message: hears(heard)}))
    for number in range(25):
        await home.arrives(said(str(number), f"${number}"))
    await home.arrives(said("elsewhere", "$x", room="!other"))
    await home.works()
    assert [one.text for one in heard] == [str(number) for number in range(25)]
    assert await journal.waiting_rooms(home.storage) == ["!other"]


@pytest.mark.parametrize(
    ("event", "state", "text_kept"),
    [(Unreadable("its key isn't here"), UNREADABLE, True), (Ignored("a message of type m.notice"), DONE, False)],
)
async def test_what_is_no_event_reaches_no_handler(
    house: MakeHouse, event: Unreadable | Ignored, state: str, *, text_kept: bool
) -> None:
    heard: list[Message] = []
    home = house(faq=Opened(on={Message: hears(heard)}))
    await home.happens(event)
    assert heard == []
    assert await home.became("$event") == (state, f"engine: {event.why}")
    (row,) = await home.storage.rows(select(schema.journal.c.body))
    assert (row.body is not None) is text_kept


async def test_what_could_not_be_read_is_handled_when_its_key_has_come(house: MakeHouse) -> None:
    home = house(faq=Opened(on={Message: always(says("hi"))}))
    await home.happens(Unreadable("its key isn't here"))
    assert await home.queued() == []
    home.reader.events["$event"] = said("hello", "$event")
    async with home.storage.begin() as tx:
        assert await journal.retry_unreadable(tx) == [ROOM]
    await home.works()
    assert await home.queued() == ["hi"]
    assert (await home.became("$event"))[0] == DONE


# Surprises


async def test_a_handlers_surprise_is_answered_noted_and_told_and_the_next_event_goes_on(house: MakeHouse) -> None:
    async def on(message: Message, _ports: Ports) -> Decision:
        if message.text == "bomb":
            raise KeyError("what")
        return says("hi")

    home = house(faq=Opened(on={Message: on}))
    await home.happens(said("bomb", "$1", sender=BEN), said("hello", "$2"))

    assert await home.queued() == ["Something went wrong here; the moderators have been told.", "hi"]
    assert await home.became("$1") == (FAILED, "engine: failed")
    assert (await home.became("$2"))[0] == DONE
    (line,) = await audit.latest(home.storage, 5)
    assert (line.who, line.what, line.outcome) == (
        *("steward", "failed on an event: KeyError"),
        "see the log for $1",
    )
    (told,) = await home.queued(CONTROL)
    assert told == "steward: failed on an event: KeyError → see the log for $1"


@on_any_database
async def test_a_surprise_is_answered_to_the_one_whose_message_it_was(house: MakeHouse) -> None:
    home = house(faq=Opened(on={Message: raises(ZeroDivisionError())}))
    await home.happens(said("bomb", sender=BEN))
    (row,) = home.committed[0].queued[:1]
    assert row.recipient == BEN
    assert row.content["m.relates_to"] == {"m.in_reply_to": {"event_id": "$said"}}
    assert row.content["m.mentions"] == {"user_ids": [BEN]}


@on_any_database
@pytest.mark.parametrize("where", ["join", "tick"])
async def test_a_surprise_that_nobody_waits_for_is_told_to_the_moderators_alone(house: MakeHouse, where: str) -> None:
    home = house(faq=Opened(on={Joined: raises(KeyError()), Tick: raises(KeyError())}))
    if where == "join":
        await home.happens(joined())
    else:
        tick = inbox.of_ours(inbox.TIMER, "1", ROOM, {"key": "faq:k", "memo": {}}, START.timestamp())
        await home.journalled(tick)
        await home.works()
    assert await home.queued() == []
    assert len(await home.queued(CONTROL)) == 1


@on_any_database
async def test_an_event_that_cant_even_be_read_is_fenced_too(house: MakeHouse) -> None:
    home = house(faq=Opened(on={Message: always(says("hi"))}))
    await home.happens(RecursionError(), said("hello", "$2"))
    assert (await home.became("$event"))[0] == FAILED
    assert (await home.queued())[-1] == "hi"


@on_any_database
async def test_a_commands_surprise_is_fenced_too(house: MakeHouse) -> None:
    async def run(_call: Call, _ports: Ports) -> Decision:
        raise OSError("no")

    home = house(faq=Opened(commands=(command(run),)))
    await home.happens(said("do", addressed=Addressed.PREFIX))
    assert (await home.became("$said"))[0] == FAILED


@on_any_database
async def test_of_several_subscribers_none_acts_when_one_fails(house: MakeHouse) -> None:
    home = house(faq=Opened(on={Joined: always(says("hi"))}), status=Opened(on={Joined: raises(KeyError())}))
    await home.happens(joined())
    assert await home.queued() == []
    assert (await home.became("$joined"))[0] == FAILED


@pytest.mark.parametrize("error", [TryLater("502"), StorageError("disk full")])
async def test_what_is_not_the_events_fault_leaves_it_waiting_and_those_behind_it(
    house: MakeHouse, error: Exception
) -> None:
    trouble = [error]

    async def on(message: Message, _ports: Ports) -> Decision:
        if trouble:
            raise trouble.pop()
        return says(message.text)

    home = house(faq=Opened(on={Message: on}))
    await home.arrives(said("one", "$1"))
    await home.arrives(said("two", "$2"))
    with pytest.raises(type(error)):
        await home.works()
    assert [await home.became(key) for key in ("$1", "$2")] == [("waiting", ""), ("waiting", "")]
    assert await home.queued() == []

    await home.works()
    assert await home.queued() == ["one", "two"]


# One commit


BOARD = schema.sync_state


def noted(name: str) -> Remember:
    return Remember(BOARD.insert().values(name=name, value="1"))


async def notes(home: House) -> set[str]:
    return {row.name for row in await home.storage.rows(select(BOARD.c.name))}


async def test_what_is_said_remembered_put_off_and_noted_is_one_commit_with_done(house: MakeHouse) -> None:
    actions = (
        Say(room=ROOM, text="hi"),
        noted("x"),
        Later(at=START + timedelta(1), key="k", room=ROOM),
        Audit(who=ANA, what="x", outcome="y"),
    )
    home = house(faq=Opened(on={Message: always(Done(actions))}))
    await home.happens(said("hello"))
    assert await home.queued() == ["hi"]
    assert await notes(home) == {"x"}
    assert await jobs.next_due(home.storage) is not None
    assert len(await audit.latest(home.storage, 5)) == 1
    assert (await home.became("$said"))[0] == DONE
    (effects,) = home.committed
    assert {row.cause for row in effects.queued} == {"$said"}
    assert {row.handler for row in effects.queued} == {"faq"}
    assert [later.key for later in effects.later] == ["k"]


async def test_a_commit_that_fails_leaves_no_trace_and_the_event_in_line(
    house: MakeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise StorageError("disk full")

    actions = (
        Say(room=ROOM, text="hi"),
        noted("x"),
        Later(at=START, key="k", room=ROOM),
        Audit(who=ANA, what="x", outcome="y"),
    )
    home = house(faq=Opened(on={Message: always(Done(actions))}))
    with monkeypatch.context() as patched:
        patched.setattr(audit, "note", full)  # the last of them
        with pytest.raises(StorageError):
            await home.happens(said("hello"))
    assert await home.queued() == []
    assert await notes(home) == set()
    assert await jobs.next_due(home.storage) is None
    assert await home.became("$said") == ("waiting", "")
    assert home.committed == []

    await home.works()
    assert await home.queued() == ["hi"]


async def test_two_at_once_on_one_database_act_once(house: MakeHouse) -> None:
    home = house(faq=Opened(on={Message: always(says("hi"))}))
    for number in range(10):
        await home.arrives(said("hello", f"${number}"))
    twin = House(storage=home.storage, handlers=home.handlers, reader=home.reader)
    await asyncio.gather(home.works(), twin.works())
    assert await home.queued() == ["hi"] * 10
    assert await journal.depth(home.storage) == 0
    assert len(home.committed) + len(twin.committed) == 10


@on_any_database
async def test_when_it_is_to_stop_the_event_under_way_is_finished_and_the_others_wait(house: MakeHouse) -> None:
    home = house(faq=Opened(on={Message: always(says("hi"))}))
    for number in range(10):
        await home.arrives(said("hello", f"${number}"))
    await replace(home.dispatch, go_on=lambda: len(home.committed) < 3).work(ROOM)
    assert await home.queued() == ["hi"] * 3
    assert await journal.depth(home.storage) == 7


async def test_on_a_conflict_the_decision_is_made_again_and_the_first_one_leaves_no_trace(house: MakeHouse) -> None:
    async def on(_message: Message, ports: Ports) -> Decision:
        first = not await ports.memory.rows(select(BOARD.c.name).where(BOARD.c.name == "first"))
        if first:  # in the meantime, somebody else is faster
            async with home.storage.begin() as tx:
                await tx.execute(BOARD.insert().values(name="first", value="somebody else's"))
            return Done((Say(room=ROOM, text="I am the first"), noted("first")))
        return says("I am the second")

    home = house(faq=Opened(on={Message: on}))
    await home.happens(said("who is first?"))
    assert await home.queued() == ["I am the second"]
    assert (await home.became("$said"))[0] == DONE
    assert len(home.committed) == 1


async def test_what_must_change_and_does_not_is_decided_again(house: MakeHouse) -> None:
    tries: list[int] = []

    async def on(_message: Message, _ports: Ports) -> Decision:
        tries.append(len(tries))
        missing = BOARD.update().where(BOARD.c.name == "nothing").values(value="2")
        return says("gave up") if len(tries) > 2 else Done((Remember(missing, must_change=True),))

    home = house(faq=Opened(on={Message: on}))
    await home.happens(said("hello"))
    assert len(tries) == 3
    assert await home.queued() == ["gave up"]


async def test_a_decision_that_keeps_colliding_is_given_up_and_the_next_event_goes_on(house: MakeHouse) -> None:
    async with house().storage.begin() as tx:
        await tx.execute(BOARD.insert().values(name="taken", value="1"))
    collides = Done((Say(room=ROOM, text="hi"), noted("taken")))
    heard: list[Message] = []
    home = house(faq=Opened(on={Message: hears(heard, collides)}))
    await home.happens(said("hello"), joined())
    assert len(heard) == TRIES
    assert await home.queued() == ["Something went wrong here; the moderators have been told."]
    assert (await home.became("$said"))[0] == FAILED
    assert (await home.became("$joined"))[0] == DONE


# Commands and old messages


def command(run: Callable[[Call, Ports], Awaitable[Decision]], **changes: Any) -> Command:
    declared: dict[str, Any] = {"name": "do", "usage": "do [it]", "summary": "does it", "example": "do it"}
    return Command(**{**declared, "run": run, **changes})


async def did(call: Call, _ports: Ports) -> Decision:
    return says(f"did {call.args or 'it'} as {call.role}")


@on_any_database
@pytest.mark.parametrize(
    ("age", "addressed", "words", "queued", "why"),
    [
        (timedelta(0), Addressed.PREFIX, "do", ["did it as member"], "faq: said"),
        (timedelta(minutes=15), Addressed.PREFIX, "do", ["did it as member"], "faq: said"),
        (
            timedelta(minutes=15, seconds=1),
            Addressed.PREFIX,
            "do",
            ["This came while I was away; say it again if you still want it."],
            "engine: stale",
        ),
        (
            timedelta(days=3),
            Addressed.MENTION,
            "do",
            ["This came while I was away; say it again if you still want it."],
            "engine: stale",
        ),
        (timedelta(hours=1), Addressed.MENTION, "do you know?", ["hi"], "faq: said"),
        (timedelta(hours=1, seconds=1), Addressed.MENTION, "do you know?", [], "engine: asked too long ago"),
        (timedelta(days=3), None, "do", [], "engine: asked too long ago"),
        (timedelta(0), None, "do", ["hi"], "faq: said"),
        (timedelta(0), Addressed.PREFIX, "roll 2d6", [], "engine: not a command of ours"),
        (timedelta(0), Addressed.PREFIX, "doo", ["Did you mean !do?"], "engine: unknown command"),
    ],
)
async def test_commands_and_questions_are_taken_up_only_while_they_are_fresh(
    house: MakeHouse, *, age: timedelta, addressed: Addressed | None, words: str, queued: list[str], why: str
) -> None:
    home = house(faq=Opened(on={Message: always(says("hi"))}, commands=(command(did),)))
    home.clock.forward(age.total_seconds())
    await home.happens(said(words, addressed=addressed))
    assert [one.replace("`", "") for one in await home.queued()] == queued
    assert await home.became("$said") == (DONE, why)


@on_any_database
async def test_joins_are_taken_up_whenever_they_come(house: MakeHouse) -> None:
    home = house(faq=Opened(on={Joined: always(says("hi"))}))
    home.clock.forward(timedelta(days=3).total_seconds())
    await home.happens(joined())
    assert await home.queued() == ["hi"]


@on_any_database
async def test_an_unknown_command_is_told_once_a_minute_to_each_person(house: MakeHouse) -> None:
    home = house(faq=Opened(commands=(command(did),)))
    await home.happens(
        said("doo", "$1", addressed=Addressed.PREFIX),
        said("doo", "$2", addressed=Addressed.PREFIX),
        said("doo", "$3", addressed=Addressed.PREFIX, sender=BEN),
    )
    assert len(await home.queued()) == 2
    assert await home.became("$2") == (DONE, "engine: told a moment ago that it is unknown")
    home.clock.forward(60)
    await home.happens(said("doo", "$4", addressed=Addressed.PREFIX))
    assert len(await home.queued()) == 3


@on_any_database
async def test_in_private_even_what_is_far_from_any_command_is_told(house: MakeHouse) -> None:
    home = house(faq=Opened(commands=(command(did),)))
    await home.happens(said("roll 2d6", addressed=Addressed.PREFIX, private=True))
    (said_then,) = await home.queued()
    assert said_then.replace("`", "") == "I don't know that one. Try it without the !, or !help."


@on_any_database
async def test_a_command_is_refused_to_who_may_not_and_that_is_noted(house: MakeHouse) -> None:
    home = house(faq=Opened(commands=(command(did, who=Role.MAINTAINER),)), roles=moderator(ANA))
    await home.happens(said("do it", addressed=Addressed.PREFIX))
    (refusal,) = await home.queued()
    assert refusal.startswith("Only maintainers may use")
    (line,) = await audit.latest(home.storage, 5)
    assert (line.who, line.what, line.outcome, line.room) == (ANA, "!do", "refused", ROOM)
    assert len(await home.queued(CONTROL)) == 1


@on_any_database
async def test_a_command_is_given_the_role_and_the_words(house: MakeHouse) -> None:
    home = house(faq=Opened(commands=(command(did, who=Role.MODERATOR),)), roles=moderator(ANA))
    await home.happens(said("DO  it now", addressed=Addressed.PREFIX))
    assert await home.queued() == ["did it now as moderator"]


@on_any_database
async def test_a_refusal_is_said_to_the_person_in_their_thread(house: MakeHouse) -> None:
    async def run(_call: Call, _ports: Ports) -> Decision:
        raise Refused("There is no such entry. Try `!faq list`.")

    home = house(faq=Opened(commands=(command(run),)))
    await home.happens(said("do", addressed=Addressed.PREFIX, thread="$root"))
    (row,) = home.committed[0].queued
    assert "There is no such entry" in row.content["body"]
    assert row.content["m.relates_to"]["event_id"] == "$root"
    assert row.recipient == ANA
    assert await home.became("$said") == (DONE, "faq: refused")


@on_any_database
async def test_a_command_waits_when_the_homeserver_cant_say_who_may(house: MakeHouse) -> None:
    class Unreachable(FakeRoles):
        async def role(self, person: str, *, room: str | None = None) -> Role:
            raise TryLater(f"{person} {room}")

    home = house(faq=Opened(commands=(command(did),)), roles=Unreachable())
    with pytest.raises(TryLater):
        await home.happens(said("do", addressed=Addressed.PREFIX))
    assert await home.became("$said") == ("waiting", "")


@on_any_database
async def test_two_handlers_with_one_command_are_a_mistake_of_ours(house: MakeHouse) -> None:
    with pytest.raises(ValueError, match="two handlers bring the command do"):
        house(a=Opened(commands=(command(did),)), b=Opened(commands=(command(did),)))


async def test_the_way_through_ends_at_the_homeserver(house: MakeHouse) -> None:
    answer = Done((Reply(to="$said", room=ROOM, text="**Yes**", mention=ANA, key="answer"),))
    home = house(faq=Opened(on={Message: always(answer)}))
    await home.happens(said("May I?"))
    await home.outbox.work(ROOM)
    assert home.sender.texts() == ["Yes"]


@on_any_database
async def test_an_entry_of_a_kind_that_nothing_reads_is_fenced(house: MakeHouse) -> None:
    home = house(faq=Opened())
    await home.journalled(entry("$unknown"))
    await home.works()
    assert (await home.became("$unknown"))[0] == FAILED


async def test_a_statement_can_be_written_in_plain_sql(house: MakeHouse) -> None:
    statement = Remember(text("INSERT INTO sync_state (name, value) VALUES ('plain', 'sql')"))
    home = house(faq=Opened(on={Message: always(Done((statement,)))}))
    await home.happens(said("hello"))
    assert await notes(home) == {"plain"}
