"""The bot's state, the audit log, and whom the bot lets invite it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.actions import Action, Audit, Decision, Done, Join, Leave, Nothing, Remember, Reply
from bot.commands import Call
from bot.events import Invited, Left
from bot.markdown import escape
from bot.ports import Noted, Ports, RoomInfo
from bot.roles import Role
from handlers.moderation import HANDLER
from handlers.moderation.audit import AUDIT, SHOWN, shown
from handlers.moderation.health import BOT, ago, report
from handlers.moderation.invitations import BY_ALL, BY_ONE, STRANGER, TOO_MANY, Inviter, decide, on_invited, on_left
from tests.support.fakes import HEALTH, PLACE, PORTS, START, FakeAuditLog, FakeRoles, FakeRooms, ports
from tests.support.house import ANA, BEN, ROOM, said


async def text_of(decision: Decision) -> str:
    assert isinstance(decision, Done)
    (reply,) = decision.actions
    assert isinstance(reply, Reply)
    assert (reply.to, reply.room, reply.mention) == ("$said", ROOM, ANA)
    return reply.text


def call(args: str = "") -> Call:
    return Call(name="x", args=args, message=said("!x"))


# `!bot`


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "0 seconds"),
        (timedelta(seconds=-5), "0 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=59.9), "59 seconds"),
        (timedelta(seconds=60), "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=23, minutes=59), "23 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=400), "400 days"),
    ],
)
def test_a_span_is_told_in_its_largest_unit(span: timedelta, words: str) -> None:
    assert ago(span) == words


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "- Steward 1.2.3, up for 5 hours"),
        ({}, "- last sync: 12 seconds ago"),
        ({"last_sync": None}, "- last sync: not yet"),
        ({}, "- outbox: 0 waiting"),
        (
            {"outbox_waiting": 3, "outbox_oldest": START - timedelta(minutes=4)},
            "- outbox: 3 waiting, the oldest for 4 minutes",
        ),
        ({"journal_waiting": 7}, "- events waiting, besides this command: 6"),
        ({"given_up": 2}, "- gaps in the history that were too long to fill: 2"),
        ({"left_unread": 3}, "- messages left unread because of floods: 3"),
        ({"storage": "postgresql"}, "- storage: postgresql"),
    ],
)
def test_the_report_has_a_line_for_each_thing(changes: dict[str, Any], line: str) -> None:
    assert line in report(replace(HEALTH, **changes), START).splitlines()


async def test_the_report_is_given_to_moderators_who_ask() -> None:
    assert BOT.who is Role.MODERATOR
    assert await text_of(await BOT.run(call(), ports())) == report(HEALTH, START)


# `!audit`


def noted(number: int, who: str = BEN, what: str = "!kick") -> Noted:
    return Noted(at=START.timestamp() - number, who=who, what=what, outcome="done", room=ROOM)


def test_a_line_says_when_who_what_and_with_what_outcome() -> None:
    assert shown(noted(0)) == f"- 2026-05-04 12:00 UTC {escape(BEN)}: {escape('!kick')} → done"


@pytest.mark.parametrize(
    ("lines", "args", "text"),
    [
        ([], "", "Nothing in the audit log yet."),
        ([], "@ana", "Nothing in the audit log with these words."),
        ([noted(0)], "@ana", "Nothing in the audit log with these words."),
        ([noted(0), noted(60, ANA)], "", f"{shown(noted(0))}\n{shown(noted(60, ANA))}"),
        ([noted(0), noted(60, ANA)], "@ana", shown(noted(60, ANA))),
        ([noted(0), noted(60, what="!ban")], "ban", shown(noted(60, what="!ban"))),
    ],
)
async def test_the_log_is_shown_newest_first_and_searched(lines: list[Noted], args: str, text: str) -> None:
    assert await text_of(await AUDIT.run(call(args), ports(audit=FakeAuditLog(lines)))) == text


async def test_the_log_is_shown_in_part() -> None:
    text = await text_of(await AUDIT.run(call(), ports(audit=FakeAuditLog([noted(n) for n in range(SHOWN + 5)]))))
    assert len(text.splitlines()) == SHOWN


def test_the_log_is_for_moderators() -> None:
    assert AUDIT.who is Role.MODERATOR


# Invitations

US = PORTS.me
VIA = ("example.org",)
JOIN = Join(room=ROOM, via=VIA)
NOTED = Audit(who=ANA, what="invited the bot", outcome="joined", room=ROOM)


def no(reason: str) -> tuple[Action, ...]:
    return (Leave(room=ROOM, reason=reason),)


def invitation(*, direct: bool) -> Invited:
    return Invited(id="invite:1", room=ROOM, sender=ANA, at=START, direct=direct)


@pytest.mark.parametrize(
    ("inviter", "direct", "actions"),
    [
        (Inviter(configured=True, role=Role.MEMBER, member=False), False, (JOIN,)),
        (Inviter(configured=True, role=Role.MEMBER, member=True, lately=(99, 99)), True, (JOIN,)),
        (Inviter(configured=True, role=Role.ADMIN, member=False), False, (JOIN,)),
        (Inviter(configured=False, role=Role.MODERATOR, member=False), False, (JOIN, NOTED)),
        (Inviter(configured=False, role=Role.MAINTAINER, member=False), False, (JOIN, NOTED)),
        (Inviter(configured=False, role=Role.MODERATOR, member=True), True, (JOIN,)),
        (Inviter(configured=False, role=Role.MODERATOR, member=False, lately=(99, 99)), True, (JOIN,)),
        (Inviter(configured=False, role=Role.MEMBER, member=True), True, (JOIN,)),
        (Inviter(configured=False, role=Role.MEMBER, member=True, lately=(BY_ONE - 1, BY_ALL - 1)), True, (JOIN,)),
        (Inviter(configured=False, role=Role.MEMBER, member=True, lately=(BY_ONE, BY_ONE)), True, no(TOO_MANY)),
        (Inviter(configured=False, role=Role.MEMBER, member=True, lately=(0, BY_ALL)), True, no(TOO_MANY)),
        (Inviter(configured=False, role=Role.MEMBER, member=False), True, no(STRANGER)),
        (Inviter(configured=False, role=Role.MEMBER, member=False), False, no(STRANGER)),
        (Inviter(configured=False, role=Role.MEMBER, member=False, lately=(99, 99)), True, no(STRANGER)),
    ],
)
def test_who_may_invite_us_where(inviter: Inviter, actions: tuple[Action, ...], *, direct: bool) -> None:
    decision = decide(invitation(direct=direct), inviter, START)
    assert isinstance(decision, Done)
    assert tuple(action for action in decision.actions if not isinstance(action, Remember)) == actions


CONFIGURED = FakeRooms(known={ROOM: RoomInfo(id=ROOM, name="lobby")})


@pytest.mark.parametrize(
    ("asked", "direct", "why"),
    [
        (ports(rooms=CONFIGURED), False, "a configured room"),
        (ports(roles=FakeRoles(held={ANA: Role.MODERATOR})), False, "invited by a moderator"),
        (ports(roles=FakeRoles(here={ANA: Role.MODERATOR})), False, "invited by a stranger"),
        (ports(rooms=FakeRooms(sharing=frozenset({ANA}))), True, "a private chat with a member"),
        (ports(rooms=FakeRooms(sharing=frozenset({ANA}))), False, "invited by a stranger"),
        (ports(rooms=FakeRooms(sharing=frozenset({BEN}))), True, "invited by a stranger"),
        (ports(), True, "invited by a stranger"),
    ],
)
async def test_an_invitation_is_decided_by_room_role_and_shared_rooms(asked: Ports, why: str, *, direct: bool) -> None:
    decision = await on_invited(invitation(direct=direct), asked)
    assert decision.why == why


@pytest.mark.parametrize(
    ("sender", "who", "told"),
    [(ANA, US, True), (US, US, False), (ANA, ANA, False), (ANA, BEN, False), (US, BEN, False)],
)
async def test_the_moderators_are_told_when_somebody_removes_the_bot(sender: str, who: str, *, told: bool) -> None:
    decision = await on_left(Left(id="$left", room=ROOM, sender=sender, at=START, who=who), ports())
    if told:
        assert isinstance(decision, Done)
        (noted,) = decision.actions
        assert isinstance(noted, Audit)
        assert (noted.who, noted.what, noted.room) == (ANA, "removed the bot", ROOM)
    else:
        assert isinstance(decision, Nothing)


def test_the_handler_brings_its_commands_and_listens_for_invitations_and_removals() -> None:
    opened = HANDLER.open(HANDLER.settings(), PLACE)
    assert [command.name for command in opened.commands] == ["help", "bot", "audit", "verify"]
    assert set(opened.on) == {Invited, Left}
