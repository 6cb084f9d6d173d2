"""Where on a page an answer stands, in the forms that wikis have for common questions."""

from pathlib import Path

import pytest

from handlers.faq.bank.checking import checked
from handlers.faq.bank.writing import with_answer
from handlers.faq.wiki.markdown import Unusable, cleaned, markdown_of
from handlers.faq.wiki.sections import item, section
from tests.support.mediawiki import FRONT_PAGE

URL = "https://wiki.social.coop/wiki/Main_Page"
FAQ = Path(__file__).parents[4] / "faq"
#: The model case: the answers that the co-op's front page has under its common questions.
COMMON = {
    "coop-jobs": ("Are there any coop jobs available to me? How do I find out about those?", "There are a number of"),
    "money-where-goes": ("Where does all the money go?", "less than a 1/3 of funds go to stipends"),
    "hosting-location": ("Is this instance based in the US or somewhere else?", "our hosting is Hetzner"),
    "matrix-chat": ("What's the Matrix chat thing and should I be on that?", "Matrix is an open chat network"),
}


def found(html, heading, question=None):
    under = section(cleaned(html), heading)
    return markdown_of(item(under, question) if question else under, URL)


@pytest.mark.parametrize("slug", COMMON)
def test_each_common_question_of_the_front_page_has_its_own_answer(slug):
    question, words = COMMON[slug]

    body = found(FRONT_PAGE, "Common questions", question)

    assert words in body
    assert "?" not in body, "neither its own question nor the next one"
    assert all(other not in body for name, (_, other) in COMMON.items() if name != slug)
    entry, problems = checked(slug, with_answer((FAQ / f"{slug}.md").read_text(), body))
    assert entry is not None, problems
    assert entry.body == body


def test_links_of_the_front_page_lead_somewhere():
    jobs, money, _, chat = (found(FRONT_PAGE, "Common questions", question) for question, _ in COMMON.values())

    assert "[Operations](https://wiki.social.coop/wiki/Operations)" in jobs
    assert "[Loomio](https://loomio.com/d/xqw7FtUT/toward-an-annual-budget)" in money
    assert "the Finance Working Group ." in money, "the page that doesn't exist is no link"
    assert "[Open Chatroom](https://matrix.to/#/#SocialCoop:matrix.org)" in chat


def test_a_section_has_its_subsections_and_nothing_of_the_next():
    body = found(FRONT_PAGE, "About this wiki")

    assert body.startswith("This wiki is maintained by")
    assert "**TODOs for this wiki**\n\n- Migrate Tech" in body
    assert "edit" not in body


def test_without_a_section_it_is_what_stands_above_the_first_heading():
    body = found(FRONT_PAGE, None)

    assert body.startswith("Social.coop is a cooperative corner of the [Fediverse]")
    assert body.endswith("guide to Mastodon](https://wiki.social.coop/wiki/Social.coop_guide_to_Mastodon).*")
    assert "Contents" not in body


NEW_HEADINGS = """<div class="mw-content-ltr mw-parser-output"><p>Intro</p>
<div class="mw-heading mw-heading2"><h2 id="Common_questions">Common questions</h2><span class="mw-editsection">[<a
href="/e">edit</a>]</span></div><p>Words.</p><div class="mw-heading mw-heading3"><h3 id="Q">Why?</h3></div><p>So.</p>
<div class="mw-heading mw-heading2"><h2 id="More">More</h2></div><p>Else.</p></div>"""
BOXES = """<div class="mw-parser-output"><div class="box"><div class="head"><h2>Common questions</h2></div>
<div class="body"><p>Words.</p><h3>Why?</h3><p>So.</p></div></div>
<div class="box"><h2>More</h2><p>Else.</p></div></div>"""


@pytest.mark.parametrize("page", [NEW_HEADINGS, BOXES])
@pytest.mark.parametrize(
    "heading", ["Common questions", "  common   QUESTIONS ", "Common_questions", "Common questions:"]
)
def test_headings_are_found_in_all_their_boxes(page, heading):
    assert found(page, heading) == "Words.\n\n**Why?**\n\nSo."
    assert found(page, heading, "Why") == "So."


