"""Questions of ours with options: who may answer, how, until when, and that only one answer counts."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.actions import Ask, Decision, Done, Nothing, Pass, Say, Withdraw
from bot.asks import number
from bot.events import Chosen, Event, Message, Reaction
from bot.handler import Opened
from bot.ports import Ports
from bot.storage import jobs, outbox
from tests.support.fakes import START
from tests.support.house import ANA, BEN, ROOM, House, MakeHouse, entry, on_any_database, reacted, said

UNTIL = timedelta(minutes=5)


def ask(**changes: Any) -> Ask:
    """A question to Ana with two options, five minutes long."""
    plain: dict[str, Any] = {
        "to": "$asked",
        "room": ROOM,
        "text": "Which?",
        "mention": ANA,
        "options": ("this", "that"),
        "until": START + UNTIL,
        "key": "which",
        "who": ANA,
        "memo": {"slug": "money"},
    }
    return Ask(**{**plain, **changes})


@pytest.fixture
def asking(house: MakeHouse) -> MakeHouse:
    """A house whose FAQ asks these questions of whoever says "ask", and says what was chosen."""

    def make(*questions: Ask) -> House:
        async def on_message(message: Message, _ports: Ports) -> Decision:
            if message.text == "ask":
                return Done(questions)
            return Done((Say(room=message.room, text=f"heard {message.text}"),))

        async def on_chosen(event: Chosen, _ports: Ports) -> Decision:
            return Done(
                (Say(room=event.room, text=f"{event.sender} chose {event.option} of {event.key} {event.memo}"),)
            )

        async def on_reaction(event: Reaction, _ports: Ports) -> Decision:
            return Nothing(f"reacted with {event.key}")

        return house(
            faq=Opened(on={Message: on_message, Chosen: on_chosen, Reaction: on_reaction}),
            status=Opened(on={Message: passes, Chosen: passes}),
        )

    return make


async def passes(_event: Event, _ports: Ports) -> Decision:
    return Pass("not mine")


async def asked(home: House, key: str = "which") -> str:
    """The questions are asked and sent; the event id of the one with this key."""
    await home.happens(said("ask", "$asked"))
    await home.outbox.work(ROOM)
    ours = await outbox.sent_under(home.storage, "faq", key)
    assert ours is not None
    return ours.event_id


CHOSE = f"{ANA} chose {{}} of which {{{{'slug': 'money'}}}}"


@on_any_database
@pytest.mark.parametrize(
    ("text", "option"),
    [("1", 0), ("2", 1), (" 2 ", 1), ("2.", 1), ("2)", 1), ("1.)", 0)],
)
async def test_a_number_alone_chooses(asking: MakeHouse, text: str, option: int) -> None:
    home = asking(ask())
    await asked(home)
    await home.happens(said(text))
    assert await home.queued() == [CHOSE.format(option)]


@on_any_database
@pytest.mark.parametrize("text", ["0", "3", "9", "12", "-1", "1 please", "one", "²", "٢", "", "1️⃣"])
async def test_anything_else_is_a_message_like_any_other(asking: MakeHouse, text: str) -> None:
    home = asking(ask())
    await asked(home)
    await home.happens(said(text))
    assert await home.queued() == [f"heard {text}".strip()]


@pytest.mark.parametrize(("text", "found"), [("7", 7), ("07", None), ("1.5", None), ("(1)", None), ("..", None)])
def test_a_number_is_one_digit(text: str, found: int | None) -> None:
    assert number(text) == found


@on_any_database
@pytest.mark.parametrize(("emoji", "option"), [("1️⃣", 0), ("2️⃣", 1)])
async def test_a_reaction_to_the_question_chooses(asking: MakeHouse, emoji: str, option: int) -> None:
    home = asking(ask())
    question = await asked(home)
    await home.happens(reacted(question, emoji))
    assert await home.queued() == [CHOSE.format(option)]


@on_any_database
async def test_other_emoji_choose_in_questions_that_say_so(asking: MakeHouse) -> None:
    home = asking(ask(emoji=("✅", "❌")))
    question = await asked(home)
    await home.happens(reacted(question, "❌"))
    assert await home.queued() == [CHOSE.format(1)]


@on_any_database
@pytest.mark.parametrize(("to_it", "said_of_it"), [(False, "heard 1"), (True, CHOSE.format(0))])
async def test_a_number_is_no_answer_to_a_yes_or_no_unless_it_replies(
    asking: MakeHouse, *, to_it: bool, said_of_it: str
) -> None:
    home = asking(ask(emoji=("✅", "❌")))
    question = await asked(home)
    await home.happens(said("1", reply_to=question if to_it else None))
    assert await home.queued() == [said_of_it]


@on_any_database
@pytest.mark.parametrize("emoji", ["3️⃣", "👍", "1", ""])
async def test_other_reactions_are_reactions(asking: MakeHouse, emoji: str) -> None:
    home = asking(ask())
    question = await asked(home)
    await home.happens(reacted(question, emoji))
    assert await home.queued() == []
    assert (await home.became("$reacted"))[1] == f"faq: reacted with {emoji}"


@on_any_database
async def test_a_reaction_to_another_message_is_no_choice(asking: MakeHouse) -> None:
    home = asking(ask())
    await asked(home)
    await home.happens(reacted("$somebody else's", "1️⃣"))
    assert await home.queued() == []


async def test_the_wrong_person_chooses_nothing(asking: MakeHouse) -> None:
    home = asking(ask())
    question = await asked(home)
    await home.happens(reacted(question, "1️⃣", sender=BEN), said("1", sender=BEN))
    assert await home.queued() == ["heard 1"]
    await home.happens(said("2", "$ana"))
    assert (await home.queued())[-1] == CHOSE.format(1)


@on_any_database
async def test_anybody_may_answer_a_question_that_names_nobody(asking: MakeHouse) -> None:
    home = asking(ask(who=None))
    await asked(home)
    await home.happens(said("1", sender=BEN))
    assert await home.queued() == [f"{BEN} chose 0 of which {{'slug': 'money'}}"]


@pytest.mark.parametrize(("seconds", "heard"), [(UNTIL.seconds - 1, CHOSE.format(0)), (UNTIL.seconds, "heard 1")])
async def test_a_question_is_open_until_its_time_is_over(asking: MakeHouse, seconds: int, heard: str) -> None:
    home = asking(ask())
    await asked(home)
    home.clock.forward(seconds)
    await home.happens(said("1", at=home.clock.now()))
    assert await home.queued() == [heard]


async def test_a_second_choice_is_none(asking: MakeHouse) -> None:
    home = asking(ask())
    question = await asked(home)
    await home.happens(said("1", "$1"), said("2", "$2"), reacted(question, "2️⃣"))
    assert await home.queued() == [CHOSE.format(0), "heard 2"]


async def test_of_two_choices_at_once_one_counts(asking: MakeHouse) -> None:
    home = asking(ask(who=None))
    await asked(home)
    await home.arrives(said("1", "$1"))
    await home.arrives(said("2", "$2", sender=BEN))
    twin = House(storage=home.storage, handlers=home.handlers, reader=home.reader)
    await asyncio.gather(home.works(), twin.works())
    assert len([one for one in await home.queued() if "chose" in one]) == 1
    assert len([one for one in await home.queued() if "heard" in one]) == 1


async def test_a_question_is_closed_once(asking: MakeHouse) -> None:
    home = asking(ask())
    await asked(home)
    (one,) = await jobs.asks_for(home.storage, ROOM, ANA, START.timestamp())
    async with home.storage.begin() as tx:
        assert await jobs.close_ask(tx, one)
        assert not await jobs.close_ask(tx, one)


async def test_a_choice_in_another_room_is_none(asking: MakeHouse) -> None:
    home = asking(ask())
    question = await asked(home)
    await home.arrives(said("1", room="!other"))
    await home.arrives(reacted(question, "1️⃣", room="!other"))
    await home.works("!other")
    assert await home.queued("!other") == ["heard 1"]
    assert len(await jobs.asks_for(home.storage, ROOM, ANA, START.timestamp())) == 1


async def test_of_two_open_questions_a_number_answers_the_newer_and_a_reply_the_one_it_points_at(
    asking: MakeHouse,
) -> None:
    older, newer = ask(key="older", memo={}), ask(key="newer", memo={}, until=START + UNTIL * 2)
    home = asking(older, newer)
    question = await asked(home, "older")
    await home.happens(said("1", "$1", reply_to=question), said("2", "$2"), said("1", "$3"))
    assert await home.queued() == [f"{ANA} chose 0 of older {{}}", f"{ANA} chose 1 of newer {{}}", "heard 1"]


@on_any_database
async def test_a_reply_to_another_message_of_ours_is_no_choice(asking: MakeHouse) -> None:
    home = asking(ask())
    await asked(home)
    await home.happens(said("tell me something"))
    await home.outbox.work(ROOM)
    (other,) = [row for row in home.committed[-1].queued if row.room == ROOM]
    await home.happens(said("1", "$1", reply_to=f"${other.txn}"))
    assert await home.queued() == ["heard 1"]


async def test_a_question_asked_again_under_its_key_replaces_the_one_before(asking: MakeHouse) -> None:
    home = asking(ask(memo={"n": 1}))
    await asked(home)
    async with home.storage.begin() as tx:
        await jobs.open_ask(tx, "faq", ask(memo={"n": 2}, options=("a", "b", "c")))
    await home.happens(said("3", "$1"), said("1", "$2"))
    assert await home.queued() == [f"{ANA} chose 2 of which {{'n': 2}}", "heard 1"]


async def test_open_questions_survive_a_restart_and_closed_ones_are_forgotten(asking: MakeHouse) -> None:
    home = asking(ask(), ask(key="long", until=START + UNTIL * 9, options=("a",)))
    await asked(home)
    after_a_restart = House(storage=home.storage, handlers=home.handlers)
    async with home.storage.begin() as tx:
        await jobs.prune(tx, (START + UNTIL * 2).timestamp())
    after_a_restart.clock.forward(UNTIL.seconds * 2)
    await after_a_restart.happens(said("1", at=after_a_restart.clock.now()))
    assert await after_a_restart.queued() == [f"{ANA} chose 0 of long {{'slug': 'money'}}"]
    assert await jobs.asks_for(home.storage, ROOM, ANA, 0.0) == []


async def test_a_choice_may_ask_the_next_question_under_the_same_key(house: MakeHouse) -> None:
    async def on_message(_message: Message, _ports: Ports) -> Decision:
        return Done((ask(memo={"n": 1}),))

    async def on_chosen(event: Chosen, _ports: Ports) -> Decision:
        return Done((ask(memo={"n": event.memo["n"] + 1}),))

    home = house(faq=Opened(on={Message: on_message, Chosen: on_chosen}))
    await home.happens(said("ask", "$1"), said("1", "$2"), said("1", "$3"))
    (kept,) = await jobs.asks_for(home.storage, ROOM, ANA, START.timestamp())
    assert kept.memo == {"n": 3}


async def test_a_choice_reaches_the_handler_even_when_the_message_is_old(asking: MakeHouse) -> None:
    home = asking(ask(until=START + timedelta(days=1)))
    await asked(home)
    home.clock.forward(2 * 3600)
    await home.journalled(entry("$1"))
    home.reader.events["$1"] = said("1", "$1")
    await home.works()
    assert await home.queued() == [CHOSE.format(0)]


async def test_an_answer_that_does_not_count_leaves_the_question_open(house: MakeHouse) -> None:
    async def on_message(_message: Message, _ports: Ports) -> Decision:
        return Done((ask(who=None),))

    async def on_chosen(event: Chosen, _ports: Ports) -> Decision:
        told = Say(room=event.room, text=f"{event.sender} chose")
        return Done((told,), stays_open=event.sender == BEN)

    home = house(faq=Opened(on={Message: on_message, Chosen: on_chosen}))
    await home.happens(said("ask", "$1"), said("1", "$2", sender=BEN), said("1", "$3"))
    assert [one for one in await home.queued() if one.endswith("chose")] == [f"{BEN} chose", f"{ANA} chose"]
    assert await jobs.asks_for(home.storage, ROOM, ANA, START.timestamp()) == []


async def test_a_question_that_is_withdrawn_is_forgotten_and_others_are_not(house: MakeHouse) -> None:
    async def on_message(message: Message, _ports: Ports) -> Decision:
        return Done((Withdraw(key="which"),) if message.text == "stop" else (ask(), ask(key="other")))

    async def asks_too(message: Message, _ports: Ports) -> Decision:
        return Done((ask(),)) if message.text == "too" else Pass("not mine")

    home = house(status=Opened(on={Message: asks_too}), faq=Opened(on={Message: on_message}))
    await home.happens(said("too", "$1"), said("ask", "$2"), said("stop", "$3"))
    kept = await jobs.asks_for(home.storage, ROOM, ANA, START.timestamp())
    assert sorted((one.handler, one.key) for one in kept) == [("faq", "other"), ("status", "which")]
