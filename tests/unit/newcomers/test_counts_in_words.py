"""What moderators read of how many came, and how far."""

import pytest

from bot.errors import Refused
from handlers.newcomers.counts.command import asked, newcomers_command
from handlers.newcomers.counts.records import KEPT, Count, today
from handlers.newcomers.counts.tally import What
from handlers.newcomers.counts.wording import at_the_moment, shown
from tests.support.fakes import START
from tests.unit.newcomers.gates import desk

TODAY = today(START)
GUIDE = desk().settings.guide


def count(what: What, times: int = 1, *, ago: int = 0, step: str | None = None) -> Count:
    return Count(day=TODAY - ago, what=what, step=step, times=times)


def test_each_thing_has_a_line_with_a_number_for_each_span():
    found = [
        count(What.WELCOMED, 3),
        count(What.WELCOMED, 4, ago=6),
        count(What.WELCOMED, 5, ago=7),
        count(What.WELCOMED, 6, ago=29),
        count(What.WELCOMED, 7, ago=30),
        count(What.STARTED, 2, ago=399),
        count(What.STARTED, 9, ago=400),
        count(What.FINISHED),
    ]
    assert shown(found, (7, 30, 400), GUIDE, START).splitlines() == [
        "**Newcomers** in the last 7 days / 30 days / 400 days (all that I keep):",
        "",
        "- welcomed: 7 / 18 / 25",
        "- began the walk: 0 / 0 / 2",
        "- finished it: 1 / 1 / 1",
        "- stopped it: 0 / 0 / 0",
        "- fell silent: 0 / 0 / 0",
        "- left, or were removed: 0 / 0 / 0",
    ]


def test_the_steps_at_which_walks_ended_are_called_by_their_titles_in_their_order():
    found = [
        count(What.STOPPED, step="the-form"),
        count(What.SILENT, 2, step="what-it-is"),
        count(What.LEFT, step="what-it-is", ago=10),
        count(What.FINISHED, 8, step="the-form"),
        count(What.STOPPED, step="what_it*was", ago=10),
    ]
    text = shown(found, (7, 30), GUIDE, START)
    assert text.splitlines()[-5:] == [
        "Where walks ended before their last step:",
        "",
        "- What we are: 2 / 3",
        "- The form: 1 / 1",
        r"- what\_it\*was (no longer a step): 0 / 1",
    ]


@pytest.mark.parametrize("guide", [GUIDE, None])
def test_where_no_walk_ended_early_no_step_is_named(guide):
    assert "Where walks ended" not in shown([count(What.STOPPED, step="the-form", ago=8)], (7,), guide, START)


def test_without_a_guide_the_steps_that_there_were_have_their_names():
    text = shown([count(What.STOPPED, step="the-form")], (7,), None, START)
    assert text.endswith(r"- the\-form (no longer a step): 1")


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("", (7, 30, 400)),
        ("90d", (90,)),
        ("90", (90,)),
        ("1d", (1,)),
        ("2w", (14,)),
        ("2 weeks", (14,)),
        ("the last 30 days", (30,)),
        ("400D", (400,)),
        ("all", (400,)),
    ],
)
def test_a_time_is_a_number_of_days(typed, days):
    assert asked(typed, "!") == days


@pytest.mark.parametrize("typed", ["0d", "401d", "99999999d", "58w"])
def test_more_than_is_kept_is_refused_with_what_there_is(typed):
    with pytest.raises(Refused, match=f"I can tell of 1 to {KEPT} days. Type `!newcomers 90d`"):
        asked(typed, "!")


@pytest.mark.parametrize("typed", ["12h", "90m", "yesterday", "-3d", "٣d", "@ana:example.org", "7d 30d"])
def test_what_is_no_number_of_days_is_refused_with_an_example(typed):
    with pytest.raises(Refused, match=r"I count by days\. Type `!newcomers 90d`, or `!newcomers` alone\."):
        asked(typed, "!")


@pytest.mark.parametrize(("args", "command"), [("", True), ("90d", True), ("are waiting", False), ("2 of them", False)])
def test_without_a_prefix_only_what_can_hardly_be_a_question_is_the_command(args, command):
    assert newcomers_command(desk()).bare(args) is command


@pytest.mark.parametrize(
    ("walks", "waiting", "text"),
    [
        (0, 0, "At the moment 0 are on the walk, and 0 wait for the form to work again."),
        (1, 1, "At the moment 1 is on the walk, and 1 waits for the form to work again."),
        (2, 3, "At the moment 2 are on the walk, and 3 wait for the form to work again."),
    ],
)
def test_how_many_are_on_their_way(walks, waiting, text):
    assert at_the_moment(walks, waiting) == text
