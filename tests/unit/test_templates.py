"""Operators' templates: words stay words, and whatever goes wrong is told or caught."""

import pytest

from bot import templates
from bot.templates import LONGEST, Markdown

SAMPLE = {"name": "Ana", "link": Markdown("[Ana](https://x.org)"), "count": 2, "nothing": None}


def rendered(source: str, **values) -> str | None:
    problems: list[str] = []
    template = templates.checked("a.key", source, SAMPLE, problems)
    assert problems == []
    assert template is not None
    return templates.rendered("a.key", template, {**SAMPLE, **values})


def test_what_is_put_in_stays_words_and_what_is_markdown_stays_as_it_is():
    assert rendered("**{{ name }}** {{ link }} {{ count }}{{ nothing }}", name="*x*") == (
        r"**\*x\*** [Ana](https://x.org) 2"
    )


def test_what_is_made_of_markdown_is_words():
    assert rendered("{{ link ~ '!' }}") == r"\[Ana\]\(https://x\.org\)\!"


def test_a_template_that_goes_astray_is_cut():
    assert len(rendered("{{ name * 5000 }}") or "") == LONGEST


def test_one_that_fails_in_use_says_nothing():
    assert rendered("{{ 1 // count }}", count=0) is None


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("\n\n{{ nmae }}", "a.key, line 3: there is no 'nmae'; did you mean 'name'?"),
        ("{{ other }}", "a.key, line 1: there is no 'other'; there are name, link, count, nothing"),
        ("{{ 1 / 0 }}", "a.key: ZeroDivisionError: division by zero"),
        ("{{ range(10000000) | list }}", "a.key: OverflowError: "),
        ("{{ name.format.__globals__ }}", "a.key: access to attribute '__globals__'"),
        ("{% include 'x' %}", "a.key: "),
    ],
)
def test_mistakes_are_told_before_it_is_used(source, problem):
    problems: list[str] = []
    assert templates.checked("a.key", source, SAMPLE, problems) is None or problems
    assert problems[0].startswith(problem)
