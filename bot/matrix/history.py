"""Filling gaps: a burst overruns the timeline of a sync, and what was cut off is walked back to through `/messages`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.errors import TryLater
from bot.matrix import wire
from bot.matrix.api import Api, Denied, path

log = structlog.get_logger()

#: How far back a walk goes: events, and seconds.
MOST_EVENTS, LONGEST = 10_000, 24 * 3600
PAGE = 500
#: Pages may be nearly empty; a homeserver that has no end must not hold us.
MOST_PAGES = 200

Known = Callable[[list[str]], Awaitable[set[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What a sync left out of a room: everything between `start` (a token) and what was seen before."""

    room: str
    start: str
    until: str | None


@dataclass(slots=True, kw_only=True)
class Walk:
    """What a walk found, oldest first, and why it ended early if it did."""

    events: list[dict[str, Any]] = field(default_factory=list)
    given_up: str = ""


async def walk(api: Api, gap: Gap, known: Known, us: str, now: float) -> Walk:
    """Everything in the gap, oldest first: back to an event that is known, to our own arrival, or to a limit."""
    found: list[dict[str, Any]] = []
    token = gap.start
    reason = f"more than {MOST_PAGES} pages"
    for _ in range(MOST_PAGES):
        page = await _page(api, gap, token)
        if page is None:
            reason = "refused by the homeserver"
            break
        events = [event for event in wire.objects(page, "chunk") if wire.identifier(event.get("event_id"))]
        fresh, ended = _before(events, await known([event["event_id"] for event in events]), us)
        found += fresh
        if ended or not page.get("chunk") or page.get("end") is None:
            return Walk(events=found[::-1])
        following = wire.token(page["end"])
        limit = "the homeserver doesn't say how it goes on" if following is None else limit_reached(found, events, now)
        if following is None or limit:
            reason = limit
            break
        token = following
    log.warning("history_given_up", room=gap.room, why=reason, events=len(found))
    return Walk(events=found[::-1], given_up=reason)


def limit_reached(found: list[dict[str, Any]], page: list[dict[str, Any]], now: float) -> str:
    """Why a walk that has found so much must end with this page, or nothing.

    A time is whatever its sender's server says. One that is too old, by itself, must not hide what lies behind it.
    """
    if len(found) >= MOST_EVENTS:
        return f"more than {MOST_EVENTS} events"
    times = [at for event in page if (at := wire.seconds(event.get("origin_server_ts"))) is not None]
    at = max(times, default=None)
    if at is not None and now - at > LONGEST:
        return "older than a day"
    return ""


async def _page(api: Api, gap: Gap, token: str) -> dict[str, Any] | None:
    """A page of history; None where we may not see it. Raises `TryLater`, also when it is none."""
    query = {"dir": "b", "from": token, "limit": str(PAGE)}
    if gap.until is not None:
        query["to"] = gap.until
    try:
        page = await api.call("GET", path("rooms", gap.room, "messages"), query=query)
    except Denied as denied:
        # We were thrown out while walking, say. There is nothing more to see, and the rest must not wait for it.
        log.warning("history_refused", room=gap.room, why=str(denied))
        return None
    if not isinstance(page.get("chunk"), list):
        raise TryLater("the homeserver's page of history has no events")
    return page


def _before(events: list[dict[str, Any]], known: set[str], us: str) -> tuple[list[dict[str, Any]], bool]:
    """The events (newest first) down to the first that is known or is our arrival, and whether there was one."""
    for number, event in enumerate(events):
        if event["event_id"] in known or is_our_arrival(event, us):
            return events[:number], True
    return events, False


def is_our_arrival(event: dict[str, Any], us: str) -> bool:
    """Whether this is our own joining: what was said before is none of our business."""
    if event.get("type") != "m.room.member" or event.get("state_key") != us:
        return False
    before = wire.mapping(wire.mapping(event, "unsigned"), "prev_content").get("membership")
    return bool(wire.mapping(event, "content").get("membership") == "join" and before != "join")
