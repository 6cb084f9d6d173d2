"""Uptime Kuma's webhook, with the body `application/json`: https://github.com/louislam/uptime-kuma."""

from collections.abc import Mapping
from typing import Any

from handlers.status.report import Report
from handlers.status.sources.body import known, mapping, moment, objects, parsed, text, texts
from handlers.status.sources.taken import TEST, Taken, UnreadableError
from handlers.status.sources.texts import SUMMARY, host, line
from handlers.status.states import State

#: Pending is missing: Kuma looks again before it says anything, so nothing has changed.
_STATES = {"0": State.DOWN, "1": State.UP, "3": State.MAINTENANCE}
_PENDING = "2"


def read(raw: str) -> Taken:
    """What it reports. Tests, and notices about certificates, have no heartbeat. Raises `UnreadableError`."""
    body = parsed(raw)
    if body.get("heartbeat") is None and text(body, "msg"):
        return Taken(remark=_remark(text(body, "msg")))
    beat, monitor = mapping(body.get("heartbeat")), mapping(body.get("monitor"))
    if text(beat, "status") == _PENDING:
        return Taken()
    state = _STATES.get(text(beat, "status"))
    if state is None:
        raise UnreadableError("its heartbeat's status is none of 0, 1, 2 and 3")
    id_ = text(beat, "monitorID", "monitor_id") or text(monitor, "id", "name")
    if not id_:
        raise UnreadableError("it doesn't say which monitor it is about")
    return Taken((_report(id_, state, beat, monitor),))


def _remark(message: str) -> str:
    return TEST if message.endswith("Testing") else f"it says: {line(message, SUMMARY)}"


def _report(id_: str, state: State, beat: Mapping[str, Any], monitor: Mapping[str, Any]) -> Report:
    name, url, tags = text(monitor, "name"), text(monitor, "url"), objects(monitor.get("tags"))
    return Report(
        by="",
        fingerprint=id_,
        state=state,
        # Of monitors that aren't of the web, the address is "https://" and no more.
        names=known((name, url if host(url) else "", host(url), host(text(monitor, "hostname")))),
        labels=texts({"monitor": name, **{text(tag, "name"): text(tag, "value") for tag in tags}}),
        summary=text(beat, "msg"),
        # What it only says again has begun before.
        since=None if beat.get("important") is False else moment(beat.get("time")),
    )
