"""Whether a connection can be made."""

from bot.handler import Sight
from handlers.status.probes.reading import Reading, in_time, timed
from handlers.status.probes.targets import host_and_port
from handlers.status.settings import ProbeSettings
from handlers.status.states import State


async def look(settings: ProbeSettings, target: str, sight: Sight) -> Reading:
    """Connect to this host and port."""
    elapsed = await in_time(sight.reach.tcp(*host_and_port(target)), settings)
    return timed(Reading(state=State.UP, evidence=f"a connection after {elapsed:.1f} s", elapsed=elapsed), settings)
