"""A feed's bytes → its entries. Nothing is fetched for it, and no markup is left in what comes of it."""

import calendar
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import struct_time
from typing import Any

import feedparser
import nh3
from bs4 import BeautifulSoup

from handlers.status.sources.texts import digest, line, link

#: Of one feed, so many entries are looked at: the newest.
MOST = 200
TITLE, TEXT = 200, 300
#: Of an entry's markup, in characters: more isn't needed for a text of that length.
LARGEST_MARKUP = 5_000
_MARKUP = frozenset({"text/html", "application/xhtml+xml"})
#: What stands between words. All other elements are within them, or go with all that is in them.
_APART = frozenset({"p", "br", "div", "ul", "ol", "li", "h1", "h2", "h3", "h4", "tr", "td", "th", "pre", "blockquote"})
_GONE = frozenset({"script", "style", "template", "noscript", "title", "head", "svg", "math", "iframe", "object"})


class NoFeedError(Exception):
    """This isn't a feed. `str(error)` is a phrase that says what it is instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry. `id` and `digest` tell it, and what it says, from others; `at` is when it was last changed."""

    id: str
    digest: str
    title: str
    text: str
    link: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed's entries, the newest first, and the page that it belongs to."""

    entries: tuple[Entry, ...]
    site: str = ""


def read(body: bytes, url: str) -> Feed:
    """The feed that this is, fetched from this address. Raises `NoFeedError`. Heavy work."""
    found = _parsed(body, url)
    if not found.get("version") and not found.get("entries"):
        raise NoFeedError("what is there is a web page, and no feed" if _is_page(body) else "what is there is no feed")
    newest = sorted(found["entries"], key=_age)[:MOST]
    once = {one.id: one for one in map(_entry, reversed(newest))}
    return Feed(entries=tuple(reversed(once.values())), site=link(_text(found["feed"], "link")))


def _parsed(body: bytes, url: str) -> feedparser.FeedParserDict:
    try:
        # A file, so that it is never taken for the name of one. Entities that it declares, feedparser leaves out.
        return feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-location": url},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception as error:  # it stumbles over encodings that there aren't, in more than one way
        raise NoFeedError("what is there is broken") from error


def _age(said: Mapping[str, Any]) -> float:
    at = _when(said)
    return -at.timestamp() if at else 0.0


def _is_page(body: bytes) -> bool:
    return b"<html" in body[:5000].lower()


def _entry(said: Mapping[str, Any]) -> Entry:
    title, address, at = _plain(said, "title", TITLE), link(_text(said, "link")), _when(said)
    words, kind = _words(said)
    stated = _text(said, "id") or address or f"{title}\n{at}"
    return Entry(
        id=digest(stated),
        digest=digest("\n".join((title, words, address, str(at)))),
        title=title,
        text=plain(words, kind, TEXT),
        link=address,
        at=at,
    )


def _words(said: Mapping[str, Any]) -> tuple[str, str]:
    """What it says, and of which media type that is."""
    # Without a summary of its own, feedparser gives the content for it, and doesn't say of which type.
    detail, contents = said.get("summary_detail"), said.get("content")
    if isinstance(detail, dict) and (summary := _text(said, "summary")):
        return summary, _text(detail, "type")
    first = contents[0] if isinstance(contents, list) and contents else {}
    return _text(first, "value"), _text(first, "type")


def _plain(said: Mapping[str, Any], name: str, longest: int) -> str:
    detail = said.get(f"{name}_detail")
    return plain(_text(said, name), _text(detail, "type") if isinstance(detail, dict) else "", longest)


def plain(text: str, type: str, longest: int) -> str:  # noqa: A002 - as feeds call it
    """A text of this media type as words on one line, and no more of it than so many characters."""
    if type not in _MARKUP:
        return line(text, longest)
    # In order first: Python's own parser takes hours for the worst of HTML.
    tidy = nh3.clean(text[:LARGEST_MARKUP], tags=set(_APART), clean_content_tags=set(_GONE), attributes={})
    return line(" ".join(BeautifulSoup(tidy, "html.parser").get_text(" ").split()), longest)


def _text(said: Mapping[str, Any], name: str) -> str:
    # As dictionaries have it: feedparser's own way tells other fields in place of those that are missing.
    found = dict.get(said, name) if isinstance(said, dict) else None
    return found.strip() if isinstance(found, str) else ""


def _when(said: Mapping[str, Any]) -> datetime | None:
    for name in ("updated_parsed", "published_parsed", "created_parsed"):
        found = dict.get(said, name) if isinstance(said, dict) else None
        if isinstance(found, struct_time):
            try:
                return datetime.fromtimestamp(calendar.timegm(found), UTC)
            except (ValueError, OverflowError, OSError):
                continue
    return None
