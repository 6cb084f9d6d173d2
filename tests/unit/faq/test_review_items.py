"""What gets onto the review list, and in which order."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.faq.review.items import (
    SHOWN,
    DeadLink,
    Item,
    Miss,
    Rating,
    code_of,
    confused,
    dead,
    disliked,
    end_of,
    grouped,
    stale,
    told_apart,
    unanswered,
)
from handlers.faq.review.listing import MOST, Due, listed, reminder, shown
from handlers.faq.review.records import is_dead
from tests.support.fakes import START
from tests.unit.faq.bank import BANK, entry

DAY = 86_400.0


def miss(text: str, at: float = 0.0) -> Miss:
    return Miss(f"${text}", text, at)


def item(code: str, at: float = 0.0) -> Item:
    return Item(code=code, at=at, line=f"about {code}")


@pytest.mark.parametrize(
    ("texts", "groups"),
    [
        (["is there a bus?", "Is there a bus", "when is the party?"], [2, 1]),
        (["is there a bus?", "is ther a bus?"], [2]),
        (["when is the next party", "the next party is when?"], [2]),
        (["is there a bus?", "is there a train to the sea?"], [1, 1]),
        (["أين الباص؟", "أين الباص", "when is the party?"], [2, 1]),
        ([], []),
    ],
)
def test_questions_that_are_nearly_the_same_stand_together(texts, groups):
    found = grouped(miss(text, at) for at, text in enumerate(texts))
    assert [len(group) for group in found] == groups


def test_the_oldest_stands_for_its_group_and_the_groups_are_in_the_order_of_age():
    found = grouped([miss("is there a bus?", 9), miss("when is the party?", 5), miss("is there a bus", 1)])
    assert [group[0].at for group in found] == [1, 5]


def test_an_unanswered_question_says_what_it_was_how_often_and_what_to_do():
    found = unanswered((miss("is there a *bus*?", 5), miss("is there a bus", 7)), BANK[2], "!")
    assert found.code == code_of("q", "$is there a *bus*?")
    assert found.line == (
        r'no answer to "is there a \*bus\*?" (asked 2 times): nearest: `join`. '
        f"`!faq review learn {found.code} join`, or a new answer: `!faq add <name> <question>`"
    )
    assert (found.at, found.questions) == (5, ("$is there a *bus*?", "$is there a bus"))


def test_a_long_question_is_shown_in_short_on_one_line():
    found = unanswered((miss("where\n" * 100),), None, "!")
    assert "\n" not in found.line
    assert len(found.line) < SHOWN + 120
    assert "<name>" in found.line


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        (["down"], "r"),
        (["down", "up"], ""),
        (["down", "down", "up"], "r"),
        (["up", "up"], ""),
        (["removed"], "x"),
        (["removed", "up", "up"], "x"),
        (["down", "removed"], "rx"),
    ],
)
def test_answers_with_more_down_than_up_and_those_that_were_removed_are_looked_at(given, codes):
    found = disliked([Rating("money", what, at) for at, what in enumerate(given)], "!")
    assert "".join(one.code[0] for one in found) == codes


def test_each_entry_is_judged_by_its_own_ratings_the_oldest_first():
    found = disliked([Rating("fee", "down", 9), Rating("money", "down", 3), Rating("money", "up", 4)], "!")
    assert [one.slug for one in found] == ["fee"]
    assert found[0].line.startswith("`fee` was rated 👎 1, 👍 0: read it with `!faq fee`")


@pytest.mark.parametrize(
    ("written", "end"),
    [
        ("2024", datetime(2025, 1, 1, tzinfo=UTC)),
        ("2024-02", datetime(2024, 3, 1, tzinfo=UTC)),
        ("2024-12-31", datetime(2025, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_date_ends_with_what_is_known_of_it(written, end):
    assert end_of(written) == end


@pytest.mark.parametrize(
    ("more", "is_stale"),
    [
        ({}, False),
        ({"as_of": "2025"}, False),
        ({"as_of": "2024"}, True),
        ({"as_of": "2025-05-02"}, True),
        ({"as_of": "2025-05-04"}, False),
        ({"as_of": "2020", "reviewed": "2025-06"}, False),
        ({"as_of": "2020", "reviewed": "2025-04"}, True),
        ({"reviewed": "2024"}, True),
    ],
)
def test_what_nobody_has_looked_at_for_a_year_is_stale(more, is_stale):
    assert bool(stale([entry("money", "Where?", **more)], START, "!")) is is_stale


def test_the_stalest_comes_first_and_a_new_date_makes_it_another_thing():
    old, older = entry("a", "A?", as_of="2023"), entry("b", "B?", as_of="2020")
    found = stale([old, older], START, "!")
    assert [one.slug for one in found] == ["b", "a"]
    assert found[0].line == "`b` is as of 2020. If it is still right: `!faq reviewed b`; else `!faq edit b`"
    assert stale([entry("b", "B?", as_of="2021")], START, "!")[0].code != found[0].code


@pytest.mark.parametrize(
    ("why", "days", "expected"),
    [
        ("gone, 404", 0, True),
        ("can't be reached", 0, False),
        ("can't be reached", 2, False),
        ("can't be reached", 3, True),
    ],
)
def test_what_is_gone_is_dead_at_once_and_what_cant_be_reached_after_three_days(why, days, expected):
    assert is_dead(0.0, days * DAY, why) is expected


def test_a_dead_link_is_told_with_its_entries():
    (found,) = dead([DeadLink("https://example.org/a_b", ("money", "fee"), 5, "gone, 404")], "!")
    assert found.line == (
        r"a link in `money` and 1 more is dead (gone, 404): https://example\.org/a\_b; `!faq edit money`"
    )


def test_entries_that_are_taken_for_each_other_are_told_the_worst_first():
    found = confused([("a", "b", 2), ("c", "d", 5)], "!")
    assert [one.slug for one in found] == ["c", "a"]
    assert found[0].line.startswith("5 phrasings of `c` would be answered with `d`")


def test_codes_are_short_and_stay_the_same():
    assert code_of("q", "$x") == code_of("q", "$x") != code_of("q", "$y")
    assert len(code_of("q", "$x")) == 9


def test_of_two_items_with_one_code_the_later_waits():
    assert told_apart([item("q1", 1), item("q1", 2), item("q2", 3)]) == [item("q1", 1), item("q2", 3)]


def many(kind: str, count: int) -> tuple[Item, ...]:
    return tuple(item(f"{kind}{number}", number) for number in range(count))


@pytest.mark.parametrize(
    ("people", "dead_", "pairs", "stale_", "expected"),
    [
        (0, 0, 0, 0, ""),
        (2, 0, 0, 0, "pp"),
        (2, 1, 1, 1, "ppdcs"),
        (20, 0, 0, 0, "p" * 10),
        (20, 9, 9, 9, "p" * 7 + "ddd"),
        (20, 0, 1, 1, "p" * 8 + "cs"),
        (0, 9, 9, 9, "dddcccsss"),
        (3, 0, 0, 80, "pppsss"),
    ],
)
def test_at_most_ten_lines_what_people_said_first_and_a_few_of_each_other_kind(people, dead_, pairs, stale_, expected):
    due = Due(people=many("p", people), dead=many("d", dead_), confused=many("c", pairs), stale=many("s", stale_))
    found = shown(due)
    assert "".join(one.code[0] for one in found) == expected
    assert len(found) <= MOST
    assert [one.at for one in found if one.code[0] == "p"] == sorted(one.at for one in found if one.code[0] == "p")


def test_the_list_says_what_to_do_when_something_is_dealt_with():
    assert listed((item("q1"), item("s2")), "!") == (
        "- `q1` about q1\n- `s2` about s2\n\nWhat is dealt with: `!faq review done q1`; several codes may stand there."
    )
    assert listed((), "!") == "Nothing to review. Thank you for looking!"


@pytest.mark.parametrize(
    ("count", "line"), [(1, "1 thing to review: `!faq review`"), (7, "7 things to review: `!faq review`")]
)
def test_the_weekly_line_is_one_line(count, line):
    assert reminder(count, "!") == line


def test_what_is_old_counts_by_the_clock_that_is_given():
    assert stale([entry("money", "Where?", as_of="2025-05")], START + timedelta(days=60), "!")
