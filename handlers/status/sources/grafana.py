"""Grafana's alerting, whose webhooks are Alertmanager's and more: https://grafana.com/docs/grafana/latest/alerting/.

Its links lead into the operators' own systems, and some of them change these, so they aren't repeated.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers.status.report import Report
from handlers.status.sources import prometheus
from handlers.status.sources.body import known, parsed, text, texts
from handlers.status.sources.prometheus import Alert
from handlers.status.sources.taken import TEST, Taken, together
from handlers.status.states import State

#: What the button "Test" of a contact point sends.
TEST_ALERT = "TestAlert"
#: Grafana itself couldn't measure: nothing is known of the service.
BLIND = frozenset({"DatasourceNoData", "DatasourceError"})
#: The state of the whole, where neither it nor the alert has a status.
_STATUS = {"alerting": "firing", "ok": "resolved"}


def read(raw: str) -> Taken:
    """What it reports. Raises `UnreadableError`."""
    body = parsed(raw)
    alerts = prometheus.alerts_of(body)
    meant = [alert for alert in alerts if prometheus.name(alert) != TEST_ALERT]
    status = text(body, "status") or _STATUS.get(text(body, "state"), "")
    taken = prometheus.taken(body, meant, lambda alert: _report(alert, status))
    return Taken(taken.reports, together(TEST if len(meant) < len(alerts) else "", taken.remark))


def _report(alert: Alert, status: str) -> Report | None:
    report = prometheus.report(alert, status)
    if report is None:
        return None
    blind = prometheus.name(alert) in BLIND and report.state != State.UP
    details = "\n".join(known((report.details, _values(alert))))
    return replace(report, details=details, state=State.UNKNOWN if blind else report.state)


def _values(alert: Mapping[str, Any]) -> str:
    """What was measured. Older versions tell it as a text alone."""
    values = texts(alert.get("values"))
    return ", ".join(f"{name} = {value}" for name, value in values.items()) or text(alert, "valueString")
