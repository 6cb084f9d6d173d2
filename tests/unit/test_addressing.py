"""Is a message for the bot, and what is left of it: a table of how people, clients and other bots write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.addressing import Identity, Said, address, is_command, without_fallback, without_name
from bot.events import Addressed

US = "@steward:example.org"
STEWARD = Identity(user_id=US, names=("Steward", "steward"), prefixes=("!",))
TWO_PREFIXES = Identity(user_id=US, names=("Steward",), prefixes=("!st ", "!", "✿"))

PREFIX, MENTION, REPLY, PRIVATE = Addressed.PREFIX, Addressed.MENTION, Addressed.REPLY, Addressed.PRIVATE


@pytest.mark.parametrize(
    ("text", "how", "words"),
    [
        # A prefix, and what only looks like one.
        ("!help", PREFIX, "help"),
        ("  !help  ", PREFIX, "help"),
        ("!Help faq", PREFIX, "Help faq"),
        ("!help\nplease", PREFIX, "help\nplease"),
        ("!помощь", PREFIX, "помощь"),
        ("!עזרה", PREFIX, "עזרה"),
        ("!", None, "!"),
        ("!!!", None, "!!!"),
        ("!!help", None, "!!help"),
        ("! no", None, "! no"),
        ("!1", None, "!1"),
        ("!? what", None, "!? what"),
        ("!🙂", None, "!🙂"),
        ("!room:example.org is a room", PREFIX, "room:example.org is a room"),
        ("say !help", None, "say !help"),
        # Other bots' prefixes are theirs.
        ("/me waves", None, "/me waves"),
        ("?help", None, "?help"),
        (".help", None, ".help"),
        ("-help", None, "-help"),
        ("$help", None, "$help"),
        # Our name at the start, called.
        ("Steward, where does the money go?", MENTION, "where does the money go?"),
        ("steward: where?", MENTION, "where?"),
        ("STEWARD; where?", MENTION, "where?"),
        ("Steward - where?", MENTION, "where?"),
        ("Steward — where?", MENTION, "where?"),
        ("Steward,where?", MENTION, "where?"),
        ("Steward:\nwhere?", MENTION, "where?"),
        ("  Steward  :  where?", MENTION, "where?"),
        ("Steward", MENTION, ""),
        ("Steward,", MENTION, ""),
        ("@Steward where?", MENTION, "where?"),
        ("@steward", MENTION, ""),
        ("Steward?", MENTION, "?"),
        ("Steward!", MENTION, "!"),
        (f"{US}: where?", MENTION, "where?"),
        (f"{US}, where?", MENTION, "where?"),
        (f"{US} where?", MENTION, "where?"),
        (US, MENTION, ""),
        (f"{US}: !help", PREFIX, "help"),
        ("Steward: !help", PREFIX, "help"),
        ("@steward !help faq", PREFIX, "help faq"),
        # Our name, spoken of.
        ("Steward is slow today", None, "Steward is slow today"),
        ("steward help", None, "steward help"),
        ("Steward's answers", None, "Steward's answers"),
        ("Stewardship is hard", None, "Stewardship is hard"),
        ("Steward-like bots are slow", None, "Steward-like bots are slow"),
        ("Steward! That is its name.", None, "Steward! That is its name."),
        ("@stewards: who?", None, "@stewards: who?"),
        ("@steward:example.com: not us", MENTION, "example.com: not us"),
        ("Stewards, unite", None, "Stewards, unite"),
        ("I asked Steward, and it knew", None, "I asked Steward, and it knew"),
        ("the steward: who?", None, "the steward: who?"),
        ("Steward. That is its name.", None, "Steward. That is its name."),
        ("https://example.org/Steward: see", None, "https://example.org/Steward: see"),
        ("Steward.example.org is down", None, "Steward.example.org is down"),
        ("> Steward, hi", None, "> Steward, hi"),
        ('"Steward, hi" he said', None, '"Steward, hi" he said'),
        ("🙂 Steward, hi", None, "🙂 Steward, hi"),
        ("\u202bSteward, hi", None, "\u202bSteward, hi"),
        # Nothing at all.
        ("", None, ""),
        ("   ", None, ""),
        ("where does the money go?", None, "where does the money go?"),
        ("איפה הכסף?", None, "איפה הכסף?"),
        ("👩‍🌾🌱", None, "👩‍🌾🌱"),
    ],
)
def test_a_message_without_a_mention_is_for_us_when_it_begins_so(text: str, how: Addressed | None, words: str) -> None:
    assert address(Said(text=text), STEWARD) == (how, words)


@pytest.mark.parametrize(
    ("text", "how", "words"),
    [
        ("Steward: where?", MENTION, "where?"),
        (f"{US}: where?", MENTION, "where?"),
        (f"{US} where?", MENTION, "where?"),
        ("Steward where?", MENTION, "where?"),
        ("Steward is slow today", MENTION, "is slow today"),
        ("Steward", MENTION, ""),
        ("where is it, Steward?", MENTION, "where is it, Steward?"),
        ("where?", MENTION, "where?"),
        ("", MENTION, ""),
        ("Steward: !help", PREFIX, "help"),
        ("Steward !help", PREFIX, "help"),
        ("!help Steward", PREFIX, "help Steward"),
        ("Stewardship is hard", MENTION, "Stewardship is hard"),
        ("!!!", MENTION, "!!!"),
        ("شكرا Steward", MENTION, "شكرا Steward"),
    ],
)
def test_a_pill_calls_us_wherever_it_stands(text: str, how: Addressed, words: str) -> None:
    assert address(Said(text=text, mentions=frozenset({US, "@ben:example.org"})), STEWARD) == (how, words)


def test_a_pill_for_somebody_else_is_not_for_us() -> None:
    said = Said(text="Ben: where?", mentions=frozenset({"@ben:example.org", "@steward:example.com"}))
    assert address(said, STEWARD) == (None, "Ben: where?")


@pytest.mark.parametrize(
    ("said", "how", "words"),
    [
        (Said(text="and then?", to_us=True), REPLY, "and then?"),
        (Said(text="Steward is slow", to_us=True), REPLY, "Steward is slow"),
        (Said(text="Steward, and then?", to_us=True), MENTION, "and then?"),
        (Said(text="!help", to_us=True), PREFIX, "help"),
        (Said(text="and then?", private=True), PRIVATE, "and then?"),
        (Said(text="Steward is slow", private=True), PRIVATE, "Steward is slow"),
        (Said(text="Steward, where?", private=True), MENTION, "where?"),
        (Said(text="!help", private=True), PREFIX, "help"),
        (Said(text="!!!", private=True), PRIVATE, "!!!"),
        (Said(text="", private=True), PRIVATE, ""),
        (Said(text="1", to_us=True, private=True), REPLY, "1"),
    ],
)
def test_replies_to_us_and_private_chats_are_for_us(said: Said, how: Addressed, words: str) -> None:
    assert address(said, STEWARD) == (how, words)


@pytest.mark.parametrize(
    ("text", "how", "words"),
    [
        ("!st help", PREFIX, "help"),
        ("!help", PREFIX, "help"),
        ("!st", PREFIX, "st"),
        ("!st 1", PREFIX, "st 1"),
        ("✿help", PREFIX, "help"),
        ("✿", None, "✿"),
        ("#help", None, "#help"),
    ],
)
def test_of_several_prefixes_the_first_that_fits_counts(text: str, how: Addressed | None, words: str) -> None:
    assert address(Said(text=text), TWO_PREFIXES) == (how, words)


@pytest.mark.parametrize("name", ["St. Eward (bot)", "[st]", "a|b", "^$", "🌱", "Ärzte"])
def test_a_name_is_taken_as_it_is_written(name: str) -> None:
    us = Identity(user_id=US, names=(name,), prefixes=("!",))
    assert address(Said(text=f"{name}: hi"), us) == (MENTION, "hi")
    assert address(Said(text="a, hi"), us) == (None, "a, hi")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("> <@ana:example.org> where?\n\nthere", "there"),
        ("> <@ana:example.org> where\n> is it?\n\nthere\n> and here", "there\n> and here"),
        ("> <@ana:example.org> Steward, where?\n>\n> it\n\n!help", "!help"),
        ("> <@ana:example.org> only a quote", ""),
        ("> a quote of my own\nand words", "> a quote of my own\nand words"),
        ("there", "there"),
        ("", ""),
        (">", ">"),
    ],
)
def test_the_quote_of_older_clients_is_taken_off(body: str, words: str) -> None:
    assert without_fallback(body) == words


PIECES = st.sampled_from(
    ["Steward", "@", US, "!", "!help", " ", ", ", ":", "\n", "> <", "\u202e", "\u0000", "🙂", "İ", "ß", "\ud800", "st"]
)
TEXTS = st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=8).map("".join))


@given(
    text=TEXTS,
    mentioned=st.booleans(),
    to_us=st.booleans(),
    private=st.booleans(),
    us=st.sampled_from([STEWARD, TWO_PREFIXES]),
)
def test_no_text_confuses_it_and_the_words_are_the_texts_own_end(
    text: str, us: Identity, *, mentioned: bool, to_us: bool, private: bool
) -> None:
    said = Said(text=text, mentions=frozenset({US} if mentioned else ()), to_us=to_us, private=private)
    how, words = address(said, us)
    assert text.strip().endswith(words)
    assert words == words.strip()
    if mentioned or to_us or private:
        assert how is not None
    if how is None:
        assert words == text.strip()


@given(text=st.text(), prefix=st.text(min_size=1, max_size=3))
def test_a_command_begins_with_the_prefix_and_a_letter(text: str, prefix: str) -> None:
    assert is_command(prefix + "a" + text, prefix)
    assert not is_command(prefix, prefix)
    assert not is_command(prefix + " " + text, prefix)


@given(names=st.lists(st.text(min_size=1), min_size=1, max_size=3), text=TEXTS)
def test_no_name_breaks_the_pattern(names: list[str], text: str) -> None:
    us = Identity(user_id=US, names=tuple(names), prefixes=("!",))
    found, rest = without_name(text, us)
    assert rest == (rest.strip() if found else text)


@given(body=TEXTS)
def test_taking_off_a_fallback_leaves_the_bodys_own_end(body: str) -> None:
    assert body.strip().endswith(without_fallback(body).strip())
