"""A small MediaWiki: what `api.php` answers to `action=query` and `action=parse` with `formatversion=2`.

Shapes and error codes are those of MediaWiki 1.40 (includes/api/ApiMain.php, ApiParse.php, ApiQueryRevisions.php).
Pages are given as HTML, as the parser would make it; `edit` makes a new revision.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from bot.ports import Fetched, Http

#: The front page of the co-op's wiki, rebuilt from its text.
FRONT_PAGE = (Path(__file__).parent / "wiki" / "main_page.html").read_text()
DOCREF = "See https://wiki.example/api.php for API usage."


@dataclass
class WikiPage:
    """A page's newest revision."""

    html: str
    revision: int
    at: str
    size: int
    touched: str = ""


@dataclass(frozen=True)
class Reply:
    """An answer as it goes over the wire."""

    body: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class MediaWiki:
    """The wiki. `asked` has the action of each call, `replied` what came back.

    `error` is answered to all calls, `broken` is sent as it is.
    """

    pages: dict[str, WikiPage] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    replied: list[Reply] = field(default_factory=list)
    error: Mapping[str, Any] | None = None
    broken: Reply | None = None
    etags: bool = False
    url: str = ""
    revisions: int = 100

    @property
    def api(self) -> str:
        """The address of its api.php."""
        return f"{self.url}/api.php"

    def edit(self, title: str, html: str, at: str = "2026-11-20T09:14:03Z", size: int | None = None) -> None:
        """A new revision of the page."""
        self.revisions += 1
        self.pages[title] = WikiPage(html, self.revisions, at, len(html.encode()) if size is None else size)

    def change(self, title: str, old: str, new: str, at: str = "2026-11-23T18:00:00Z") -> None:
        """Somebody edits a word."""
        assert old in self.pages[title].html
        self.edit(title, self.pages[title].html.replace(old, new), at)

    def touch(self, title: str, html: str, at: str) -> None:
        """Somebody edits a template that the page holds: other HTML, the same revision."""
        self.pages[title].html, self.pages[title].touched = html, at

    def delete(self, title: str) -> None:
        """The page is gone."""
        del self.pages[title]

    def answer(self, asked: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
        """The JSON and the headers for a query."""
        self.asked.append(asked.get("action", ""))
        assert (asked.get("format"), asked.get("formatversion")) == ("json", "2")
        if self.error is not None:
            return {"error": {**self.error, "docref": DOCREF}}, {"MediaWiki-API-Error": str(self.error["code"])}
        return (self._query(asked["titles"]) if asked["action"] == "query" else self._parse(asked["page"])), {}

    def _query(self, titles: str) -> dict[str, Any]:
        title = self._target(titles)
        query: dict[str, Any] = {}
        if title != titles:
            query["redirects"] = [{"from": titles, "to": title}]
        query["pages"] = [self._described(title)]
        return {"batchcomplete": True, "query": query}

    def _described(self, title: str) -> dict[str, Any]:
        page, url = self.pages.get(title), f"{self.url}/wiki/{title.replace(' ', '_')}"
        urls = {"fullurl": url, "editurl": f"{self.url}/index.php?title={title}&action=edit", "canonicalurl": url}
        about = {"ns": 0, "title": title, "contentmodel": "wikitext", "pagelanguage": "en", "pagelanguagedir": "ltr"}
        if page is None:
            return {**about, "missing": True, **urls}
        return {
            "pageid": 1,
            **about,
            "touched": page.touched or page.at,
            "lastrevid": page.revision,
            "length": page.size,
            **urls,
            "revisions": [
                {"revid": page.revision, "parentid": page.revision - 1, "timestamp": page.at, "size": page.size}
            ],
        }

    def _parse(self, asked: str) -> dict[str, Any]:
        title = self._target(asked)
        page = self.pages.get(title)
        if page is None:
            info = "The page you specified doesn't exist."
            return {"error": {"code": "missingtitle", "info": info, "docref": DOCREF}}
        redirects = [{"from": asked, "to": title}] if title != asked else []
        return {
            "parse": {
                "title": title,
                "pageid": 1,
                "revid": page.revision,
                "redirects": redirects,
                "text": page.html,
            }
        }

    def _target(self, title: str) -> str:
        return self.redirects.get(title, title)

    def reply(self, asked: Mapping[str, str], etag: str | None) -> Reply:
        """What comes back for a call, with the `etag` that the caller has."""
        self.replied.append(self._replied(asked, etag))
        return self.replied[-1]

    def _replied(self, asked: Mapping[str, str], etag: str | None) -> Reply:
        if self.broken is not None:
            self.asked.append("broken")
            return self.broken
        answer, headers = self.answer(asked)
        body = json.dumps(answer, ensure_ascii=False)
        now = f'W/"{hashlib.sha256(body.encode()).hexdigest()[:16]}"'
        if self.etags and etag == now:
            return Reply(status=304, body="", headers={"ETag": now})
        extra = {"ETag": now} if self.etags else {}
        return Reply(body=body, headers={"Content-Type": "application/json", **headers, **extra})

    async def serve(self, request: web.Request) -> web.Response:
        """One call over HTTP."""
        found = self.reply(request.query, request.headers.get("If-None-Match"))
        return web.Response(status=found.status, body=found.body.encode(), headers=found.headers)


@dataclass
class Nearby(Http):
    """The wiki without a network between."""

    wiki: MediaWiki

    async def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        asked = dict(parse_qsl(urlsplit(url).query))
        found = self.wiki.reply(asked, (headers or {}).get("If-None-Match"))
        return Fetched(status=found.status, headers=found.headers, body=found.body.encode(), url=url, elapsed=0.0)


@asynccontextmanager
async def mediawiki() -> AsyncIterator[MediaWiki]:
    """The wiki, listening, with the co-op's front page on it."""
    wiki = MediaWiki()
    wiki.edit("Main Page", FRONT_PAGE)
    app = web.Application()
    app.router.add_get("/api.php", wiki.serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    wiki.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield wiki
    finally:
        await runner.cleanup()
