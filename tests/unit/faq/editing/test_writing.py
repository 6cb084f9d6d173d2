"""Changing a file as text: of any file, what is meant changes, every other line stays, and it is still an entry."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.faq.bank.checking import checked
from handlers.faq.bank.entries import Entry, Phrasing
from handlers.faq.bank.writing import (
    fresh,
    with_alias,
    with_answer,
    with_field,
    with_line,
)

#: Characters that YAML or Markdown might take for something else.
TRICKY = "aZ09 äß€😀:#-*&!|>'\"%@`{}[],?=~\\/.()_+"
TEXTS = st.text(TRICKY, min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(bool)
WORDS = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
LANGS = st.sampled_from(["de", "es", "fr"])
PHRASINGS = st.builds(Phrasing, TEXTS, st.sampled_from(["en", "en", "de", "fr"]))
BODIES = (
    st.lists(st.text("ab c.äß😀:#*-`\n", min_size=1, max_size=40), min_size=1)
    .map(lambda parts: "\n\n".join(part.strip() or "x" for part in parts))
    .filter(lambda body: "---" not in body)
)
#: How people lay lists out in their files; each is given the items as YAML.
LAYOUTS = st.sampled_from(["  - {}\n", "- {}\n", "    - {}\n", "  - {}\n  # a remark\n"])
LISTS = st.sampled_from(["", "aliases:\n", "aliases: []\n", "aliases: [one-name, two]\n", "aliases:\n- a1\n"])


def quoted(text: str) -> str:
    """A text as people quote it."""
    return "'" + text.replace("'", "''") + "'"


def item(phrasing: Phrasing) -> str:
    return quoted(phrasing.text) if phrasing.lang == "en" else f"{phrasing.lang}: {quoted(phrasing.text)}"


@st.composite
def files(draw: st.DrawFn) -> str:
    """A valid file, laid out in one of the ways that people do."""
    layout = draw(LAYOUTS)
    questions = "".join(layout.format(item(one)) for one in draw(st.lists(PHRASINGS, min_size=1, max_size=4)))
    others = draw(st.lists(PHRASINGS, max_size=3))
    not_ = draw(st.sampled_from(["not:\n" if not others else "", ""]))
    if others:
        not_ = "not:\n" + "".join(layout.format(item(one)) for one in others)
    fields = draw(
        st.permutations(
            [
                f"questions:\n{questions}",
                not_,
                draw(st.sampled_from(["", "source: https://example.org/a#b\n", "source:\n"])),
                draw(st.sampled_from(["", "as_of: 2024-05\n", "# the source is old\nas_of: 2024\n"])),
                draw(st.sampled_from(["", "topic: money # or not\n", "reviewed:\n"])),
                draw(LISTS),
            ]
        )
    )
    gap = draw(st.sampled_from(["", "\n", "\n\n"]))
    translations = draw(st.dictionaries(LANGS, BODIES, max_size=2))
    more = "".join(f"\n\n--- {lang}\n{body}" for lang, body in translations.items())
    return f"---\n{''.join(fields)}---\n{gap}{draw(BODIES)}{more}\n"


def read(text: str) -> Entry:
    """The entry in a text that has to be one."""
    entry, problems = checked("slug", text)
    assert entry is not None, (problems, text)
    return replace(entry, text="")


def lines_kept(before: str, after: str) -> bool:
    """Whether every line of the one stands, in order, in the other."""
    left = iter(after.split("\n"))
    return all(line in left for line in before.split("\n"))


@given(files(), PHRASINGS, st.sampled_from(["questions", "not"]))
def test_another_phrasing_is_added_behind_the_others(text: str, new: Phrasing, key: str) -> None:
    after, before = with_line(text, key, new), read(text)
    questions = replace(before, questions=(*before.questions, new))
    assert read(after) == (questions if key == "questions" else replace(before, not_=(*before.not_, new)))
    assert lines_kept(text, after)


@given(files(), WORDS.filter(lambda name: name != "slug"))
def test_another_name_is_added(text: str, name: str) -> None:
    before, after = read(text), with_alias(text, name)
    assert read(after) == replace(before, aliases=tuple(dict.fromkeys([*before.aliases, name])))
    unlisted = "\n".join(line for line in text.split("\n") if not line.startswith("aliases:"))
    assert lines_kept(unlisted, after)


FIELDS: list[tuple[str, Any]] = [
    ("source", st.sampled_from(["https://example.org/x", "https://example.org/a#b?c=d&e=[f]"])),
    ("as_of", st.sampled_from(["2026", "2026-01", "2026-01-31"])),
    ("reviewed", st.just("2026-02-03")),
    ("topic", WORDS),
    ("live", WORDS),
]


@given(files(), st.sampled_from(FIELDS), st.data())
def test_a_field_gets_another_value(text: str, field: tuple[str, Any], data: st.DataObject) -> None:
    key, values = field
    value = data.draw(values)
    after = with_field(text, key, value)
    assert read(after) == replace(read(text), **{key: value})
    others = [line for line in text.split("\n") if not line.startswith(f"{key}:")]
    assert lines_kept("\n".join(others), after)


@given(files(), st.sampled_from(["source", "as_of", "reviewed", "live"]))
def test_a_field_is_emptied(text: str, key: str) -> None:
    emptied: dict[str, Any] = {key: None}
    assert read(with_field(text, key, "")) == replace(read(text), **emptied)


@given(files(), BODIES)
def test_the_answer_becomes_another(text: str, body: str) -> None:
    after = with_answer(text, body)
    assert read(after) == replace(read(text), body=body.strip())
    assert after.startswith(front(text))


@given(files(), BODIES, LANGS)
def test_the_answer_in_a_language_becomes_another(text: str, body: str, lang: str) -> None:
    before, after = read(text), with_answer(text, body, lang)
    assert read(after) == replace(before, translations={**before.translations, lang: body.strip()})
    assert after.startswith(front(text))


@given(st.lists(PHRASINGS, min_size=1, max_size=5), BODIES, WORDS)
def test_a_new_file_says_what_it_was_given(questions: list[Phrasing], body: str, topic: str) -> None:
    entry = read(fresh(questions, body, source="https://example.org/x", topic=topic, reviewed=""))
    assert (entry.questions, entry.body, entry.topic) == (tuple(questions), body.strip(), topic)
    assert (entry.source, entry.reviewed) == ("https://example.org/x", None)


def front(text: str) -> str:
    """The front matter with both its fences."""
    return text[: text.index("---\n", 4) + 4]


LAYOUT_CASES = [
    ("aliases: [a, b]\n", ("a", "b", "new")),
    ("aliases: [a,\n  b]\n", ("a", "b", "new")),
    ("aliases:\n", ("new",)),
    ("aliases: []\n", ("new",)),
    ("aliases:\n  - a\n", ("a", "new")),
    ("aliases:\n- a\n", ("a", "new")),
    ("aliases:\n  -\n    a\n", ("a", "new")),
    ("", ("new",)),
]


@pytest.mark.parametrize(("written", "expected"), LAYOUT_CASES)
@pytest.mark.parametrize("behind", ["", "topic: money\n"])
def test_a_list_may_be_laid_out_in_any_way(written: str, expected: Iterable[str], behind: str) -> None:
    entry = read(with_alias(f"---\nquestions:\n  - one\n{written}{behind}---\nYes.\n", "new"))
    assert (entry.aliases, entry.topic) == (expected, "money" if behind else "other")


@pytest.mark.parametrize(
    "item", ["one two\n    three", "|\n    one\n    two", ">-\n    one\n    two", '"one\n    two"']
)
def test_an_item_may_run_over_several_lines(item: str) -> None:
    text = f"---\nquestions:\n  - {item}\n  - last\n---\nYes.\n"
    before = read(text)
    added = Phrasing("more")
    assert read(with_line(text, "questions", added)).questions == (*before.questions, added)
    alone = f"---\nquestions:\n  - {item}\ntopic: money\n---\nYes.\n"
    assert read(with_line(alone, "questions", added)).questions == (before.questions[0], added)
