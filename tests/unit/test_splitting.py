"""Long texts become several messages, and nothing of them is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matrix.splitting import CUT, LARGEST, shortened, size, split


def squeezed(text: str) -> str:
    """The text without blanks, which may go at a seam."""
    return "".join(text.split())


def test_a_short_text_stays_one_message() -> None:
    assert split("Hello.\n\nWorld.") == ["Hello.\n\nWorld."]


def test_a_long_text_is_cut_between_paragraphs() -> None:
    paragraph = "word " * 199 + "end."
    parts = split("\n\n".join([paragraph] * 200))
    assert len(parts) > 5
    assert all(part.startswith("word") and part.endswith("end.") for part in parts)
    assert sum(part.count("end.") for part in parts) == 200


@pytest.mark.parametrize(
    "text",
    ["a" * 200_000, "word " * 40_000, "line\n" * 12_000, "🌱" * 60_000, "<" * 20_000, "> " * 30_000, "*" * 50_000],
    ids=lambda text: repr(text[:5]),
)
def test_every_part_fits_and_nothing_is_lost(text: str) -> None:
    parts = split(text)
    assert all(size(part) <= LARGEST for part in parts)
    assert squeezed("".join(parts)) == squeezed(text)


@given(st.text(max_size=400))
def test_any_text_is_kept_whole(text: str) -> None:
    parts = split(text, 300)
    assert squeezed("".join(parts)) == squeezed(text)
    assert all(len(part) == 1 or size(part) <= 300 for part in parts)


def test_an_edit_is_one_message_and_says_that_it_was_cut() -> None:
    text = "para. " * 20_000
    assert shortened("short") == "short"
    assert shortened(text).endswith(CUT)
    assert size(shortened(text)) <= LARGEST // 2 + 50
