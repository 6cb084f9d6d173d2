"""A page: its status, what it contains, and how fast it comes."""

from bot.handler import Sight
from handlers.status.probes.reading import Reading, of_status, page, timed, took
from handlers.status.settings import ProbeSettings
from handlers.status.states import State

SUCCESS = range(200, 300)


async def look(settings: ProbeSettings, target: str, sight: Sight) -> Reading:
    """Read the page at this address."""
    found = await page(target, settings, sight)
    if found.status not in (settings.status or SUCCESS):
        return of_status(found)
    if settings.contains is not None and settings.contains not in found.body.decode(errors="replace"):
        why = f"{took(found)}, but the page doesn't contain what it should"
        return Reading(state=State.DOWN, evidence=why, elapsed=found.elapsed)
    return timed(Reading(state=State.UP, evidence=took(found), elapsed=found.elapsed), settings)
