"""MediaWiki's action API, read: addresses, and answers → typed values.

Everything is asked with `formatversion=2`: https://www.mediawiki.org/wiki/API:JSON_version_2. Errors come with status
200 and an `error` in the body, and caches in front of a wiki answer with pages of HTML, so nothing is believed unseen.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from bot.errors import Permanent, TryLater
from bot.ports import Fetched, Http

#: Of a page's wikitext, in bytes: no page of answers is longer, and parsing it would cost the wiki and us.
LARGEST_PAGE = 256 * 1024
#: A wiki whose copies lag behind by more than so many seconds asks robots to stay away.
MAX_LAG = 5
#: The longest that somebody's `Retry-After` is heeded, in seconds.
LONGEST_WAIT = 24 * 3600.0

_ALWAYS = {"format": "json", "formatversion": "2", "maxlag": str(MAX_LAG)}
#: Errors that pass by themselves: https://www.mediawiki.org/wiki/API:Errors_and_warnings
_PASSING = frozenset({"maxlag", "ratelimited", "readonly", "concurrency-limit", "toomanyrequests", "timeout"})
_OK, _NOT_MODIFIED = 200, 304
_TOO_MANY, _SERVER_ERROR, _REQUEST_TIMEOUT = 429, 500, 408


class Gone(Permanent):
    """The page isn't there, or can't be read by everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What a page is at: its name after redirects, its newest revision and when that was made.

    `touched` also changes when a template that it holds does. `etag` is for asking again.
    """

    title: str
    url: str
    id: int
    at: datetime
    touched: str
    etag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A page as HTML, and which revision of it that is."""

    title: str
    revision: int
    html: str


def revision_url(api: str, page: str) -> str:
    """Asks for a page's newest revision, and little else."""
    return _url(
        api,
        action="query",
        prop="revisions|info",
        inprop="url",
        rvprop="ids|timestamp|size",
        titles=page,
        redirects="1",
    )


def parse_url(api: str, page: str) -> str:
    """Asks for a page's HTML."""
    return _url(
        api,
        action="parse",
        prop="text|revid",
        page=page,
        redirects="1",
        disableeditsection="1",
        disablelimitreport="1",
        disabletoc="1",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a wiki, to be read. `api` is the address of the wiki's api.php."""

    http: Http
    api: str
    name: str

    async def newest(self, etag: str | None) -> Revision | None:
        """The newest revision; None when nothing changed since the `etag` was given out.

        Raises `Gone`, `Permanent` and `TryLater`.
        """
        found = await self.http.fetch(revision_url(self.api, self.name), {"If-None-Match": etag} if etag else None)
        if etag and found.status == _NOT_MODIFIED:
            return None
        return revision_in(body_of(found), self.name, _header(found.headers, "ETag"))

    async def parsed(self) -> Parsed:
        """The page as HTML. Raises `Gone`, `Permanent` and `TryLater`."""
        return parsed_in(body_of(await self.http.fetch(parse_url(self.api, self.name))), self.name)


def body_of(found: Fetched) -> Mapping[str, Any]:
    """The JSON of an answer, unless it is an error in one of the many forms that errors come in."""
    wait = _seconds(_header(found.headers, "Retry-After"))
    try:
        answer = json.loads(found.body)
    except (ValueError, RecursionError):
        answer = None
    if isinstance(answer, dict) and isinstance(answer.get("error"), dict):
        raise _error(answer["error"], wait)
    if found.status in (_TOO_MANY, _REQUEST_TIMEOUT) or found.status >= _SERVER_ERROR:
        raise TryLater(f"the wiki answers with status {found.status}", wait)
    if found.status != _OK:
        raise Permanent(f"the wiki answers with status {found.status}")
    if not isinstance(answer, dict):
        raise Permanent("what answers at the wiki's address is no MediaWiki API (it isn't JSON)")
    return answer


def revision_in(answer: Mapping[str, Any], page: str, etag: str | None = None) -> Revision:
    """What `action=query` says of the one page."""
    query = answer.get("query")
    pages = query.get("pages") if isinstance(query, dict) else None
    if isinstance(query, dict) and (query.get("interwiki") or not pages):
        raise Gone(f"the page “{page}” leads to another wiki, or in a circle")
    match pages:
        case [{"missing": True}]:
            raise Gone(f"there is no page “{page}”")
        case [{"invalid": True}]:
            raise Gone(f"“{page}” can't be a page's name")
        case [
            {
                "title": str(title),
                "canonicalurl": str(url),
                "touched": str(touched),
                "revisions": [{"revid": int(number), "timestamp": str(at), "size": int(size)}, *_],
            }
        ]:
            if size > LARGEST_PAGE:
                raise Permanent(f"the page “{page}” is larger than {LARGEST_PAGE // 1024} KiB")
            return Revision(title=title, url=url, id=number, at=_time(at), touched=touched, etag=etag)
    raise Permanent("the wiki's answer has another form than MediaWiki's")


def parsed_in(answer: Mapping[str, Any], page: str) -> Parsed:
    """What `action=parse` gives."""
    match answer.get("parse"):
        case {"title": str(title), "revid": int(number), "text": str(html)}:
            return Parsed(title=title, revision=number, html=html)
        case {"textdeleted": True} | {"textsuppressed": True}:
            raise Gone(f"the text of the page “{page}” has been deleted")
    raise Permanent("the wiki's answer has another form than MediaWiki's")


def _url(api: str, **asked: str) -> str:
    return f"{api}?{urlencode({**asked, **_ALWAYS})}"


def _error(error: Mapping[str, Any], wait: float | None) -> Exception:
    code, info = str(error.get("code", "")), " ".join(str(error.get("info", "")).split())[:200]
    if code in _PASSING or code.startswith("internal_api_error"):
        return TryLater(f"the wiki asks to come back later ({code})", wait)
    if code in ("missingtitle", "nosuchrevid", "nosuchpageid", "permissiondenied", "readapidenied"):
        return Gone(f"the page can't be read: {info or code}")
    return Permanent(f"the wiki refuses: {info or code}")


def _time(written: str) -> datetime:
    try:
        return datetime.fromisoformat(written).astimezone(UTC)
    except ValueError:
        raise Permanent("the wiki's answer has another form than MediaWiki's") from None


def _header(headers: Mapping[str, str], name: str) -> str | None:
    return next((value for key, value in headers.items() if key.lower() == name.lower()), None)


def _seconds(written: str | None) -> float | None:
    return min(float(written), LONGEST_WAIT) if written and written.isascii() and written.isdigit() else None
