"""What is agreed to is seen: every character of it, and all of it."""

import pytest

from bot.errors import Refused
from handlers.faq.editing.diffing import fits, shown
from tests.unit.faq.editing.chat import FILES, MONEY, Chat

UNSEEN = ["\u0085", "\u00ad", "\u034f", "\u061c", "\u115f", "\u200b", "\u200f", "\u2028", "\u2029", "\u202e", "\u2060"]
UNSEEN += ["\u2800", "\u3164", "\ue000", "\ufeff", "\uffa0", "\ufff9", "\uffff", "\U000e0041", "\r", "\x1b"]


@pytest.mark.parametrize("one", UNSEEN)
def test_what_nobody_sees_is_shown_by_its_number(one: str):
    assert f"+a<U+{ord(one):04X}>b" in shown("a\n", f"a{one}b\n")


@pytest.mark.parametrize("text", ["a\tb", "👩\u200d🌾", "\u06cc\u200c\u062e", "❤\ufe0f", "שלום", "e\u0301"])
def test_what_scripts_and_emoji_need_stays(text: str):
    assert f"+{text}\n" in shown("a\n", f"{text}\n")


@pytest.mark.parametrize(("lines", "whole"), [(79, True), (81, False)])
def test_a_difference_fits_or_does_not(lines: int, whole: bool):  # noqa: FBT001 - a table
    assert fits("", "a\n" * lines) is whole


async def test_what_cannot_be_shown_whole_is_not_proposed_but_may_be_removed():
    questions = "".join(f"  - where is the money number {number}\n" for number in range(90))
    chat = Chat({**FILES, "money": MONEY.replace("not:\n", f"{questions}not:\n")})
    await chat.shows("remove money")
    await chat.keeps("remove money")
    with pytest.raises(Refused, match="more than fits into a message"):
        await chat.shows("undo money")
