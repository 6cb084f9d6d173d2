"""Bodies in the shape in which monitoring systems send them, by format. `raw` gives them changed."""

import copy
import json
from typing import Any

ALERTMANAGER: dict[str, Any] = {
    "receiver": "matrix",
    "status": "firing",
    "alerts": [
        {
            "status": "firing",
            "labels": {
                "alertname": "InstanceDown",
                "severity": "critical",
                "instance": "social.example:443",
                "job": "blackbox",
            },
            "annotations": {"summary": "social.example is down", "description": "No answer for 5 minutes."},
            "startsAt": "2026-06-23T11:53:14.318Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus:9090/graph?g0.expr=up+%3D%3D+0",
            "fingerprint": "9cd7837114d58797",
        }
    ],
    "notification_reason": "first notification",
    "groupLabels": {},
    "commonLabels": {},
    "commonAnnotations": {},
    "externalURL": "http://alertmanager:9093",
    "version": "4",
    "groupKey": '{}:{alertname="InstanceDown"}',
    "truncatedAlerts": 0,
}

GRAFANA: dict[str, Any] = {
    "receiver": "Steward",
    "status": "firing",
    "orgId": 1,
    "alerts": [
        {
            "status": "firing",
            "labels": {
                "alertname": "Slow pages",
                "grafana_folder": "Web",
                "service": "mastodon",
                "severity": "warning",
            },
            "annotations": {"summary": "Pages take long"},
            "startsAt": "2026-06-23T13:53:00+02:00",
            "endsAt": "0001-01-01T00:00:00Z",
            "values": {"B": 44.2, "C": 1},
            "valueString": "[ var='B' labels={} value=44.2 ]",
            "generatorURL": "https://grafana.example/alerting/grafana/abc/view",
            "fingerprint": "c6eadffa33fcdf37",
            "silenceURL": "https://grafana.example/alerting/silence/new?alertmanager=grafana",
            "dashboardURL": "",
            "panelURL": "",
            "imageURL": "",
        }
    ],
    "groupLabels": {"alertname": "Slow pages"},
    "commonLabels": {"team": "tech"},
    "commonAnnotations": {},
    "externalURL": "https://grafana.example/",
    "version": "1",
    "groupKey": '{}/{}:{alertname="Slow pages"}',
    "truncatedAlerts": 0,
    "title": "[FIRING:1] Slow pages",
    "state": "alerting",
    "message": "**Firing**",
}

KUMA: dict[str, Any] = {
    "heartbeat": {
        "monitorID": 5,
        "status": 0,
        "time": "2026-09-09 20:46:32.855",
        "msg": "Request failed with status code 503",
        "important": True,
        "duration": 60,
        "timezone": "Europe/Berlin",
        "timezoneOffset": "+02:00",
        "localDateTime": "2026-09-09 22:46:32",
    },
    "monitor": {
        "id": 5,
        "name": "Mastodon",
        "url": "https://social.example",
        "hostname": None,
        "type": "http",
        "tags": [{"tag_id": 1, "monitor_id": 5, "value": "production", "name": "tier", "color": "#DC2626"}],
    },
    "msg": "[Mastodon] [🔴 Down] Request failed with status code 503",
}

GATUS: dict[str, Any] = {
    "source": "gatus",
    "status": "TRIGGERED",
    "group": "core",
    "name": "mastodon",
    "url": "https://social.example/health",
    "description": "The health check failed",
    "errors": 'Get "https://social.example/health": context deadline exceeded',
}

CODE = "f618072a-7bde-4eee-af63-71a77c5723bc"
HEALTHCHECKS: dict[str, Any] = {
    "source": "healthchecks",
    "code": CODE,
    "status": "down",
    "name": "Nightly backup",
    "tags": "prod backup",
    "now": "2026-06-23T11:53:14+00:00",
    "check": {
        "name": "Nightly backup",
        "slug": "nightly-backup",
        "tags": "prod backup",
        "desc": "Copies the database.",
        "grace": 3600,
        "n_pings": 17,
        "status": "down",
        "last_ping": "2026-06-22T01:00:00+00:00",
        "next_ping": None,
        "uuid": CODE,
        "ping_url": f"https://hc-ping.com/{CODE}",
        "update_url": f"https://healthchecks.io/api/v3/checks/{CODE}",
        "timeout": 86400,
    },
}