FORMS = {
    "numbered, answer in a paragraph": "<ol><li>Why?<p>So.</p><p>And so.</p></li><li>How?<p>Thus.</p></li></ol>",
    "numbered, bold, in paragraphs": "<ol><li><p><b>Why?</b></p><p>So.</p><p>And so.</p></li><li><p>How?</p></li></ol>",
    "numbered, one list each": "<ol><li>Why?</li></ol><p>So.</p><p>And so.</p><ol start='2'><li>How?</li></ol><p>X</p>",
    "with a line break": "<ul><li>Why?<br />So.<p>And so.</p></li><li>How?<br>Thus.</li></ul>",
    "terms": "<dl><dt>Why?</dt><dd>So.</dd><dd>And so.</dd><dt>How?</dt><dd>Thus.</dd></dl>",
    "terms, a list each": "<dl><dt>Why?</dt></dl><p>So.</p><p>And so.</p><dl><dt>How?</dt></dl><p>Thus.</p>",
    "headings": "<h3>1. Why?</h3><p>So.</p><p>And so.</p><h3>2. How?</h3><p>Thus.</p>",
    "bold paragraphs": "<p><b>Why?</b></p><p>So.</p><p>And so.</p><p><b>How?</b></p><p>Thus.</p>",
    "bold, on the same line": "<p><b>Why?</b> So.</p><p>And so.</p><p><b>How?</b> Thus.</p>",
    "Q and A": "<p><b>Q: Why?</b><br />So.</p><p>And so.</p><p><b>Q: How?</b><br />Thus.</p>",
}


@pytest.mark.parametrize("form", FORMS)
def test_the_answer_ends_where_the_next_question_begins(form):
    page = f"<h2>Common questions</h2>{FORMS[form]}<h2>More</h2><p>Else.</p>"

    assert found(page, "Common questions", "Why?") == "So.\n\nAnd so."


@pytest.mark.parametrize(
    ("heading", "question", "why"),
    [
        ("Comon questions", None, "no section “Comon questions”; did you mean “Common questions”?"),
        ("Imprint", None, "no section “Imprint”"),
        ("Common questions", "Where does the money go?", "did you mean “Where does all the money go?”"),
        ("Learn more", "Why?", "no question “Why?”"),
    ],
)
def test_what_is_not_there_is_told_with_what_was_perhaps_meant(heading, question, why):
    with pytest.raises(Unusable) as raised:
        found(FRONT_PAGE, heading, question)

    assert why in str(raised.value)


def test_a_question_without_an_answer_has_none():
    with pytest.raises(Unusable, match=r"nothing under the question “Why\?”"):
        found("<h2>Q</h2><ol><li>Why?</li><li>How?</li></ol>", "Q", "Why?")


@pytest.mark.parametrize(
    "many", ["<p>a</p>", "<p><b>a</b></p>", "<div><h3>a</h3></div>", "<ul><li>a</li></ul>", "<dl><dt>a</dt></dl>"]
)
def test_a_page_of_very_many_questions_is_read(many):
    with pytest.raises(Unusable, match="no question"):
        found(many * 5_000, None if "h3" not in many else "a", "What is it?")


def test_a_question_that_is_asked_very_often_with_nothing_below_it_is_given_up():
    with pytest.raises(Unusable, match="nothing under the question"):
        found("<p><b>Where?</b></p>" * 3_000 + "<p></p>" * 3_000, None, "Where?")


def test_a_line_of_very_many_breaks_is_read():
    with pytest.raises(Unusable, match="no question"):
        found("<p>" + "<br>" * 15_000 + "</p>", None, "Where?")


def test_a_list_of_very_many_points_is_no_answer():
    with pytest.raises(Unusable, match="more than 2000 elements"):
        found("<ol>" + "<li>a</li>" * 6_000 + "</ol>", None)
