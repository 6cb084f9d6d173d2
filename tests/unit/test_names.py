"""Names as they are shown: what deceives the eye is gone, and the id stands beside every one."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions import Audit
from bot.effects import Effects
from bot.names import FSI, LONGEST, PDI, clean, identifier, shown
from bot.ports import Noted
from handlers.moderation import audit

ANA = "@ana:example.org"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Ana", "Ana"),
        ("  Ana   of\tthe\nSea ", "Ana of the Sea"),
        ("Ana\u202egro.elpmaxe", "Anagro.elpmaxe"),  # right-to-left override
        ("\u2067Ana\u2069\u2066", "Ana"),  # isolates of its own, also one left open
        ("A\u200bn\u200ca\u200d\u2060\ufeff", "Ana"),  # zero width
        ("A\u00adna", "Ana"),  # soft hyphen
        ("A\x00n\x1b[31ma\x07\x9b", "An[31ma"),
        ("Ana\u2028Mo\u2029", "Ana Mo"),
        ("\ue000Ana\U000e0041\U000e007f", "Ana"),  # private use, tags
        ("\uff21\uff4e\uff41", "Ana"),  # full width
        ("\U0001d400\U0001d427\U0001d41a", "Ana"),
        ("\uff21\uff44\uff4d\uff49\uff4e ①", "Admin 1"),
        ("Zoe\u0308", "Zoë"),
        ("A\u20ddna", "Ana"),  # an enclosing circle
        ("\ud800Ana", "Ana"),
        # Look-alikes stay: the id tells them apart.
        ("\u0410na", "\u0410na"),
        ("عَنا", "عَنا"),
        ("👩‍🌾 Ana", "👩🌾 Ana"),
        ("x" * 65, "x" * 63 + "…"),
        ("x" * 64, "x" * 64),
        ("", ""),
    ],
    ids=ascii,
)
def test_a_name_holds_nothing_unseen(name: str, words: str) -> None:
    assert clean(name) == words


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ana", f"{FSI}Ana{PDI} (@ana:example\\.org)"),
        ("Mo (moderator)", f"{FSI}Mo \\(moderator\\){PDI} (@ana:example\\.org)"),
        ("@mo:example.org", f"{FSI}@mo:example\\.org{PDI} (@ana:example\\.org)"),
        ("[x](https://evil)", f"{FSI}\\[x\\]\\(https://evil\\){PDI} (@ana:example\\.org)"),
        *((nothing, "@ana:example\\.org") for nothing in (None, "", "   ", "\u200b\u202e", "\u0301")),
    ],
)
def test_a_name_is_isolated_and_stands_with_its_id(name: str | None, text: str) -> None:
    assert shown(name, ANA) == text


@pytest.mark.parametrize(
    ("matrix_id", "text"),
    [
        (ANA, ANA),
        ("@ana/_=-.+!:example.org:8448", "@ana/_=-.+!:example.org:8448"),
        ("@\u0430na:example.org", "@\\u0430na:example.org"),
        ("@a\u202ena:example.org", "@a\\u202ena:example.org"),
        ("@a na\n:example.org", "@a\\u0020na\\u000a:example.org"),
        ("@\uff41na:example.org", "@\\uff41na:example.org"),
        ("@🌱:example.org", "@\\u1f331:example.org"),
        ("steward", "steward"),
        ("", ""),
    ],
)
def test_an_id_shows_every_character_for_what_it_is(matrix_id: str, text: str) -> None:
    assert identifier(matrix_id) == text


@given(name=st.text(), matrix_id=st.text())
def test_no_name_gets_out_of_its_isolation(name: str, matrix_id: str) -> None:
    text = shown(name, matrix_id)
    inside = text.removeprefix(FSI).replace(PDI, "", 1) if text.startswith(FSI) else text
    assert not any(unicodedata.category(one) in {"Cc", "Cf", "Zl", "Zp"} for one in inside)
    assert len(clean(name)) <= LONGEST


HOSTILE = "@mo\u202e:example.org"


def test_lines_of_the_control_room_and_of_the_audit_log_show_ids_so() -> None:
    (row,) = Effects(now=0.0, cause="", control_room="!control")._told(Audit(who=HOSTILE, what="x", outcome="y"))  # noqa: SLF001 - what is said
    assert row.content["body"].startswith("@mo\\u202e:example.org: ")
    line = audit.shown(Noted(at=0.0, who=HOSTILE, what="x", outcome="y", room=""))
    assert "\\\\u202e" in line
