"""A name's records: whether there are any, and those that there must be."""

import ipaddress

from bot.handler import Sight
from handlers.status.probes.reading import Reading, in_time, short
from handlers.status.settings import ProbeSettings
from handlers.status.states import State

ADDRESSES = ("A", "AAAA")


async def look(settings: ProbeSettings, target: str, sight: Sight) -> Reading:
    """Look this name up."""
    found = await in_time(sight.reach.dns(target, settings.record), settings)
    return judged(found, settings)


def judged(found: tuple[str, ...], settings: ProbeSettings) -> Reading:
    """What these records say."""
    kind, expected = settings.record, {_plain(one, settings.record) for one in settings.expect}
    missing = sorted(expected - set(found))
    if missing:
        return Reading(state=State.DOWN, evidence=short(f"there is no {kind} record {missing[0]}"))
    if not found:
        return Reading(state=State.DOWN, evidence=f"there is no {kind} record")
    inside = [one for one in found if kind in ADDRESSES and one not in expected and not _public(one)]
    if inside:
        # A resolver that lies, or a network of its own: seen from here it says nothing.
        return Reading(
            state=State.UNKNOWN, evidence=short(f"seen from here, it leads to {inside[0]}, which isn't public")
        )
    return Reading(state=State.UP, evidence=short(f"{kind} {', '.join(found)}"))


def _plain(written: str, kind: str) -> str:
    """As records are given: names in lower case and without a dot at the end."""
    return written if kind in {"TXT", "CAA"} else written.lower().removesuffix(".")


def _public(written: str) -> bool:
    try:
        return ipaddress.ip_address(written).is_global
    except ValueError:
        return False
