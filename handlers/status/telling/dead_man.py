"""The dead-man's ping: an address of the operators' hears from the bot for as long as it is well.

When it stops, whoever is behind that address raises the alarm. So it isn't sent while the bot doesn't work.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import structlog
from sqlalchemy import delete, insert

from bot.actions import Action, Decision, Done, Later, Nothing, Remember, Say
from bot.errors import Permanent, TryLater
from bot.events import Tick
from bot.ports import Health, Ports
from handlers.status import records
from handlers.status.settings import DeadMan
from handlers.status.tables import marks
from handlers.status.watch import LANE, Watch

log = structlog.get_logger()

DEAD_MAN = "dead-man"
#: A lane of its own: who is slow to answer must not hold up what is told.
DEAD_MAN_LANE = f"{LANE}:{DEAD_MAN}"
#: The last sync may be so long ago, and what waits to be sent so old.
SYNC, OUTBOX = timedelta(minutes=3), timedelta(minutes=10)
#: After failing for so long, operators are told.
PATIENCE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """Since when the address hasn't taken a ping, and whether operators know."""

    since: datetime
    told: bool = False


def unwell(health: Health, now: datetime) -> str:
    """Why the bot isn't well; nothing where it is."""
    if health.last_sync is None or now - health.last_sync > SYNC:
        return "the homeserver isn't reached"
    if health.outbox_oldest is not None and now - health.outbox_oldest > OUTBOX:
        return "messages wait to be sent"
    return ""


def after(failing: Failing | None, *, ok: bool, now: datetime) -> Failing | None:
    """What is known after a ping that worked, or didn't."""
    if ok:
        return None
    if failing is None:
        return Failing(since=now)
    return Failing(since=failing.since, told=failing.told or now - failing.since >= PATIENCE)


async def on_dead_man(watch: Watch, tick: Tick, ports: Ports) -> Decision:
    """It is time for a ping."""
    settings = watch.settings.dead_man
    if settings is None:
        return Nothing("there is nobody to ping any more")
    if tick.room != DEAD_MAN_LANE:
        return Done((_again(ports.now),), "in a lane of its own")
    again = _again(ports.now + settings.every)
    if why := unwell(await ports.health(), ports.now):
        log.warning("dead_man_not_pinged", why=why)
        return Done((again,), f"not well: {why}")
    failing = read(await records.mark(ports.memory, DEAD_MAN))
    following = after(failing, ok=await _pinged(settings, ports), now=ports.now)
    actions = (*_noted(failing, following), *_told(settings, failing, following, ports.rooms.operators()))
    return Done((again, *actions), "failed" if following else "pinged")


def _again(at: datetime) -> Later:
    return Later(at=at, key=DEAD_MAN, room=DEAD_MAN_LANE)


async def _pinged(settings: DeadMan, ports: Ports) -> bool:
    """Whether it was taken. The address is a secret; what is logged is its host."""
    url = settings.url.get_secret_value()
    try:
        status = (await ports.http.fetch(url)).status
    except (Permanent, TryLater) as error:
        log.warning("dead_man_failed", host=host(settings), why=str(error))
        return False
    if status >= 400:  # noqa: PLR2004 - HTTP's first status of a failure
        log.warning("dead_man_failed", host=host(settings), why=f"HTTP {status}")
        return False
    return True


def host(settings: DeadMan) -> str:
    """Who is pinged."""
    return urlsplit(settings.url.get_secret_value()).hostname or "?"


def _noted(before: Failing | None, now: Failing | None) -> tuple[Action, ...]:
    if before == now:
        return ()
    gone = Remember(delete(marks).where(marks.c.name == DEAD_MAN))
    return (gone, Remember(insert(marks).values(name=DEAD_MAN, value=written(now)))) if now else (gone,)


def _told(settings: DeadMan, before: Failing | None, now: Failing | None, room: str | None) -> tuple[Action, ...]:
    known, knows = bool(before and before.told), bool(now and now.told)
    if room is None or known == knows:
        return ()
    if not knows:
        return (Say(room=room, text=f"The dead-man's ping to `{host(settings)}` works again."),)
    text = (
        f"The dead-man's ping to `{host(settings)}` has failed for {PATIENCE.seconds // 60} minutes, so whoever is "
        "behind it may raise the alarm. I work; check that address (`status.dead_man.url`)."
    )
    return (Say(room=room, text=text),)


def read(mark: str | None) -> Failing | None:
    """What was noted."""
    if mark is None:
        return None
    noted = json.loads(mark)
    return Failing(since=datetime.fromtimestamp(noted["since"], UTC), told=noted["told"])


def written(failing: Failing) -> str:
    """As it is noted."""
    return json.dumps({"since": failing.since.timestamp(), "told": failing.told})
