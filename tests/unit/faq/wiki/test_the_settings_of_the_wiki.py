"""`faq.wiki` in the config: what may stand there, and what is said of what may not."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from handlers.faq.wiki.settings import Wiki

ITEM = {"entry": "money-where-goes", "page": "Main_Page", "section": "Common questions"}


def wiki(**changes):
    return Wiki.model_validate({"api": "https://wiki.example/api.php", "sync": (ITEM,), **changes})


def test_a_page_is_known_by_one_name():
    made = wiki(sync=(ITEM, {**ITEM, "entry": "coop-jobs", "page": "Main Page"}))

    assert {page: [item.entry for item in items] for page, items in made.pages.items()} == {
        "Main Page": ["money-where-goes", "coop-jobs"]
    }
    assert made.every == timedelta(hours=1)
    assert made.sync[0].apply == "ask"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"api": "https://wiki.example/"}, 'such as "https://wiki.example/api.php"'),
        ({"api": "wiki.example/api.php"}, 'such as "https://wiki.example/api.php"'),
        ({"api": "https://me:secret@wiki.example/api.php"}, 'such as "https://wiki.example/api.php"'),
        ({"api": "https://wiki.example/api.php?action=query"}, 'such as "https://wiki.example/api.php"'),
        ({"every": "10s"}, "expected at least a minute"),
        ({"sync": (ITEM, ITEM)}, "money-where-goes is listed 2 times"),
        ({"sync": ({**ITEM, "page": "Main Page#Common questions"},)}, "without # and what is behind it"),
        ({"sync": ({**ITEM, "page": "A|B"},)}, 'such as "Main Page"'),
        ({"sync": ({**ITEM, "section": "  "},)}, "or leave the key out"),
        ({"sync": ({**ITEM, "entry": "Money"},)}, 'such as "money-where-goes"'),
        ({"sync": ({**ITEM, "apply": "now"},)}, "'ask' or 'at_once'"),
        ({"sync": ({**ITEM, "titel": "x"},)}, "titel"),
    ],
)
def test_what_may_not_stand_there_is_told_with_what_may(changes, expected):
    with pytest.raises(ValidationError) as raised:
        wiki(**changes)

    assert expected in str(raised.value)
