"""A certificate: whether it is to be trusted, and how long yet."""

from datetime import timedelta

from bot.handler import Sight
from bot.ports import Certificate
from handlers.status.probes.reading import Reading, in_time, timed
from handlers.status.probes.targets import host_and_port
from handlers.status.settings import ProbeSettings
from handlers.status.states import State

DAY = timedelta(days=1)


async def look(settings: ProbeSettings, target: str, sight: Sight) -> Reading:
    """Ask this host and port for its certificate."""
    shown = await in_time(sight.reach.tls(*host_and_port(target)), settings)
    return timed(judged(shown, settings, sight), settings)


def judged(shown: Certificate, settings: ProbeSettings, sight: Sight) -> Reading:
    """What the certificate says at this moment."""
    left = shown.ends - sight.now
    day = f"{shown.ends:%Y-%m-%d}"
    if shown.trouble:
        until = f"; it ended on {day}" if left <= timedelta(0) else ""
        why = f"the certificate isn't to be trusted: {shown.trouble}{until}"
        return Reading(state=State.DOWN, evidence=why, elapsed=shown.elapsed)
    if left <= timedelta(0):
        return Reading(state=State.DOWN, evidence=f"the certificate ended on {day}", elapsed=shown.elapsed)
    good = f"the certificate is good until {day}"
    if left < settings.days * DAY:
        many = "less than a day" if left < DAY else f"{left // DAY} more day{'s' if left // DAY > 1 else ''}"
        return Reading(
            state=State.DEGRADED, evidence=f"the certificate is good for {many}, until {day}", elapsed=shown.elapsed
        )
    return Reading(state=State.UP, evidence=good, elapsed=shown.elapsed)
