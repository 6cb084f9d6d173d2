"""Prometheus's Alertmanager, version 4 of its format: https://prometheus.io/docs/alerting/latest/configuration/.

Its links lead into the operators' own systems, so they aren't repeated.
"""

from handlers.status.report import Report
from handlers.status.sources import prometheus
from handlers.status.sources.body import parsed, text
from handlers.status.sources.prometheus import Alert
from handlers.status.sources.taken import Taken


def read(raw: str) -> Taken:
    """What it reports. The whole group comes again each time; it is told apart by fingerprints. `UnreadableError`."""
    body = parsed(raw)

    def report(alert: Alert) -> Report | None:
        return prometheus.report(alert, text(body, "status"))

    return prometheus.taken(body, prometheus.alerts_of(body), report)
