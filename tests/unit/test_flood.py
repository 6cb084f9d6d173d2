"""Floods: how a bucket empties and fills, and what becomes of a message that is too much."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import flood
from bot.actions import Decision, Done, Nothing, Reply
from bot.config.models import Limits
from bot.errors import TryLater
from bot.events import Addressed, Message
from bot.flood import TOO_MUCH, Bucket, Buckets, Floods, Rules, filled, full, refuse, take
from bot.roles import Role
from tests.support.fakes import START, FakeRoles, ports

ANA, BEN = "@ana:example.org", "@ben:example.org"
ROOM, OTHER = "!room:example.org", "!other:example.org"
RULES = Rules(at_once=4, per_minute=6)


@pytest.mark.parametrize(
    ("tokens", "passed", "left", "allowed"),
    [
        (4, 0, 3, True),
        (1, 0, 0, True),
        (0.99, 0, 0.99, False),
        (0, 0, 0, False),
        (0, 10, 0, True),
        (0, 9, 0.9, False),
        (0, 20, 1, True),
        (3, 3600, 3, True),  # never more than at once
        (2, -50, 1, True),  # a clock that was set back fills nothing
    ],
)
def test_a_bucket_empties_by_one_and_fills_with_time(
    tokens: float, passed: float, left: float, *, allowed: bool
) -> None:
    bucket, may = take(Bucket(tokens=tokens, at=100.0), 100.0 + passed, RULES)
    assert bucket.tokens == pytest.approx(left)
    assert may is allowed


def test_a_clock_that_was_set_back_fills_nothing_twice() -> None:
    bucket = filled(Bucket(tokens=0, at=100.0), 50.0, RULES)
    assert filled(bucket, 100.0, RULES).tokens == 0


@pytest.mark.parametrize(("passed", "told"), [(0, True), (19, True), (20, False), (99, False)])
def test_half_full_it_may_be_said_anew_that_it_is_empty(passed: float, *, told: bool) -> None:
    bucket, ruling = refuse(Bucket(tokens=0, at=0.0), ROOM)
    assert ruling is flood.Ruling.NOTICE
    assert (ROOM in filled(bucket, passed, RULES).told) is told


@given(steps=st.lists(st.floats(0, 100), max_size=50))
@example(steps=[0.0] * 50)
def test_nobody_gets_more_than_at_once_and_what_time_brings(steps: list[float]) -> None:
    bucket, now, allowed = full(RULES, 0.0), 0.0, 0
    for step in steps:
        now += step
        bucket, may = take(bucket, now, RULES)
        allowed += may
    assert allowed <= RULES.at_once + now * RULES.per_minute / 60 + 1e-6


# What becomes of a message


def asked(id: str, sender: str = ANA, room: str = ROOM, **changes: Any) -> Message:  # noqa: A002 - as the event's own
    plain = Message(id=id, room=room, sender=sender, at=START, text="where?", addressed=Addressed.MENTION)
    return replace(plain, **changes)


def floods(person: int = 2, room: int = 100) -> Floods:
    return Floods(
        people=Buckets(rules=Rules(at_once=person, per_minute=6)),
        rooms=Buckets(rules=Rules(at_once=room, per_minute=6)),
    )


def decide(limits: Floods, message: Message, seconds: float = 0, **changes: Any) -> Decision | None:
    now = START + timedelta(seconds=seconds)
    return asyncio.run(limits.stop(message, ports(now=now, **changes)))


def kind(decision: Decision | None) -> str:
    """Let through, told, or met with silence."""
    match decision:
        case None:
            return "through"
        case Done((Reply(text=text),), "over the limit") if text == TOO_MUCH:
            return "told"
        case Nothing("over the limit"):
            return "silence"
        case other:
            return repr(other)


def test_over_the_limit_there_is_one_notice_then_silence_until_there_is_room_again() -> None:
    limits = floods(person=4)
    sequence = [*((0, f"${n}") for n in range(5)), (1, "$5"), (9, "$6"), (10, "$7"), (10, "$8"), (30, "$9"), (40, "$a")]
    assert [kind(decide(limits, asked(key), seconds)) for seconds, key in sequence] == [
        *(*["through"] * 4, "told", "silence", "silence"),
        # Ten seconds bring one. Twenty more bring two, which is half: from then on it may be said again.
        *("through", "silence", "through", "through"),
    ]
    assert [kind(decide(limits, asked(key), 40)) for key in ("$b", "$c", "$d")] == ["through", "told", "silence"]


def test_the_notice_answers_the_message_mentions_its_sender_alone_and_stays_in_the_thread() -> None:
    limits = floods(person=1)
    decide(limits, asked("$1"))
    assert decide(limits, asked("$2", thread="$root")) == Done(
        (Reply(to="$2", room=ROOM, text=TOO_MUCH, mention=ANA, in_thread="$root"),), "over the limit"
    )


def test_each_room_hears_the_notice_once_and_others_go_on() -> None:
    limits = floods(person=1)
    rulings = [
        kind(decide(limits, message))
        for message in (
            *(asked("$1"), asked("$2"), asked("$3", room=OTHER), asked("$4", room=OTHER), asked("$5")),
            *(asked("$6", BEN), asked("$7", BEN)),
        )
    ]
    assert rulings == ["through", "told", "told", "silence", "silence", "through", "told"]


def test_a_room_has_its_own_limit_whoever_speaks_and_hears_of_it_once() -> None:
    limits = floods(room=3)
    people = [f"@{number}:example.org" for number in range(6)]
    rulings = [kind(decide(limits, asked(f"${person}", person))) for person in people]
    assert rulings == ["through", "through", "through", "told", "silence", "silence"]
    assert kind(decide(limits, asked("$elsewhere", people[0], OTHER))) == "through"


@pytest.mark.parametrize("message", [asked("$2", addressed=None), asked("$2", sender=BEN)])
def test_what_is_not_for_us_counts_for_nobody_and_nobody_counts_for_others(message: Message) -> None:
    limits = floods(person=1)
    decide(limits, asked("$1"))
    assert decide(limits, message) is None


def test_a_decision_that_is_made_again_takes_nothing_and_stays_as_it_was() -> None:
    limits = floods(person=2)
    assert [kind(decide(limits, asked("$1"))) for _ in range(5)] == ["through"] * 5
    assert kind(decide(limits, asked("$2"))) == "through"
    assert [kind(decide(limits, asked("$3"))) for _ in range(3)] == ["told"] * 3
    assert [kind(decide(limits, asked("$4"))) for _ in range(3)] == ["silence"] * 3


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMIN])
def test_moderators_are_never_limited(role: Role) -> None:
    limits = floods(person=1, room=2)
    rulings = {kind(decide(limits, asked(f"${n}"), roles=FakeRoles(held={ANA: role}))) for n in range(10)}
    assert rulings == {"through"}


class Counted(FakeRoles):
    """Roles that count how often they are asked."""

    asked = 0

    async def role(self, person: str, *, room: str | None = None) -> Role:
        del person, room
        self.asked += 1
        raise TryLater("the homeserver is away")


def test_who_is_a_moderator_is_asked_only_of_those_with_nothing_left_once_a_minute_and_blocks_nobody() -> None:
    limits, roles = floods(person=1), Counted()
    assert kind(decide(limits, asked("$1"), roles=roles)) == "through"
    assert roles.asked == 0
    assert [kind(decide(limits, asked(f"$a{n}"), roles=roles)) for n in range(9)] == ["told", *["silence"] * 8]
    assert roles.asked == 1
    limits.people.kept[ANA] = replace(limits.people.kept[ANA], tokens=0, at=(START + timedelta(minutes=1)).timestamp())
    decide(limits, asked("$late"), 60, roles=roles)
    assert roles.asked == 2


def test_so_many_are_remembered_and_those_who_asked_least_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flood, "KEPT", 100)
    limits = floods(person=3)
    for number in range(3):
        decide(limits, asked(f"$flood{number}"))
    for number in range(1000):
        decide(limits, asked(f"${number}", f"@puppet{number}:example.org"))
    assert len(limits.people.kept) <= 100
    assert kind(decide(limits, asked("$more"))) == "told", "the flooder wasn't forgotten for all the others"
    assert len(limits.moderators) <= 100


def test_what_was_honest_at_once_is_answered_by_the_defaults() -> None:
    limits = flood.from_config(Limits())
    rulings = [kind(decide(limits, asked(f"${n}"))) for n in range(1002)]
    assert rulings == ["through"] * 1000 + ["told", "silence"]
    assert limits.people.rules.per_minute < limits.rooms.rules.per_minute
