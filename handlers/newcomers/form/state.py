"""Does the registration form work, and what does the Mastodon server say of registrations?"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import OutOfSight, Permanent, TooLarge, TryLater
from bot.facts import Instance, ServiceState
from bot.markdown import unescaped
from bot.ports import Http, Ports
from handlers.newcomers.desk import Desk
from handlers.newcomers.form.looks import Look

#: What others have measured counts for so long.
FRESH = timedelta(minutes=2)
#: For so long a look is good for everybody who asks.
SHARED = timedelta(seconds=30)
#: A form that takes longer to answer, in seconds, is no use to anybody.
PATIENCE = 10.0
#: With these it works. Redirects were followed before.
WELL = range(200, 400)
#: With this one it only says that it doesn't want to be looked at so often.
TOO_MANY_REQUESTS = 429


@dataclass(frozen=True, slots=True, kw_only=True)
class FormKnown:
    """What is known of the form. Neither `fails` nor `works`: it couldn't be seen, and there is no time of it.

    `evidence` is what was measured, in words that may be anybody's (no Markdown); `sure`: it rests on more than one
    look; `well`: since when all that was seen of it was good. `registrations` is what the Mastodon server says ("open",
    "open, by approval", "closed"), None where it doesn't; `asked` is when.
    """

    fails: bool = False
    works: bool = False
    measured: datetime | None = None
    evidence: str = ""
    sure: bool = False
    well: datetime | None = None
    registrations: str | None = None
    asked: datetime | None = None


async def form_known(desk: Desk, ports: Ports) -> FormKnown:
    """As the service that it is was measured a moment ago; where it wasn't, by a look of our own."""
    server = await ports.facts.ask(Instance())
    look = await _as_service(desk, ports) or await _own(desk, ports)
    desk.looks.well = (desk.looks.well or look.measured) if look.works else None
    return FormKnown(
        fails=look.works is False,
        works=look.works is True,
        measured=None if look.works is None else look.measured,
        evidence=look.evidence,
        sure=look.sure,
        well=desk.looks.well,
        registrations=server.registrations if server else None,
        asked=server.asked if server else None,
    )


async def _as_service(desk: Desk, ports: Ports) -> Look | None:
    guide = desk.settings.guide
    found = await ports.facts.ask(ServiceState(guide.service)) if guide and guide.service else None
    if found is None or found.works is None or ports.now - found.measured > FRESH:
        return None
    evidence = unescaped(f"{found.state}. {found.evidence}")
    return Look(works=found.works, measured=found.measured, evidence=evidence, sure=True)


async def _own(desk: Desk, ports: Ports) -> Look:
    """Our own look. Those who come while one is under way wait for it and share it, and those soon after."""
    address = desk.place.registration_form
    if address is None:
        return Look(works=None, measured=ports.now)
    async with desk.looks.looking:
        latest = desk.looks.latest
        if latest is None or ports.now - latest.measured > SHARED:
            latest = desk.looks.latest = await _looked(address, ports)
        return latest


async def _looked(address: str, ports: Ports) -> Look:
    """One bad look is no outage: it is made a second time at once."""
    first = await _look(address, ports.http, ports.now)
    return await _look(address, ports.http, ports.now) if first.works is False else first


async def _look(address: str, http: Http, now: datetime) -> Look:
    try:
        async with asyncio.timeout(PATIENCE):
            found = await http.fetch(address)
    except TimeoutError:
        return Look(works=False, measured=now, evidence=f"no answer within {PATIENCE:g} s")
    except (OutOfSight, TooLarge):
        return Look(works=None, measured=now)
    except (TryLater, Permanent) as error:
        return Look(works=False, measured=now, evidence=str(error))
    works = None if found.status == TOO_MANY_REQUESTS else found.status in WELL
    return Look(works=works, measured=now, evidence=f"HTTP {found.status} after {found.elapsed:.1f} s")
