"""The wiki, read: each page once, one after the other, and only as far as it has changed. Nothing is decided here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import Permanent, TryLater
from bot.ports import Compute, Http
from handlers.faq.wiki.api import Page, Parsed, Revision
from handlers.faq.wiki.markdown import Unusable, cleaned, markdown_of
from handlers.faq.wiki.sections import item as item_in
from handlers.faq.wiki.sections import section
from handlers.faq.wiki.settings import Sync, Wiki
from handlers.faq.wiki.state import State, place_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """The page is as it was when this answer was last read."""

    item: Sync


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the wiki says, in Markdown. `mark` tells this state of the page from others; `at` is its revision's time.

    `title` is the page's name after redirects.
    """

    item: Sync
    body: str
    at: datetime
    mark: str
    etag: str | None
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why there is nothing to read. `passing`: it may well go by itself. Without a `mark` the page is read again."""

    item: Sync
    why: str
    passing: bool = False
    mark: str | None = None
    etag: str | None = None


Found = Same | Read | Trouble


async def read(wiki: Wiki, known: Mapping[str, State], http: Http, compute: Compute) -> list[Found]:
    """What is to be found for each answer. After a wiki that wants to be left alone, no other page is asked for."""
    found: list[Found] = []
    for name, items in wiki.pages.items():
        try:
            found += await _page(Page(http=http, api=wiki.api, name=name), items, known, compute)
        except TryLater as error:
            found += [Trouble(item=item, why=str(error), passing=True) for item in items]
            break
        except Permanent as error:
            found += [Trouble(item=item, why=str(error)) for item in items]
    return found


async def _page(page: Page, items: Sequence[Sync], known: Mapping[str, State], compute: Compute) -> Sequence[Found]:
    before = _marks(items, known)
    newest = await page.newest(_etag(items, known) if before else None)
    if newest is None or before == mark_of(newest):
        return [Same(item=item) for item in items]
    return await compute.run(extracted, await page.parsed(), newest, items)


def extracted(parsed: Parsed, newest: Revision, items: Sequence[Sync]) -> list[Found]:
    """What the page says for each answer. Heavy work."""
    mark = mark_of(newest)
    try:
        page = cleaned(parsed.html)
    except Unusable as error:
        return [_trouble(item, error, mark, newest.etag) for item in items]
    found: list[Found] = []
    for item in items:
        try:
            under = section(page, item.section)
            body = markdown_of(item_in(under, item.item) if item.item else under, newest.url)
        except Unusable as error:
            found.append(_trouble(item, error, mark, newest.etag))
        else:
            found.append(Read(item=item, body=body, at=newest.at, mark=mark, etag=newest.etag, title=parsed.title))
    return found


def mark_of(newest: Revision) -> str:
    """What tells this state of a page from others: a template's change touches a page without a revision."""
    return f"{newest.id} {newest.touched} {newest.title}"


def where(item: Sync) -> str:
    """Where on the wiki an answer stands, in words."""
    return f"the page “{item.page}”" + (f", section “{item.section}”" if item.section else "")


def _trouble(item: Sync, error: Unusable, mark: str, etag: str | None) -> Trouble:
    return Trouble(item=item, why=f"the page “{item.page}” has {error}", mark=mark, etag=etag)


def _marks(items: Sequence[Sync], known: Mapping[str, State]) -> str | None:
    """The state of the page that all of these were read at, if it is the same."""
    marks = {_known(item, known).mark for item in items}
    return marks.pop() if len(marks) == 1 else None


def _etag(items: Sequence[Sync], known: Mapping[str, State]) -> str | None:
    return _known(items[0], known).etag


def _known(item: Sync, known: Mapping[str, State]) -> State:
    """What is known of an answer, if it was read from the same place."""
    state = known.get(item.entry, State())
    return state if state.place == place_of(item) else State()
