"""A wiki's HTML as the Markdown of an answer: nothing hidden, nothing that runs, and words stay words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matrix import render
from handlers.faq.bank.checking import TRANSLATION
from handlers.faq.bank.placeholders import used
from handlers.faq.wiki.markdown import Unusable, cleaned, markdown_of

URL = "https://wiki.example/wiki/Main_Page"


def markdown(html):
    return markdown_of(cleaned(html), URL)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>A<br />B</p><p>C\nD</p>", "A\nB\n\nC D"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<p><b>a</b> <i>b</i> <code>c*d</code></p>", "**a** *b* `c*d`"),
        ("<h2>A</h2><h3>B <b>c</b></h3><p>d</p>", "**A**\n\n**B c**\n\nd"),
        ("<dl><dt>a</dt><dd>b</dd></dl>", "**a**\n\nb"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table>", "- a; b\n- c; d"),
        ("<p>1/3 of <s>100</s> 90</p>", "1/3 of 90"),
    ],
)
def test_what_a_chat_can_show_is_kept(html, expected):
    assert re.sub(r"[ ]+", " ", markdown(html)) == re.sub(r"[ ]+", " ", expected)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('<a href="/wiki/A_(b)">x</a>', "[x](https://wiki.example/wiki/A_%28b%29)"),
        ('<a href="//other.example/y">x</a>', "[x](https://other.example/y)"),
        ('<a href="#More">x</a>', "[x](https://wiki.example/wiki/Main_Page#More)"),
        ('<a href="mailto:a@b.example">x</a>', "[x](mailto:a@b.example)"),
        ('<a href="https://e.example/ä b">x</a>', "[x](https://e.example/%C3%A4%20b)"),
        ('<a href="javascript:alert(1)">x</a>', "x"),
        ('<a href="data:text/html,x">x</a>', "x"),
        ('<a href="https://bank.example@evil.example/">x</a>', "x"),
        ('<a href="https://[broken/">x</a>', "x"),
        ('<a class="new" href="/index.php?title=X&amp;redlink=1">x</a>', "x"),
        ('<a href="/wiki/File:X.png"><img src="/x.png" alt="A map" /></a>y', "y"),
    ],
)
def test_links_lead_to_the_web_or_are_words(link, expected):
    assert markdown(f"<p>{link}</p>") == expected


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>alert(1)</script>",
        "<style>.a{}</style>",
        "<!-- bad -->",
        '<span style="display: none">bad</span>',
        '<span style="color:red;DISPLAY:NONE">bad</span>',
        '<span style="font-size:0">bad</span>',
        '<span style="opacity: 0">bad</span>',
        "<span hidden>bad</span>",
        '<iframe src="https://evil.example">bad</iframe>',
        '<div class="toc">bad</div>',
        '<span class="mw-editsection">[<a href="/e">edit</a>]</span>',
        '<sup class="reference"><a href="#cite_note-1">[1]</a></sup>',
        '<div class="mw-references-wrap"><ol class="references"><li>bad</li></ol></div>',
        '<svg onload="alert(1)"><text>bad</text></svg>',
        '<img src="x" onerror="alert(1)" alt="bad" />',
        "<form><input value='bad'><button>bad</button></form>",
        "\u202e\u200b",
    ],
)
def test_what_is_hidden_runs_or_belongs_to_the_wiki_is_left_out(hidden):
    assert "".join(markdown(f"<p>Good{hidden}.</p>").split()) == "Good."


@given(st.text("aB1 \n*_`[]()<>#+-=|~\\&;:.!{}@/'\"ä\u202e", min_size=1, max_size=60))
def test_words_stay_words(text):
    """Whatever somebody writes as text on a wiki page, the bot shows as that text, and as nothing else."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    try:
        body = markdown(f"<p>{escaped}</p>")
    except Unusable:
        return

    shown = render.html(body)

    assert set(re.findall(r"<(\w+)", shown)) <= {"p", "br"}, body
    words = re.sub(r"<[^>]*>", "", shown).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    squeezed = re.sub(r"\s", "", text.replace("\u202e", ""))
    assert re.sub(r"\s", "", words) == squeezed
    assert not used(body), "a live figure"
    assert not TRANSLATION.search(body)


@pytest.mark.parametrize(
    "html", ["<p>{{ status }}</p>", "<p><code>{{status}}</code></p>", "<pre>{{{{ status }}}}</pre>"]
)
def test_a_wiki_has_no_live_figures(html):
    assert "status" in markdown(html)
    assert not used(markdown(html))


@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<b>", "</b>", "<ul><li>", "</ul>", "<h2>", "x", "<br>", "<table><td>"]))
)
def test_no_html_is_too_broken(parts):
    try:
        body = markdown("".join(parts))
    except Unusable:
        return

    assert re.search(r"\w", body)


BOMBS = {
    "deep": "<div>" * 150_000,
    "half tags": "<a " * 300_000,
    "half comments": "<!--" * 200_000,
    "half attributes": "<a href='" * 100_000,
    "bold in paragraphs": "<p><b class=1>" * 30_000,
    "tables": "<table><tr><td>" * 30_000,
    "many": "<p>x</p>" * 100_000,
    "vandalised": "<p>" + "spam " * 1_000_000 + "</p>",
    "empty": "",
    "no words": "<p>—</p>",
}


@pytest.mark.parametrize("kind", BOMBS)
def test_what_would_take_for_ever_is_refused(kind):
    with pytest.raises(Unusable):
        markdown(BOMBS[kind])
