"""MediaWiki's answers, good and bad, as they really come."""

import contextlib
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Permanent, TryLater
from bot.ports import Fetched
from handlers.faq.wiki.api import (
    Gone,
    Page,
    Parsed,
    Revision,
    body_of,
    parse_url,
    parsed_in,
    revision_in,
    revision_url,
)
from tests.support.fakes import FakeHttp

API = "https://wiki.example/w/api.php"
ABOUT: dict[str, Any] = {
    "pageid": 1,
    "ns": 0,
    "title": "Main Page",
    "touched": "2026-11-20T09:14:05Z",
    "lastrevid": 12,
    "length": 2400,
    "canonicalurl": "https://wiki.example/wiki/Main_Page",
    "revisions": [{"revid": 12, "parentid": 11, "timestamp": "2026-11-20T09:14:03Z", "size": 2400}],
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["query", "pages", "error", "code", "parse", "text", "missing", "title"]), inner
        )
    ),
    max_leaves=12,
)


def fetched(body, status=200, **headers):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Fetched(status=status, headers=headers, body=body, url=API, elapsed=0.1)


def queried(*pages, **more):
    return {"batchcomplete": True, "query": {"pages": list(pages), **more}}


def error(code, info="Something."):
    return {"error": {"code": code, "info": info, "docref": "See …"}}


def test_one_page_is_asked_for_with_redirects_followed():
    for url, named in ((revision_url(API, "Häufige Fragen & mehr"), "titles"), (parse_url(API, "A|B"), "page")):
        asked = {key: value[0] for key, value in parse_qs(urlsplit(url).query).items()}
        assert url.startswith(API + "?")
        assert asked["formatversion"] == "2"
        assert asked["redirects"] == "1"
        assert asked["maxlag"] == "5"
        assert asked[named] in {"Häufige Fragen & mehr", "A|B"}


def test_the_newest_revision_is_read():
    found = revision_in(queried(ABOUT, redirects=[{"from": "Main", "to": "Main Page"}]), "Main", 'W/"a"')

    assert found == Revision(
        title="Main Page",
        url="https://wiki.example/wiki/Main_Page",
        id=12,
        at=datetime(2026, 11, 20, 9, 14, 3, tzinfo=UTC),
        touched="2026-11-20T09:14:05Z",
        etag='W/"a"',
    )


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (queried({"ns": 0, "title": "X", "missing": True}), "there is no page “X”"),
        (queried({"title": "<", "invalid": True, "invalidreason": "…"}), "can't be a page's name"),
        (queried(interwiki=[{"title": "w:X", "iw": "w", "url": "https://…"}]), "another wiki, or in a circle"),
        ({"batchcomplete": True, "query": {}}, "another wiki, or in a circle"),
    ],
)
def test_a_page_that_is_not_there_is_gone(answer, why):
    with pytest.raises(Gone, match=why):
        revision_in(answer, "X")


def test_a_page_of_five_megabytes_is_not_even_fetched():
    huge = {**ABOUT, "revisions": [{**ABOUT["revisions"][0], "size": 5_000_000}]}

    with pytest.raises(Permanent, match="larger than 256 KiB"):
        revision_in(queried(huge), "Main Page")


def test_the_pages_html_is_read():
    answer = {"parse": {"title": "Main Page", "pageid": 1, "revid": 12, "redirects": [], "text": "<p>x</p>"}}

    assert parsed_in(answer, "Main Page") == Parsed(title="Main Page", revision=12, html="<p>x</p>")


@pytest.mark.parametrize("code", ["maxlag", "ratelimited", "readonly", "internal_api_error_DBQueryError"])
def test_errors_that_pass_come_with_status_200_and_say_when_to_come_back(code):
    with pytest.raises(TryLater, match=code) as raised:
        body_of(fetched(error(code), **{"retry-after": "7"}))

    assert raised.value.after == 7


@pytest.mark.parametrize(
    ("answer", "kind", "why"),
    [
        (fetched(error("missingtitle", "The page you specified doesn't exist.")), Gone, "doesn't exist"),
        (fetched(error("permissiondenied", "No.")), Gone, "No."),
        (fetched(error("nosuchsection", "There is no section 9.")), Permanent, "There is no section 9."),
        (fetched(error("unknown_action"), 400), Permanent, "Something."),
        (fetched(b"<html>Rate limited</html>", 429, **{"Retry-After": "60"}), TryLater, "429"),
        (fetched(b"<html>Bad gateway</html>", 502), TryLater, "502"),
        (fetched(b"<html>Are you a robot?</html>", 403), Permanent, "403"),
        (fetched(b"<html>Buy this domain</html>"), Permanent, "no MediaWiki API"),
        (fetched(b"[" * 100_000), Permanent, "no MediaWiki API"),
        (fetched(b"\xff\xfe{}"), Permanent, "no MediaWiki API"),
        (fetched([1]), Permanent, "no MediaWiki API"),
        (fetched(b""), Permanent, "no MediaWiki API"),
    ],
)
def test_what_is_no_answer_is_an_error_that_says_what_came(answer, kind, why):
    with pytest.raises(kind, match=why):
        body_of(answer)


@given(st.dictionaries(st.sampled_from(["query", "error", "parse"]), JSON))
def test_no_json_is_believed_unseen(answer):
    """None of it is a page, so all of it is an error that is expected."""
    for read in (revision_in, parsed_in):
        with pytest.raises(Permanent):
            read(answer, "X")
    with contextlib.suppress(Permanent, TryLater):
        body_of(fetched(answer))


@pytest.mark.parametrize("wait", ["-5", "soon", "1e9", "٣", ""])
def test_a_strange_retry_after_is_nobodys_order(wait):
    with pytest.raises(TryLater) as raised:
        body_of(fetched(b"", 503, **{"Retry-After": wait}))

    assert raised.value.after is None


async def test_a_page_with_the_same_etag_is_not_read_again():
    class Unchanged(FakeHttp):
        async def fetch(self, url, headers=None):
            assert url == revision_url(API, "Main Page")
            assert headers == {"If-None-Match": 'W/"a"'}
            return fetched(b"", 304)

    page = Page(http=Unchanged(), api=API, name="Main Page")

    assert await page.newest('W/"a"') is None
