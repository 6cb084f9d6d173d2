"""What is too long is said to be, without being looked through; and names mean one entry, always the same."""

import pytest

from handlers.faq.bank.checking import MOST_CHARACTERS, checked
from handlers.faq.bank.placeholders import filled, used
from handlers.faq.bank.reading import bank_of
from handlers.faq.editing.answers import changed
from tests.unit.faq.editing.chat import MONEY

#: Work in proportion to the square of this would take minutes, to its cube for ever.
MANY = 300_000


def file(*, answer: str = "Yes.", question: str = "one", **fields: str) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in fields.items())
    return f"---\nquestions:\n  - {question}\n{lines}---\n{answer}\n"


@pytest.mark.parametrize(
    "hostile", ["{{" + " " * MANY + "x", "{{" * MANY, "{{ " * MANY, "{" * MANY, ". " * MANY + "{{", " " * MANY]
)
def test_figures_are_looked_for_in_any_text(hostile: str):
    assert used(hostile) == ()
    assert filled(hostile, {}) == hostile.strip()


@pytest.mark.parametrize("hostile", ["<a " * MANY, "{{" + " " * MANY + "x", "{{ what }} <b>bold</b>" * MOST_CHARACTERS])
def test_nothing_is_looked_for_in_too_long_an_answer(hostile: str):
    (problem,) = checked("money", file(answer=hostile))[1]
    assert problem.text.startswith("too long an answer")


def test_a_line_of_any_length_is_told_from_an_answer():
    wanted = "topic:" + " " * MANY + "x\ny"
    assert changed(MONEY, wanted).count(" ") > MANY


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (file(question="a" * 301), 3, "a question of 301 characters; expected at most 300, as somebody would ask it"),
        (file(question="one\nnot:\n  - de: " + "a" * 301), 5, "a question of 301 characters"),
        (file(source="https://example.org/" + "a" * 1981), 4, "source of 2001 characters; expected at most 2000"),
        (file(topic="a" * 65), 4, "topic of 65 characters; expected at most 64"),
        (file(live="a" * 65), 4, "live of 65 characters; expected at most 64"),
        (file(aliases=f"[b, {'a' * 65}]"), 4, "an alias of 65 characters; expected at most 64"),
        (file(rooms=f"[b, {'a' * 65}]"), 4, "a room's name of 65 characters; expected at most 64"),
    ],
)
def test_what_is_too_long_is_a_problem(text: str, line: int, problem: str):
    ((found),) = checked("money", text)[1]
    assert (found.line, found.text[: len(problem)]) == (line, problem)


def test_what_is_just_short_enough_is_none():
    text = file(
        question="a" * 300,
        source="https://example.org/" + "a" * 1980,
        topic="a" * 64,
        live="a" * 64,
        aliases=f"[{'a' * 64}]",
        rooms=f"[{'a' * 64}]",
    )
    assert checked("money", text)[1] == ()


@pytest.mark.parametrize("order", [("fee", "money"), ("money", "fee")])
def test_an_alias_in_two_entries_is_the_firsts_in_the_alphabet_in_whatever_order_they_are_read(order: tuple[str, str]):
    bank = bank_of({slug: file(aliases="[cash]", question=slug) for slug in order}, "faq")
    assert {entry.slug: entry.aliases for entry in bank.entries} == {"fee": ("cash",), "money": ()}
    (problem,) = bank.problems
    assert problem == "faq/money.md:1: the alias cash is a name of fee already and is left out; expected another"


def test_an_alias_that_is_an_entrys_name_is_left_out():
    bank = bank_of({"fee": file(aliases="[money, dues]"), "money": file(question="two")}, "faq")
    assert {entry.slug: entry.aliases for entry in bank.entries} == {"fee": ("dues",), "money": ()}
    assert bank.problems == (
        "faq/fee.md:1: the alias money is a name of money already and is left out; expected another",
    )


def test_a_name_that_is_a_command_is_a_problem_and_the_entry_is_used_all_the_same():
    bank = bank_of({"review": file(), "money": file(question="two", aliases="[tell]")}, "faq")
    assert [entry.slug for entry in bank.entries] == ["review", "money"]
    assert bank.problems == (
        "faq/review.md:1: the name review is a command behind `faq`; expected another",
        "faq/money.md:1: the name tell is a command behind `faq`; expected another",
    )
