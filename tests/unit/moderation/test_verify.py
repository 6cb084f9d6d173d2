"""`!verify`: the way, and what to compare with."""

import pytest

from bot.ports import Device
from bot.roles import Role
from handlers.moderation.verify import VERIFY, grouped, steps

TOLD = steps("@steward:example.org", Device("BOTDEVICE", "abcdEFGH1234+/wxyz"))


@pytest.mark.parametrize("what", ["@steward:example.org", "`BOTDEVICE`", "`abcd EFGH 1234 +/wx yz`", "*Verify*"])
def test_it_tells_the_way_and_who_the_bot_is(what: str) -> None:
    assert what in TOLD


def test_a_fingerprint_is_shown_in_fours_and_loses_nothing() -> None:
    assert grouped("abcdefghij") == "abcd efgh ij"
    assert grouped("") == ""


def test_it_is_for_moderators_since_only_they_are_answered() -> None:
    assert VERIFY.who is Role.MODERATOR
