"""The operators' own words, in the place of ours, for what rooms are told."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from jinja2 import Template

from bot import templates
from bot.errors import ConfigError
from bot.handler import Service
from bot.markdown import unescaped
from handlers.status.notices import wording
from handlers.status.notices.times import clock, lasted
from handlers.status.notices.wording import Affair
from handlers.status.records import Incident, Phase
from handlers.status.settings import Texts
from handlers.status.states import Severity, State


@dataclass(slots=True)
class Words:
    """What is said at an incident's beginning and end. `failed` has the templates that couldn't be used since."""

    opened_by: Template | None = None
    resolved_by: Template | None = None
    back_by: Template | None = None
    failed: set[str] = field(default_factory=set)

    def opened(self, affair: Affair) -> str:
        """The notice, for as long as it lasts."""
        return self._rendered("opened", self.opened_by, affair) or wording.opened(affair)

    def resolved(self, affair: Affair) -> str:
        """What the notice says afterwards."""
        return self._rendered("resolved", self.resolved_by, affair) or wording.resolved(affair)

    def back(self, affair: Affair) -> str:
        """The message at the end."""
        return self._rendered("back", self.back_by, affair) or wording.back(affair)

    def _rendered(self, name: str, template: Template | None, affair: Affair) -> str:
        if template is None:
            return ""
        said = templates.rendered(name, template, values(affair))
        if said is None:
            self.failed.add(name)
        return said or ""


def values(affair: Affair) -> dict[str, Any]:
    """What a template speaks of, for this incident."""
    incident, now = affair.incident, affair.now
    return {
        "title": affair.service.title,
        "service": affair.service.name,
        "state": wording.how(incident),
        "members_notice": affair.service.members_notice,
        "summary": incident.summary[: wording.LONGEST],
        "evidence": [unescaped(line) for line in wording.evidence(affair)],
        "since": clock(incident.opened, now),
        "until": clock(incident.resolved, now) if incident.resolved else "",
        "lasted": lasted(affair.took) if incident.resolved else "",
        "acknowledged": clock(incident.acknowledged, now) if incident.acknowledged else "",
        "settling": incident.phase == Phase.SETTLING,
        "unstable": incident.unstable,
        "severity": incident.severity.value,
        "people": affair.me_too,
        "page": affair.page or "",
    }


def words(texts: Texts) -> Words:
    """The templates, ready. Raises `ConfigError` where one can't be used, with its line."""
    problems: list[str] = []
    given = {name: source for name in ("opened", "resolved", "back") if (source := getattr(texts, name))}
    sample = values(SAMPLE)
    found = {
        name: templates.checked(f"status.texts.{name}", source, sample, problems) for name, source in given.items()
    }
    if problems:
        raise ConfigError(*problems)
    return Words(opened_by=found.get("opened"), resolved_by=found.get("resolved"), back_by=found.get("back"))


_NOON = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
#: Templates are tried with this before they are used.
SAMPLE = Affair(
    incident=Incident(
        id="sample",
        service="sample",
        phase=Phase.OPEN,
        state=State.DOWN,
        severity=Severity.CRITICAL,
        summary="HTTP 503",
        opened=_NOON,
        changed=_NOON,
    ),
    service=Service(name="sample", title="Sample", url="https://sample.example", members_notice="Nothing loads."),
    now=_NOON,
)
