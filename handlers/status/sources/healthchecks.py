"""healthchecks.io's webhook. Its body is the operator's: ours stands in `docs/monitoring/healthchecks.md`.

Whoever knows a check's code can make it look well, or delete it. So nothing that has it in it leaves this file.
"""

import re
from collections.abc import Mapping
from typing import Any

from handlers.status.report import Report
from handlers.status.sources.body import known, mapping, moment, parsed, text
from handlers.status.sources.taken import TEST, Taken, UnreadableError
from handlers.status.sources.texts import digest
from handlers.status.states import State

_STATES = {"down": State.DOWN, "up": State.UP}
_SECRETS = ("uuid", "code", "unique_key", "ping_url", "update_url", "pause_url", "resume_url", "badge_url")
_CODE = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
#: What its button "Test" calls the check that there isn't.
_TEST_NAME = "TEST"


def read(raw: str) -> Taken:
    """What it reports. Raises `UnreadableError`."""
    body = parsed(raw)
    check = mapping(body.get("check"))
    state = _STATES.get((text(body, "status") or text(check, "status")).lower())
    if state is None:
        raise UnreadableError("its status is neither up nor down")
    name = text(body, "name") or text(check, "name")
    if name == _TEST_NAME:
        return Taken(remark=TEST)
    id_ = text(body, "code") or text(check, "uuid", "unique_key") or name
    if not id_:
        raise UnreadableError("it doesn't say which check it is about")
    return Taken((_report(digest(id_.lower()), state, name, body, check),))


def _report(id_: str, state: State, name: str, body: Mapping[str, Any], check: Mapping[str, Any]) -> Report:
    def open_(said: str) -> str:
        for secret in _SECRETS:
            for known_as in (text(body, secret), text(check, secret)):
                said = said.replace(known_as, "…") if known_as else said
        return _CODE.sub("…", said)

    tags = open_(text(body, "tags") or text(check, "tags")).split()
    return Report(
        by="",
        fingerprint=id_,
        state=state,
        names=known((open_(name), open_(text(check, "slug")), *tags)),
        labels={"name": open_(name), "slug": open_(text(check, "slug"))},
        summary="No sign of life has come in time, or it told of a failure" if state == State.DOWN else "",
        details=open_(text(check, "desc")),
        since=moment(body.get("now")),
    )
