"""What a change would take from other entries, found before it is kept."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from handlers.faq.bank.entries import Entry, Phrasing
from handlers.faq.bank.writing import fresh, with_answer, with_line
from handlers.faq.editing.change import Change
from handlers.faq.editing.conflicts import Conflicts, conflicts
from handlers.faq.editing.proposing import warnings
from handlers.faq.library import Library, matcher
from handlers.faq.matching.fitting import Fitting
from handlers.faq.matching.matcher import Matcher
from handlers.faq.matching.model import Model
from handlers.faq.settings import Settings
from tests.unit.faq.bank import ANA, PLACE

ROOT = Path(__file__).parents[4]
QUESTIONS = {
    "account": [
        "how do I get a wiki account",
        "wiki account please",
        "make me an account for the wiki",
        "where do I get a wiki account",
    ],
    "garden": ["who waters the garden", "garden watering", "when is the garden watered"],
    "parking": ["may I park here"],
    "hens": ["who feeds the hens", "feeding hens", "may I feed the hens", "when is the gate of the garden open"],
    "loan": ["may I borrow a drill", "drill to borrow", "where are the drills"],
}


def library(fit=matcher) -> Library:
    texts = {slug: fresh([Phrasing(one) for one in lines], "Yes.") for slug, lines in QUESTIONS.items()}
    entries = {
        slug: Entry(slug=slug, questions=tuple(map(Phrasing, QUESTIONS[slug])), body="Yes.", text=text)
        for slug, text in texts.items()
    }
    return Library(entries=entries, matcher=fit(entries.values()), settings=Settings(), place=PLACE, fit=fit)


def learning(slug: str, *lines: str) -> Change:
    text = library().entries[slug].text
    for line in lines:
        text = with_line(text, "questions", Phrasing(line))
    return Change(slug=slug, after=text, author=ANA, what="learn")


def adding(*lines: str) -> Change:
    return Change(slug="new", after=fresh([Phrasing(one) for one in lines], "No."), author=ANA, what="add")


def test_a_phrasing_of_its_own_kind_takes_nothing():
    assert conflicts(library(), learning("garden", "who is watering the garden today")) == Conflicts(takes={})


def test_phrasings_near_to_another_entry_take_from_it():
    found = conflicts(library(), learning("garden", "how to get a wiki account", "where would I get a wiki account"))
    assert set(found.takes) == {"account"}
    assert {"how do I get a wiki account", "where do I get a wiki account"} <= set(found.takes["account"])
    assert found.misses == ()


def test_a_new_entry_takes_from_others_too():
    found = conflicts(library(), adding("may I borrow the big drill", "can I borrow a drill today"))
    assert set(found.takes) == {"loan"}


def test_the_same_phrasing_in_two_entries_is_found_on_both_sides():
    found = conflicts(library(), adding("Who waters the garden?"))
    assert found.takes["garden"] == ("who waters the garden",)


def test_the_only_phrasing_of_another_entry_is_missed_too():
    assert conflicts(library(), adding("May I park here?")).takes == {"parking": ("may I park here",)}


def test_what_another_entry_would_not_find_by_itself_is_not_taken_from_it():
    """Hidden, the last of the hens' phrasings goes to the garden before the change as well."""
    assert library().entries["hens"].questions[-1].text == "when is the gate of the garden open"
    assert conflicts(library(), learning("garden", "when is the garden gate locked")).takes == {}


def test_only_what_shares_a_word_is_asked():
    fits: list[int] = []

    def counted(entries: Iterable[Entry]) -> Matcher:
        fits.append(1)
        return matcher(entries)

    bank = library(counted)
    fits.clear()
    conflicts(bank, learning("garden", "is the moss for you"))
    assert len(fits) == 1
    conflicts(bank, learning("garden", "is the drill for you"))
    assert len(fits) > 2


def test_a_clash_in_meaning_is_found_without_a_word_in_common():
    theft = ("car got stolen", "police number", "thieves took the bike")
    change = adding("a vehicle was robbed", "report an automobile theft")
    by_words, by_meaning = (conflicts(_with(library(fit), "theft", theft), change) for fit in (matcher, _meaning()))
    assert by_words == Conflicts(takes={})
    assert by_meaning.takes == {"theft": ("car got stolen", "thieves took the bike")}


def test_what_keeps_its_meaning_takes_nothing_by_meaning_either():
    assert conflicts(library(_meaning()), learning("garden", "who gives the garden water today")).takes == {}


def test_another_answer_and_a_removal_need_no_matching():
    def never(_entries: Iterable[Entry]) -> Matcher:
        raise AssertionError

    bank = library()
    bank = Library(entries=bank.entries, matcher=bank.matcher, settings=Settings(), place=PLACE, fit=never)
    answer = Change(slug="loan", after=with_answer(bank.entries["loan"].text, "No."), author=ANA, what="edit")
    assert conflicts(bank, answer) == Conflicts(takes={})
    assert conflicts(bank, Change(slug="loan", after=None, author=ANA, what="remove")) == Conflicts(takes={})


def test_it_is_said_what_is_taken_and_what_would_not_be_found():
    found = Conflicts(takes={"loan": ("a *b*", "c"), "garden": tuple("1234567")}, misses=("x",))
    assert warnings("new", found) == [
        "It would take 2 questions from *loan*:\n- a \\*b\\*\n- c",
        "It would take 7 questions from *garden*:\n- 1\n- 2\n- 3\n- 4\n- 5\n- … and 2 more",
        "These would not find *new*:\n- x",
    ]


def test_of_many_answers_that_lose_questions_some_are_named():
    found = Conflicts(takes={f"other-{number}": ("x",) for number in range(8)})
    said = warnings("new", found)
    assert len(said) == 6
    assert said[-1] == "And it would take questions from 3 more answers."


def _meaning() -> Fitting:
    folder = ROOT / ".cache/model"
    return Fitting(model=Model.load(folder), seed=folder)


def _with(bank: Library, slug: str, lines: Iterable[str]) -> Library:
    more = Entry(slug=slug, questions=tuple(map(Phrasing, lines)), body="Yes.")
    return replace(bank, entries={**bank.entries, slug: more})
