"""What is a loop between bots, and what only looks like one."""

import asyncio
from datetime import timedelta

import pytest

from bot import loops
from bot.actions import Audit, Decision, Done, Nothing
from bot.events import Addressed, Message
from bot.loops import SILENT, TURNS, Loops, Pair, Watched, answered, came
from bot.storage.outbox import Row
from tests.support.fakes import START, FakeClock, FakeSender, ports

BOT, ROOM = "@other:example.org", "!room:example.org"


def exchange(delay: float, answer_after: float = 0.1, turns: int = TURNS + 5) -> Pair:
    """They write, we answer, they write `delay` seconds after our answer, and so on."""
    pair, now = Pair(), 1000.0
    for number in range(turns):
        pair = came(pair, f"${number}", now, now)
        assert came(pair, f"${number}", now, now) == pair, "deciding again counts for nothing"
        if now < pair.silent_until:
            return pair
        now += answer_after
        pair = answered(pair, f"${number}", now)
        now += delay
    return pair


@pytest.mark.parametrize(
    ("delay", "answer_after", "loop"),
    [
        (0.0, 0.1, True),
        (0.5, 0.1, True),
        (1.9, 0.1, True),
        (-0.05, 0.1, True),  # clocks differ a little
        (2.0, 0.1, False),  # a person who types fast
        (0.5, 3.0, False),  # not so many within a minute
        (-5.0, 0.1, False),  # written before our answer was there
    ],
)
def test_coming_back_at_once_again_and_again_is_a_loop(delay: float, answer_after: float, *, loop: bool) -> None:
    assert (exchange(delay, answer_after).silent_until > 0) is loop


def test_it_takes_more_than_twenty() -> None:
    assert exchange(0.5, turns=TURNS + 1).silent_until == 0
    assert exchange(0.5, turns=TURNS + 2).silent_until > 0


@pytest.mark.parametrize("answers_after", [1, 3, 50])
def test_a_burst_of_questions_is_no_loop_however_fast_each_is_answered(answers_after: int) -> None:
    """500 questions, five each second; the answer to each is out only when so many more have been asked."""
    pair = Pair()
    for number in range(500):
        at = 1000 + number / 5
        pair = came(pair, f"${number}", at, at)
        if number >= answers_after:
            pair = answered(pair, f"${number - answers_after}", at)
        assert pair.silent_until == 0


def test_one_pause_breaks_the_row() -> None:
    pair, now = Pair(), 1000.0
    for number in range(100):
        pair = came(pair, f"${number}", now, now)
        pair = answered(pair, f"${number}", now)
        now += 3.0 if number % 15 == 14 else 0.5
    assert pair.silent_until == 0


def test_what_we_did_not_answer_is_no_exchange() -> None:
    pair = Pair()
    for number in range(100):
        pair = came(pair, f"${number}", 1000 + number / 10, 1000)
    assert (pair.turns, pair.silent_until) == ((), 0)


# What becomes of a message


def message(number: int, at: float, **changes: object) -> Message:
    fields = {
        "text": "what?",
        "addressed": Addressed.REPLY,
        "sender": BOT,
        "room": ROOM,
        "reply_to": "$ours",
        **changes,
    }
    return Message(id=f"${number}", at=START + timedelta(seconds=at), **fields)  # type: ignore[arg-type]


class Talk:
    """Another bot that answers each of our answers half a second later."""

    def __init__(self) -> None:
        self.loops, self.clock = Loops(), FakeClock()
        self.sender = Watched(sender=FakeSender(), loops=self.loops, clock=self.clock)
        self.number = 0

    def turn(self, **changes: object) -> Decision | None:
        """It writes; if we let it through, we answer, and half a second passes."""
        self.number += 1
        at = (self.clock.now() - START).total_seconds()
        came = message(self.number, at, **changes)
        decision = asyncio.run(self.loops.stop(came, ports(now=self.clock.now())))
        if decision is None:
            row = Row(room=came.room, kind="send", cause=came.id, recipient=came.sender, content={"body": "x"})
            asyncio.run(self.sender.deliver(row, None))
        self.clock.forward(0.5)
        return decision


def test_a_loop_is_broken_the_operators_are_told_once_and_after_a_while_we_answer_again() -> None:
    talk = Talk()
    assert [talk.turn() for _ in range(TURNS + 1)] == [None] * (TURNS + 1)

    stopped = talk.turn()
    assert isinstance(stopped, Done)
    (told,) = stopped.actions
    assert isinstance(told, Audit)
    assert (told.who, told.room) == (BOT, ROOM)
    assert talk.turn() == Nothing("a loop between bots")
    assert talk.turn(room="!other:example.org") is None, "it is about the one room"
    assert talk.turn(sender="@ana:example.org") is None, "and about the one account"

    talk.clock.forward(SILENT)
    again = [talk.turn() for _ in range(TURNS + 3)]
    assert again == [None] * (TURNS + 1) + [Nothing("a loop between bots")] * 2, "nobody is told twice within the hour"


def test_a_decision_that_is_made_again_is_the_same() -> None:
    talk = Talk()
    while talk.turn() is None:
        pass
    again = message(talk.number, 0)
    assert isinstance(asyncio.run(talk.loops.stop(again, ports(now=talk.clock.now()))), Done)


def test_what_is_not_for_us_is_no_matter() -> None:
    talk = Talk()
    assert [talk.turn(addressed=None) for _ in range(50)] == [None] * 50
    assert talk.loops.pairs == {}


def test_one_question_after_the_other_is_no_loop_however_fast_they_come() -> None:
    talk = Talk()
    assert [talk.turn(addressed=Addressed.MENTION, reply_to=None) for _ in range(200)] == [None] * 200


def test_within_a_loop_all_that_the_account_says_there_gets_silence() -> None:
    talk = Talk()
    while talk.turn() is None:
        pass
    assert talk.turn(addressed=Addressed.MENTION, reply_to=None) == Nothing("a loop between bots")


def test_so_many_pairs_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "KEPT", 10)
    talk = Talk()
    for number in range(50):
        talk.turn(sender=f"@{number}:example.org")
    assert len(talk.loops.pairs) == 10
