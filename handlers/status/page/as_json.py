"""The same as the front page says, for programs. `docs/status-page.md` describes the shape."""

import json
from typing import Any

from handlers.status.page.model import BotView, IncidentView, MaintenanceView, PageModel, ServiceView
from handlers.status.page.rendering import Links
from handlers.status.page.words import Stamp

TYPE = "application/json; charset=utf-8"
#: Counts up when something is taken out or means something else; what is added doesn't change it.
VERSION = 1


def as_json(page: PageModel, links: Links) -> str:
    """The document."""
    past = [one for group in page.past for one in group.incidents]
    document = {
        "version": VERSION,
        "community": page.community,
        "made": page.made.iso,
        "state": page.state,
        "sentence": page.headline,
        "services": [_service(one) for one in page.services],
        "incidents": [_incident(one, links) for one in (*page.incidents, *past)],
        "maintenance": [_maintenance(one) for one in page.maintenance],
        "bot": _bot(page.bot),
    }
    # Whoever puts it into a page must not be caught out by a tag in somebody's words.
    return json.dumps(document, ensure_ascii=False, indent=1).replace("<", "\\u003c") + "\n"


def _service(one: ServiceView) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "state": one.state,
        "since": _at(one.since),
        "members_notice": one.notice,
        "doubt": one.doubt,
        "incident": one.incident or None,
        "evidence": [
            {"state": each.state, "text": each.words, "source": each.source, "at": each.at.iso} for each in one.evidence
        ],
        "people_say_so": one.people,
        "uptime": {figure.key: figure.share for figure in one.figures},
    }


def _incident(one: IncidentView, links: Links) -> dict[str, Any]:
    return {
        "id": one.id,
        "service": one.name,
        "title": one.title,
        "summary": one.summary,
        "state": one.state,
        "severity": one.severity,
        "open": one.open,
        "opened": one.opened.iso,
        "resolved": _at(one.resolved),
        "page": links.incident(one.id),
        "updates": [{"at": update.at.iso, "text": update.text} for update in one.updates],
    }


def _maintenance(one: MaintenanceView) -> dict[str, Any]:
    return {
        "id": one.id,
        "service": one.name,
        "why": one.why,
        "begins": one.begins.iso,
        "ends": one.ends.iso,
        "under_way": one.under_way,
    }


def _bot(one: BotView) -> dict[str, Any]:
    return {
        "measured": _at(one.measured),
        "connected": one.connected,
        "last_sync": _at(one.sync),
        "blind_since": _at(one.blind),
        "problems": list(one.problems),
    }


def _at(stamp: Stamp | None) -> str | None:
    return None if stamp is None else stamp.iso
