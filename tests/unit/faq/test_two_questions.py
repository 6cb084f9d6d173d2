"""Two questions in one message: the surer one is answered, the other's title is mentioned."""

import pytest

from handlers.faq import on_message
from handlers.faq.answering.picking import Picked, pick, questions
from handlers.faq.bank.entries import Entry
from handlers.faq.library import Found
from handlers.faq.matching.matcher import Match
from tests.unit.faq.bank import BANK, LIBRARY, Tables, house, message
from tests.unit.faq.test_answering import only

MONEY, FEE, JOIN = BANK[:3]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("how do I join? and what does it cost", ("how do I join?", "and what does it cost")),
        ("how do I join and what does it cost?", ("how do I join", "what does it cost?")),
        ("How do I join?\nWhat does it cost?", ("How do I join?", "What does it cost?")),
        ("Wie werde ich Mitglied und was kostet das?", ("Wie werde ich Mitglied", "was kostet das?")),
        ("¿Cómo me uno y cuánto cuesta?", ("¿Cómo me uno", "cuánto cuesta?")),
        ("I pay five a month. Where does it go?", ()),
        ("I'm new here. How do I join? What does it cost?", ("How do I join?", "What does it cost?")),
        ("where do fees and donations go?", ()),
        ("how do I join?", ()),
        ("how do I join? thanks!", ()),
        ("a b. c d. e f. g h. i j.", ()),
        ("", ()),
        ("?? !! ..", ()),
    ],
)
def test_a_message_is_taken_apart_where_a_second_question_begins(text, parts):
    assert questions(text) == parts


def find(**scores: tuple[tuple[Entry, float], ...]):
    """A bank that knows these texts: each its entries with their scores."""
    known = {name.replace("_", " "): found for name, found in scores.items()}

    def found(text: str) -> tuple[Found, ...]:
        words = text.lower().strip("?. ").removeprefix("and ")
        return tuple(
            Found(entry, Match(slug=entry.slug, phrasing="", lang="en", score=score))
            for entry, score in known.get(words, ())
        )

    return found


TWO = "how to join? and what cost"


@pytest.mark.parametrize(
    ("first", "second", "whole", "expected"),
    [
        ([(JOIN, 0.9)], [(FEE, 0.6)], [], (JOIN, FEE)),
        ([(JOIN, 0.6)], [(FEE, 0.9)], [], (FEE, JOIN)),
        ([(JOIN, 0.9)], [(FEE, 0.6)], [(MONEY, 0.8)], (JOIN, FEE)),
        ([(JOIN, 0.9)], [(FEE, 0.6)], [(MONEY, 0.9)], (MONEY, None)),
        ([(JOIN, 0.9)], [(FEE, 0.49)], [(JOIN, 0.7)], (JOIN, None)),
        ([(JOIN, 0.9)], [(JOIN, 0.8)], [(JOIN, 0.4)], (JOIN, None)),
        ([], [(FEE, 0.8)], [], (None, None)),
        ([], [], [(MONEY, 0.3), (FEE, 0.3)], (MONEY, None)),
    ],
)
def test_both_must_be_sure_and_the_whole_not_surer(first, second, whole, expected):
    bank = find(how_to_join=tuple(first), what_cost=tuple(second), **{TWO.replace(" ", "_"): tuple(whole)})
    picked = pick(TWO, bank)
    other = picked.other.entry if picked.other else None
    assert (picked.best.entry if picked.best else None, other) == expected


def test_nothing_is_found_in_nothing():
    assert pick("", find()) == Picked()


async def test_the_surer_is_answered_and_the_other_mentioned_with_how_to_get_it():
    tables = Tables()
    asked = message("Is there a code of conduct? And how do I edit the wiki?")
    said = only(await on_message(LIBRARY, asked, house(tables)))
    assert said.text.startswith("About rules.") or said.text.startswith("About wiki.")
    other = "`!faq wiki`" if said.text.startswith("About rules.") else "`!faq rules`"
    assert "You also asked: " in said.text
    assert said.text.endswith(other)
