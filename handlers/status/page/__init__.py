"""The status page: what everybody may see, as HTML, a feed, JSON and badges."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from re import fullmatch
from typing import Any

from bot.handler import Page, Shown, Visit
from handlers.status import records
from handlers.status.page import as_json, badge, feed
from handlers.status.page.headline import headline
from handlers.status.page.reading import BEGINNING, IN_FEED, IN_HISTORY, Scene, incidents, scene, shown, with_history
from handlers.status.page.rendering import Links, render
from handlers.status.page.view import by_month, incident, view
from handlers.status.page.words import STATES, opening, stamp, tidy
from handlers.status.records import Incident
from handlers.status.states import State
from handlers.status.watch import Watch
from handlers.status.world import World

STYLE = (Path(__file__).parent / "style.css").read_bytes()
#: For so long an incident's page is written again where pages are exported; the files of older ones stay.
WRITTEN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class StatusPages:
    """The pages of one watch. `me_too` counts how many people say of which service that it fails for them too."""

    watch: Watch
    me_too: Callable[[datetime], Mapping[str, int]] = lambda _now: {}

    def pages(self) -> tuple[Page, ...]:
        """All of them."""
        badges = (
            Page(path=f"/badge/{one.name}.svg", show=partial(self.badge_of, one.name), file=f"badge/{one.name}.svg")
            for one in self.watch.place.services
        )
        return (
            Page(path="/", show=self.front, file="index.html"),
            Page(path="/incidents/{id}", show=self.incident, files=self.incident_files),
            Page(path="/history", show=self.history, file="history.html"),
            Page(path="/feed.atom", show=self.feed, file="feed.atom"),
            Page(path="/status.json", show=self.json, file="status.json"),
            Page(path="/badge.svg", show=self.badge, file="badge.svg"),
            *badges,
            Page(path="/icon.svg", show=self.icon, file="icon.svg"),
            Page(path="/style.css", show=style, file="style.css"),
            Page(path="/404", show=self.missing, file="404.html"),
        )

    async def front(self, visit: Visit) -> Shown:
        """How it is now, and how it was of late."""
        at = await with_history(self.watch, visit, self.me_too(visit.now))
        return Shown(body=await visit.compute.run(_front, at, Links(exported=visit.exported)))

    async def incident(self, visit: Visit) -> Shown:
        """One incident's whole public story."""
        services = self.watch.place.services
        found = await records.incident(visit.memory, visit.args["id"])
        if found is None or not shown(found, services):
            return self._missing(visit, "../")
        moments = await records.public_moments(visit.memory, [found.id])
        at, links = self._scene(visit, moments=moments), Links(root="../", exported=visit.exported)
        return Shown(body=await visit.compute.run(_incident, found, at, links, self._common(visit)))

    async def incident_files(self, visit: Visit) -> Mapping[str, Mapping[str, str]]:
        """The files of those that may still change, or did so not long ago."""
        live = (one for one in await records.live_incidents(visit.memory) if shown(one, self.watch.place.services))
        past = await incidents(visit.memory, self.watch.place.services, visit.now - WRITTEN)
        ids = dict.fromkeys(one.id for one in (*live, *past) if fullmatch(r"[\w-][\w.-]*", one.id))
        return {f"incidents/{each}.html": {"id": each} for each in ids}

    async def history(self, visit: Visit) -> Shown:
        """All incidents, by month."""
        past = await incidents(visit.memory, self.watch.place.services, BEGINNING, IN_HISTORY)
        links = Links(exported=visit.exported)
        return Shown(body=await visit.compute.run(_history, past, self._scene(visit), links, self._common(visit)))

    async def feed(self, visit: Visit) -> Shown:
        """The latest incidents as an Atom feed."""
        latest = await incidents(visit.memory, self.watch.place.services, BEGINNING, IN_FEED)
        moments = await records.public_moments(visit.memory, (one.id for one in latest))
        at = self._scene(visit, moments=moments)
        return Shown(body=await visit.compute.run(_feed, latest, at, self._absolute(visit)), type=feed.TYPE)

    async def json(self, visit: Visit) -> Shown:
        """The front page for programs."""
        at = await with_history(self.watch, visit, self.me_too(visit.now))
        return Shown(body=await visit.compute.run(_json, at, self._absolute(visit)), type=as_json.TYPE)

    async def badge(self, visit: Visit) -> Shown:
        """How all of it is."""
        state, sentence = await self._headline(visit)
        return Shown(body=badge.badge("status", sentence, state), type=badge.TYPE)

    async def icon(self, visit: Visit) -> Shown:
        """The same as a dot."""
        state, _ = await self._headline(visit)
        return Shown(body=badge.icon(state), type=badge.TYPE)

    async def _headline(self, visit: Visit) -> tuple[State, str]:
        at = await scene(self.watch, visit, self.me_too(visit.now))
        known = at.known()
        measured = any(not one.nothing for one in known)
        state, sentence, _ = headline(known, measured=measured, blind=at.world.blind is not None)
        return state, sentence

    async def badge_of(self, name: str, visit: Visit) -> Shown:
        """How one service is."""
        at = await scene(self.watch, visit, self.me_too(visit.now))
        known = next(one for one in at.known() if one.service.name == name)
        title = opening(tidy(known.service.title))
        return Shown(body=badge.badge(title, STATES[known.state].lower(), known.state), type=badge.TYPE)

    async def missing(self, visit: Visit) -> Shown:
        """There is no such page."""
        return self._missing(visit, self._url() or "../" * int(visit.args.get("depth", "0")))

    def _missing(self, visit: Visit, root: str) -> Shown:
        body = render("missing", Links(root=root, exported=visit.exported), **self._common(visit))
        return Shown(body=body, status=404)

    def _scene(self, visit: Visit, **changes: Any) -> Scene:
        """A scene for incidents alone."""
        place, at = self.watch.place, World(now=visit.now)
        community, stale = place.community, self.watch.settings.stale
        return Scene(now=visit.now, community=community, services=place.services, world=at, stale=stale, **changes)

    def _common(self, visit: Visit) -> dict[str, Any]:
        return {"community": tidy(self.watch.place.community), "made": stamp(visit.now, visit.now, seconds=True)}

    def _absolute(self, visit: Visit) -> Links:
        """For what is read elsewhere than where it lies."""
        return Links(root=self._url(), exported=visit.exported)

    def _url(self) -> str:
        page = self.watch.settings.page
        return f"{page.url.rstrip('/')}/" if page and page.url else ""


def _front(at: Scene, links: Links) -> str:
    return render("front", links, page=view(at))


def _json(at: Scene, links: Links) -> str:
    return as_json.as_json(view(at), links)


def _incident(one: Incident, at: Scene, links: Links, common: Mapping[str, Any]) -> str:
    return render("incident", links, incident=incident(one, at), **common)


def _history(past: Sequence[Incident], at: Scene, links: Links, common: Mapping[str, Any]) -> str:
    return render("history", links, months=by_month(past, at), **common)


def _feed(latest: Sequence[Incident], at: Scene, links: Links) -> bytes:
    return feed.feed(tidy(at.community), [incident(one, at) for one in latest], links)


async def style(_visit: Visit) -> Shown:
    """How the pages look."""
    return Shown(body=STYLE, type="text/css; charset=utf-8")


def pages(watch: Watch, me_too: Callable[[datetime], Mapping[str, int]]) -> tuple[Page, ...]:
    """All pages; none where the config has no status page."""
    return StatusPages(watch, me_too).pages() if watch.settings.page else ()


def export(watch: Watch) -> Path | None:
    """The folder that the pages are also written to."""
    page = watch.settings.page
    return watch.place.root / page.export if page and page.export else None
