"""What rooms read when several things happen at once: pure."""

from collections.abc import Sequence
from datetime import datetime

from handlers.status.notices import wording
from handlers.status.notices.times import between, clock, during, lasted
from handlers.status.notices.view import over
from handlers.status.notices.wording import Affair, capital, how, title

#: How many are named.
NAMED = 20


def opened(affairs: Sequence[Affair]) -> str:
    """One notice for all of them, as they are now."""
    going_on = [one for one in affairs if not over(one.incident)]
    ended = [one for one in affairs if over(one.incident)]
    if not going_on:
        head = f"**All is well again.** {_services(len(affairs))} {_were(len(affairs))} in trouble:"
    else:
        count = len(going_on)
        head = f"**{_services(count)} {'is' if count == 1 else 'are'} in trouble:**"
    lines = listed([*map(_now, going_on), *map(_then, ended)])
    foot = f"{wording.HONEST if going_on else ''}{wording.page(affairs[0])}".strip()
    return "\n\n".join(part for part in (head, lines, foot) if part)


def _now(affair: Affair) -> str:
    more = []
    if affair.operators:
        more.append(f" Severity: {affair.incident.severity.value}.")
    if affair.incident.acknowledged:
        more.append(f" Somebody is on it ({clock(affair.incident.acknowledged, affair.now)}).")
    since = clock(affair.incident.opened, affair.now)
    return f"{capital(title(affair))}: {how(affair.incident)} since {since}.{''.join(more)}"


def _then(affair: Affair) -> str:
    when = during(affair.incident.opened, affair.ended, affair.now)
    end = _doubt(affair) if affair.unheard else "it is back"
    return f"{capital(title(affair))}: {how(affair.incident)} {when}; {end}."


def back(affairs: Sequence[Affair]) -> str:
    """The message at the end of several."""
    said = [f"{title(one)} ({_end(one)})" for one in affairs]
    if any(one.unheard for one in affairs):
        return f"{len(affairs)} incidents are over: {_series(said)}."
    return f"{_services(len(affairs))} are back: {_series(said)}."


def _end(affair: Affair) -> str:
    if affair.unheard:
        return _doubt(affair)
    return f"{how(affair.incident)} for {lasted(affair.took)}"


def _doubt(affair: Affair) -> str:
    return "nothing more was heard of it" if affair.stale else "so those who run it say"


def missed(affairs: Sequence[Affair], away: tuple[datetime, datetime] | None, now: datetime) -> str:
    """All that began and ended before anybody could be told; `away`: from when to when nobody could."""
    head = "What came and went before I could tell you:"
    if away is not None:
        head = f"While I couldn't reach the homeserver, from {between(*away, now)}:"
    return f"{head}\n\n{listed([_was(one) for one in affairs])}"


def _was(affair: Affair) -> str:
    if affair.unheard:
        return _then(affair)
    when = during(affair.incident.opened, affair.ended, affair.now)
    return f"{capital(title(affair))} was {how(affair.incident)} {when}."


def reminder(affairs: Sequence[Affair]) -> str:
    """It still lasts."""
    if len(affairs) == 1:
        return f"{capital(title(affairs[0]))} is still {how(affairs[0].incident)}, for {lasted(affairs[0].took)} now."
    said = [f"{title(one)} ({how(one.incident)} for {lasted(one.took)})" for one in affairs]
    return f"Still in trouble: {_series(said)}."


def _services(count: int) -> str:
    return "1 service" if count == 1 else f"{count} services"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _series(said: Sequence[str]) -> str:
    shown = [*said[:NAMED], *_rest(len(said))]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def listed(lines: Sequence[str]) -> str:
    """One line as it is; several as a list, and not too many."""
    if len(lines) == 1:
        return lines[0]
    return "\n".join(f"- {line}" for line in (*lines[:NAMED], *_rest(len(lines))))


def _rest(count: int) -> list[str]:
    return [f"{count - NAMED} more"] if count > NAMED else []
