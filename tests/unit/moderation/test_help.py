"""`!help`: what the asker may do, from the same declarations as the parser."""

from dataclasses import replace
from typing import Any

import pytest

from bot.actions import Decision, Done, Nothing, Reply
from bot.commands import Call, Command
from bot.errors import Refused
from bot.ports import Ports
from bot.roles import Role
from handlers.moderation.help import details, help_command, overview
from tests.support.fakes import PLACE, FakeRoles, ports
from tests.support.house import ANA, ROOM, said


async def nothing(_call: Call, _ports: Ports) -> Decision:
    return Nothing("a command of a test")


def command(name: str, who: Role, **changes: Any) -> Command:
    return Command(
        name=name, usage=f"{name} [x]", summary=f"does {name}", example=f"{name} y", run=nothing, who=who, **changes
    )


COMMANDS = (
    command("faq", Role.MEMBER),
    command("bot", Role.MODERATOR, details="Says how I am."),
    command("reload", Role.MAINTAINER),
    command("stop", Role.ADMIN),
)
HERE = ports(commands=COMMANDS)
FORM = "https://example.org/join"


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.MEMBER, ["faq"]),
        (Role.MODERATOR, ["faq", "bot"]),
        (Role.MAINTAINER, ["faq", "bot", "reload"]),
        (Role.ADMIN, ["faq", "bot", "reload", "stop"]),
    ],
)
def test_the_overview_has_a_line_with_an_example_for_each_command_of_the_role(role: Role, names: list[str]) -> None:
    lines = [line for line in overview(role, role, HERE, PLACE).splitlines() if line.startswith("- ")]
    assert lines == [f"- `!{name} [x]` — does {name}, for example `!{name} y`" for name in names]


def test_a_command_that_acts_on_its_room_is_shown_to_who_has_power_there_and_others_are_not() -> None:
    there = ports(commands=(*COMMANDS, command("quiet", Role.MODERATOR, acts_here=True)))
    text = overview(Role.MEMBER, Role.MODERATOR, there, PLACE)
    assert "!quiet" in text
    assert "!bot" not in text


def test_the_overview_says_whose_bot_it_is_and_where_people_are() -> None:
    text = overview(Role.MEMBER, Role.MEMBER, HERE, PLACE)
    assert "questions about Social.coop" in text
    assert text.endswith("Ask in the chatroom.")
    assert FORM not in text


def test_the_overview_has_the_registration_form_where_there_is_one() -> None:
    place = replace(PLACE, registration_form=FORM)
    assert f"To join Social.coop: [registration form]({FORM})" in overview(Role.MEMBER, Role.MEMBER, HERE, place)


def test_the_prefix_is_the_configured_one() -> None:
    there = ports(commands=COMMANDS, prefix="?")
    assert "`?faq [x]`" in overview(Role.MEMBER, Role.MEMBER, there, PLACE)
    assert "`?faq y`" in details("?faq", there)


@pytest.mark.parametrize("name", ["bot", "BOT", "!bot", "bot please"])
def test_details_are_one_command_in_full(name: str) -> None:
    assert details(name, HERE).split("\n\n") == [
        "`!bot [x]` — does bot.",
        "Says how I am.",
        "Example: `!bot y`",
        "For: moderators",
    ]


@pytest.mark.parametrize(
    ("name", "who"), [("faq", "everyone"), ("bot", "moderators"), ("reload", "maintainers"), ("stop", "admins")]
)
def test_details_say_who_may(name: str, who: str) -> None:
    assert details(name, HERE).endswith(f"For: {who}")


@pytest.mark.parametrize(
    ("name", "hint"),
    [("bott", "Did you mean `!help bot`?"), ("weather", "Try `!help`."), ("!", "Try `!help`."), ("🙂", "Try `!help`.")],
)
def test_an_unknown_command_is_refused_with_what_to_type(name: str, hint: str) -> None:
    with pytest.raises(Refused) as refused:
        details(name, HERE)
    assert str(refused.value).endswith(hint)


async def run(args: str, asking: Ports, **changes: Any) -> Reply:
    decision = await help_command(PLACE).run(Call(name="help", args=args, message=said("!help", **changes)), asking)
    assert isinstance(decision, Done)
    (reply,) = decision.actions
    assert isinstance(reply, Reply)
    return reply


async def test_help_is_answered_where_it_was_asked() -> None:
    reply = await run("", HERE, thread="$root")
    assert (reply.to, reply.room, reply.mention, reply.in_thread, reply.loud) == ("$said", ROOM, ANA, "$root", False)


async def test_a_moderator_sees_what_moderators_may() -> None:
    assert "!bot" not in (await run("", HERE)).text
    mods = ports(commands=COMMANDS, roles=FakeRoles(held={ANA: Role.MODERATOR}))
    assert "!bot" in (await run("", mods)).text


async def test_power_in_the_room_shows_no_command_that_it_does_not_open() -> None:
    powerful = ports(commands=COMMANDS, roles=FakeRoles(here={ANA: Role.MODERATOR}))
    assert "!bot" not in (await run("", powerful)).text


async def test_anybody_may_read_about_any_command() -> None:
    assert "For: admins" in (await run("stop", HERE)).text


@pytest.mark.parametrize(("args", "bare"), [("", True), ("faq", True), ("me with this", False)])
def test_help_without_a_prefix_is_a_command_when_it_can_hardly_be_a_question(args: str, *, bare: bool) -> None:
    assert help_command(PLACE).bare(args) is bare
