"""A Mastodon server: whether its web process lives, its live updates, and what it says of itself.

`/health` says only that the web process lives, so what the API answers counts too. Older servers, and those behind a
proxy, don't have every address: what isn't there (HTTP 404 and its like) says nothing.
"""

import asyncio
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from bot.errors import Permanent, TryLater
from bot.facts import InstanceFacts
from bot.handler import Sight
from bot.ports import Fetched
from handlers.status.probes.json_body import object_in, part
from handlers.status.probes.reading import Reading, failed, of_status, page, timed, took
from handlers.status.settings import ProbeSettings
from handlers.status.states import State

HEALTH, STREAMING, INSTANCE = "/health", "/api/v1/streaming/health", "/api/v2/instance"
OK = 200
FAULTS = range(500, 600)
#: What nobody counts beyond.
MOST = 10**12

Answer = Fetched | TryLater | Permanent


async def look(settings: ProbeSettings, target: str, sight: Sight) -> Reading:
    """Ask the server at this address, all at once."""
    parts = (_ask(urljoin(target, path), settings, sight) for path in (HEALTH, STREAMING, INSTANCE))
    web, streaming, instance = await asyncio.gather(*parts)
    return judged(web, streaming, instance, settings, sight)


async def _ask(url: str, settings: ProbeSettings, sight: Sight) -> Answer:
    try:
        return await page(url, settings, sight)
    except (TryLater, Permanent) as error:
        return error


def judged(web: Answer, streaming: Answer, instance: Answer, settings: ProbeSettings, sight: Sight) -> Reading:
    """What the three answers say together."""
    if isinstance(web, Permanent):
        return failed(web)
    if (fault := _fault(web)) is not None:
        return fault
    if (fault := _fault(instance)) is not None:
        return replace(fault, evidence=f"the server runs, but its API doesn't work ({fault.evidence})")
    shown = next((one for one in (web, instance) if isinstance(one, Fetched) and (_alive(one) or _speaks(one))), None)
    if shown is None:
        return _stranger(web)
    facts = figures(instance, sight)
    if (fault := _fault(streaming)) is not None:
        evidence = f"the website works, but live updates don't ({fault.evidence})"
        return Reading(state=State.DEGRADED, evidence=evidence, elapsed=fault.elapsed, instance=facts)
    slowest = max(one.elapsed for one in (web, instance) if isinstance(one, Fetched))
    well = Reading(state=State.UP, evidence=took(replace(shown, elapsed=slowest)), elapsed=slowest, instance=facts)
    return timed(well, settings)


def _fault(answer: Answer) -> Reading | None:
    """What is certainly wrong; None where all is well, or nothing can be said."""
    match answer:
        case Fetched(status=status) if status in FAULTS:
            return of_status(answer)
        case TryLater():
            return failed(answer)
    return None


def _alive(answer: Fetched) -> bool:
    health = object_in(answer.body) or {}
    return answer.status == OK and (answer.body.strip() == b"OK" or health.get("status") == "UP")


def _speaks(answer: Fetched) -> bool:
    return answer.status == OK and isinstance(part(object_in(answer.body), "version"), str)


def _stranger(answer: Answer) -> Reading:
    if isinstance(answer, Fetched) and answer.status != OK:
        return of_status(answer)
    return Reading(state=State.DOWN, evidence="it answers, but not as a Mastodon server does")


def figures(answer: Answer, sight: Sight) -> InstanceFacts | None:
    """What the server says of itself; None where it says nothing."""
    if not isinstance(answer, Fetched) or not _speaks(answer):
        return None
    told = object_in(answer.body)
    return InstanceFacts(
        character_limit=_count(part(told, "configuration", "statuses", "max_characters")),
        users=_count(part(told, "usage", "users", "active_month")),
        registrations=_registrations(part(told, "registrations")),
        asked=sight.now,
    )


def _count(found: Any) -> int | None:
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < MOST else None


def _registrations(found: Any) -> str | None:
    match found:
        case {"enabled": False}:
            return "closed"
        case {"enabled": True, "approval_required": True}:
            return "open, by approval"
        case {"enabled": True}:
            return "open"
    return None
