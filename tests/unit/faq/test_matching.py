"""The matcher: what it finds, what lowers its score, and that nothing makes it fail."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.faq.matching.confidence import NEAR, SURE, UNASKED, Curve
from handlers.faq.matching.lexical import Lexical
from handlers.faq.matching.lines import Example
from handlers.faq.matching.spelling import Spelling
from handlers.faq.matching.text import words
from tests.unit.faq.bank import BANK, LIBRARY, entry

MATCHER = LIBRARY.matcher


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Where's the MONEY going?", ["wheres", "the", "money", "going"]),
        ("it's can't don\u2019t I'll", ["its", "cant", "dont", "ill"]),
        ("où est l'argent, qu'est-ce", ["ou", "est", "l", "argent", "qu", "est", "ce"]),
        ("¿Cómo se edita? Größe", ["como", "se", "edita", "grosse"]),
        ("see https://example.org/money and @ana:example.org or #room:example.org", ["see", "and", "or"]),
        ("run `rm -rf /` or ```\nmoney\n``` now", ["run", "or", "now"]),
        ("😀 🎉 \u200d \ufb01ne \uff14\uff12", ["fine", "42"]),
        ("אין לי כסף", ["אין", "לי", "כסף"]),
        ("", []),
    ],
)
def test_words_are_made_alike(text, found):
    assert words(text)[: len(found)] == found


def test_only_the_beginning_of_a_long_text_counts():
    assert len(words("word " * 5000)) == 200


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("where does the money go", "money"),
        ("wher does all teh mony go", "money"),
        ("membership fees, what are they for", "money"),
        ("signing up, where", "join"),
        ("codes of conduct", "rules"),
        ("wikis: editing?", "wiki"),
    ],
)
def test_other_words_and_typing_errors_find_the_entry(text, slug):
    best = MATCHER.match(text)[0]
    assert best.slug == slug
    assert best.score >= SURE


def test_a_phrasing_word_for_word_is_certain_whatever_its_case_and_marks():
    best = MATCHER.match("  WHERE does all the money go ")[0]
    assert (best.slug, best.score, best.phrasing) == ("money", 1.0, "Where does all the money go?")


def test_the_language_of_the_nearest_phrasing_is_told():
    matcher = Lexical([Example(slug="a", text="where is it"), Example(slug="a", text="wo ist das Geld", lang="de")])
    assert matcher.match("wo ist Geld")[0].lang == "de"


def test_a_phrasing_that_two_entries_share_is_certain_for_neither():
    matcher = Lexical([Example(slug=slug, text="how does it work") for slug in ("one", "two")])
    assert all(NEAR <= match.score < SURE for match in matcher.match("how does it work"))


def test_a_look_alike_holds_its_entry_back():
    best = next(match for match in MATCHER.match("where do I send my invoice", 10) if match.slug == "money")
    assert best.look_alike == "where do I send my invoice"
    assert best.score < NEAR


def test_unknown_words_count_against_a_match():
    short = MATCHER.match("all the money")[0]
    long = MATCHER.match("all the money in zanzibar buys xylophones for quizzical yaks")[0]
    assert short.slug == long.slug == "money"
    assert long.score < short.score


@pytest.mark.parametrize(
    ("word", "meant"),
    [("mony", "money"), ("moneyy", "money"), ("mnoey", "money"), ("membrshipp", "membership"), ("money", "money"),
     ("mon", "mon"), ("m0ney", "m0ney"), ("zebra", "zebra"), ("membrshp", "membership")],
)  # fmt: skip
def test_a_slip_of_the_keyboard_is_taken_for_the_word_that_was_meant(word, meant):
    assert Spelling(["money", "membership", "one", "men"]).corrected(word) == meant


def test_long_texts_are_not_corrected():
    spelling = Spelling(["money"])
    assert spelling.meant(["mony"] * 50) == ["money"] * 50
    assert spelling.meant(["mony"] * 51) == ["mony"] * 51


def test_a_word_that_was_meant_as_it_stands_is_less_sure_than_the_phrasing_itself():
    best = MATCHER.match("where does all the honey go")[0]
    assert (best.slug, best.score < 1) == ("money", True)


def test_a_rival_lowers_the_score():
    alone = Lexical(Example(slug="wiki", text=text) for text in ("edit the wiki", "wiki account"))
    contested = Lexical(
        [Example(slug=slug, text=text) for slug in ("wiki", "docs") for text in (f"edit the {slug}", f"{slug} account")]
    )
    assert contested.match("account to edit")[0].score < alone.match("account to edit")[0].score


@pytest.mark.parametrize(
    "text", ["", "   ", "😀", "???", "```code```", "https://example.org", "\x00", "قهوة", "a" * 100_000]
)
def test_texts_without_a_known_word_find_nothing(text):
    assert all(match.score < NEAR for match in MATCHER.match(text))


def test_an_empty_bank_matches_nothing():
    assert Lexical([]).match("where does the money go") == ()


def test_limit_is_how_many_come_back():
    assert [len(MATCHER.match("the member wiki money rules", limit)) for limit in (0, 1, 3)] == [0, 1, 3]


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_whatever_is_said_scores_lie_between_0_and_1_and_fall(text):
    scores = [match.score for match in MATCHER.match(text, 10)]
    assert all(0 <= score <= 1 for score in scores)
    assert scores == sorted(scores, reverse=True)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text(max_size=40), st.booleans()), max_size=8), st.text())
@settings(max_examples=200, deadline=None)
def test_any_bank_can_be_built_and_asked(lines, text):
    matcher = Lexical(Example(slug=slug, text=said, look_alike=alike) for slug, said, alike in lines)
    assert all(0 <= match.score <= 1 for match in matcher.match(text))


@given(st.floats(-1, 2, allow_nan=False), st.floats(-1, 2, allow_nan=False))
def test_the_curve_never_falls(one, other):
    curve = Curve(near=0.1, sure=0.2, unasked=0.3, top=0.5)
    low, high = sorted((one, other))
    assert 0 <= curve.score(low) <= curve.score(high) <= 1


def test_the_curve_meets_the_thresholds():
    curve = Curve(near=0.1, sure=0.2, unasked=0.3, top=0.5)
    assert [curve.score(raw) for raw in (0, 0.1, 0.2, 0.3, 0.5, 9)] == [0, NEAR, SURE, UNASKED, 1, 1]


def test_entries_for_other_rooms_are_passed_over():
    assert [found.match.slug for found in LIBRARY.find("office door code", "staff")][:1] == ["staff"]
    for room in ("lounge", None):
        assert "staff" not in [found.match.slug for found in LIBRARY.find("office door code", room)]


def test_a_bank_of_eighty_entries_is_built_and_asked_quickly():
    lines = [
        Example(slug=f"e{n}", text=f"{entry.title} number {n} of {n * 7}")
        for n in range(80)
        for entry in (BANK * 3)[:20]
    ]
    start = time.perf_counter()
    matcher = Lexical(lines)
    built = time.perf_counter()
    for _ in range(20):
        matcher.match("where does the money of number 33 go these days")
    # Ten times what is expected: this is about a mistake, not about the machine.
    assert built - start < 10
    assert (time.perf_counter() - built) / 20 < 0.05


def test_entries_know_their_titles():
    assert entry("x", "First?", "second").title == "First?"
