"""What the bot says."""

import pytest

from bot.matrix import render
from handlers.faq.answering import wording
from tests.unit.faq.bank import entry


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://wiki.social.coop/wiki/Main_Page", "Main Page"),
        ("https://wiki.social.coop/wiki/Code_of_conduct", "Code of conduct"),
        ("https://docs.joinmastodon.org/user/moving/", "Moving"),
        ("https://join.social.coop/registration-form.html", "Registration form"),
        ("https://loomio.com/d/xqw7FtUT/toward-an-annual-budget", "Toward an annual budget"),
        ("https://www.loomio.com/d/FIOxlLnZ", "loomio.com"),
        ("https://social.coop/@ntnsndr/109915529364837101", "social.coop"),
        ("https://social.coop", "social.coop"),
        ("https://example.org/wiki/Caf%C3%A9?a=b#c", "Café"),
    ],
)
def test_a_source_is_called_by_its_pages_name(url, title):
    assert wording.page_title(url) == title


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({}, "Source: this community's own answers; not yet reviewed."),
        ({"source": "https://e.org/wiki/A_(b)"}, r"Source: [A \(b\)](https://e.org/wiki/A_%28b%29); not yet reviewed."),
        ({"source": "https://e.org/a\\"}, r"Source: [A\\](https://e.org/a%5C); not yet reviewed."),
        ({"source": "https://e.org/a b<c>"}, r"Source: [A b\<c\>](https://e.org/a%20b%3Cc%3E); not yet reviewed."),
        (
            {"source": "https://e.org", "as_of": "2024", "reviewed": "2025-01"},
            r"Source: [e\.org](https://e.org), as of 2024; reviewed 2025-01.",
        ),
    ],
)
def test_the_last_line_tells_source_date_and_review(more, line):
    assert wording.source(entry("x", "Why?", **more)) == line


@pytest.mark.parametrize(
    ("room", "event", "link"),
    [
        ("!abc:example.org", "$xyz-_9", "https://matrix.to/#/!abc:example.org/$xyz-_9"),
        ("!abc", "$x/y", "https://matrix.to/#/!abc/$x%2Fy"),
    ],
)
def test_links_to_messages_survive_slashes(room, event, link):
    assert wording.event_link(room, event) == link


@pytest.mark.parametrize("end", ["\\", ")", "<", " ", "\n\n", "\u2028"])
def test_no_source_ends_its_link_too_early(end):
    html = render.html(wording.source(entry("x", "Why?", source=f"https://e.org/a{end}")))
    assert 'href="https://e.org/a%' in html
    assert html.count("<a ") == 1
    assert "](" not in html


@pytest.mark.parametrize(("translations", "command"), [({"de": "Ja."}, "`!faq x de`"), ({}, "`!faq x`")])
def test_the_second_answer_is_offered_in_the_same_language(translations, command):
    said = wording.with_other("Hier.", entry("x", "Why?", translations=translations), "!", "de")
    assert said.endswith(command)
