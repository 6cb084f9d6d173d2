"""A Matrix homeserver: whether it says which versions it speaks."""

from urllib.parse import urljoin

from bot.handler import Sight
from handlers.status.probes.json_body import object_in, part
from handlers.status.probes.reading import Reading, of_status, page, timed, took
from handlers.status.settings import ProbeSettings
from handlers.status.states import State

VERSIONS = "/_matrix/client/versions"
OK = 200


async def look(settings: ProbeSettings, target: str, sight: Sight) -> Reading:
    """Ask the homeserver at this address."""
    found = await page(urljoin(target, VERSIONS), settings, sight)
    if found.status != OK:
        return of_status(found)
    if not isinstance(part(object_in(found.body), "versions"), list):
        why = "it answers, but not as a Matrix homeserver does"
        return Reading(state=State.DOWN, evidence=why, elapsed=found.elapsed)
    return timed(Reading(state=State.UP, evidence=took(found), elapsed=found.elapsed), settings)
