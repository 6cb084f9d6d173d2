"""Commands in messages: found, split, and what was probably meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions import Decision, Nothing
from bot.command_line import find
from bot.commands import Call, Command, nearest, split
from bot.events import Addressed
from bot.ports import Ports
from tests.support.house import said


async def nothing(_call: Call, _ports: Ports) -> Decision:
    return Nothing("a command of a test")


def command(name: str, **changes: object) -> Command:
    return Command(name=name, usage=name, summary="", example=name, run=nothing, **changes)  # type: ignore[arg-type]


KNOWN = {
    "help": ("moderation", command("help", bare=lambda args: len(args.split()) <= 1)),
    "bot": ("moderation", command("bot")),
    "faq": ("faq", command("faq", bare=lambda args: args.startswith("why"))),
}
PREFIX, MENTION, REPLY, PRIVATE = Addressed.PREFIX, Addressed.MENTION, Addressed.REPLY, Addressed.PRIVATE


@pytest.mark.parametrize(
    ("addressed", "text", "found"),
    [
        (PREFIX, "help", ("help", "")),
        (PREFIX, "HELP  faq ", ("help", "faq")),
        (PREFIX, "bot are you well?", ("bot", "are you well?")),
        (PREFIX, "unknown thing", ("unknown", "thing")),
        (PREFIX, "faq add\nQ: a\nA: b", ("faq", "add\nQ: a\nA: b")),
        (PREFIX, "bot\nx", ("bot", "x")),
        (MENTION, "help", ("help", "")),
        (MENTION, "help faq", ("help", "faq")),
        (MENTION, "help me with my account", None),
        (MENTION, "bot", ("bot", "")),
        (MENTION, "Bot", ("bot", "")),
        (MENTION, "bot of yours is slow", None),
        (MENTION, "faq why is that", ("faq", "why is that")),
        (MENTION, "faq where", None),
        (MENTION, "where is the faq?", None),
        (MENTION, "", None),
        (PRIVATE, "help", ("help", "")),
        (PRIVATE, "help me please", None),
        (REPLY, "bot", ("bot", "")),
        (None, "help", None),
        (None, "bot", None),
    ],
)
def test_a_command_is_found_behind_a_prefix_or_where_it_can_hardly_be_a_question(
    addressed: Addressed | None, text: str, found: tuple[str, str] | None
) -> None:
    call = find(said(text, addressed=addressed), KNOWN)
    assert (None if call is None else (call.name, call.args)) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("help", ("help", "")),
        ("Help Faq", ("help", "Faq")),
        ("  help   faq  add ", ("help", "faq  add")),
        ("faq\nadd this", ("faq", "add this")),
        ("faq add\nthis", ("faq", "add\nthis")),
        ("", ("", "")),
        (" ", ("", "")),
    ],
)
def test_the_first_word_is_the_name_and_the_rest_is_kept_as_written(text: str, expected: tuple[str, str]) -> None:
    assert split(text) == expected


@given(st.text())
def test_no_text_confuses_the_search(text: str) -> None:
    for addressed in (None, *Addressed):
        call = find(said(text, addressed=addressed), KNOWN)
        assert call is None or call.name == call.name.lower()


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("help", "help"),
        ("hepl", "help"),
        ("halp", "help"),
        ("helpp", "help"),
        ("fqa", None),
        ("faqs", "faq"),
        ("bott", "bot"),
        ("kick", None),
        ("roll", None),
        ("", None),
        ("🙂", None),
    ],
)
def test_a_slip_of_the_keyboard_is_near_and_another_word_is_not(name: str, meant: str | None) -> None:
    assert nearest(name, ("help", "faq", "bot")) == meant


def test_nothing_is_near_where_nothing_is_known() -> None:
    assert nearest("help", ()) is None
