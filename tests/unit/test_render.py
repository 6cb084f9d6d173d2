"""Rendering: Markdown to what clients may show, others' words stay words, and nobody is pinged by accident."""

from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import markdown
from bot.actions import Reply
from bot.markdown import escape
from bot.matrix import render
from tests.support.hostile import TEXT

ANA = "@ana:example.org"
ALLOWED = {
    *("a", "b", "blockquote", "br", "code", "del", "em", "h3", "h4"),
    *("hr", "i", "li", "ol", "p", "pre", "strong", "ul"),
}


class Shown(HTMLParser):
    """What a client makes of HTML: its tags, its attributes, its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("plain", "<p>plain</p>"),
        ("**bold** *italic* `code`", "<p><strong>bold</strong> <em>italic</em> <code>code</code></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("[form](https://example.org/join?a=1&b=2)", '<p><a href="https://example.org/join?a=1&amp;b=2">form</a></p>'),
        ("[mail](mailto:a@example.org)", '<p><a href="mailto:a@example.org">mail</a></p>'),
        ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>"),
        ("https://example.org", "<p>https://example.org</p>"),
        ("<b>raw</b>", "<p>&lt;b&gt;raw&lt;/b&gt;</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("# Title", "Title"),
        ("", ""),
    ],
)
def test_markdown_becomes_the_html_that_clients_may_show(markdown: str, html: str) -> None:
    assert render.html(markdown) == html


HOSTILE = st.sampled_from(
    [
        "<script>",
        "</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:x" onclick="y">',
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:x)",
        "[a](java&#115;cript:x)",
        "[a](data:text/html;base64,PHN2Zz4=)",
        "[a](vbscript:x)",
        "[a](file:///etc/passwd)",
        "[a](matrix:u/x)",
        "![i](https://tracker.example/p.png)",
        "<svg/onload=x>",
        "<iframe src=x>",
        "<mx-reply>",
        '<font color="red">',
        "<span data-mx-spoiler>",
        "[x]: javascript:y\n\n[x]",
        "<javascript:x>",
        "<https://example.org>",
        "```html\n<script>\n```",
        "&lt;script&gt;",
        "\u0000",
        "`",
        "\n",
        "> ",
        "    ",
        "@room",
    ]
)


@given(st.lists(st.one_of(HOSTILE, st.text(max_size=10)), max_size=10).map("".join))
def test_nothing_but_the_allowed_tags_and_plain_links_ever_comes_out(markdown: str) -> None:
    html = render.html(markdown)
    shown = Shown(html)
    assert shown.tags <= ALLOWED
    for tag, name, value in shown.attributes:
        assert (tag, name) == ("a", "href")
        scheme = (value or "").lower().partition(":")
        assert not scheme[1] or scheme[0] in {"https", "http", "mailto"} or "/" in scheme[0] or "?" in scheme[0], value
    for tag in ("<script", "<img", "<svg", "<iframe"):
        assert tag not in html.lower()


@pytest.mark.parametrize("opening", [">", "> ", "- ", "[", "![", "*", "_", "`", "1. ", "<", "**a ", "[a](", "\\["])
def test_deep_nesting_is_survived(opening: str) -> None:
    shown = render.html(opening * 3000 + "x")
    assert shown.count("<blockquote>") <= 100
    assert render.plain(opening * 3000 + "x")


WORDS = [
    "plain words",
    "**not bold** and __not bold__ either",
    "_a_ *b* ~c~ `d`",
    "[a link](https://evil.example)",
    "![a picture](https://evil.example/x.png)",
    "<b>tag</b> <script>alert(1)</script>",
    "# no title",
    "- no list",
    "+ none",
    "1. none",
    "1) none",
    "> no quote",
    "--- === ***",
    "| a | b |",
    "back\\slash \\* \\",
    "https://example.org/a_b_c?d=e",
    "@room @ana:example.org",
    "``` fence",
    "~~~ fence",
    "Größe עברית 🌱",
    "$math$ {brace} ^hat",
    "a & b; AT&T",
]


@pytest.mark.parametrize("words", WORDS)
def test_others_words_stay_words(words: str) -> None:
    shown = Shown(render.html(escape(words)))
    assert shown.text == words
    assert shown.tags <= {"p"}
    assert render.plain(escape(words)) == words


@pytest.mark.parametrize("words", WORDS)
def test_others_words_stay_words_in_the_middle_of_ours(words: str) -> None:
    shown = Shown(render.html(f"- **{ANA}** said {escape(words)} today\n- next"))
    assert shown.text.splitlines()[1:] == [f"{ANA} said {words} today", "next"]
    assert shown.tags == {"ul", "li", "strong"}


@given(TEXT.map(lambda words: words.replace("&", "")))
def test_no_words_become_markup(words: str) -> None:
    escaped = escape(words)
    shown = Shown(render.html(f"x {escaped} x"))
    assert shown.tags == {"p"}
    assert "\n" not in escaped
    visible = markdown._INVISIBLE.sub("", words)  # noqa: SLF001 - what is taken out on purpose
    assert shown.text.split() == ["x", *visible.split(), "x"]


@pytest.mark.parametrize(
    ("words", "escaped"),
    [
        ("a\u202eb", "ab"),
        ("a\u2066b\u2069", "ab"),
        ("a\u200bb\ufeff", "ab"),
        ("a\u0000b\u001bc", "abc"),
        ("a\n\n  b\tc", "a b c"),
        ("  a  ", "a"),
        ("", ""),
    ],
)
def test_what_turns_or_hides_text_is_taken_out_and_all_is_one_line(words: str, escaped: str) -> None:
    assert escape(words) == escaped


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("[form](https://example.org)", "form (https://example.org)"),
        ("**bold** and __init__", "bold and __init__"),
        ("- a\n- b", "- a\n- b"),
        (r"Hi [@ana\_b:x\.org](https://matrix.to/#/@ana_b:x.org)!", "Hi @ana_b:x.org!"),
        (r"[@a/b:x\.org](https://matrix.to/#/@a%2Fb:x.org)", "@a/b:x.org"),
        ("a chat with [me](https://matrix.to/#/@bot_a:x.org)", "a chat with me (@bot_a:x.org)"),
        ("[me](https://matrix.to/#/@b**o**t:x.org)", "me (@b**o**t:x.org)"),
        ("[chat](https://matrix.to/#/%23chat:x.org)", "chat (https://matrix.to/#/%23chat:x.org)"),
        (r"\*not bold\* \[x\]\(y\)", "*not bold* [x](y)"),
        ("  spaced  ", "spaced"),
        ("", ""),
        (
            "**see**:\n```diff\n+[a](b) **c**\n```\n[x](https://y.org)",
            "see:\n```diff\n+[a](b) **c**\n```\nx (https://y.org)",
        ),
    ],
)
def test_the_plain_body_reads_well_without_html(markdown: str, plain: str) -> None:
    assert render.plain(markdown) == plain


@pytest.mark.parametrize(
    ("mentions", "loud", "expected"),
    [
        ((), False, {"msgtype": "m.notice", "m.mentions": {}}),
        ((ANA,), False, {"msgtype": "m.notice", "m.mentions": {"user_ids": [ANA]}}),
        ((ANA,), True, {"msgtype": "m.text", "m.mentions": {"user_ids": [ANA]}}),
    ],
)
def test_mentions_are_always_explicit(mentions: tuple[str, ...], *, loud: bool, expected: dict[str, Any]) -> None:
    content = render.content("@room @ben:example.org **hi**", mentions=mentions, loud=loud)
    assert content == {
        **expected,
        "body": "@room @ben:example.org hi",
        "format": "org.matrix.custom.html",
        "formatted_body": "<p>@room @ben:example.org <strong>hi</strong></p>",
    }


@given(st.text())
def test_no_text_ever_pings_a_room(text: str) -> None:
    for content in (
        render.content(text),
        render.content(text, loud=True),
        render.edited(text),
        render.edited(text)["m.new_content"],
    ):
        assert content["m.mentions"] == {}


def test_an_edit_carries_the_new_words_and_pings_nobody() -> None:
    edit = render.edited("**new**")
    assert edit["body"] == "* new"
    assert edit["m.new_content"] == render.content("**new**")
    assert edit["m.relates_to"] == {"rel_type": "m.replace"}
    assert edit["m.mentions"] == {}


@pytest.mark.parametrize(
    ("in_thread", "thread", "relation"),
    [
        (None, False, {"m.in_reply_to": {"event_id": "$q"}}),
        (
            *(None, True),
            {
                "rel_type": "m.thread",
                "event_id": "$q",
                "is_falling_back": True,
                "m.in_reply_to": {"event_id": "$q"},
            },
        ),
        (
            *("$root", False),
            {
                "rel_type": "m.thread",
                "event_id": "$root",
                "is_falling_back": False,
                "m.in_reply_to": {"event_id": "$q"},
            },
        ),
    ],
)
def test_a_reply_hangs_on_what_it_answers(in_thread: str | None, *, thread: bool, relation: dict[str, Any]) -> None:
    reply = Reply(to="$q", room="!r", text="x", mention=ANA, in_thread=in_thread, thread=thread)
    assert render.relation(reply) == {"m.relates_to": relation}
