"""What stands for a person whose id isn't kept: the same for as long as the bot's key is, and worth nothing without."""

import hashlib
import hmac
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matrix.crypto.store import store_key
from bot.pseudonyms import Pseudonyms

ANA, BEN = "@ana:example.org", "@ben:example.org"
OURS = Pseudonyms.from_key("the bot's own")


def test_a_person_has_one_and_nobody_else_has_it():
    assert OURS(ANA) == Pseudonyms.from_key("the bot's own")(ANA)
    others = {OURS(BEN), OURS("@Ana:example.org"), OURS("@ana:example.com"), OURS(ANA + " ")}
    assert OURS(ANA) not in others
    assert len(others) == 4


def test_under_another_key_it_is_another():
    assert OURS(ANA) != Pseudonyms.from_key("another's")(ANA)


@given(person=st.text() | st.text(st.characters(categories=["Cs"])))
def test_whatever_the_id_it_is_of_one_form(person):
    assert re.fullmatch("[0-9a-f]{64}", OURS(person))


def test_it_is_no_plain_hash_and_not_one_under_the_key_that_opens_the_store():
    """Whoever has a list of ids finds out nothing."""
    guesses = {hashlib.sha256(ANA.encode()).hexdigest(), hmac.digest(b"the bot's own", ANA.encode(), "sha256").hex()}
    assert OURS(ANA) not in guesses


def test_the_key_is_not_shown():
    assert "key" not in repr(OURS)
    assert str(OURS.key) not in repr(OURS)


def test_it_is_the_same_after_a_restart_with_the_key_that_is_kept_beside_the_store(tmp_path: Path):
    before, after = (Pseudonyms.from_key(store_key(tmp_path, None)) for _ in range(2))
    assert before(ANA) == after(ANA)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert Pseudonyms.from_key(store_key(elsewhere, None))(ANA) != before(ANA)


@pytest.mark.parametrize("configured", ["configured", "with ümlauts"])
def test_it_is_the_same_with_the_key_of_the_config(tmp_path: Path, configured: str):
    assert Pseudonyms.from_key(store_key(tmp_path, configured))(ANA) == Pseudonyms.from_key(configured)(ANA)


def test_without_a_bot_it_goes_with_the_process():
    passing = Pseudonyms.passing()
    assert passing(ANA) == passing(ANA)
    assert passing(ANA) != Pseudonyms.passing()(ANA)
