"""Rendering: whatever the text, clients get what they may show, all of it, and nobody is pinged who wasn't named."""

import time
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.markdown import escape
from bot.matrix import render, splitting
from bot.matrix.render import DEEPEST
from tests.fuzz.cases import DEEP, LONG_TO_READ
from tests.support.hostile import fuzzed

TAGS = {
    *("a", "b", "blockquote", "br", "code", "del", "em", "h3", "h4"),
    *("hr", "i", "li", "ol", "p", "pre", "strong", "ul"),
}
EMPTY = {"br", "hr"}
PIECES = st.sampled_from(
    [
        *("*", "**", "_", "__", "***", "`", "```", "~~~", "[", "]", "(", ")", "![", "](", "<", ">", "> ", "- ", "1. "),
        *(
            "#",
            "###",
            "\\",
            "&",
            "&lt;",
            "&#42;",
            "\n",
            "\n\n",
            "    ",
            "\t",
            "\0",
            "\u202e",
            "@room",
            "@ana:example.org",
        ),
        *("<script>", "</p>", "<!--", "-->", "<![CDATA[", "<svg/onload=x>", "<mx-reply>", "<img src=x onerror=y>"),
        *(
            "[a](javascript:x)",
            "[a](JaVa\tScript:x)",
            "[a](https://example.org)",
            "[a](data:text/html,x)",
            "[a](//x.org)",
        ),
        *("[x]: javascript:y", "[x]: https://example.org 'title'", "[x]", "https://example.org", "<https://a.example>"),
        *("*a **b ", " c** d*", "a*" * 40, "> " * 40, "- " * 40, "[" * 40, "*" * 40),
    ]
)
MARKDOWN = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=14).map("".join)
PEOPLE = st.lists(st.sampled_from(["@ana:example.org", "@ben:example.org", "@room", ""]), max_size=3).map(tuple)


class Shown(HTMLParser):
    """What a client makes of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.depth, self.text = 0, ""
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.attributes: set[tuple[str, str]] = set()
        self.feed(html)
        self.close()
        assert self.open == [], "not everything that is opened is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag not in EMPTY:
            self.open.append(tag)
            self.depth = max(self.depth, len(self.open))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")


def letters(text: str) -> list[str]:
    """What of a text is words."""
    return [one for one in text if one.isalnum()]


@fuzzed(3)
@given(MARKDOWN)
@example(DEEP[0])  # emphasis in emphasis came out as deep as it was written
@example("[x](https://example.org 'title')")  # the attribute came along, though it is on no list of ours
def test_html_is_from_the_list_not_deep_and_links_lead_to_the_web_or_a_mailbox(markdown: str) -> None:
    shown = Shown(render.html(markdown))
    assert shown.tags <= TAGS
    assert shown.attributes <= {("a", "href")}
    assert shown.depth <= DEEPEST
    for link in shown.links:
        # Without a scheme a link leads nowhere: clients have no page that it could stand on.
        assert urlsplit(link).scheme in {"https", "http", "mailto", ""}


@pytest.mark.parametrize("markdown", DEEP, ids=lambda text: text[:8])
def test_what_is_nested_without_end_is_shown_as_words(markdown: str) -> None:
    shown = Shown(render.html(markdown))
    assert shown.depth <= DEEPEST
    assert letters(shown.text) == letters(markdown)


@fuzzed(3)
@given(MARKDOWN)
def test_the_plain_body_has_every_word(markdown: str) -> None:
    assert letters(render.plain(markdown)) == letters(markdown)


@fuzzed(2)
@given(markdown=MARKDOWN, mentions=PEOPLE, loud=st.booleans())
def test_those_are_pinged_who_are_named_and_never_a_room(
    markdown: str, mentions: tuple[str, ...], *, loud: bool
) -> None:
    content = render.content(markdown, mentions=mentions, loud=loud)
    assert content["m.mentions"] == ({"user_ids": list(mentions)} if mentions else {})
    assert set(content) == {"msgtype", "body", "format", "formatted_body", "m.mentions"}
    edit = render.edited(markdown)
    assert edit["m.mentions"] == edit["m.new_content"]["m.mentions"] == {}


@fuzzed(2)
@given(MARKDOWN)
def test_others_words_are_words_wherever_they_stand(words: str) -> None:
    shown = Shown(render.html(f"**said** {escape(words)} *today*"))
    assert shown.tags == {"p", "strong", "em"}
    assert letters(render.plain(escape(words))) == letters(" ".join(words.split()))


@fuzzed(1.5)
@given(text=MARKDOWN, repeated=st.integers(1, 40), largest=st.integers(250, 2000))
@example(text="`0" + "*" * 40 + "0", repeated=6, largest=376)  # cut at a blank, the part was larger than uncut
def test_parts_fit_and_hold_every_word(text: str, repeated: int, largest: int) -> None:
    whole = (text + " ") * repeated
    parts = splitting.split(whole, largest)
    assert "".join("".join(parts).split()) == "".join(whole.split())
    assert all(len(part) == 1 or splitting.size(part) <= largest for part in parts)


@pytest.mark.parametrize("text", LONG_TO_READ, ids=lambda text: repr(text[:6]))
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    render.content(text)
    assert time.process_time() - began < 1
