"""What answer and wiki had in common, what each says now: a table of what comes of it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.faq.bank.checking import checked
from handlers.faq.wiki.comparing import Changed, Conflict, InStep, Known, compare
from handlers.faq.wiki.state import State

AT = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
FILE = """---
questions:
  - Why?
source: https://wiki.example/wiki/Main_Page
as_of: 2024
reviewed: 2025-01-01
---
{}

--- de
Darum.
"""


def whole(text):
    found, problems = checked("why", text)
    assert found is not None, problems
    return found


def entry(body):
    return whole(FILE.format(body))


@pytest.mark.parametrize(
    ("own", "says", "taken", "seen", "expected"),
    [
        ("A", "A", None, None, InStep),
        ("A", "A", "B", "B", InStep),
        ("A", "B", None, None, Changed),
        ("A", "B", None, "B", Known),
        ("A", "B", "A", "A", Changed),
        ("A", "B", "A", "B", Known),
        ("A", "C", "A", "B", Changed),
        ("own", "A", "A", "A", Known),
        ("own", "B", "A", "A", Conflict),
        ("own", "B", None, "A", Conflict),
        ("B", "C", "A", "B", Changed),
        ("own", "C", "A", "B", Conflict),
    ],
    ids=[
        "the same from the start",
        "the same again",
        "never the same",
        "never the same, and shown",
        "the wiki has changed",
        "the wiki has changed, and that was shown",
        "the wiki has changed, and was left, and has changed again",
        "the answer alone has changed",
        "both have changed",
        "never the same, and the wiki has changed",
        "the wiki has changed after an approval that wasn't seen yet",
        "approved, edited here, and the wiki has changed",
    ],
)
def test_what_comes_of_it(own, says, taken, seen, expected):
    found = compare(entry(own), says, State(taken=taken, seen=seen), AT, "ask")

    assert isinstance(found, expected)


def test_a_change_takes_the_words_and_their_date_and_leaves_all_else():
    found = compare(entry("A"), "B\n\nC", State(taken="A", seen="A"), AT, "ask")

    assert isinstance(found, Changed)
    after = whole(found.change.after)
    assert (after.body, after.as_of, after.reviewed) == ("B\n\nC", "2026-11-23", "2025-01-01")
    assert (after.source, after.translations) == ("https://wiki.example/wiki/Main_Page", {"de": "Darum."})
    assert (found.change.author, found.change.what, found.first) == ("wiki", "sync", False)


def test_what_nobody_has_seen_is_not_reviewed():
    found = compare(entry("A"), "B", State(taken="A", seen="A"), AT, "at_once")

    assert isinstance(found, Changed)
    assert whole(found.change.after).reviewed is None


def test_spaces_at_the_ends_are_no_change():
    assert compare(entry("A  \n\nB"), "\nA\n\nB \n", State(), AT, "ask") == InStep()


WORDS = st.sampled_from(["A", "B", "C"])


@given(st.lists(st.tuples(WORDS, st.sampled_from(["nothing", "approve", "edit"])), max_size=8))
def test_words_of_our_own_are_never_offered_to_be_written_over_after_the_first_time(story):
    """Rounds, each with what the wiki says and what people do after it."""
    own, state, edited = "A", State(taken="A", seen="A"), False
    for says, then in story:
        found = compare(entry(own), says, state, AT, "ask")
        assert not (edited and isinstance(found, Changed))
        taken = says if isinstance(found, InStep) else state.taken if own != state.seen else state.seen
        state = State(taken=taken, seen=says)
        edited = edited and not isinstance(found, InStep)
        if then == "approve" and isinstance(found, Changed):
            own = says
        if then == "edit":
            own, edited = "own", True
