"""Asks for a feed, and no more often than its server likes."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import Permanent, TryLater
from bot.ports import Fetched, Ports
from handlers.status.feeds.reading import Feed, NoFeedError, read
from handlers.status.settings import FeedSettings

_OK, _NOT_MODIFIED, _GONE = 200, 304, 410
#: Statuses that pass by themselves, beside those of failing servers.
_PASSING = frozenset({408, 425, 429})
_FAILING = 500
#: Of what a server wants to be told again, in characters.
LONGEST_TAG = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """Nothing is new since the last time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """It can't be read: `why` is a phrase. `passes`: it may by itself; `gone`: it never will, by the server's word.

    `after` is how many seconds the server asks to wait.
    """

    why: str
    passes: bool = False
    gone: bool = False
    after: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A feed, and by what its server knows this state of it."""

    feed: Feed
    etag: str
    modified: str


async def fetch(feed: FeedSettings, etag: str, modified: str, ports: Ports) -> Answer | Unchanged | Trouble:
    """Ask for it, unless it is still what it was. The heavy part is done off the event loop."""
    asked = {"If-None-Match": etag, "If-Modified-Since": modified}
    try:
        found = await ports.http.fetch(feed.url, {name: value for name, value in asked.items() if value})
    except TryLater as error:
        return Trouble(why=str(error), passes=True, after=error.after or 0.0)
    except Permanent as error:
        return Trouble(why=str(error))
    if found.status == _NOT_MODIFIED and (etag or modified):
        return Unchanged()
    if found.status != _OK:
        return _refused(found)
    try:
        read_ = await ports.compute.run(read, found.body, found.url)
    except NoFeedError as error:
        return Trouble(why=str(error))
    return Answer(feed=read_, etag=_tag(found.headers, "ETag"), modified=_tag(found.headers, "Last-Modified"))


def _refused(found: Fetched) -> Trouble:
    wait = _tag(found.headers, "Retry-After")
    after = float(wait[:9]) if wait.isascii() and wait.isdigit() else 0.0
    passes = found.status in _PASSING or found.status >= _FAILING
    gone = found.status == _GONE
    why = "it is gone for good (status 410)" if gone else f"its server answers with status {found.status}"
    return Trouble(why=why, passes=passes, gone=gone, after=after)


def _tag(headers: Mapping[str, str], name: str) -> str:
    found = next((value for key, value in headers.items() if key.lower() == name.lower()), "").strip()
    return found if len(found) <= LONGEST_TAG and found.isprintable() else ""