STATUSPAGE: dict[str, Any] = {
    "meta": {"unsubscribe": "https://status.example/?unsubscribe=zjcd", "generated_at": "2026-06-23T12:10:00Z"},
    "page": {"id": "jb7", "status_indicator": "major", "status_description": "Partial outage"},
    "incident": {
        "id": "z3l",
        "name": "Database delays",
        "status": "identified",
        "impact": "major",
        "shortlink": "https://stspg.example/z3l",
        "created_at": "2026-06-23T11:53:14Z",
        "updated_at": "2026-06-23T12:09:00Z",
        "resolved_at": None,
        "incident_updates": [
            {
                "id": "qm9",
                "status": "identified",
                "body": "A disk is full. See https://internal.example/ticket?token=s3cret.",
                "display_at": "2026-06-23T12:09:00Z",
                "affected_components": [
                    {"code": "sqm", "name": "Database", "old_status": "operational", "new_status": "major_outage"},
                    {
                        "code": "web",
                        "name": "Website",
                        "old_status": "operational",
                        "new_status": "degraded_performance",
                    },
                ],
            },
            {
                "id": "qm8",
                "status": "investigating",
                "body": "We are looking.",
                "display_at": "2026-06-23T11:53:14Z",
                "affected_components": [
                    {"code": "sqm", "name": "Database", "old_status": "operational", "new_status": "partial_outage"}
                ],
            },
        ],
        "components": [],
    },
}

COMPONENT: dict[str, Any] = {
    "meta": {},
    "page": {"id": "jb7"},
    "component": {"id": "sqm", "name": "Database", "status": "under_maintenance"},
    "component_update": {
        "id": "nd9",
        "component_id": "sqm",
        "old_status": "operational",
        "new_status": "under_maintenance",
        "created_at": "2026-06-23T11:53:14Z",
    },
}

#: Instatus and Better Stack, as their documentation has it.
INSTATUS: dict[str, Any] = {
    "meta": {"unsubscribe": "https://instatus.example/unsubscribe", "documentation": ""},
    "page": {"id": "p1", "status_indicator": "HASISSUES", "status_description": "", "url": "https://host.example"},
    "incident": {
        "backfilled": False,
        "created_at": "2026-06-23T11:53:14.000Z",
        "impact": "MAJOROUTAGE",
        "name": "Servers unreachable",
        "resolved_at": None,
        "status": "INVESTIGATING",
        "updated_at": "2026-06-23T11:53:14.000Z",
        "id": "i1",
        "url": "https://host.example/i1",
        "incident_updates": [{"id": "u1", "incident_id": "i1", "body": "Looking.", "status": "INVESTIGATING"}],
    },
}
BETTER_STACK: dict[str, Any] = {
    "event_type": "incident",
    "meta": {"unsubscribe": "https://status.example/unsubscribe/abc123"},
    "page": {"id": "12345", "status_indicator": "downtime", "status_description": "Some services are down"},
    "incident": {
        "id": "98765",
        "name": "Database Connection Issues",
        "created_at": "2026-01-15T10:30:00Z",
        "updated_at": "2026-01-15T11:45:00Z",
        "shortlink": "https://status.example/incidents/98765",
        "incident_updates": [
            {"id": "11111", "body": "We're working on a fix", "created_at": "2026-01-15T11:45:00Z"},
            {"id": "11110", "body": "We're investigating", "created_at": "2026-01-15T10:30:00Z"},
        ],
    },
}

GENERIC: dict[str, Any] = {
    "service": "mastodon",
    "state": "down",
    "summary": "The disk is full",
    "details": "0 bytes are left on /",
    "severity": "critical",
    "id": "disk",
    "url": "https://monitoring.example/disk",
    "at": "2026-06-23T13:53:14+02:00",
}

SAMPLES: dict[str, list[dict[str, Any]]] = {
    "alertmanager": [ALERTMANAGER],
    "grafana": [GRAFANA],
    "uptime-kuma": [KUMA],
    "gatus": [GATUS],
    "healthchecks": [HEALTHCHECKS],
    "statuspage": [STATUSPAGE, COMPONENT, INSTATUS, BETTER_STACK],
    "generic": [GENERIC],
}


def changed(sample: dict[str, Any], *path: Any, to: Any) -> dict[str, Any]:
    """The sample with another value at this path."""
    copied: Any = copy.deepcopy(sample)
    inner = copied
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return dict(copied)


def raw(sample: dict[str, Any], *path: Any, to: Any = None) -> str:
    """The sample as it is sent; with a path, changed there."""
    return json.dumps(changed(sample, *path, to=to) if path else sample)
