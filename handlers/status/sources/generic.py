"""Our own format, for whatever has no other: `docs/monitoring/generic.md` has every field."""

from handlers.status.report import Report
from handlers.status.sources.body import moment, parsed, text
from handlers.status.sources.taken import Taken, UnreadableError
from handlers.status.sources.words import severity
from handlers.status.states import State

_STATES = {str(state): state for state in (State.DOWN, State.DEGRADED, State.UP, State.MAINTENANCE)}


def read(raw: str) -> Taken:
    """What it reports: one thing, told apart by its `id`, or by the service. Raises `UnreadableError`."""
    body = parsed(raw)
    service, state = text(body, "service"), _STATES.get(text(body, "state").lower())
    if not service:
        raise UnreadableError('it has no "service"')
    if state is None:
        raise UnreadableError('its "state" is none of down, degraded, up and maintenance')
    report = Report(
        by="",
        fingerprint=text(body, "id") or service,
        state=state,
        names=(service,),
        labels={"service": service},
        severity=severity(text(body, "severity")),
        summary=text(body, "summary"),
        details=text(body, "details"),
        url=text(body, "url"),
        since=moment(body.get("at")),
    )
    return Taken((report,))
