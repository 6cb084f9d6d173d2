"""The operators' own words, in the place of ours: Jinja2 templates of Markdown, in a sandbox."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.commands import nearest
from bot.errors import ConfigError
from bot.handler import Service
from bot.markdown import escape, unescaped
from handlers.status.notices import wording
from handlers.status.notices.times import clock, lasted
from handlers.status.notices.wording import Affair
from handlers.status.records import Incident, Phase
from handlers.status.settings import Texts
from handlers.status.states import Severity, State

log = structlog.get_logger()

#: What a template may speak of.
VARIABLES = (
    *("title", "service", "state", "members_notice", "summary", "evidence", "since", "until", "lasted"),
    *("acknowledged", "settling", "unstable", "severity", "people", "page"),
)
#: A template that goes astray must not fill a room.
LONGEST = 4000


def _shown(value: Any) -> Any:
    """Everything that is put in is words, not Markdown."""
    return escape(str(value)) if value is not None else ""


ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, finalize=_shown, autoescape=False)


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
        try:
            return template.render(values(affair)).strip()[:LONGEST]
        except Exception as error:  # noqa: BLE001 - whatever a template does, rooms are told
            log.warning("template_failed", template=name, why=type(error).__name__)
            self.failed.add(name)
            return ""


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
    found = {name: _checked(name, source, problems) for name, source in given.items()}
    if problems:
        raise ConfigError(*problems)
    return Words(opened_by=found.get("opened"), resolved_by=found.get("resolved"), back_by=found.get("back"))


def _checked(name: str, source: str, problems: list[str]) -> Template | None:
    where = f"status.texts.{name}"
    try:
        spoken_of = meta.find_undeclared_variables(ENVIRONMENT.parse(source))
        unknown = sorted(spoken_of - {*VARIABLES, *ENVIRONMENT.globals})
        problems += [f"{where}, line {_line(source, one)}: there is no {one!r}{_hint(one)}" for one in unknown]
        template = ENVIRONMENT.from_string(source)
        if not unknown:
            template.render(values(SAMPLE))
    except TemplateSyntaxError as error:
        problems.append(f"{where}, line {error.lineno}: {error.message}")
    except TemplateError as error:
        problems.append(f"{where}: {error.message}")
    except Exception as error:  # noqa: BLE001 - a template may fail in any way
        problems.append(f"{where}: {type(error).__name__}: {error}")
    else:
        return template
    return None


def _line(source: str, name: str) -> int:
    """The first line on which it stands."""
    lines = source.splitlines()
    return next((number for number, line in enumerate(lines, 1) if re.search(rf"\b{re.escape(name)}\b", line)), 1)


def _hint(name: str) -> str:
    near = nearest(name, VARIABLES)
    return f"; did you mean {near!r}?" if near else f"; there are {', '.join(VARIABLES)}"


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
