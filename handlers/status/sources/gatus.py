"""Gatus's provider "custom". Its body is the operator's: ours stands in `docs/monitoring/gatus.md`."""

import re

from handlers.status.report import Report
from handlers.status.sources.body import known, parsed, text
from handlers.status.sources.taken import Taken, UnreadableError
from handlers.status.sources.texts import host
from handlers.status.sources.words import severity
from handlers.status.states import State

_STATES = {"TRIGGERED": State.DOWN, "RESOLVED": State.UP}
#: What Gatus has nothing to put in place of.
_PLACEHOLDER = re.compile(r"\[[A-Z_]{3,40}\]")


def read(raw: str) -> Taken:
    """What it reports. Raises `UnreadableError`."""
    body = {name: said for name, said in parsed(raw).items() if not _is_placeholder(said)}
    state = _STATES.get(text(body, "status").upper())
    if state is None:
        raise UnreadableError("its status is neither TRIGGERED nor RESOLVED")
    group, name, url = text(body, "group"), text(body, "name"), text(body, "url")
    if not name and not url:
        raise UnreadableError("it doesn't say which endpoint it is about")
    description, errors = text(body, "description"), text(body, "errors")
    report = Report(
        by="",
        fingerprint=f"{group}/{name or url}",
        state=state,
        names=known((name, f"{group}/{name}" if group and name else "", url, host(url), group)),
        labels={"group": group, "name": name},
        severity=severity(text(body, "severity")),
        summary=description or errors,
        details=errors if description else "",
    )
    return Taken((report,))


def _is_placeholder(said: object) -> bool:
    return isinstance(said, str) and _PLACEHOLDER.fullmatch(said.strip()) is not None
