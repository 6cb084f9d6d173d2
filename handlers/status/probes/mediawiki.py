"""A MediaWiki: whether its API answers, and whether pages can be edited."""

from urllib.parse import urljoin, urlsplit

from bot.handler import Sight
from bot.ports import Fetched
from handlers.status.probes.json_body import object_in, part
from handlers.status.probes.reading import Reading, of_status, page, timed, took
from handlers.status.settings import ProbeSettings
from handlers.status.states import State

ASKED = "?action=query&meta=siteinfo&siprop=general&format=json"
OK, NOT_FOUND = 200, 404


async def look(settings: ProbeSettings, target: str, sight: Sight) -> Reading:
    """Ask the wiki at this address, or its api.php, for what it is."""
    first, *others = addresses(target)
    found = await page(first, settings, sight)
    for other in others:
        if found.status == NOT_FOUND:
            found = await page(other, settings, sight)
    return timed(judged(found), settings)


def addresses(target: str) -> list[str]:
    """Where the API may be: at the top of most wikis; or where MediaWiki itself suggests; or in a folder."""
    bare = target.partition("?")[0].partition("#")[0]
    path = urlsplit(bare).path.rstrip("/")
    if path.endswith("/api.php"):
        return [bare + ASKED]
    paths = ["/api.php", "/w/api.php", *([f"{path}/api.php"] if path else [])]
    return [urljoin(bare, one) + ASKED for one in dict.fromkeys(paths)]


def judged(found: Fetched) -> Reading:
    """What its answer says."""
    told = object_in(found.body)
    if found.status != OK:
        return of_status(found)
    trouble = part(told, "error", "code")
    general = part(told, "query", "general")
    if not isinstance(general, dict) and (not isinstance(trouble, str) or trouble.startswith("internal_api_error")):
        why = "the wiki reports an error of its own" if trouble else "its api.php answers, but not as a wiki's does"
        return Reading(state=State.DOWN, evidence=why, elapsed=found.elapsed)
    # Either "" or true, by the version of the format; or it isn't there.
    if part(general, "readonly") in ("", True):
        return Reading(state=State.DEGRADED, evidence="the wiki can be read, but not edited", elapsed=found.elapsed)
    return Reading(state=State.UP, evidence=took(found), elapsed=found.elapsed)
