"""What Alertmanager and Grafana share: a list of alerts, each with labels, annotations and a fingerprint."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from handlers.status.report import Report
from handlers.status.sources.body import known, moment, objects, text, texts
from handlers.status.sources.taken import Taken, UnreadableError, together
from handlers.status.sources.texts import digest, host, line
from handlers.status.sources.words import severity, state
from handlers.status.states import Severity, State

#: Fires for ever, so that somebody notices when it doesn't: https://runbooks.prometheus-operator.dev
ALWAYS_FIRING = frozenset({"Watchdog", "InfoInhibitor"})
#: Of a number that is repeated, in characters.
NUMBER = 20

Alert = Mapping[str, Any]


def taken(body: Mapping[str, Any], alerts: list[Alert], read: Callable[[Alert], Report | None]) -> Taken:
    """What these alerts report, each of them read by this. Raises `UnreadableError` where none can be."""
    meant = [alert for alert in alerts if name(alert) not in ALWAYS_FIRING]
    found = [report for alert in meant if (report := read(alert)) is not None]
    lost = len(meant) - len(found)
    if lost and not found:
        raise UnreadableError("none of its alerts says whether it is firing or resolved")
    remark = f"{lost} alerts in it don't say whether they are firing or resolved" if lost else ""
    return Taken(tuple(found), together(remark, left_out(body)))


def alerts_of(body: Mapping[str, Any]) -> list[Alert]:
    """The alerts, each with the labels and annotations that it shares. Raises `UnreadableError` without a list."""
    if not isinstance(body.get("alerts"), list):
        raise UnreadableError("there is no list of alerts in it")
    if body["alerts"] and not objects(body["alerts"]):
        raise UnreadableError("its list of alerts holds no objects")
    shared = {"labels": texts(body.get("commonLabels")), "annotations": texts(body.get("commonAnnotations"))}
    return [
        {**alert, **{part: both | texts(alert.get(part)) for part, both in shared.items()}}
        for alert in objects(body["alerts"])
    ]


def left_out(body: Mapping[str, Any]) -> str:
    """What the operators are to know of alerts that aren't there."""
    number = text(body, "truncatedAlerts")
    if number.strip("0"):
        return f"the sender left out some alerts ({line(number, NUMBER)}), as its max_alerts says"
    return "" if body["alerts"] else "a list without any alerts has arrived"


def name(alert: Alert) -> str:
    """The alert's name."""
    return text(alert["labels"], "alertname")


def report(alert: Alert, status: str) -> Report | None:
    """What an alert says. `status` counts where it has none of its own; None where that says nothing either."""
    firing = {"firing": True, "resolved": False}.get(text(alert, "status") or status)
    if firing is None:
        return None
    labels, notes = alert["labels"], alert["annotations"]
    weight = severity(text(labels, "severity"))
    summary = text(notes, "summary", "message", "description") or name(alert)
    details = text(notes, "description", "message")
    return Report(
        by="",
        fingerprint=text(alert, "fingerprint") or digest(json.dumps(labels, sort_keys=True)),
        state=_firing(labels, weight) if firing else State.UP,
        names=names(labels),
        labels=labels,
        severity=weight,
        summary=summary,
        details="" if details == summary else details,
        since=moment(alert.get("startsAt" if firing else "endsAt")),
    )


def _firing(labels: Mapping[str, str], weight: Severity | None) -> State:
    """What it means that it fires: `state` says so itself; a mere warning isn't the end of a service."""
    said = state(text(labels, "state"))
    if said is not None and said != State.UP:
        return said
    return State.DEGRADED if weight in (Severity.WARNING, Severity.INFO) else State.DOWN


def names(labels: Mapping[str, str]) -> tuple[str, ...]:
    """What the service may be called, the surest first."""
    instance = text(labels, "instance", "target")
    called = (text(labels, "service"), instance, host(instance), text(labels, "job"))
    return known((*called, text(labels, "rulename"), text(labels, "alertname")))
