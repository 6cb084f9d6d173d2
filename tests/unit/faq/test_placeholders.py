"""Live figures in answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.faq.bank.placeholders import LEFT_OUT, filled, used

KNOWN = {"instance.users": "1,234", "registrations": "open", "status": None}


def test_known_figures_are_filled_in():
    assert (
        filled("We are {{ instance.users }} people. It is {{registrations}}.", KNOWN)
        == "We are 1,234 people. It is open."
    )


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("First. Now: {{ status }}. Last.", "First. Last."),
        ("We see {{ status }} today!\n\nSecond paragraph.", "Second paragraph."),
        ("- one\n- {{ status }}\n- three", "- one\n- three"),
        ("See [x.y](https://x.y/a.b?c=d). {{ status }}", "See [x.y](https://x.y/a.b?c=d)."),
        ("About {{ instance.users }}. But {{ status }}?", "About 1,234."),
        ("{{ instance.character_limit }} letters.", ""),
    ],
)
def test_the_sentence_with_an_unknown_figure_is_left_out_and_that_is_said(body, kept):
    assert filled(body, KNOWN) == f"{kept}\n\n{LEFT_OUT}".strip()


def test_an_answer_without_figures_stays_as_it_is():
    assert filled("Version 4.3 is e.g. fine.  Two  spaces.", {}) == "Version 4.3 is e.g. fine.  Two  spaces."


def test_figures_are_found_in_order_once():
    assert used("{{ status }} {{registrations}} {{ status }} { status } {{a b}}") == ("status", "registrations", "a b")


@given(st.text(alphabet="{} status.!\n"))
def test_no_text_makes_it_fail(body):
    filled(body, KNOWN)
    filled(body, dict.fromkeys(used(body), "x"))
